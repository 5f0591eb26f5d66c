"""The form fields of a page with what was filled in and the labels printed beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dsocr_integrations.rendering.words import Word, read_words
from dsocr_integrations.rendering.xfa import dynamic_values

if TYPE_CHECKING:
    import pymupdf

    from dsocr_integrations.records.documents import PointBox

_HIDDEN = 2
_NOT_VIEWED = 32
"""Flags of an annotation that is not shown on a screen (ISO 32000-1, table 165)."""

_PASSWORD = 1 << 13
_NOTHING = frozenset({"", "null", "/Off", "Off"})
_GAP = 1.3
"""Words of one label stand no further apart than this many line heights."""

_FAR = 8.0
"""A label before its field ends no further from it than this many line heights."""

_LONGEST_TIP = 80
"""Characters; a longer tool tip is an instruction."""

_SIGNATURES = ("V", "Parent/V")
"""Where a signature field holds its signature: itself, or where it stands once or more."""


@dataclass(frozen=True)
class PageField:
    """A form field.

    Attributes:
        box: In points of the upright page.
        name: As the file names it.
        kind: `CheckBox`, `RadioButton`, `Text`, `ListBox`, `ComboBox`, `Button`, `Signature`,
            `XFA`.
        value: What was filled in or chosen, or who signed; empty for an empty field.
        label: What is printed beside it, or its tool tip.
        tip: Its tool tip where nothing printed says what it is for.
        checked: Whether a check box or radio button is chosen; `None` for any other field.
        choices: Entries of a list, as shown.
        chosen: Those that were chosen.
        secret: Whether it takes a password, which nobody shall read.
    """

    box: PointBox
    name: str
    kind: str
    value: str = ""
    label: str = ""
    checked: bool | None = None
    choices: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    secret: bool = False
    tip: str = ""


def read_fields(page: pymupdf.Page) -> tuple[PageField, ...]:
    """Read the fields of a page that can be seen, in the file's order.

    The values of a dynamic XFA form are fields of its first page, of kind `XFA` and as large as it.
    """
    if page.first_widget is None:
        return _drawn_by_viewer(page) if page.number == 0 else ()
    widgets = [widget for widget in page.widgets() if not _is_hidden(page, widget)]
    boxes = [_upright(widget.rect * page.rotation_matrix) for widget in widgets]
    words = read_words(page, (0.0, 0.0, page.rect.width, page.rect.height))
    outside = [word for word in words if not any(_holds(box, word) for box in boxes)]
    return tuple(
        _field(page, widget, box, outside, boxes)
        for widget, box in zip(widgets, boxes, strict=True)
    )


def _drawn_by_viewer(page: pymupdf.Page) -> tuple[PageField, ...]:
    whole = (0.0, 0.0, float(page.rect.width), float(page.rect.height))
    values = dynamic_values(page.parent) or ()
    return tuple(PageField(whole, one.name, "XFA", one.value, one.label) for one in values)


def _field(
    page: Any, widget: Any, box: PointBox, words: Sequence[Word], boxes: Sequence[PointBox]
) -> PageField:
    kind, name = str(widget.field_type_string), str(widget.field_name or "")
    label = _printed_label(box, words, boxes, behind=kind in {"CheckBox", "RadioButton"})
    tip = "" if label else " ".join(str(widget.field_label or "").split())
    field = PageField(box, name, kind, label=label or tip, tip=_telling(tip, name, words))
    if kind in {"CheckBox", "RadioButton"}:
        checked = _is_checked(page, widget)
        value = str(widget.on_state() or "Yes") if checked else ""
        return replace(field, value=value, checked=checked)
    if kind in {"ListBox", "ComboBox"}:
        entries = tuple(_entry(one) for one in widget.choice_values or ())
        wanted = widget.field_value
        values = [str(one) for one in wanted] if isinstance(wanted, list | tuple) else [wanted]
        chosen = tuple(
            next((shown for export, shown in entries if value in {export, shown}), str(value))
            for value in values
            if value
        )
        shown = tuple(shown for _, shown in entries)
        return replace(field, value=", ".join(chosen), choices=shown, chosen=chosen)
    if kind == "Signature":
        return replace(field, value=_signer(page.parent, widget.xref))
    if kind == "Text" and (widget.field_flags or 0) & _PASSWORD:
        return replace(field, secret=True)
    return replace(field, value="" if kind == "Button" else str(widget.field_value or ""))


def _telling(tip: str, name: str, words: Sequence[Word]) -> str:
    """A tool tip that says what its field is for, and not what is printed already."""
    said = _plain(tip)
    printed = _plain("".join(word.text for word in words))
    if len(tip) > _LONGEST_TIP or said in _plain(name) or said in printed:
        return ""
    return tip


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _entry(choice: Any) -> tuple[str, str]:
    """Value and shown text of an entry of a list."""
    if isinstance(choice, list | tuple) and len(choice) == 2:
        return str(choice[0]), str(choice[1])
    return str(choice), str(choice)


def _is_checked(page: Any, widget: Any) -> bool:
    _, state = page.parent.xref_get_key(widget.xref, "AS")
    if state in {"null", ""}:
        return str(widget.field_value) not in {*_NOTHING, "None", "False"} and str(
            widget.field_value
        ) == str(widget.on_state())
    return state not in _NOTHING


def _is_hidden(page: Any, widget: Any) -> bool:
    _, flags = page.parent.xref_get_key(widget.xref, "F")
    return flags.isdigit() and bool(int(flags) & (_HIDDEN | _NOT_VIEWED))


def _signer(document: Any, xref: int) -> str:
    """Who signed a signature field, as the signature says; empty for one that is not signed."""
    signature = next(
        (key for key in _SIGNATURES if document.xref_get_key(xref, key)[0] != "null"), ""
    )
    if not signature:
        return ""
    kind, said = document.xref_get_key(xref, f"{signature}/Name")
    name = " ".join(said.split()) if kind == "string" else ""
    return f"signed by {name}" if name else "signed"


def _printed_label(
    box: PointBox, words: Sequence[Word], boxes: Sequence[PointBox], *, behind: bool
) -> str:
    """The text beside a field: behind a box to tick, before or above any other one."""
    right, left = _run(box, words, boxes, 1), _run(box, words, boxes, -1)
    if behind:
        return right or left
    return left or _above(box, words) or ""


def _run(box: PointBox, words: Sequence[Word], boxes: Sequence[PointBox], way: int) -> str:
    """Words in line with a field on one side, up to a gap or the next field."""
    middle, height = (box[1] + box[3]) / 2, min(box[3] - box[1], 16.0)
    level = [w for w in words if w.box[1] - 0.3 * height <= middle <= w.box[3] + 0.3 * height]
    beside = [b for b in boxes if b[1] <= middle <= b[3] and b != box]
    near, far = (0, 2) if way > 0 else (2, 0)
    ordered = sorted(level, key=lambda word: way * word.box[near])
    edge, taken = box[far], list[Word]()
    for word in ordered:
        gap = way * (word.box[near] - edge)
        if gap < -0.5 * height:
            continue
        limit = _GAP if taken or way > 0 else _FAR
        between = any(
            way * (b[near] - edge) >= 0 <= way * (word.box[near] - b[near]) for b in beside
        )
        if gap > limit * (word.box[3] - word.box[1]) or between:
            break
        taken.append(word)
        edge = word.box[far]
    return " ".join(word.text for word in taken[::way])


def _above(box: PointBox, words: Sequence[Word]) -> str:
    """The line right above the left end of a field."""
    over = [
        word
        for word in words
        if 0 <= box[1] - word.box[3] + 4 <= 1.2 * (word.box[3] - word.box[1])
        and box[0] - 4 <= word.box[0] <= box[2]
    ]
    return " ".join(word.text for word in sorted(over, key=lambda word: word.box[0]))


def _holds(box: PointBox, word: Word) -> bool:
    x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _upright(rect: Any) -> PointBox:
    return (float(rect.x0), float(rect.y0), float(rect.x1), float(rect.y1))
