"""Write the parts of docs/servers.md that say what the code has: dialects and models.

usage: python docs/write_servers.py

They stand between marks; everything else on the page is written by hand.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from dsocr_integrations.engines.server.dialects import DIALECTS, Dialect
from dsocr_integrations.engines.server.profiles import PROFILES, ModelProfile
from dsocr_integrations.prompts import Prompt

PAGE = Path(__file__).parent / "servers.md"
WIDTH = 100

_TAGS = {
    "kept": "come back",
    "stripped": "are left out",
    "unknown": "it is not known whether they come back",
}


def written(page: str) -> str:
    """The page, each part of it that the code knows written anew."""
    parts = {"table of dialects": table(), "dialects": sections(), "models": models()}
    for name, lines in parts.items():
        head, begin, rest = page.partition(f"<!-- {name}: made by docs/write_servers.py -->\n")
        _, end, tail = rest.partition(f"<!-- end of {name} -->\n")
        page = "".join((head, begin, "\n", "\n".join(lines), "\n\n", end, tail))
    return page


def table() -> Iterator[str]:
    """The dialects to choose by, one a row."""
    yield "| name | server | special tokens | n-gram ban | tiles | in flight | known from |"
    yield "|---|---|---|---|---|---|---|"
    for dialect in DIALECTS.values():
        yield _row(
            f"[`{dialect.name}`](#{_anchor(dialect)})",
            dialect.server,
            dialect.tags,
            "yes" if dialect.ban else "no",
            "not known" if dialect.tiles is None else str(dialect.tiles),
            str(dialect.requests),
            "a run" if dialect.run else "documents",
        )


def sections() -> Iterator[str]:
    """What is to be known of each dialect."""
    for number, dialect in enumerate(DIALECTS.values()):
        yield from ([""] if number else [])
        yield f"### {_title(dialect)}"
        if dialect.command:
            yield from ("", "```", dialect.command, "```")
        yield from ("", *_facts(dialect))


def models() -> Iterator[str]:
    """The models that are known, one a row, and how servers are started with those that need more."""
    yield (
        "| name | model | licence | answers to | n-gram ban | context and answer, tokens | modes |"
    )
    yield "|---|---|---|---|---|---|---|"
    for profile in PROFILES.values():
        yield _row(
            f"`{profile.name}`",
            f"{profile.title}, `{profile.checkpoint}`",
            profile.licence,
            _answers(profile),
            f"{profile.ngram_ban.size} in {profile.ngram_ban.window}"
            if profile.ngram_ban
            else "none",
            f"{profile.context:,}, {profile.max_tokens:,}",
            "its own" if profile.family else "none",
        )
    yield ""
    for profile in PROFILES.values():
        for name, on in profile.on.items():
            yield _wrapped(f"- **{profile.title} on `{name}`**: {on.advice}.")


def _facts(dialect: Dialect) -> Iterator[str]:
    said = {
        "to reach it" if dialect.hosts else "besides": dialect.advice,
        "pictures": dialect.tiling,
        "n-gram ban": dialect.banning,
        "special tokens": _TAGS[dialect.tags]
        + (f". {dialect.lost_tags}" if dialect.tags != "kept" else ", as is asked with each page"),
        "run for this package": dialect.run,
        "from documents": dialect.read,
    }
    for name, text in said.items():
        if text:
            yield _wrapped(f"- **{name}**: {text}.")


def _wrapped(item: str) -> str:
    return textwrap.fill(
        item, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _title(dialect: Dialect) -> str:
    return f"`{dialect.name}`: {dialect.server}"


def _anchor(dialect: Dialect) -> str:
    """As GitHub makes it of a heading: letters, digits and hyphens are kept."""
    kept = (one for one in _title(dialect).lower() if one.isalnum() or one in "- ")
    return "".join(kept).replace(" ", "-")


def _answers(profile: ModelProfile) -> str:
    if profile.questions is None:
        return "the official ones"
    return ", ".join(prompt.name.lower() for prompt in Prompt if prompt in profile.questions)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
