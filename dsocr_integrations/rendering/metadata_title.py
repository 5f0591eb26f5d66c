"""The title that a file's metadata give, where it is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pymupdf

_FILE_NAME = re.compile(
    r"\.(?:pdf|docx?|docm|rtf|odt|wpd|pptx?|odp|pub|xls[xmb]?|ods|indd|qxd|pmd|p65|tex|dvi|ps|eps"
    r"|ai|cdr|psd|vsdx?|dwg|html?|txt|jpe?g|png|tiff?)$"
    r"|^microsoft (?:word|excel|powerpoint|publisher|visio) - "
    r"|^\w*_\w*$",
    re.IGNORECASE,
)
"""Names of files, as programs and printer drivers write them."""

_IDENTIFIER = re.compile(
    r"^(?:doi|pii|urn|isbn|issn)\s?:|^(?:https?://|10\.\d{4,}/)", re.IGNORECASE
)
"""Names for machines, as publishers write them."""

_PRESET = re.compile(
    r"^(?:un(?:titled|benannt)|sans titre|sin t[ií]tulo|senza titolo|sem t[ií]tulo)"
    r"(?:[ -]?(?:document|page|slide)?[ -]?\d*)$"
    r"|^(?:document|dokument|documento|presentation|pr[äé]sentation|slide|folie|diapositiv[ae]"
    r"|book|workbook|title|layout)[ -]?\d*$"
    r"|^(?:\S+ ){0,3}\S*powerpoint\S*(?: \S+)?$"
    r"|^(?:\(?anonymous\)?|\(?unspecified\)?|no title|x{3,})$"
    r"|^\[.*\b(?:title|titel|titels|titre|t[ií]tulo|titolo)\b.*\]$",
    re.IGNORECASE,
)
"""What programs and templates write until somebody gives a title, such as
`PowerPoint Presentation` and `[Insert title of document]`."""


_LONGEST = 200
"""Letters of such a name; the time that a longer title takes grows with its square."""


def metadata_title(document: pymupdf.Document) -> str | None:
    """The title in the metadata; what is a name for machines or a program's own is none."""
    title = " ".join(((document.metadata or {}).get("title") or "").split())
    if len(title) <= _LONGEST and any(
        kind.search(title) for kind in (_FILE_NAME, _IDENTIFIER, _PRESET)
    ):
        return None
    return title or None
