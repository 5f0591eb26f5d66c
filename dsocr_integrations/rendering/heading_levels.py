"""Which level a document's headings have, by their looks and numbers on all of its pages.

Two headings of one look are of one level wherever they stand, so that a single page cannot tell:
what is set larger, bolder or in capitals stands higher, a PART higher than an Item, `2` higher
than `2.1`. Bookmarks say the level of the headings that they name.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dsocr_integrations.records.identity import content_key
from dsocr_integrations.rendering.open_documents import mupdf, use_document

if TYPE_CHECKING:
    import pymupdf

    from dsocr_integrations.sources.records import Source

_MAX_PAGES = 400
"""Pages that are looked at, evenly spread over a longer document."""

_MAX_PAGE_BYTES = 200_000
"""Pages with more drawing instructions, packed, are maps and plans: slow to go through."""

_MAX_LINES, _MAX_LENGTH = 3, 150
"""Text that goes on for more lines or letters is no heading."""

_SAME_SIZE = 0.6
"""Type sizes that differ by no more than this many points are one size."""

_MOST = 0.6
"""Share of a text's letters that one look has, if it is the text's."""

_PROSE, _STACKED = 30, 4
"""Headings have a line of at least so many letters of text below them, and in between no more
than so many other headings."""

_LARGER = 1.08
_TITLE_RATIO = 1.2
"""A title is at least this much larger than every heading that there is more than one of."""

_OPENING = 3
"""The last page that a document may open on, after a cover or a blank leaf."""

_SHORT_DOCUMENT = 10
"""In a document of fewer pages a look may be that of a single heading."""

_HIGHEST, _DEEPEST = 2, 6
_BOLD, _ITALIC, _FAKE_BOLD = 16, 2, 8
"""MuPDF's flags of a span's font and, the last one, of its characters."""

_CAPITALS = 5

_REMEMBERED = 64
_memory: OrderedDict[str, HeadingLevels] = OrderedDict()
"""What was found in documents lately; guarded by MuPDF's lock."""

_PARTS = (
    ("part", r"part|book|volume|teil|band|partie|parte|tome"),
    ("chapter", r"chapter|kapitel|chapitre|cap[ií]tulo|capitolo"),
    ("section", r"section|article|item|abschnitt|artikel|sección|artículo|clause"),
    ("note", r"note|anmerkung|annexe|annex|anhang"),
)
_NAMED = re.compile(
    "^(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _PARTS)
    + r")\s+(?:[ivxlcdm]{1,7}|\d{1,3}[a-z]?(?:\.\d{1,3})*|[a-z]|one|two|three|four|five|six)\b",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"^(?:[A-Z]\.\d{1,3}|\d{1,3})((?:\.\d{1,3}){0,4})[.)]?\s+\W{0,2}[^\W\d_]")
_ROMAN = re.compile(r"^(?:[IVX]|[IVXLC]{2,7})[.)]\s")
_LETTER = re.compile(r"^[A-Z][.)]\s")
_BRACKET = re.compile(r"^\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})\)\s")
_CAPTION = re.compile(
    r"^(?:tab(?:le|elle|leau|la)|fig(?:ure|ura)|abb(?:ildung)?|exhibit|chart)\b", re.IGNORECASE
)
_ENDS = (".", ",", ";", ":")

_DIVISIONS = ("part", "chapter", "section")
_KINDS = (*_DIVISIONS, "note", "roman", "letter", "bracket")
"""Kinds of numbers from the highest to the lowest, in headings of one look.

Divisions stand above all other headings of their size."""


@dataclass(frozen=True, order=True)
class Look:
    """How a heading is set; looks that stand higher sort first.

    Attributes:
        smallness: Its size in points, negative.
        lightness: 0 for bold capitals, 2 for bold type, 4 for capitals and 8 for plain type; one
            more for italics.
    """

    smallness: float
    lightness: int

    @classmethod
    def of(cls, text: str, size: float, *, bold: bool, italic: bool) -> Look:
        """The look of a heading.

        Args:
            text: Its words.
            size: Size of its type in points.
            bold: Whether it is set in a bold face.
            italic: Whether it is set in a slanted face.
        """
        letters = [character for character in text if character.isalpha()]
        capitals = len(letters) >= _CAPITALS and all(character.isupper() for character in letters)
        weight = (0 if bold else 4) if capitals else 2 if bold else 8
        return cls(-round(2 * size) / 2, weight + italic)

    @classmethod
    def prevailing(cls, text: str, parts: Iterable[tuple[str, float, bool, bool]]) -> Look | None:
        """The look that most of a text's letters have, if that is clearly one.

        Args:
            text: All of it.
            parts: Pieces of it with the size of their type, whether bold, and whether italic.
        """
        letters: Counter[tuple[float, bool, bool]] = Counter()
        for said, size, bold, italic in parts:
            letters[round(2 * size) / 2, bold, italic] += sum(c.isalnum() for c in said)
        if not letters:
            return None
        (size, bold, italic), most = max(letters.items(), key=lambda item: (item[1], item[0]))
        if most < _MOST * letters.total():
            return None
        return cls.of(text, size, bold=bold, italic=italic)


@dataclass(frozen=True)
class HeadingLevels:
    """The levels that a document's headings have.

    Attributes:
        looks: Level of each look that headings have, from the highest look on.
        kinds: Level of headings with a number of a kind, such as `section` for `Item 7`.
        sections: Level of headings numbered with a single number, if there are numbered ones.
        title: Look of the document's title, if the page that it opens on has one.
        opening: 1-based number of that page: the first that has a heading.
    """

    looks: tuple[tuple[Look, int], ...] = ()
    kinds: tuple[tuple[str, int], ...] = ()
    sections: int | None = None
    title: Look | None = None
    opening: int = 1

    def level(self, text: str, look: Look | None) -> int:
        """Level of a heading, 1 for the document's title.

        Args:
            text: Its words.
            look: How it is set, if in one way.
        """
        if self.title is not None and look is not None and _is_same(look, self.title):
            return 1
        depth = section_depth(text)
        kind = _kind(text)
        if depth:
            level = (self.sections or _HIGHEST) + depth - 1
        else:
            level = dict(self.kinds).get(kind) or (self._level_of(look) if look else _HIGHEST)
        return min(max(level, _HIGHEST), _DEEPEST)

    def _level_of(self, look: Look) -> int:
        for known, level in self.looks:
            if known.lightness == look.lightness and _is_same_size(known, look):
                return level
        higher = [level for known, level in self.looks if known < look]
        lower = [level for known, level in self.looks if known > look]
        return lower[0] if lower else higher[-1] + 1 if higher else _HIGHEST


def section_depth(text: str) -> int:
    """Depth of a heading's number: 1 for `2`, 2 for `2.1`, 0 without one."""
    match = _DECIMAL.match(text)
    if match is None:
        return 0
    return 1 + match.group(1).count(".") + match.group().split()[0][0].isalpha()


@dataclass(frozen=True)
class _Line:
    """A line of one look, and what stands in it."""

    text: str
    look: Look
    box: tuple[float, float, float, float]
    page: int


@dataclass
class _Group:
    """Headings of one look: the kinds of their numbers in reading order, and their pages."""

    kinds: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)


def heading_levels_of(source: Source) -> HeadingLevels:
    """Look through a document, once.

    Args:
        source: Any; what is no PDF, or has one page only, tells nothing.
    """
    key = content_key(source.revision, source.media_type)
    with use_document(source) as document:
        if key not in _memory:
            _memory[key] = _look_through(document)
            while len(_memory) > _REMEMBERED:
                _memory.popitem(last=False)
        _memory.move_to_end(key)
        return _memory[key]


def _look_through(document: pymupdf.Document) -> HeadingLevels:
    if not document.is_pdf or document.page_count < 2:
        return HeadingLevels()
    lines, letters = _lines_of(document)
    if not letters:
        return HeadingLevels()
    body = max(letters, key=lambda look: (letters[look], look))
    pages = [
        _runs(list(on_page))
        for _, on_page in itertools.groupby(
            _without_furniture(lines, body), key=lambda line: line.page
        )
    ]
    headings = [heading for runs in pages for heading in _headings(runs, body)]
    standing_out = [run[0] for runs in pages for run in runs if _may_be_heading(run, body)]
    first = standing_out[0].page if standing_out else 1
    opening = [line for line in standing_out if line.page == first <= _OPENING]
    levels = _levels(headings, opening, document.page_count, _bookmarks(document))
    return replace(levels, opening=first if opening else 1)


def _lines_of(document: pymupdf.Document) -> tuple[list[_Line], Counter[Look]]:
    """Lines of one look each, and how many letters are set in each look."""
    lines: list[_Line] = []
    letters: Counter[Look] = Counter()
    count = document.page_count
    step = max(1.0, count / _MAX_PAGES)
    numbers = sorted({int(place * step) for place in range(min(count, _MAX_PAGES))})
    for number in numbers:
        for line in _printed(document, number):
            parts = [_part(span) for span in line["spans"]]
            for said, size, bold, italic in parts:
                letters[Look.of(said.lower(), size, bold=bold, italic=italic)] += len(said.strip())
            text = " ".join("".join(said for said, *_ in parts).split())
            look = Look.prevailing(text, parts) if line["dir"] == (1.0, 0.0) else None
            if look is not None:
                lines.append(_Line(text, look, tuple(line["bbox"]), number + 1))
    return lines, letters


def _printed(document: pymupdf.Document, number: int) -> Iterator[dict[str, Any]]:
    try:
        page = document[number]
        streams = [*page.get_contents(), *(found[0] for found in page.get_xobjects())]
        if sum(len(document.xref_stream_raw(one) or b"") for one in streams) > _MAX_PAGE_BYTES:
            return
        found = page.get_text("dict", flags=mupdf().TEXT_PRESERVE_WHITESPACE)
    except Exception:  # noqa: BLE001 - PyMuPDF raises nearly anything for damaged pages
        # It is told where the page itself is read.
        return
    for block in found["blocks"]:
        yield from block["lines"]


def _part(span: dict[str, Any]) -> tuple[str, float, bool, bool]:
    flags, strokes = int(span["flags"]), int(span.get("char_flags", 0))
    is_bold = bool(flags & _BOLD or strokes & _FAKE_BOLD)
    return span["text"], float(span["size"]), is_bold, bool(flags & _ITALIC)


def _headings(runs: Sequence[list[_Line]], body: Look) -> Iterator[_Line]:
    """What may be a heading on a page: few lines that stand out from the text below them."""
    waiting: list[_Line] = []
    for run in runs:
        if _may_be_heading(run, body):
            waiting.append(replace(run[0], text=_text(run)))
            continue
        if run[0].look == body and len(_text(run)) >= _PROSE:
            yield from waiting[-_STACKED:]
        waiting = []


def _may_be_heading(run: Sequence[_Line], body: Look) -> bool:
    text, look = _text(run), run[0].look
    if len(run) > _MAX_LINES or len(text) > _MAX_LENGTH or text.endswith(_ENDS):
        return False
    if _CAPTION.match(text) or sum(character.isalpha() for character in text) <= 2:
        return False
    if look.smallness > body.smallness + _SAME_SIZE or look == body:
        return False
    is_numbered = bool(_kind(text) or section_depth(text))
    larger = look.smallness <= _LARGER * body.smallness
    return larger or look.lightness < body.lightness or is_numbered


def _text(run: Sequence[_Line]) -> str:
    return " ".join(line.text for line in run)


def _without_furniture(lines: Sequence[_Line], body: Look) -> list[_Line]:
    """The lines without those that stand out from the text at the same place of several pages."""
    places: dict[tuple[str, int], set[int]] = {}
    for line in lines:
        places.setdefault(_place(line), set()).add(line.page)
    return [line for line in lines if line.look == body or len(places[_place(line)]) == 1]


def _place(line: _Line) -> tuple[str, int]:
    return re.sub(r"[\W\d]+", "", line.text), round(line.box[1] / 4)


def _runs(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Lines of one look that follow each other, a number with its words; none out of a row."""
    runs: list[list[_Line]] = []
    torn: set[int] = set()
    for line in lines:
        last = runs[-1][-1] if runs else None
        if last is not None and _is_number(last.text) and _are_in_row(last, line):
            runs[-1][-1] = replace(line, text=f"{last.text} {line.text}")
        elif last is None or last.look != line.look:
            runs.append([line])
        elif _are_in_row(last, line):
            runs[-1].append(line)
            torn.add(id(runs[-1]))
        elif line.box[1] - last.box[3] < line.box[3] - line.box[1]:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [run for run in runs if id(run) not in torn]


def _are_in_row(first: _Line, second: _Line) -> bool:
    shared = min(first.box[3], second.box[3]) - max(first.box[1], second.box[1])
    return shared > 0.5 * (second.box[3] - second.box[1])


def _is_number(text: str) -> bool:
    """Whether a heading's words are still to come."""
    return len(text.split()) <= 2 and bool(_kind(f"{text} A") or section_depth(f"{text} A"))


def _kind(text: str) -> str:
    """What kind of number a heading has; empty for none and for one such as `2.1`."""
    named = _NAMED.match(text)
    if named:
        return str(named.lastgroup)
    for kind, pattern in (("roman", _ROMAN), ("letter", _LETTER), ("bracket", _BRACKET)):
        if pattern.match(text):
            return kind
    return ""


def _bookmarks(document: pymupdf.Document) -> dict[tuple[str, int], int]:
    """Level of the headings that the document's outline names, by their letters and page."""
    try:
        entries = document.get_toc(simple=True)
    except Exception:  # noqa: BLE001 - PyMuPDF raises nearly anything for damaged files
        return {}
    # A single entry above all others is the document.
    is_rooted = sum(level == 1 for level, _, _ in entries) == 1
    return {
        (_spelled(title), page): level + (not is_rooted) for level, title, page in reversed(entries)
    }


def _spelled(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _levels(
    headings: Sequence[_Line],
    opening: Sequence[_Line],
    page_count: int,
    bookmarks: Mapping[tuple[str, int], int],
) -> HeadingLevels:
    groups: dict[Look, _Group] = {}
    sizes: list[float] = []
    votes: dict[tuple[Look, str], Counter[int]] = {}
    for heading in headings:
        size = next((n for n in sizes if abs(n - heading.look.smallness) <= _SAME_SIZE), None)
        if size is None:
            sizes.append(size := heading.look.smallness)
        look = replace(heading.look, smallness=size)
        kind = _kind(heading.text) or str(section_depth(heading.text) or "")
        group = groups.setdefault(look, _Group())
        group.kinds.append(kind)
        group.pages.add(heading.page)
        named = bookmarks.get((_spelled(heading.text), heading.page))
        if named is not None:
            votes.setdefault((look, kind), Counter())[named] += 1
    title = _title(opening, groups)
    groups = {look: group for look, group in groups.items() if look != title}
    if page_count >= _SHORT_DOCUMENT:
        groups = {look: group for look, group in groups.items() if len(group.pages) > 1}
    said = {key: max(found, key=lambda n: (found[n], -n)) for key, found in votes.items()}
    return _Ladder({look: groups[look].kinds for look in sorted(groups)}, said).levels(title)


def _title(opening: Sequence[_Line], groups: Mapping[Look, _Group]) -> Look | None:
    """The largest look of the opening, where no other page has it or nearly as large ones.

    A title is the first that stands out, and has no number.
    """
    largest = min((line.look for line in opening), default=None)
    if largest is None or opening[0].look != largest:
        return None
    if any(
        _kind(line.text) or section_depth(line.text) for line in opening if line.look == largest
    ):
        return None
    others = [look.smallness for look, group in groups.items() if group.pages != {opening[0].page}]
    return largest if largest.smallness <= _TITLE_RATIO * min(others, default=0.0) else None


class _Ladder:
    """Gives levels from the highest heading to the lowest.

    Args:
        looks: Kinds of the headings of each look, the highest look first.
        said: Levels that bookmarks tell.
    """

    def __init__(
        self, looks: Mapping[Look, Sequence[str]], said: Mapping[tuple[Look, str], int]
    ) -> None:
        self._looks = looks
        self._said = said
        self._next = _HIGHEST
        self._kinds: dict[str, int] = {}
        self._sections: int | None = None

    def levels(self, title: Look | None) -> HeadingLevels:
        """The levels of all looks and kinds."""
        levels: list[tuple[Look, int]] = []
        for _, sized in itertools.groupby(self._looks, key=lambda look: look.smallness):
            of_size = list(sized)
            for kind in _DIVISIONS:
                for look in of_size:
                    self._place(kind, look)
            levels.extend((look, self._level(look)) for look in of_size)
        kinds = tuple(sorted(self._kinds.items()))
        return HeadingLevels(tuple(levels), kinds, self._sections, title)

    def _place(self, kind: str, look: Look) -> None:
        if kind in self._looks[look] and kind not in self._kinds:
            self._kinds[kind] = self._said.get((look, kind), self._next)
            self._next = self._kinds[kind] + 1

    def _level(self, look: Look) -> int:
        """Level of the headings of a look that have no number."""
        headings = self._looks[look]
        for kind in _KINDS:
            self._place(kind, look)
        own = self._next
        numbered = [self._kinds[kind] for kind in _KINDS if kind in headings]
        depths = sorted({int(kind) for kind in headings if kind.isdigit()})
        if depths:
            if self._sections is None:
                first = self._said.get((look, str(depths[0])), self._next)
                self._sections = max(_HIGHEST, first - depths[0] + 1)
            numbered = [self._sections + depths[0] - 1]
            own = self._next = max(self._next, self._sections + depths[-1])
        if numbered and not _are_between(headings):
            own = numbered[-1]
        own = self._said.get((look, ""), own)
        self._next = max(self._next, own + 1)
        return own


def _are_between(kinds: Sequence[str]) -> bool:
    """Whether most headings without a number stand between numbered ones, and so below them.

    Before the first and behind the last stand a preface and references, which are no part of them.
    """
    numbered = [place for place, kind in enumerate(kinds) if kind]
    within = kinds[numbered[0] : numbered[-1]].count("")
    return 2 * within > kinds.count("")


def _is_same(first: Look, second: Look) -> bool:
    return first.lightness == second.lightness and _is_same_size(first, second)


def _is_same_size(first: Look, second: Look) -> bool:
    return abs(first.smallness - second.smallness) <= _SAME_SIZE
