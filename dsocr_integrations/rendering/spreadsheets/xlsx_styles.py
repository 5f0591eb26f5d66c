"""Formats and bold type of a workbook's cells."""

from __future__ import annotations

from dsocr_integrations.rendering.spreadsheets.number_formats import BUILT_IN, GENERAL

_OFF = frozenset({"0", "false"})


class StylesVisitor:
    """The styles that cells name by number."""

    def __init__(self) -> None:
        self._formats: dict[int, str] = {}
        self._bold_fonts: list[bool] = []
        self._styles: list[tuple[int, int]] = []
        self._around = ""

    def format_of(self, style: int) -> str:
        """The format of a style's numbers."""
        number = self._styles[style][0] if style < len(self._styles) else 0
        return self._formats.get(number) or BUILT_IN.get(number, GENERAL)

    def is_bold(self, style: int) -> bool:
        """Whether a style is set in bold."""
        font = self._styles[style][1] if style < len(self._styles) else 0
        return font < len(self._bold_fonts) and self._bold_fonts[font]

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element of the styles."""
        if name in {"fonts", "cellXfs", "dxfs"}:
            self._around = name
        elif name == "numFmt" and self._around != "dxfs":
            number = int(attributes.get("numFmtId", "0"))
            self._formats[number] = attributes.get("formatCode", GENERAL)
        elif name == "font" and self._around == "fonts":
            self._bold_fonts.append(False)
        elif name == "b" and self._around == "fonts" and self._bold_fonts:
            self._bold_fonts[-1] = attributes.get("val", "1") not in _OFF
        elif name == "xf" and self._around == "cellXfs":
            style = int(attributes.get("numFmtId", "0")), int(attributes.get("fontId", "0"))
            self._styles.append(style)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == self._around:
            self._around = ""

    def text(self, text: str) -> None:
        """No text here means anything."""
