"""Levels of headings come from all pages of a document, whichever of them are read."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from dsocr_integrations import Runner
from dsocr_integrations.engines.embedded.engine import EmbeddedEngine
from dsocr_integrations.rendering.heading_levels import HeadingLevels
from dsocr_integrations.runner.cache import PageCache
from dsocr_integrations.runner.page_facts import PageTask, look_up_page
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings
from dsocr_integrations.sources import resolve_source
from tests.engines.embedded.pdf_pages import region_of

BODY = "The harbour keeps a list of the ferries that leave every day, and of the tariffs."


def write(path: Path, *pages: tuple[tuple[str, str, float], ...]) -> Path:
    """A PDF whose pages hold headings (words, font, size), each with text below it."""
    with pymupdf.open() as document:
        for headings in pages:
            page = document.new_page()
            for row, (words, font, size) in enumerate(headings):
                y = 80 + 90 * row
                page.insert_text((72, y), words, fontname=font, fontsize=size)
                for line in (1, 2, 3):
                    page.insert_text((72, y + 6 + 13 * line), BODY, fontname="helv", fontsize=9)
        document.set_metadata({})
        document.save(path, no_new_id=True)
    return path


def levels(path: Path) -> HeadingLevels:
    return region_of(path).heading_levels()


PART, ITEM, PLAIN = ("PART I", "hebo", 10), ("Item 1. Business", "hebo", 10), ("Tides", "hebi", 10)


def test_the_highest_heading_stands_on_another_page_read_or_not(tmp_path: Path):
    path = write(tmp_path / "a.pdf", (PART, ITEM), (ITEM, PLAIN))
    with Runner("embedded", cache=False) as runner:
        second = runner.read(str(path)).pages[1].markdown
        (alone,) = runner.read(resolve_source(str(path), pages="2")).pages
    assert "### Item 1. Business" in second
    assert "#### Tides" in second
    assert alone.markdown == second


def test_bookmarks_say_the_level_of_headings_that_look_alike(tmp_path: Path):
    plain = write(tmp_path / "a.pdf", (("Ferries", "hebo", 11),), (("Cars", "hebo", 10),))
    marked = tmp_path / "b.pdf"
    with pymupdf.open(plain) as document:
        document.set_toc([[1, "Ferries", 1], [2, "Bicycles", 1], [3, "Cars", 2], [1, "End", 2]])
        document.save(marked)
    assert [level for _, level in levels(plain).looks] == [2, 3]
    assert [level for _, level in levels(marked).looks] == [2, 4]


def test_a_single_page_tells_nothing(tmp_path: Path):
    assert levels(write(tmp_path / "a.pdf", (PART, ITEM))) == HeadingLevels()


def keys(path: Path, count: int) -> list[str]:
    """What pages are known by, to the engine that reads text layers."""
    cache, engine = PageCache(path.parent / "cache"), EngineFacts.of(EmbeddedEngine())
    tasks = [PageTask(resolve_source(str(path)), number, count) for number in range(1, count + 1)]
    return [look_up_page(task, PageSettings(), engine, cache).content_hash for task in tasks]


def headed(path: Path, heads: list[str]) -> Path:
    """A PDF of a page of text a head."""
    with pymupdf.open() as document:
        for number, words in enumerate(heads, 1):
            page = document.new_page()
            page.insert_text((72, 40), f"{words}   {number}", fontname="hebo", fontsize=12)
            for line in range(1, 9):
                page.insert_text((72, 100 + 13 * line), BODY, fontname="helv", fontsize=9)
        document.set_metadata({})
        document.save(path, no_new_id=True)
    return path


def test_a_page_that_makes_a_head_a_running_one_counts_for_the_pages_that_have_it(tmp_path: Path):
    places = {4: "Harbour rules", 11: "Harbour rules", 20: "Tides"}
    names = [
        "Ferries",
        "Cars",
        "Weirs",
        "Locks",
        "Quays",
        "Boats",
        "Ropes",
        "Sails",
        "Winds",
        "Fog",
    ]
    heads = [places.get(number, f"{names[number % 10]} {number * 'i'}") for number in range(30)]
    before = keys(headed(tmp_path / "a.pdf", heads), 30)
    heads[20] = "Harbour rules"
    after = keys(headed(tmp_path / "b.pdf", heads), 30)
    changed = [place for place in range(30) if before[place] != after[place]]
    assert changed == [4, 11, 20]


@pytest.mark.parametrize(
    ("last", "is_same"), [((ITEM,), True), ((("Ships", "hebo", 18), ITEM), False)]
)
def test_a_changed_page_counts_for_others_only_where_it_changes_levels(
    tmp_path: Path, last: tuple[tuple[str, str, float], ...], is_same: bool
):
    first = [
        keys(write(tmp_path / name, (PART, ITEM), (ITEM, PLAIN), page), 3)[0]
        for name, page in (("a.pdf", (PLAIN,)), ("b.pdf", last))
    ]
    assert (first[0] == first[1]) is is_same


def test_damaged_pages_are_passed_over(tmp_path: Path):
    path = write(tmp_path / "a.pdf", (PART, ITEM), (ITEM, PLAIN), (ITEM,))
    known = levels(path)
    with pymupdf.open(path) as document:
        document.update_stream(document[2].get_contents()[0], b"q [ <<")
        document.save(tmp_path / "b.pdf")
    assert levels(tmp_path / "b.pdf") == known


NOTE = (("Tides", "hebo", 11),)


@pytest.mark.parametrize(
    ("opening", "has_title"),
    [
        ((("Tides and Ferries", "hebo", 20), *NOTE), True),
        ((("3.4 Ferries", "hebo", 20), *NOTE), False),
        ((("Weirs", "hebo", 11), ("Tides and Ferries", "hebo", 20)), False),
    ],
)
@pytest.mark.parametrize("leaves", [0, 1, 2, 3])
def test_a_title_comes_first_and_has_no_number(tmp_path, opening, has_title, leaves):
    path = write(tmp_path / "a.pdf", *[()] * leaves, opening, NOTE, NOTE)
    found = levels(path)
    assert (found.title is not None) is (has_title and leaves < 3)
    assert found.opening == (leaves + 1 if leaves < 3 else 1)


def headings_of(path: Path) -> list[str]:
    with Runner("embedded", cache=False) as runner:
        markdown = "\n".join(page.markdown for page in runner.read(str(path)).pages)
    return [line for line in markdown.splitlines() if line.startswith("#")]


def test_headings_no_larger_than_the_text_stand_below_the_title_on_every_page(tmp_path: Path):
    """Their fonts do not say that they are bold."""
    title = ("Tides of the northern ferry harbours", "helv", 20)
    pages = (
        (title, ("Background", "tiro", 9.5)),
        (("Methods", "tiro", 9.5),),
        (("Results", "tiro", 9.5),),
    )
    said = headings_of(write(tmp_path / "a.pdf", *pages))
    assert said[0] == "# Tides of the northern ferry harbours"
    assert all(heading.startswith("## ") for heading in said[1:])


def test_a_title_of_several_lines_below_the_name_of_a_journal_is_one(tmp_path: Path):
    lines = (
        "Ferries, tides and tariffs in the",
        "northern harbours, their quays and",
        "the boats of 1905",
    )
    with pymupdf.open() as document:
        for number in range(3):
            page = document.new_page()
            if number == 0:
                page.insert_text((72, 60), "RESEARCH ARTICLE", fontname="helv", fontsize=13)
                for row, line in enumerate(lines):
                    page.insert_text((72, 110 + 44 * row), line, fontname="hebo", fontsize=22)
            page.insert_text((72, 260), f"Section of {'abc'[number]}", fontname="hebo", fontsize=11)
            for row in range(30):
                page.insert_text((72, 282 + 13 * row), BODY, fontname="helv", fontsize=9)
        document.save(tmp_path / "a.pdf")
    said = headings_of(tmp_path / "a.pdf")
    assert "# " + " ".join(lines) in said
    assert sum(heading.startswith("# ") for heading in said) == 1
    with Runner("embedded", cache=False) as runner:
        assert runner.read(str(tmp_path / "a.pdf")).title == " ".join(lines)


def test_a_title_that_later_pages_repeat_in_lighter_type_is_no_running_head(tmp_path: Path):
    with pymupdf.open() as document:
        for number in range(5):
            page = document.new_page(width=612, height=792)
            font = "helv" if number else "hebo"
            page.insert_text((61, 62), "Ferries and tides", fontname=font, fontsize=14)
            page.insert_text((61, 110), f"Quay {'abcde'[number]}", fontname="hebo", fontsize=10)
            for row in range(40):
                page.insert_text((61, 128 + 13 * row), BODY, fontname="helv", fontsize=9)
        document.save(tmp_path / "a.pdf")
    said = [heading.lstrip("# ") for heading in headings_of(tmp_path / "a.pdf")]
    assert said.count("Ferries and tides") == 1
    assert said[0] == "Ferries and tides"
