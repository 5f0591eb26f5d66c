"""Files that say their text themselves come out as they are, and nobody is said to have read them."""

from __future__ import annotations

import base64
import importlib.util
import sys
from email.message import EmailMessage

import pymupdf
import pytest

from dsocr_integrations.cli import main
from dsocr_integrations.errors import BrokenSourceError, SourceDependencyError, SourceTooLargeError
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.rendering import open_document
from dsocr_integrations.rendering.attachments import attached_sources
from dsocr_integrations.rendering.text_files import text_blocks
from dsocr_integrations.rendering.text_files.html_blocks import html_page
from dsocr_integrations.rendering.text_files.markdown_blocks import markdown_blocks
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import Source, resolve_source
from tests.scripted_engine import ScriptedEngine

MARKDOWN = """\
# Pump handbook

It runs **at night**; see <b>valve</b> and `<|ref|>`.
Second line.

Hours
-----

| hour | litres |
|------|-------:|
| 01   | 1,250  |

```python
# no heading

x = 1
```

### Deep ###
- one
- two
"""


@pytest.fixture
def runner():
    with Runner("embedded", cache=False) as runner:
        yield runner


def written(path, text: str, encoding: str = "utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def blocks_of(document):
    return [(block.label, block.text) for page in document.pages for block in page.blocks]


def test_markdown_keeps_headings_tables_and_code(runner, tmp_path):
    document = runner.read(written(tmp_path / "a.md", MARKDOWN))
    assert document.title == "Pump handbook"
    assert blocks_of(document) == [
        ("title", "# Pump handbook"),
        ("text", "It runs **at night**; see <b>valve</b> and `<|ref|>`.\nSecond line."),
        ("sub_title", "## Hours"),
        ("table", "| hour | litres |\n|------|-------:|\n| 01   | 1,250  |"),
        ("text", "```python\n# no heading\n\nx = 1\n```"),
        ("sub_title", "### Deep"),
        ("text", "- one\n- two"),
    ]
    (table,) = [block.table for block in document.pages[0].blocks if block.table]
    assert (table.columns, table.rows) == (("hour", "litres"), (("01", "1,250"),))


def test_nobody_is_said_to_have_read_a_text(runner, tmp_path):
    document = runner.read(written(tmp_path / "a.txt", "The pump.\n" * 60))
    (page,) = document.pages
    assert document.engine == page.reading.engine == "text"
    assert page.reading.quality.trusted
    assert page.reading.fingerprint.startswith("text/4 ")
    assert page.blocks[0].text.count("The pump.") == 60


def test_a_model_is_not_asked_for_a_text_but_for_what_a_page_shows(tmp_path):
    path = written(tmp_path / "a.txt", "The pump.")
    for prompt, reader in (("markdown", "text"), ("free", "text"), ("figure", "scripted")):
        with Runner(ScriptedEngine(), cache=False, prompt=prompt) as runner:
            (page,) = runner.read(path).pages
        assert page.reading.engine == reader


def test_paragraphs_stay_whole_and_a_form_feed_ends_a_page(runner, tmp_path):
    paragraph = "\n".join(f"Line {number} of a paragraph." for number in range(20))
    text = "\n\n".join([paragraph] * 5) + "\fNext sheet"
    document = runner.read(written(tmp_path / "a.txt", text, "utf-16"))
    assert document.page_count == len(document.pages) == 4
    assert {text for _, text in blocks_of(document)[:-1]} == {paragraph}
    assert [block.text for block in document.pages[-1].blocks] == ["Next sheet"]


def test_what_is_cited_of_a_text_can_be_shown(runner, tmp_path):
    path = written(tmp_path / "a.md", MARKDOWN)
    document = runner.read(path)
    with open_document(resolve_source(path)) as opened:
        region = opened.region(1)
        for block in document.pages[0].blocks:
            words = {word.text for word in region.crop(block.boxes[0]).words()}
            assert set(block.text.replace("|", " ").split()) & words
    assert "1,250" in document.markdown


def test_a_huge_paragraph_is_parted_between_words(runner, tmp_path):
    words = [f"word{number}" for number in range(3000)]
    document = runner.read(written(tmp_path / "a.txt", " ".join(words)))
    texts = [text for _, text in blocks_of(document)]
    assert max(map(len, texts)) <= 3000
    assert " ".join(texts).split() == words


def test_what_cannot_be_told_is_refused(tmp_path, monkeypatch):
    hebrew = written(tmp_path / "a.txt", "המשאבה פועלת בלילה.", "cp1255")
    with pytest.raises(BrokenSourceError, match="UTF-8"):
        open_document(resolve_source(hebrew))
    monkeypatch.setattr(text_blocks, "MAX_TEXT_BYTES", 10)
    with pytest.raises(SourceTooLargeError):
        open_document(resolve_source(written(tmp_path / "b.txt", "More than ten bytes")))


def test_texts_stand_beside_readings_of_any_engine(tmp_path, caplog):
    (tmp_path / "in").mkdir()
    written(tmp_path / "in" / "a.txt", "The pump runs at night.")
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "The valve is shut.")
        document.save(tmp_path / "in" / "b.pdf")
    with open_index(tmp_path / "index.db", embedder="none") as index:
        for unchanged in (0, 2):
            with Runner(ScriptedEngine(), cache=False) as runner:
                report = ingest(tmp_path / "in", tmp_path / "out", runner=runner, index=index)
            assert (report.failures, report.unchanged) == ((), unchanged)
        assert "reading versions" not in caplog.text
        assert {one.engine for one in index.documents()} == {"text", "scripted"}
        hit = next(iter(index.search("pump")))
        assert hit.chunk.engine == "text"
    assert {one.engine for one in OutputFolder(tmp_path / "out").manifests()} == {
        "text",
        "scripted",
    }


def mail(**parts: bytes) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Anna Øst <anna@example.org>"
    message["To"] = "bob@example.org"
    message["Subject"] = "Angebot für März"
    message.set_content("Dear Bob,\n\nthe offer is attached.\n")
    message.add_alternative("<p>Other text</p>", subtype="html")
    for name, data in parts.items():
        message.add_attachment(data, maintype="application", subtype="pdf", filename=f"{name}.pdf")
    return message


def pdf_with(text: str) -> bytes:
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), text)
        return document.tobytes()


def test_a_mail_is_read_with_its_head_and_its_attachments(tmp_path, capsys, monkeypatch):
    inner = mail(inside=pdf_with("Invoice 8842"))
    outer = mail(offer=pdf_with("Offer 8841"))
    outer.add_attachment(inner)
    path = tmp_path / "a.eml"
    path.write_bytes(outer.as_bytes())
    monkeypatch.setattr(
        sys, "argv", ["dsocr", "read", str(path), "--attachments", "--engine=embedded", "-q"]
    )
    with pytest.raises(SystemExit):
        main()
    said = capsys.readouterr()
    for text in ("# Angebot für März", "Anna Øst", "the offer is attached", "8841", "8842"):
        assert text in said.out
    assert "Other text" not in said.out
    assert "2 attached files are no part" in said.err
    assert [one.uri.partition("#")[2] for one in attached_sources(resolve_source(path))] == [
        "attachment=offer.pdf",
        "attachment=Angebot für März.eml",
        "attachment=Angebot für März.eml#attachment=inside.pdf",
    ]


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        ("text/plain; charset=koi8-r", "Насос".encode("koi8-r"), "Насос"),
        ("text/plain; charset=us-ascii", "Grüße".encode(), "Grüße"),
        ("text/plain; charset=iso-8859-1", "Grüße".encode(), "Grüße"),
        ("text/plain; charset=nonsense", "Grüße".encode("latin-1"), "Grüße"),
        ("text/plain; charset=iso-2022-jp", "ポンプ".encode("iso-2022-jp"), "ポンプ"),
    ],
)
def test_the_text_of_a_mail_comes_out_as_it_was_written(runner, tmp_path, head, body, text):
    path = tmp_path / "a.eml"
    path.write_bytes(f"Subject: x\nContent-Type: {head}\n\n".encode() + body)
    assert blocks_of(runner.read(path))[-1] == ("text", text)


HTML = """
<html><head><title>t</title><style>p{}</style></head><body>
<div style="display:none">hidden</div><script>alert(1)</script>
<table><tr><td><h2>Your order</h2><p>Dear Bob,<br>thanks.</p></td></tr>
<tr><td><table><tr><th>Item</th><th>Price</th></tr><tr><td>Pump | big</td><td>1,250</td></tr></table>
</td></tr></table><ul><li>one<li>two</ul><a href="javascript:x">link</a>
"""


def test_the_html_of_a_mail_becomes_text_without_what_acts():
    blocks = list(html_page(HTML).blocks)
    assert [(block.label, block.text) for block in blocks] == [
        ("sub_title", "## Your order"),
        ("text", "Dear Bob,\nthanks."),
        ("table", "| Item | Price |\n| --- | --- |\n| Pump \\| big | 1,250 |"),
        ("text", "- one"),
        ("text", "- two"),
        ("text", "link"),
    ]
    assert blocks[2].table is not None
    assert blocks[2].table.rows == (("Pump | big", "1,250"),)


PICTURE = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAAGgAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAA"
    "AA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNw"
    "AAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHB"
    "crAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAA"
    "AAABAAEEgQIDBAAAAHBtZGF0AAAAZCgBrxOAdqCmqI///fUr3/uHPP/htZLBVBf8hbJ95ypf+MO8p4P/QuMjqg0/r8O0wibe"
    "XiaQcXYo3D5PA1BZoECu0hSsBqcdtfNKvIhztSQgT2/rYzL+dtZMeaWD/yR0BPyjOfg="
)
"""A picture of 96 x 64 pixels, its upper left quarter red."""

HAS_HEIC = any(map(importlib.util.find_spec, ("pi_heif", "pillow_heif")))


def test_a_picture_of_a_phone_is_read_or_refused_with_the_remedy():
    source = resolve_source(PICTURE)
    assert (source.media_type, source.name) == ("image/heic", "document.heic")
    if not HAS_HEIC:
        with pytest.raises(SourceDependencyError, match=r"dsocr-integrations\[heic\]"):
            open_document(source)
        return
    with open_document(source) as document:
        pixels = document.region(1).render_pixels()
    assert pixels.size == (96, 64)
    red, green, _ = pixels.getpixel((10, 10))
    assert red > 180
    assert green < 60


def test_attached_texts_are_documents_too(tmp_path):
    with pymupdf.open() as document:
        document.new_page()
        document.embfile_add("a", b"a note", filename="note.txt")
        (found,) = attached_sources(resolve_source(document.tobytes()))
    assert isinstance(found, Source)
    assert found.media_type == "text/plain"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p style='DISPLAY : none'>hidden<p>shown", ["shown"]),
        ("<div hidden>a<div>b</div></div><img alt='hidden x'>c", ["c"]),
        ("İİİİİİİİİİİİ<style>p{}</STYLE>Herons", ["İİİİİİİİİİİİHerons"]),
        ("<!-- a > b --><!DOCTYPE html>x &lt;b&gt; 1 < 2<!-- open", ["x <b> 1 < 2"]),
        ("<a<a<div ", ["<a<a<div"]),
        ("<style>p{}</style><SCRIPT>'</p>'</script>x<script>", ["x"]),
        ("<span style='font-size:0.9em'>small</span>", ["small"]),
        ("The <del>old <b>price</b></del> new one", ["The ~~old price~~ new one"]),
        ("<s><p>a</p><p>b</p></s><p>c</p></s>", ["~~a~~", "~~b~~", "c"]),
        ("<input type=checkbox checked> Agreed <INPUT type='radio'/>No", ["☑ Agreed ☐ No"]),
        ("Name: <input value='Jo Lie'><input type=hidden value=x>", ["Name: Jo Lie"]),
        ("<input type=checkbox value='checked'>x<input type=password value=y>", ["☐ x"]),
    ],
)
def test_what_html_shows_is_all_that_is_taken(source, texts):
    assert [block.text for block in html_page(source).blocks] == texts


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("---\nauthor: A\n---\n# T", ["---\nauthor: A\n---", "# T"]),
        ("- a\n- b\n---\nc", ["- a\n- b", "---", "c"]),
        ("a\n\n* * *\n\nb", ["a", "* * *", "b"]),
        ("---\nnever closed", ["---", "never closed"]),
        ("Two\nlines\n===", ["# Two lines"]),
        ("a | b\n--|--\n1 | 2", ["a | b\n--|--\n1 | 2"]),
        ("```\n~~~\n# x\n```\ny", ["```\n~~~\n# x\n```", "y"]),
        ("~~~ open\n# x", ["~~~ open\n# x"]),
    ],
)
def test_blocks_of_markdown(text, blocks):
    assert [block.text for block in markdown_blocks(text)] == blocks


@pytest.mark.parametrize(
    ("line", "text"),
    [("# A #", "# A"), ("## B#", "## B#"), ("### #", None), ("#C", "#C"), ("#" * 7, "#######")],
)
def test_headings_are_closed_as_markdown_has_it(line, text):
    assert [block.text for block in markdown_blocks(line)] == ([text] if text else [])
