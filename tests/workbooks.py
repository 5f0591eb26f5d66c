"""Small workbooks written by hand, as programs of several makers write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FORMATS = ("General", "#,##0.00;(#,##0.00)", "0.0%", "d mmm yyyy", "[h]:mm")
"""Formats of the styles 0 to 4; style 5 is bold."""

BOLD = 5


@dataclass(frozen=True)
class XlsxSheet:
    """A sheet: its rows in XML, and what stands before and behind them."""

    name: str
    rows: str
    before: str = ""
    behind: str = ""
    state: str = "visible"


def row(number: int, cells: Mapping[str, object], *, style: int = 0, hidden: bool = False) -> str:
    """A row: texts in place, numbers as numbers, `(value, style)`, and `=` for a formula alone."""
    told = "".join(_cell(f"{column}{number}", value, style) for column, value in cells.items())
    return f'<row r="{number}"{" hidden=" + chr(34) + "1" + chr(34) if hidden else ""}>{told}</row>'


def _cell(place: str, value: object, style: int) -> str:
    if isinstance(value, tuple):
        value, style = value
    if isinstance(value, str) and value.startswith("="):
        return f'<c r="{place}" s="{style}"><f>{escape(value[1:])}</f></c>'
    if isinstance(value, str):
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def xlsx(sheets: Sequence[XlsxSheet], **parts: str) -> bytes:
    """The bytes of a workbook.

    Args:
        sheets: Its sheets.
        parts: Further parts of its folder `xl`, by name with `__` for each slash.
    """
    numbered = list(enumerate(sheets, 1))
    named = "".join(
        f'<sheet name="{escape(one.name)}" sheetId="{n}" state="{one.state}" r:id="rId{n}"/>'
        for n, one in numbered
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_KIND}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    related += f'<Relationship Id="s" Type="{_KIND}/styles" Target="styles.xml"/>'
    formats = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode="{escape(one)}"/>'
        for n, one in enumerate(FORMATS)
    )
    styles = "".join(f'<xf numFmtId="{164 + n}" fontId="0"/>' for n in range(len(FORMATS)))
    members = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f"<workbook {_NAMES} {_RELATED}><sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
        "xl/styles.xml": f"<styleSheet {_NAMES}><numFmts>{formats}</numFmts>"
        f"<fonts><font/><font><b/></font></fonts>"
        f'<cellXfs>{styles}<xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>',
        **{
            f"xl/worksheets/sheet{n}.xml": f"<worksheet {_NAMES}>{one.before}"
            f"<sheetData>{one.rows}</sheetData>{one.behind}</worksheet>"
            for n, one in numbered
        },
        **{f"xl/{name.replace('__', '/')}.xml": text for name, text in parts.items()},
    }
    return zipped(members)


def ods(tables: str, styles: str = "") -> bytes:
    """The bytes of an OpenDocument spreadsheet with such tables and styles."""
    content = f"<office:document-content>{styles}<office:body>{tables}</office:body></office:document-content>"
    return zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    )


def zipped(members: Mapping[str, str]) -> bytes:
    """A ZIP archive of texts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return file.getvalue()
