"""XLSX files (ECMA-376), read as they are shown: values by their formats, formulas by their values."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from dsocr_integrations.errors import BrokenSourceError
from dsocr_integrations.rendering.spreadsheets.cells import CellCount, Workbook
from dsocr_integrations.rendering.spreadsheets.hidden import RawSheet, counted, hidden_sheets
from dsocr_integrations.rendering.spreadsheets.package_xml import XmlVisitor, walk
from dsocr_integrations.rendering.spreadsheets.xlsx_sheet import SheetVisitor
from dsocr_integrations.rendering.spreadsheets.xlsx_styles import StylesVisitor

_MAX_DRAWINGS = 1_000
_Visitor = TypeVar("_Visitor", bound=XmlVisitor)


def read_xlsx(path: Path, name: str) -> Workbook:
    """Read what a workbook shows.

    Args:
        path: The file.
        name: Its name, for messages.

    Raises:
        SourceTooLargeError: If it holds too much.
        BrokenSourceError: If it is no workbook.
        BadZipFile: If it is damaged; as may `ExpatError`, `KeyError`, `ValueError`, `OSError` and
            what `zipfile` raises.
    """
    with zipfile.ZipFile(path) as archive:
        return _Package(archive, name).workbook()


@dataclass(frozen=True)
class _Relation:
    kind: str
    target: str


@dataclass(frozen=True)
class _Named:
    name: str
    state: str
    relation: str


class _Package:
    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._members = set(archive.namelist())
        self._count = CellCount(name)

    def workbook(self) -> Workbook:
        place = self._place("", "officeDocument") or "xl/workbook.xml"
        book = self._walked(place, _BookVisitor())
        related = self._relations(place)
        styles = self._walked(self._place(place, "styles"), StylesVisitor())
        shared = self._walked(self._place(place, "sharedStrings"), _SharedVisitor())
        raw, hidden, told = [], [], []
        for sheet in book.sheets:
            relation = related.get(sheet.relation)
            if relation is None or relation.kind != "worksheet":
                told.append(sheet.name)
            elif sheet.state in {"hidden", "veryHidden"}:
                hidden.append(sheet.name)
            else:
                visitor = SheetVisitor(
                    RawSheet(sheet.name),
                    shared.texts,
                    styles,
                    self._count,
                    from_1904=book.from_1904,
                )
                raw.append(self._walked(relation.target, visitor).sheet)
        if not raw and not told and not hidden:
            raise BrokenSourceError(f"{self._name} has no sheet.")
        left_out = (
            *hidden_sheets(hidden),
            *(line for sheet in raw for line in sheet.left_out()),
            *_uncounted(len(told) + self._drawings(), "chart or picture"),
            *_uncounted(self._notes(), "note"),
        )
        return Workbook(tuple(sheet.shown() for sheet in raw), left_out)

    def _walked(self, place: str | None, visitor: _Visitor) -> _Visitor:
        """The visitor after it has seen a part; as it was where there is no such part."""
        if place in self._members and place is not None:
            with self._archive.open(place) as stream:
                walk(stream, visitor, self._count)
        return visitor

    def _relations(self, part: str) -> dict[str, _Relation]:
        folder, last = posixpath.split(part)
        place = posixpath.join(folder, "_rels", f"{last}.rels")
        return self._walked(place, _RelationsVisitor(folder)).found

    def _place(self, part: str, kind: str) -> str | None:
        """Where the part of a kind is that belongs to another."""
        found = self._relations(part).values()
        return next((one.target for one in found if one.kind == kind), None)

    def _drawings(self) -> int:
        places = (one for one in self._members if one.startswith("xl/drawings/drawing"))
        drawn = sorted(places)[:_MAX_DRAWINGS]
        return sum(self._walked(one, _DrawingVisitor()).count for one in drawn)

    def _notes(self) -> int:
        places = sorted(one for one in self._members if one.startswith("xl/comments"))
        return sum(self._walked(one, _NotesVisitor()).count for one in places[:_MAX_DRAWINGS])


def _uncounted(number: int, what: str) -> Iterator[str]:
    if number:
        yield f"{counted(number, what).replace('chart or pictures', 'charts or pictures')} not read."


class _Silent:
    """A visitor that looks at nothing."""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Nothing."""

    def end(self, name: str) -> None:
        """Nothing."""

    def text(self, text: str) -> None:
        """Nothing."""


class _BookVisitor(_Silent):
    """The sheets of a workbook, by name."""

    def __init__(self) -> None:
        self.sheets: list[_Named] = []
        self.from_1904 = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            state = attributes.get("state", "visible")
            self.sheets.append(_Named(attributes.get("name", ""), state, attributes.get("id", "")))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in {"1", "true"}


class _RelationsVisitor(_Silent):
    """What belongs to a part."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: dict[str, _Relation] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(
                posixpath.join("/", self._folder, attributes.get("Target", ""))
            )
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = _Relation(kind, target.lstrip("/"))


@dataclass
class _SharedVisitor(_Silent):
    """Texts that cells name by number."""

    texts: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _is_text: bool = False
    _is_spoken: bool = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        if name == "rPh":
            self._is_spoken = True
        self._is_text = name == "t" and not self._is_spoken

    def end(self, name: str) -> None:
        self._is_text = False
        if name == "rPh":
            self._is_spoken = False
        elif name == "si":
            self.texts.append("".join(self._parts))
            self._parts = []

    def text(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)


class _DrawingVisitor(_Silent):
    """How many pictures, charts and shapes stand on a sheet."""

    def __init__(self) -> None:
        self.count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        self.count += name in {"pic", "graphicFrame", "sp"}


class _NotesVisitor(_Silent):
    """How many notes stand beside cells."""

    def __init__(self) -> None:
        self.count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        self.count += name == "comment"
