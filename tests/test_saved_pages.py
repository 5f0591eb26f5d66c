"""Pages saved from the web are read by what they show: nothing is fetched, nothing runs."""

from __future__ import annotations

import pytest

from dsocr_integrations.errors import BrokenSourceError, SourceTooLargeError
from dsocr_integrations.records.documents import TableSpan
from dsocr_integrations.rendering import open_document
from dsocr_integrations.rendering.text_files import saved_pages, text_blocks
from dsocr_integrations.rendering.text_files.html_blocks import html_page
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import resolve_source

PAGE = """<!DOCTYPE html><html><head><meta charset=CHARSET><title>t</title><script>x()</script></head>
<body><nav><a href=/a>Home</a> <a href=/b>Shop</a></nav><h1>Pumpwerk Öst</h1>
<p>It runs <b>at night</b>.<iframe src="file:///etc/passwd">no</iframe>
<img src="http://127.0.0.1:9/x.png"></p>
<table><caption>Hours</caption><tr><th rowspan=2>Pump</th><th colspan=2>2025</th></tr>
<tr><th>May</th><th>June</th></tr><tr><td>One</td><td>12</td><td>1,250</td></tr></table>
<ol><li>first</li><li>second</li></ol><pre>a = 1
  b = 2</pre><footer>© 2025</footer></body></html>"""


@pytest.fixture
def runner():
    with Runner("embedded", cache=False) as runner:
        yield runner


def blocks_of(document):
    return [(block.label, block.text) for page in document.pages for block in page.blocks]


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "utf-16"])
def test_a_saved_page_keeps_its_structure_and_fetches_nothing(runner, tmp_path, charset):
    path = tmp_path / "a.html"
    path.write_bytes(PAGE.replace("CHARSET", charset).encode(charset))
    document = runner.read(path)
    assert (document.engine, document.title) == ("text", "Pumpwerk Öst")
    blocks = blocks_of(document)
    table = next(block.table for block in document.pages[0].blocks if block.table)
    assert [one for one in blocks if one[0] != "table"] == [
        ("header", "Home Shop"),
        ("title", "# Pumpwerk Öst"),
        ("text", "It runs at night."),
        ("table_caption", "Hours"),
        ("text", "1. first"),
        ("text", "2. second"),
        ("text", "```\na = 1\n  b = 2\n```"),
        ("footer", "© 2025"),
    ]
    assert table.columns == ("Pump", "2025 / May", "2025 / June")
    assert table.rows == (("One", "12", "1,250"),)
    assert TableSpan(row=0, column=1, column_span=2) in table.spans
    assert "Home" not in document.markdown
    (warning,) = document.pages[0].warnings
    assert warning.message == "Pictures on the page are not read: 1."


@pytest.mark.parametrize(
    ("name", "data", "mime", "text"),
    [
        ("a.htm", b"<p>Herons wade.", "text/html", "Herons wade."),
        ("a.html", "<meta charset='gb2312'><p>水泵".encode("gb2312"), "text/html", "水泵"),
        ("a.html", "<meta charset='koi8-r'><p>Насос".encode(), "text/html", "Насос"),
        (
            "a.mht",
            (
                b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
                b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
                b"\r\n\r\n<h1>Gr=C3=BC=C3=9Fe</h1>\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--"
            ),
            "multipart/related",
            "# Grüße",
        ),
    ],
)
def test_pages_of_every_make_are_known(runner, tmp_path, name, data, mime, text):
    path = tmp_path / name
    path.write_bytes(data)
    document = runner.read(path)
    assert (document.media_type, blocks_of(document)[0][1]) == (mime, text)


def test_a_page_without_text_in_it_and_one_that_is_too_large_are_refused(tmp_path, monkeypatch):
    empty = tmp_path / "a.mhtml"
    empty.write_bytes(b"Content-Type: text/plain\n\nno page")
    with pytest.raises(BrokenSourceError, match="holds no page"):
        open_document(resolve_source(empty))
    page = tmp_path / "a.html"
    page.write_text("<p>More than ten letters")
    for place, limit in ((saved_pages, "MAX_PAGE_BYTES"), (text_blocks, "MAX_TEXT_BYTES")):
        with monkeypatch.context() as patch:
            patch.setattr(place, limit, 10)
            with pytest.raises(SourceTooLargeError):
                open_document(resolve_source(page))


def test_a_cell_of_many_lines_stays_in_its_table_where_the_table_has_names():
    page = html_page(
        "<table><tr><th>Bird<th>Where<tr><td>Heron<td><p>River</p><ul><li>reeds<li>banks</ul></table>"
    )
    (block,) = page.blocks
    assert block.table is not None
    assert block.table.rows == (("Heron", "River - reeds - banks"),)
