"""A spreadsheet of any kind, opened."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from dsocr_integrations.errors import BrokenSourceError, SourceTooLargeError
from dsocr_integrations.rendering.spreadsheets.cells import MAX_CHARACTERS, Workbook
from dsocr_integrations.rendering.spreadsheets.delimited import read_delimited
from dsocr_integrations.rendering.spreadsheets.ods import read_ods
from dsocr_integrations.rendering.spreadsheets.xlsx import read_xlsx
from dsocr_integrations.sources import office
from dsocr_integrations.sources.media_types import CSV, ODS, TSV, XLS, XLSX, named
from dsocr_integrations.sources.office_encryption import check_open
from dsocr_integrations.sources.text_encoding import decoded

if TYPE_CHECKING:
    from dsocr_integrations.sources.records import Source

SPREADSHEETS = frozenset({CSV, TSV, XLSX, XLS, ODS})
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ExpatError, EOFError, KeyError, NotImplementedError, OSError,
    OverflowError, RuntimeError, ValueError,
)  # fmt: skip


def workbook_of(source: Source) -> Workbook:
    """Read a spreadsheet. One of Excel's former format is made into XLSX first.

    Raises:
        SourceTooLargeError: If it holds more than a document would.
        PasswordError: If it is encrypted.
        BrokenSourceError: If it is damaged, or in an encoding that cannot be told.
        SourceDependencyError: If it takes LibreOffice, which is not installed.
    """
    kind = named(source.media_type)
    if kind in {CSV, TSV}:
        return read_delimited(_text(source), source.name, likely="\t" if kind == TSV else ",")
    if kind == ODS:
        check_open(source.path, source.name)
        return _unpacked(read_ods, source.path, source.name)
    path = office.converted(source, XLSX.suffix) if kind == XLS else source.path
    return _unpacked(read_xlsx, path, source.name)


def _text(source: Source) -> str:
    if source.path.stat().st_size > 2 * MAX_CHARACTERS:
        raise SourceTooLargeError(
            f"{source.name} is larger than {2 * MAX_CHARACTERS // 1_000_000} MB.",
            remedy="Split it, or load it into a database: it is data rather than a document.",
        )
    text = decoded(source.path.read_bytes())
    if text is None:
        raise BrokenSourceError(
            f"{source.name} is no text in an encoding that can be told.",
            remedy="Save it as UTF-8.",
        )
    return text


def _unpacked(read: Callable[[Path, str], Workbook], path: Path, name: str) -> Workbook:
    try:
        return read(path, name)
    except _DAMAGED as error:
        raise BrokenSourceError(
            f"{name} cannot be read as a spreadsheet: {type(error).__name__}: {error}.",
            remedy="Open it in a spreadsheet program, without a password, and save it again.",
        ) from error
