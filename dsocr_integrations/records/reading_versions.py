"""Fingerprints: by which reading versions a document was read, and which go together.

A reading version is a small number that is raised by hand when what a stage reads changes, so
that neither a comment in its code nor a package that is installed beside it makes old readings
strangers. Fingerprints of earlier releases name a hash of code and all parts present instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

NO_ENGINE = "text"
"""The engine of documents whose files say their text themselves, so that nobody read them."""

_PARSER = " parser/"


def document_fingerprint(engine: str, parser: int, figures: int) -> str:
    """Name the reading versions of all stages that make documents.

    Args:
        engine: What `Engine.reading_version` says.
        parser: Reading version of what makes blocks and markdown of an answer.
        figures: Reading version of what makes figures of second looks.
    """
    return f"{engine}{_PARSER}{parser} figures/{figures}"


def page_fingerprint(engine: str, parser: int, figures: int | None, parts: Iterable[str]) -> str:
    """Name what took part in reading one page.

    Args:
        engine: As for `document_fingerprint`.
        parser: As for `document_fingerprint`.
        figures: As for `document_fingerprint`; `None` where nothing got a second look.
        parts: Third-party parts that took part, as `name=version`.
    """
    stages = [f"{engine}{_PARSER}{parser}"]
    if figures is not None:
        stages.append(f"figures/{figures}")
    return " ".join([*stages, *sorted(set(parts))])


def is_former(fingerprint: str) -> bool:
    """Whether a fingerprint is of a release that had no reading versions."""
    return _PARSER not in fingerprint


def go_together(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether documents of two readings may stand in one index or output folder.

    Args:
        one: Name and fingerprint of an engine.
        other: Those of another.

    Returns:
        Whether they are the same; where just one is of a release without reading versions,
        whether engine and model are. What nobody read goes with every reading.
    """
    if one[0] != other[0] and NO_ENGINE in {one[0], other[0]}:
        return True
    if is_former(one[1]) != is_former(other[1]):
        return _reader(*one) == _reader(*other)
    return one == other


def _reader(engine: str, fingerprint: str) -> tuple[str, str]:
    """Engine and model, the latter empty where the engine is all there is."""
    said = fingerprint.split(" ", 1)[0]
    model = re.sub(rf"^{re.escape(engine)}(?:/\w+)?:?", "", said)
    # Behind the name of a served model stands a hash of what was sent, which was made otherwise.
    return engine, model.rpartition("@")[0] if engine == "server" else model
