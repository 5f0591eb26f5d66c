"""From segments to paragraphs: which lines continue which, and how their text joins."""

from __future__ import annotations

import itertools
import re
import statistics
import unicodedata
from collections.abc import Callable, Sequence

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.segments import median_height, same_row

CHAIN_GAP = 1.1
"""Lines of one block are parted by at most this many line heights of white."""

HEIGHT_RATIO = 1.45
SHORT_ENTRY = 8.0
FAR_ENTRY = 8.0
"""Entries set side by side are shorter and nearer than this many line heights."""

INDENT = 0.9
"""A first line stands in by at least this many line heights."""

_HYPHENS = "-\u2010\u00ad"
_LIST_MARK = re.compile(
    r"^(?:[•●■□◆▪◦✓·*–—-]\s|\(?\d{1,2}[.)、．]\s?\D|[（(]\d{1,2}[)）]|[a-hA-HQ][.)]\s|[①-⑳])"
)


def chains(segments: Sequence[TextLine]) -> list[list[TextLine]]:
    """Group segments into runs of lines that stand right under each other.

    A segment with two neighbours below (a heading over two columns) ends its run.
    """
    below: dict[int, list[int]] = {i: [] for i in range(len(segments))}
    above: dict[int, list[int]] = {i: [] for i in range(len(segments))}
    for i, upper in enumerate(segments):
        for j, lower in enumerate(segments):
            if i != j and _follows(upper, lower) and not _between(i, j, segments):
                below[i].append(j)
                above[j].append(i)
    linked = {
        i: js[0]
        for i, js in below.items()
        if len(js) == 1 and len(above[js[0]]) == 1 and _alike(segments[i], segments[js[0]])
    }
    entries = _entries_in_rows(segments)
    linked = {i: j for i, j in linked.items() if not (i in entries and j in entries)}
    starts = [i for i in range(len(segments)) if i not in linked.values()]
    runs = []
    for start in starts:
        run = [start]
        while run[-1] in linked:
            run.append(linked[run[-1]])
        runs.append([segments[i] for i in run])
    return runs


def _entries_in_rows(segments: Sequence[TextLine]) -> set[int]:
    """Short segments with a short neighbour beside: entries that are read row by row."""
    height = median_height(segments)
    short = [i for i, s in enumerate(segments) if s.box[2] - s.box[0] < SHORT_ENTRY * height]
    return {
        i
        for i in short
        if any(
            i != j
            and same_row(segments[i], segments[j])
            and _gap_beside(segments[i], segments[j]) < FAR_ENTRY * height
            for j in short
        )
    }


def _gap_beside(a: TextLine, b: TextLine) -> float:
    return max(a.box[0], b.box[0]) - min(a.box[2], b.box[2])


def _follows(upper: TextLine, lower: TextLine) -> bool:
    if same_row(upper, lower) or lower.box[1] < upper.box[1]:
        return False
    overlap = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
    gap = lower.box[1] - upper.box[3]
    height = min(upper.height, lower.height)
    return overlap > 0.5 * height and gap <= CHAIN_GAP * max(height, 1.0)


def _alike(upper: TextLine, lower: TextLine) -> bool:
    if upper.vertical or lower.vertical:
        return False
    heights = sorted((upper.height, lower.height))
    return heights[1] <= HEIGHT_RATIO * heights[0]


def _between(i: int, j: int, segments: Sequence[TextLine]) -> bool:
    """Whether a third line stands between two that would follow each other."""
    upper, lower = segments[i].box, segments[j].box
    left, right = max(upper[0], lower[0]), min(upper[2], lower[2])
    top, bottom = (upper[1] + upper[3]) / 2, (lower[1] + lower[3]) / 2
    return any(
        k not in (i, j)
        and top < (s.box[1] + s.box[3]) / 2 < bottom
        and not same_row(segments[i], s)
        and not same_row(segments[j], s)
        and min(right, s.box[2]) > max(left, s.box[0])
        for k, s in enumerate(segments)
    )


def paragraphs(
    run: Sequence[TextLine], parted: Callable[[TextLine, TextLine], bool] = lambda _a, _b: False
) -> list[list[TextLine]]:
    """Part a run of lines where a paragraph ends: by indent, wider gap, mark or short line.

    Args:
        run: Lines from top to bottom.
        parted: Whether something else parts two consecutive lines.
    """
    if len(run) < 2:
        return [list(run)]
    height = median_height(run)
    left = statistics.quantiles([line.box[0] for line in run], n=4)[0]
    right = statistics.quantiles([line.box[2] for line in run], n=4)[-1]
    gaps = [b.box[1] - a.box[3] for a, b in itertools.pairwise(run)]
    usual = statistics.median(gaps)
    groups = [[run[0]]]
    for previous, line, gap in zip(run, run[1:], gaps, strict=False):
        ends_early = previous.box[2] < right - 3 * height
        indented = line.box[0] > left + INDENT * height and previous.box[0] <= left + height
        marked = _LIST_MARK.match(line.text) is not None
        spaced = gap > usual + 0.5 * height
        ended = _ends_sentence(previous.text)
        if (
            parted(previous, line)
            or spaced
            or marked
            or (indented and (ends_early or ended))
            or (ends_early and ended)
        ):
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def join_text(lines: Sequence[TextLine]) -> str:
    """One paragraph's text: words parted by hyphens joined, Chinese lines without spaces."""
    text = ""
    for line in lines:
        text = join_pieces(text, (line.marked or line.text).strip())
    return text


def join_pieces(text: str, more: str) -> str:
    """Two consecutive pieces of text as one."""
    if not text or not more:
        return text or more
    if text[-1] in _HYPHENS and len(text) > 1 and text[-2].isalpha() and more[0].islower():
        return text[:-1] + more
    if is_wide(text[-1]) and (is_wide(more[0]) or more[0].isalnum()):
        return text + more
    if is_wide(more[0]):
        return text + more
    return f"{text} {more}"


def is_wide(character: str) -> bool:
    """Whether a character is Chinese, Japanese or full width; Korean is written with spaces."""
    if "\uac00" <= character <= "\ud7af":
        return False
    return unicodedata.east_asian_width(character) in "WF"


def _ends_sentence(text: str) -> bool:
    return text.rstrip()[-1:] in {*".!?:;。！？：；”\"'）)"}
