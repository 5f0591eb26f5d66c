"""Pages come upright, bounded and the same in every process, whatever the file is like."""

from __future__ import annotations

import io
import multiprocessing
import pickle
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image, TiffImagePlugin

from dsocr_integrations import rendering
from dsocr_integrations.errors import (
    BrokenSourceError,
    PasswordError,
    SourceDependencyError,
    SourceTooLargeError,
)
from dsocr_integrations.rendering import bombs, open_document, raster
from dsocr_integrations.rendering.open_documents import close_document
from dsocr_integrations.sources import archives, office, resolve_source
from tests.workbooks import zipped

ROTATIONS = [0, 90, 180, 270]


def opened(path: Path, **options):
    return open_document(resolve_source(path, **options))


def first_region(path: Path, **options):
    with opened(path, **options) as document:
        return document.region(1)


def save_page(path: Path, *, rotation: int = 0, crop: bool = False) -> Path:
    """A page whose every kind of thing stands at a known place of the *unrotated* page."""
    with pymupdf.open() as document:
        page = document.new_page(width=300, height=500)
        page.insert_text((40, 60), "Corner", fontsize=14)
        page.draw_rect((100, 200, 180, 240), color=(1, 0, 0), fill=(0, 0, 1))
        page.insert_text((110, 325), "here")
        page.insert_link(
            {
                "kind": pymupdf.LINK_URI,
                "from": pymupdf.Rect(100, 300, 200, 340),
                "uri": "http://a.b/",
            }
        )
        page.add_highlight_annot(pymupdf.Rect(40, 45, 90, 65)).set_info(content="note")
        widget = pymupdf.Widget()
        widget.field_type = pymupdf.PDF_WIDGET_TYPE_TEXT
        widget.field_name, widget.field_value = "name", "value"
        widget.rect = pymupdf.Rect(50, 400, 200, 420)
        page.add_widget(widget)
        if crop:
            page.set_cropbox((20, 30, 280, 450))
        page.set_rotation(rotation)
        document.save(path)
    return path


def ink(picture: Image.Image, box, dpi=144) -> float:
    """Share of dark pixels within a box of points."""
    left, top, right, bottom = (round(value * dpi / 72) for value in box)
    return float((np.asarray(picture.convert("L"))[top:bottom, left:right] < 128).mean())


@pytest.mark.parametrize("crop", [False, True])
@pytest.mark.parametrize("rotation", ROTATIONS)
def test_rotated_pages_are_upright_in_everything(tmp_path, rotation, crop):
    region = first_region(save_page(tmp_path / "a.pdf", rotation=rotation, crop=crop))
    picture = region.render()
    assert picture.size == (round(region.width * 2), round(region.height * 2))
    (word,) = [word for word in region.words() if word.text == "Corner"]
    assert ink(picture, word.box) > 0.05
    (path,) = [path for path in region.drawings() if path.get("fill") == (0, 0, 1)]
    assert ink(picture, path["rect"]) > 0.95
    for item in path["items"]:
        assert tuple(item[1]) == pytest.approx(tuple(path["rect"]), abs=0.1)
    extras = region.extras()
    (link,) = extras.links
    assert (link.uri, link.text) == ("http://a.b/", "here")
    (here,) = [word for word in region.words() if word.text == "here"]
    for value, edge, side in zip(
        link.box[:2], here.box, (region.width, region.height), strict=False
    ):
        assert value / 999 * side <= edge + 0.5
    assert [(field.name, field.value) for field in extras.form_fields] == [("name", "value")]
    (note,) = extras.annotations
    assert (note.kind, note.text) == ("Highlight", "note")
    centre = ((word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2)
    x0, y0, x1, y1 = (
        value / 999 * side
        for value, side in zip(note.box, (region.width, region.height) * 2, strict=True)
    )
    assert x0 <= centre[0] <= x1
    assert y0 <= centre[1] <= y1
    with region.page() as page:
        assert (page.rect.width, page.rect.height) == (region.width, region.height)
        (upright,) = [item for item in page.get_text("words") if item[4] == "Corner"]
        assert upright[:4] == pytest.approx(word.box, abs=0.5)


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_crop_is_the_same_place_in_pixels_words_and_drawings(tmp_path, rotation):
    region = first_region(save_page(tmp_path / "a.pdf", rotation=rotation))
    (path,) = [path for path in region.drawings() if path.get("fill") == (0, 0, 1)]
    sides = (region.width, region.height) * 2
    box = tuple(round(v / side * 999) for v, side in zip(path["rect"], sides, strict=True))
    crop = region.crop(box)
    assert crop.width == pytest.approx(path["rect"].width, abs=1)
    assert ink(crop.render(), (0, 0, crop.width, crop.height)) > 0.9
    assert crop.words() == ()
    (inner,) = crop.drawings()
    assert inner["rect"].x0 == pytest.approx(0, abs=1)
    # A crop of a crop is a part of the part.
    quarter = crop.crop((0, 0, 500, 500))
    assert quarter.width == pytest.approx(crop.width / 2, abs=1)


def test_degenerate_crops_still_have_pixels(tmp_path):
    region = first_region(save_page(tmp_path / "a.pdf"))
    for box in [(0, 0, 0, 0), (999, 999, 999, 999), (500, 500, 500, 900)]:
        assert min(region.crop(box).render(72).size) >= 1


def test_outline_title_labels_and_selection(tmp_path):
    with pymupdf.open() as document:
        for _ in range(4):
            document.new_page()
        document.set_toc([[1, "One", 1], [2, "Deep", 3]])
        document.set_page_labels([{"startpage": 0, "style": "r", "prefix": "", "firstpagenum": 1}])
        document.set_metadata({"title": "  A   title "})
        document.save(tmp_path / "a.pdf")
    with opened(tmp_path / "a.pdf", pages="2-3,9") as document:
        assert document.title == "A title"
        assert [(e.level, e.title, e.page) for e in document.outline] == [
            (1, "One", 1),
            (2, "Deep", 3),
        ]
        assert document.page_numbers() == [2, 3]
        assert document.region(3).label == "iii"
        with pytest.raises(BrokenSourceError, match="no page 5"):
            document.region(5)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Microsoft Word - SPECIAL AGENDA 0406.doc", None),
        ("Price model, 5% increase - approved.xlsm", None),
        ("leaflet_1_DE_v1.PDF", None),
        ("Microsoft Word - Contract", None),
        ("edgar_image", None),
        ("doi:10.1000/j.tides.2005.01", None),
        ("Untitled-1", None),
        ("PowerPoint-Präsentation", None),
        ("(anonymous)", None),
        ("unspecified", None),
        ("XXXXX", None),
        ("[Enter the title here]", None),
        ("[Titel des Dokuments eingeben]", None),
        ("[Care of burns in the field]", "[Care of burns in the field]"),
        ("Anonymous letters", "Anonymous letters"),
        ("On the origin of .doc files", "On the origin of .doc files"),
        ("Untitled works of 1905", "Untitled works of 1905"),
        ("AD420 (Rev. H)", "AD420 (Rev. H)"),
        ("", None),
    ],
)
def test_what_programs_write_is_no_title(tmp_path, said, title):
    with pymupdf.open() as document:
        document.new_page()
        document.set_metadata({"title": said})
        document.save(tmp_path / "a.pdf")
    with opened(tmp_path / "a.pdf") as document:
        assert document.title == title


@pytest.mark.parametrize("said", ["powerpoint" * 30_000 + " a b c", "_" * 300_000 + "!"])
def test_a_title_that_goes_on_and_on_holds_nobody_up(tmp_path, said):
    with pymupdf.open() as document:
        document.new_page()
        document.set_metadata({"title": said})
        document.save(tmp_path / "a.pdf")
    began = time.process_time()
    with opened(tmp_path / "a.pdf") as document:
        assert document.title == said
    assert time.process_time() - began < 5


def test_what_is_wrong_with_a_broken_file_is_parted_from_the_remedy(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    with pytest.raises(BrokenSourceError, match=r"\w\. Check that the file is complete\.$"):
        opened(tmp_path / "a.pdf")


def test_exif_orientation_is_applied(tmp_path):
    upright = Image.new("RGB", (60, 40), "white")
    upright.paste("black", (0, 0, 10, 10))
    for orientation in range(1, 9):
        # The inverse of each orientation is stored, so that all show the same picture.
        inverse = {
            1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }[orientation]  # fmt: skip
        stored = upright if inverse is None else upright.transpose(inverse)
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored.save(tmp_path / "a.png", exif=exif)
        region = first_region(tmp_path / "a.png")
        assert (region.width, region.height) == (30, 20)
        assert region.render_pixels().tobytes() == upright.tobytes()
        assert region.render().size == (60, 40)
        assert region.crop((0, 0, 160, 240)).render_pixels().getpixel((3, 3)) == (0, 0, 0)


def test_tiff_frames_are_pages_and_animations_are_not(tmp_path):
    frames = [Image.new("L", (20 + i, 10), 50 * i) for i in range(3)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    with opened(tmp_path / "a.tif") as document:
        assert document.page_count == 3
        third = document.region(3)
        assert third.render_pixels().size == (22, 10)
        assert third.render_pixels().getpixel((0, 0)) == (100, 100, 100)
        assert document.region(1).content_hash() != third.content_hash()
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    with opened(tmp_path / "a.gif") as document:
        assert document.page_count == 1


def test_cyclic_tiff_ends(tmp_path):
    stream = io.BytesIO()
    Image.new("L", (4, 4)).save(stream, "TIFF")
    data = bytearray(stream.getvalue())
    start = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[start : start + 2], "little")
    after = start + 2 + 12 * entries
    data[after : after + 4] = start.to_bytes(4, "little")
    (tmp_path / "a.tif").write_bytes(data)
    with opened(tmp_path / "a.tif") as document:
        assert document.page_count == 1


@pytest.mark.parametrize(("dpi", "points"), [(300, 24), (72, 50), (5000, 50), (0, 50)])
def test_resolution_tags_are_believed_only_when_sound(tmp_path, dpi, points):
    info = TiffImagePlugin.ImageFileDirectory_v2()
    Image.new("L", (100, 100)).save(
        tmp_path / "a.tif", dpi=(dpi, dpi) if dpi else None, tiffinfo=info
    )
    assert first_region(tmp_path / "a.tif").width == points


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F", "YCbCr"])
def test_picture_modes_become_rgb(tmp_path, mode):
    Image.new(mode, (6, 5)).save(tmp_path / "a.tif")
    picture = first_region(tmp_path / "a.tif").render_pixels()
    assert (picture.mode, picture.size) == ("RGB", (6, 5))


def test_transparency_is_laid_on_white(tmp_path):
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert first_region(tmp_path / "a.png").render().getpixel((1, 1)) == (255, 255, 255)


def save_locked(path: Path) -> Path:
    with pymupdf.open() as document:
        document.new_page().insert_text((50, 50), "Secret")
        document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open sesame")
    return path


def test_encrypted_pdf(tmp_path):
    path = save_locked(tmp_path / "a.pdf")
    with pytest.raises(PasswordError, match=r"a\.pdf is encrypted"):
        opened(path)
    with pytest.raises(PasswordError, match="does not open") as caught:
        opened(path, password="wrong-word")
    assert "wrong-word" not in str(caught.value)
    region = first_region(path, password="open sesame")
    assert [word.text for word in region.words()] == ["Secret"]
    assert "sesame" not in repr(region)


def test_open_document_of_one_password_is_not_lent_to_another(tmp_path):
    path = save_locked(tmp_path / "a.pdf")
    with opened(path, password="open sesame"), pytest.raises(PasswordError):
        opened(path)


def test_pixel_bomb_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr(raster, "MAX_IMAGE_PIXELS", 1000)
    Image.new("1", (100, 100)).save(tmp_path / "a.png")
    with pytest.raises(SourceTooLargeError, match=r"a\.png"):
        first_region(tmp_path / "a.png")


def test_pillow_bomb_is_a_typed_error(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    Image.new("1", (100, 100)).save(tmp_path / "a.png")
    with pytest.raises(SourceTooLargeError, match=r"a\.png"):
        first_region(tmp_path / "a.png")


def test_pixel_bomb_within_a_pdf(tmp_path, monkeypatch):
    monkeypatch.setattr(bombs, "MAX_EMBEDDED_PIXELS", 1000)
    stream = io.BytesIO()
    Image.new("L", (100, 100)).save(stream, "PNG")
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_image(page.rect, stream=stream.getvalue())
        document.new_page()
        document.save(tmp_path / "a.pdf")
    with opened(tmp_path / "a.pdf") as document:
        with pytest.raises(SourceTooLargeError, match="Page 1"):
            document.region(1)
        assert document.region(2).render().size


def test_archive_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBER_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "a.cbz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.png", b"\0" * 100_000)
    with pytest.raises(SourceTooLargeError, match=r"a\.cbz"):
        opened(tmp_path / "a.cbz")


def test_huge_page_is_drawn_smaller(tmp_path, monkeypatch):
    monkeypatch.setattr("dsocr_integrations.rendering.regions.MAX_RENDER_PIXELS", 1_000_000)
    with pymupdf.open() as document:
        document.new_page(width=14_400, height=7_200)
        document.save(tmp_path / "a.pdf")
    picture = first_region(tmp_path / "a.pdf").render(144)
    assert picture.width * picture.height <= 1_010_000
    assert picture.width == pytest.approx(2 * picture.height, rel=0.01)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.4\n" + b"\0" * 500),
        ("b.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("c.tif", b"II*\x00\xff\xff\xff\x7f"),
        ("d.epub", b"PK\x03\x04broken"),
        ("e.jpg", b"\xff\xd8\xff\xe0"),
    ],
)
def test_damaged_files_give_one_typed_error_that_names_them(tmp_path, name, data, capfd):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BrokenSourceError, match=name) as caught:
        first_region(tmp_path / name).render()
    assert str(tmp_path) not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_truncated_picture(tmp_path):
    stream = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)
    Image.fromarray(noise).save(stream, "PNG")
    (tmp_path / "a.png").write_bytes(stream.getvalue()[:2000])
    with pytest.raises(BrokenSourceError, match=r"a\.png"):
        first_region(tmp_path / "a.png").render()


@pytest.mark.parametrize("compression", ["jpeg", "tiff_adobe_deflate", "tiff_lzw", "group4"])
def test_native_decoders_of_damaged_tiffs_write_nothing(tmp_path, compression, capfd):
    stream = io.BytesIO()
    Image.new("1" if compression == "group4" else "L", (64, 64)).save(
        stream, "TIFF", compression=compression
    )
    data = bytearray(stream.getvalue())
    strip_offsets = data.index(b"\x11\x01\x04\x00\x01\x00\x00\x00")  # tag 273, one LONG
    data[strip_offsets + 8 : strip_offsets + 12] = (1 << 30).to_bytes(4, "little")
    (tmp_path / "a.tif").write_bytes(data)
    with pytest.raises(BrokenSourceError, match=r"a\.tif"):
        first_region(tmp_path / "a.tif").render()
    assert capfd.readouterr() == ("", "")


def broken_tree(path: Path, **entries: str) -> Path:
    with pymupdf.open() as document:
        for text in ("first", "second"):
            document.new_page().insert_text((50, 50), text)
        tree = int(document.xref_get_key(document.pdf_catalog(), "Pages")[1].split()[0])
        data = document.tobytes(no_new_id=True)
    with pymupdf.open(stream=data) as document:
        before = document.xref_object(tree, compressed=True).encode()
        for key, value in entries.items():
            document.xref_set_key(tree, key, value)
        after = document.xref_object(tree, compressed=True).encode()
    # MuPDF itself refuses to write such a tree, so the bytes are exchanged; it then repairs the
    # moved offsets on opening.
    assert data.count(before) == 1
    path.write_bytes(data.replace(before, after))
    return path


@pytest.mark.parametrize("entries", [{"Count": "0"}, {"Count": "99 0 R"}, {"Count": "9999999"}])
def test_page_tree_that_lies_is_mended(tmp_path, entries):
    with opened(broken_tree(tmp_path / "a.pdf", **entries)) as document:
        assert document.page_count == 2
        assert [document.region(n).words()[0].text for n in (1, 2)] == ["first", "second"]


def svg_of(body: str) -> str:
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
        f" width='100' height='50'>{body}</svg>"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("reference", ["href", "xlink:href"])
def test_uses_that_multiply_without_bound_are_refused(tmp_path, encoding, reference):
    groups = "".join(
        f"<g id='g{n}'>" + f"<use {reference}='#g{n - 1}'/>" * 10 + "</g>" for n in range(1, 9)
    )
    drawing = svg_of(f"<g id='g0'><rect width='1' height='1'/></g>{groups}<use {reference}='#g8'/>")
    (tmp_path / "a.svg").write_text(drawing, encoding)
    with pytest.raises(SourceTooLargeError, match=r"a\.svg draws more than 500,000 elements"):
        opened(tmp_path / "a.svg")


@pytest.mark.parametrize(
    "body",
    [
        "<defs><g id='a'><rect width='60' height='40'/></g></defs><use href='#a'/>",
        "<g id='a'><rect width='60' height='40'/><use href='#a'/></g>",
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/><rect width='60' height='40'/></g>",
        "<rect width='60' height='40'/><use href='#missing'/><use/>",
    ],
)
def test_uses_of_a_common_drawing_are_drawn(tmp_path, body):
    (tmp_path / "a.svg").write_text(svg_of(body))
    region = first_region(tmp_path / "a.svg")
    assert ink(region.render(), (0, 0, region.width, region.height)) > 0.05


def test_svg_and_epub(tmp_path):
    (tmp_path / "a.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='50'>"
        "<rect x='10' y='10' width='30' height='20' fill='black'/></svg>"
    )
    region = first_region(tmp_path / "a.svg")
    assert region.width == pytest.approx(2 * region.height)
    assert ink(region.render(), (0, 0, region.width, region.height)) > 0.05
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
            "<rootfile full-path='c.opf' media-type='application/oebps-package+xml'/>"
            "</rootfiles></container>",
        )
        archive.writestr(
            "c.opf",
            "<package xmlns='http://www.idpf.org/2007/opf' version='2.0'><manifest>"
            "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
            "<spine><itemref idref='a'/></spine></package>",
        )
        archive.writestr("a.xhtml", "<html><body><p>Chapter text</p></body></html>")
    assert [w.text for w in first_region(tmp_path / "a.epub").words()] == ["Chapter", "text"]


def look(region):
    return region.content_hash(), [word.text for word in region.words()], region.render(72).size


def test_region_is_read_alike_in_another_process(tmp_path):
    region = first_region(save_locked(tmp_path / "a.pdf"), password="open sesame")
    assert pickle.loads(pickle.dumps(region)) == region  # noqa: S301
    with ProcessPoolExecutor(1, multiprocessing.get_context("forkserver")) as pool:
        assert pool.submit(look, region).result(60) == look(region)


def test_content_hash_changes_with_what_is_seen_or_read_and_with_nothing_else(tmp_path):
    def hash_of(name, change=lambda page: None, other=lambda document: None):
        path = save_page(tmp_path / "base.pdf")
        with pymupdf.open(path) as document:
            other(document)
            change(document[0])
            document.save(tmp_path / name)
        return first_region(tmp_path / name).content_hash()

    base = hash_of("same.pdf")
    assert hash_of("again.pdf", other=lambda document: document.new_page()) == base
    assert hash_of("meta.pdf", other=lambda d: d.set_metadata({"title": "new"})) == base
    changes = [
        lambda page: page.insert_text((50, 150), "x"),
        lambda page: page.insert_text((50, 150), "hidden", render_mode=3),
        lambda page: page.draw_line((10, 10), (50, 10), color=(0, 0, 0)),
        lambda page: page.draw_line((10, 10), (50, 10), color=(1, 1, 1)),
        lambda page: page.add_text_annot((10, 100), "a note"),
        lambda page: page.delete_link(page.get_links()[0]),
    ]
    hashes = [hash_of(f"{i}.pdf", change) for i, change in enumerate(changes)]
    assert len({base, *hashes}) == len(changes) + 1


def test_content_hash_is_computed_once(tmp_path, monkeypatch):
    region = first_region(save_page(tmp_path / "a.pdf"))
    first = region.content_hash()
    monkeypatch.setattr(rendering.PageRegion, "_page", None)
    assert region.content_hash() == first


def test_file_that_vanished_is_a_typed_error(tmp_path):
    region = first_region(save_page(tmp_path / "a.pdf"))
    close_document(region.source)
    (tmp_path / "a.pdf").unlink()
    with pytest.raises(BrokenSourceError.__base__, match="no longer there"):
        region.render()


def test_missing_libreoffice_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(office, "PROGRAMS", ("no-such-office",))
    (tmp_path / "a.rtf").write_text("{\\rtf1 Hello}")
    with pytest.raises(SourceDependencyError, match="Install LibreOffice"):
        opened(tmp_path / "a.rtf")


@pytest.mark.skipif(office.find_program() is None, reason="install LibreOffice (soffice)")
def test_conversion_is_time_boxed(tmp_path, monkeypatch):
    monkeypatch.setattr(office, "CONVERT_SECONDS", 0.05)
    (tmp_path / "a.rtf").write_text("{\\rtf1 Hello}")
    with pytest.raises(BrokenSourceError, match="within"):
        opened(tmp_path / "a.rtf")


def test_notes_beside_slides_are_told_of(tmp_path, monkeypatch):
    slides = zipped({"[Content_Types].xml": "", "ppt/notesSlides/notesSlide1.xml": ""})
    (tmp_path / "a.pptx").write_bytes(slides)
    save_page(tmp_path / "a.pdf")
    monkeypatch.setattr(office, "converted", lambda *_: tmp_path / "a.pdf")
    (notice,) = first_region(tmp_path / "a.pptx").extras().notices
    assert notice.kind == "left_out"
    assert "notes for the speaker" in notice.message


def test_what_pymupdf_remarks_does_not_get_among_what_a_command_says(tmp_path):
    path = tmp_path / "odd font.pdf"
    with pymupdf.open() as document:
        font = document.new_page().insert_font("helv")
        file, descriptor = document.get_new_xref(), document.get_new_xref()
        document.update_object(file, "<</Subtype /Odd>>")
        document.update_stream(file, b"no font")
        document.update_object(descriptor, f"<</Type /FontDescriptor /FontFile3 {file} 0 R>>")
        document.xref_set_key(font, "FontDescriptor", f"{descriptor} 0 R")
        document.save(path)
    reading = (
        "import sys\n"
        "from dsocr_integrations.rendering.open_documents import mupdf\n"
        "print(len(mupdf().open(sys.argv[1])[0].get_fonts()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", reading, path], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1"]
