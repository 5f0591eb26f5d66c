"""Names of attached files, as they are shown and told of."""

from __future__ import annotations

from dsocr_integrations.records.documents import ParseWarning

_SHOWN = 20
_LONGEST = 100


def shown_name(name: str) -> str:
    """A name out of a file, safe to be shown and to be part of an identity."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    plain = "".join(c if c.isprintable() and c not in "#<>\"'`" else "_" for c in last)
    return plain.strip(" .")[:_LONGEST] or "unnamed"


def attachments_notice(names: list[str]) -> ParseWarning:
    """Tell of attached files, by their names as the document spells them."""
    shown = [shown_name(name) for name in names[:_SHOWN]]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    one = len(names) == 1
    return ParseWarning(
        kind="attachments",
        message=f"{len(names)} attached {'file is' if one else 'files are'} no part of the pages"
        f" and not read with them (see the setting attachments): {', '.join(shown)}{more}.",
    )
