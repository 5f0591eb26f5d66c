"""What an office file holds that is not on the pages which LibreOffice makes of it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from dsocr_integrations.records.documents import ParseWarning

if TYPE_CHECKING:
    from dsocr_integrations.sources.records import Source

_BESIDE = {
    "ppt/notesSlides/": "The notes for the speaker are no part of the slides and not read.",
    "word/comments.xml": "The comments are no part of the pages and not read.",
}


def office_notices(source: Source) -> Iterator[ParseWarning]:
    """Warn of speaker notes and comments, by the parts of the file.

    Args:
        source: Any file; only Microsoft's newer formats are looked into.
    """
    with suppress(zipfile.BadZipFile, OSError, ValueError), zipfile.ZipFile(source.path) as archive:
        names = archive.namelist()
        for place, message in _BESIDE.items():
            if any(name.startswith(place) for name in names):
                yield ParseWarning(kind="left_out", message=message)
