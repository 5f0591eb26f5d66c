"""Lines that RapidOCR does not read go to the language pack of Tesseract that does, or are told."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations import Runner
from dsocr_integrations.engines.embedded.scan import other_scripts, tesseract_lines
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox
from dsocr_integrations.engines.embedded.scan.tesseract_lines import (
    languages,
    parse_tsv,
    read_boxes,
)
from dsocr_integrations.engines.embedded.scan.unread_lines import is_unread
from dsocr_integrations.sources import resolve_source
from dsocr_integrations.writing import language_packs
from dsocr_integrations.writing.edit_distance import edit_distance
from tests.doubtful_pages import lone_lines
from tests.doubtful_pages import other_scripts as pages
from tests.doubtful_pages.faces import FacesMissingError

HEAD = "level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext"
BOX = (0.0, 0.0, 600.0, 30.0)


def test_words_of_one_line_are_joined_and_noise_is_left_out():
    rows = [
        HEAD,
        "4\t1\t1\t1\t1\t0\t5\t5\t90\t20\t-1\t",
        "5\t1\t1\t1\t1\t1\t10\t20\t60\t18\t96.0\tСтанция",
        "5\t1\t1\t1\t1\t2\t80\t21\t40\t18\t88.0\tбыла",
        "5\t1\t1\t1\t1\t3\t130\t21\t9\t9\t12.0\t|",
        "5\t2\t1\t1\t1\t1\t10\t50\t70\t18\t91.0\tосмотрена",
        "5\t3\t1\t1\t1\t1\t10\t50\t70\t18\t11.0\t~~",
        "a broken row",
    ]
    (one, first), (two, second) = parse_tsv("\n".join(rows))
    assert (one, first.text, first.box) == (1, "Станция была", (10.0, 20.0, 120.0, 39.0))
    assert first.score == pytest.approx((7 * 0.96 + 4 * 0.88 + 0.12) / 12)
    assert (two, second.text) == (2, "осмотрена")


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("감", "사", "합니다", "표"), "감사합니다 표"),
        (("ส", "\u0e4d\u0e32", "นยา", "ณ"), "ส\u0e33นยา ณ"),
    ],
    ids=["Korean", "Thai"],
)
def test_letters_of_a_word_stay_together_where_a_pack_parts_them(pieces, text):
    places = zip((91, 116, 141, 230), pieces, strict=True)
    rows = [
        f"5\t1\t1\t1\t1\t{n}\t{x}\t20\t{24 * len(piece)}\t26\t96\t{piece}"
        for n, (x, piece) in enumerate(places)
    ]
    ((_, line),) = parse_tsv("\n".join([HEAD, *rows]))
    assert line.text == text
    assert [word.box[:3:2] for word in line.words] == [(91.0, 213.0), (230.0, 254.0)]


def test_without_tesseract_there_is_a_command_for_it(monkeypatch):
    monkeypatch.setattr(tesseract_lines.shutil, "which", lambda _name: None)
    tesseract_lines._listed.cache_clear()
    languages.cache_clear()
    try:
        image = np.full((40, 620, 3), 255, np.uint8)
        assert read_boxes(image, [BOX], "rus") == [TextLine("", BOX, 0.0)]
        found = other_scripts.read_other_scripts(image, [TextLine("", BOX, 0.0)])
    finally:
        tesseract_lines._listed.cache_clear()
        languages.cache_clear()
    (doubt,) = found.doubts
    assert (doubt.kind, found.read, found.asked) == (other_scripts.UNREAD_TEXT, (), False)
    assert "apt-get install tesseract-ocr tesseract-ocr-kor" in doubt.message


def test_a_missing_pack_that_was_asked_for_is_named():
    image = np.full((40, 620, 3), 255, np.uint8)
    found = other_scripts.read_other_scripts(image, [TextLine("", BOX, 0.0)], ["uzb_cyrl"])
    assert "tesseract-ocr-uzb-cyrl" in found.doubts[0].message


@pytest.mark.skipif(
    "eng" not in languages(), reason="needs tesseract: apt-get install tesseract-ocr"
)
def test_reads_a_line_where_it_stands():
    page = Image.new("RGB", (520, 190), "white")
    font = ImageFont.load_default(32)
    ImageDraw.Draw(page).text((20, 120), "The alarm rang twice", fill="black", font=font)
    blank, line = read_boxes(np.asarray(page), [(0, 0, 500, 60), (10, 110, 500, 170)], "eng")
    assert not blank.text
    assert line.text == "The alarm rang twice"
    assert len(line.words) == 4
    assert all(110 < word.box[1] < word.box[3] < 170 for word in line.words)


@pytest.mark.parametrize(
    ("text", "score", "unread"),
    [
        ("The harbour board met on Monday to discuss the dues", 0.99, False),
        ("港口委员会星期一开会讨论船只在码头缴纳的费用", 0.99, False),
        ("Name: ..............................", 0.9, False),
        ("", 0.0, True),
        (", . ,", 0.95, True),
        ("合.", 0.59, True),
        ("luaaluldNaneansnsavunNaAuuisavaban", 0.42, True),
        ("Doqurlis to miqaurn ber", 0.55, True),
        ("Susanuuns on 39", 0.73, True),
        ("Susanuuns on 39", 0.85, False),
        ("The harbour board met on Monday to discuss", 0.75, False),
        ("港口委员会星期一开会讨论船只在码头", 0.75, False),
        ("Tην νοιξη, ταν οι πλοηγοí θα χουν", 0.86, True),
        ("the angle α is half of β, and ΔT is small", 0.95, False),
        ("Kαλημρα σα", 0.98, True),
    ],
)
def test_lines_that_were_not_read(text, score, unread):
    assert is_unread(TextLine(text, BOX, score)) is unread


def test_short_and_stacked_lines_are_no_print_that_was_missed():
    assert not is_unread(TextLine("", (0, 0, 60, 30), 0.0))
    assert not is_unread(TextLine("No.", (0, 0, 100, 30), 0.9))
    assert is_unread(TextLine("", (0, 0, 100, 30), 0.0))
    assert not is_unread(TextLine("", (0, 0, 30, 300), 0.0, vertical=True))


@pytest.mark.parametrize(
    ("language", "pack"), [("ko", "kor"), ("ru", "rus"), ("el", "ell"), ("hi", "hin"), ("en", "")]
)
def test_a_paragraph_in_another_script_is_read_or_told(language, pack, tmp_path):
    try:
        page = pages.make(tmp_path, 8, language)
    except FacesMissingError as error:
        pytest.skip(str(error))
    with Runner("embedded", cache=False) as runner:
        read = runner.read(resolve_source(str(page.path))).pages[0]
    said = "".join(read.markdown.split())
    missing = [line for line in page.lines if "".join(line.split())[:8] not in said]
    quality = read.reading.quality
    if pack and pack not in languages():
        assert quality.reasons == ("unread_text",)
        assert "apt-get install tesseract-ocr" in read.warnings[0].message
    else:
        assert quality.trusted
        assert len(missing) <= 1


def test_a_pack_that_is_there_and_was_not_named_is_told(monkeypatch):
    monkeypatch.setattr(tesseract_lines, "languages", lambda: ("kor", "rus"))
    monkeypatch.setattr(tesseract_lines, "read_boxes", lambda *_: [TextLine("", BOX, 0.0)])
    monkeypatch.setattr(tesseract_lines, "script_of", lambda *_: "Cyrillic")
    image = np.full((40, 620, 3), 255, np.uint8)
    (doubt,) = other_scripts.read_other_scripts(image, [TextLine("", BOX, 0.0)], ["kor"]).doubts
    assert "among the languages: kor,rus" in doubt.message


@pytest.mark.parametrize(("width", "kinds"), [(26, []), (48, [other_scripts.UNREAD_TEXT])])
def test_a_korean_word_too_wide_for_its_syllables_is_told(width, kinds, monkeypatch):
    words = tuple(
        WordBox(text, (x, 0.0, x + wide, 30.0))
        for text, x, wide in (("매일", 0.0, 50), ("아침", 70.0, 50), ("여", 150.0, width))
    )
    line = TextLine("매일 아침 여", BOX, 0.9, words)
    monkeypatch.setattr(tesseract_lines, "languages", lambda: ("kor",))
    monkeypatch.setattr(tesseract_lines, "read_boxes", lambda *_: [line])
    image = np.full((40, 620, 3), 255, np.uint8)
    found = other_scripts.read_other_scripts(image, [TextLine("", BOX, 0.0)])
    assert [doubt.kind for doubt in found.doubts] == kinds


def _installed(monkeypatch, packs, answers):
    """Let packs be installed, of which some answer every line with a text and a score."""
    monkeypatch.setattr(tesseract_lines, "languages", lambda: tuple(packs))
    monkeypatch.setattr(tesseract_lines, "script_of", lambda *_: "")
    monkeypatch.setattr(
        tesseract_lines,
        "read_boxes",
        lambda _, boxes, pack: (
            [TextLine(answers[pack][0], box, answers[pack][1]) for box in boxes]
            if pack in answers
            else [TextLine("", box, 0.0) for box in boxes]
        ),
    )


def test_russian_is_read_where_every_pack_is_installed(monkeypatch):
    everything = sorted(pack for packs in language_packs.PACKS.values() for pack in packs)
    _installed(monkeypatch, everything, {"rus": ("Станция была", 0.85)})
    image = np.full((40, 620, 3), 255, np.uint8)
    found = other_scripts.read_other_scripts(image, [TextLine("", BOX, 0.0)])
    assert [line.text for line in found.read] == ["Станция была"]


@pytest.mark.parametrize(
    ("score", "named", "is_read"), [(0.85, (), False), (0.93, (), True), (0.85, ("tha",), True)]
)
def test_a_pack_that_reads_others_as_its_own_must_be_surer(score, named, is_read, monkeypatch):
    _installed(monkeypatch, ["tha"], {"tha": ("ปททวาวาท", score)})
    image = np.full((40, 620, 3), 255, np.uint8)
    found = other_scripts.read_other_scripts(image, [TextLine("", BOX, 0.0)], named)
    assert (bool(found.read), bool(found.doubts)) == (is_read, not is_read)


@pytest.mark.parametrize("script", sorted(lone_lines.LINES))
def test_one_short_line_in_another_script_is_told(script, tmp_path):
    try:
        page = lone_lines.make(tmp_path, 6, script)
    except FacesMissingError as error:
        pytest.skip(str(error))
    with Runner("embedded", cache=False) as runner:
        read = runner.read(resolve_source(str(page.path))).pages[0]
    (said,) = page.facts
    least = min(
        edit_distance(said, read.markdown[start : start + len(said)])
        for start in range(len(read.markdown))
    )
    assert read.reading.quality.trusted == (least <= 0.15 * len(said))
