"""`mode="auto"`: the cheapest mode that should do, and larger ones only where it did not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations.engines.base import ReadFailure, Reading, ReadRequest, Sampling
from dsocr_integrations.modes import BASE, GUNDAM, SMALL, TINY, mode_named
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.records.readings import PageQuality
from dsocr_integrations.runner import Runner
from dsocr_integrations.runner.page_density import PageDensity
from dsocr_integrations.runner.retry import CHEAP_AGREEMENT, ladder, modes_to_try, rank, seed_of
from dsocr_integrations.runner.starting_mode import modes_from

LADDER = (TINY, SMALL, BASE, GUNDAM)
A4 = (1190, 1684)
SYLLABLES = ("ha", "ren", "to", "lis", "me", "ard", "ono", "ti", "sel", "va", "une", "kor", "pas")


def prose(words: int) -> str:
    """Words that look like a language and do not repeat."""
    count = len(SYLLABLES)
    return " ".join(
        SYLLABLES[n % count] + SYLLABLES[n // count % count] + SYLLABLES[n * 7 % 11]
        for n in range(words)
    )


@dataclass
class ClimbingEngine:
    """Reads the text layer well from some mode upwards, and loops, errs or fails below it."""

    good_from: str = "tiny"
    below: str = "loop"
    deterministic: bool = False
    asked: list[tuple[str, str, float]] = field(default_factory=list)
    name: str = "climbing"
    capacity: int = 1
    in_worker_processes: bool = False

    def reading_version(self) -> str:
        return f"climbing/{self.good_from}/{self.below}"

    def mode_ladder(self):
        return LADDER

    def open(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        return None

    def stream(self, request: ReadRequest) -> Iterator[str]:
        yield self._answer(request).text

    def submit(self, request: ReadRequest) -> Future[Reading]:
        done: Future[Reading] = Future()
        self.asked.append((request.prompt, request.mode, request.sampling.temperature))
        done.set_result(self._answer(request))
        return done

    @property
    def modes(self) -> list[tuple[str, float]]:
        return [(mode, heat) for prompt, mode, heat in self.asked if prompt != Prompt.FIGURE]

    def _answer(self, request: ReadRequest) -> Reading:
        mode = mode_named(request.mode)
        tokens = mode.vision_tokens(*A4).placeholders
        words = " ".join(word.text for word in request.region.words()) or "A scan's words."
        tag = "<|ref|>text<|/ref|><|det|>[[80, 60, 900, 900]]<|/det|>\n"
        good = self.good_from != "never" and tokens >= _tokens(self.good_from)
        if good:
            return Reading(tag + words, vision_tokens=tokens, output_tokens=500)
        if self.below == "fail":
            return Reading("", "error", failure=ReadFailure("engine", "Too hard."))
        if self.below == "tokens":
            return Reading("<｜begin▁of▁sentence｜>" * 9, vision_tokens=tokens, output_tokens=9)
        if self.below == "misread":
            some = words.replace("ha", "ba")
            return Reading(tag + some, vision_tokens=tokens, output_tokens=500)
        return Reading(tag + "again and " * 400, "length", vision_tokens=tokens, output_tokens=800)


def _tokens(name: str) -> int:
    return mode_named(name).vision_tokens(*A4).placeholders


def write_page(path, text: str, size: float, page=(595, 842)):
    with pymupdf.open() as document:
        sheet = document.new_page(width=page[0], height=page[1])
        box = pymupdf.Rect(50, 50, page[0] - 50, page[1] - 50)
        assert sheet.insert_textbox(box, text, fontsize=size) >= 0
        document.save(path, no_new_id=True)
    return path


@pytest.fixture
def sparse(tmp_path):
    return write_page(tmp_path / "sparse.pdf", prose(100), 14)


def read(engine, path, **options):
    with Runner(engine, cache=options.pop("cache", False), **options) as runner:
        (page,) = runner.pages(path)
    return page


@pytest.mark.parametrize(
    ("text", "size", "mode"),
    [
        (prose(100), 14, "tiny"),
        (prose(300), 12, "small"),
        (prose(300), 6, "base"),
        (prose(900), 8, "gundam"),
        (" ".join(f"{prose(60).split()[n]} {n * 37}.5 {n * 91}" for n in range(60)), 14, "base"),
    ],
)
def test_density_print_and_tables_decide_where_to_start(tmp_path, text, size, mode):
    engine = ClimbingEngine()
    page = read(engine, write_page(tmp_path / "a.pdf", text, size))
    assert engine.modes == [(mode, 0.0)]
    assert (page.reading.mode, page.reading.attempts, page.reading.tried) == (mode, 1, ())


def test_a_scan_is_judged_by_its_ink_and_never_starts_at_the_smallest(tmp_path, sparse):
    with pymupdf.open(sparse) as document:
        document[0].get_pixmap(dpi=150).save(tmp_path / "scan.png")
    engine = ClimbingEngine()
    read(engine, tmp_path / "scan.png")
    dense = write_page(tmp_path / "dense.pdf", prose(900), 8)
    with pymupdf.open(dense) as document:
        document[0].get_pixmap(dpi=150).save(tmp_path / "dense.png")
    read(engine, tmp_path / "dense.png")
    assert [mode for mode, _ in engine.modes[:1]] == ["small"]
    assert engine.modes[-1][0] == "gundam"


def test_print_too_fine_for_a_glance_at_a_large_sheet_is_no_empty_page(tmp_path):
    with pymupdf.open() as document:
        sheet = document.new_page(width=2384, height=3370)
        sheet.insert_textbox((200, 200, 700, 900), prose(200), fontsize=2.5)
        sheet.get_pixmap(dpi=144).save(tmp_path / "sheet.png")
    engine = ClimbingEngine()
    read(engine, tmp_path / "sheet.png")
    assert engine.modes == [("gundam", 0.0)]


def test_it_climbs_only_as_far_as_needed_and_counts_every_token(sparse):
    engine = ClimbingEngine(good_from="base")
    reading = read(engine, sparse).reading
    assert engine.modes == [("tiny", 0.0), ("small", 0.0), ("base", 0.0)]
    assert (reading.mode, reading.attempts, reading.quality.trusted) == ("base", 3, True)
    assert [(one.mode, one.reasons) for one in reading.tried] == [
        ("tiny", ("loop", "truncated", "disagrees_with_text_layer")),
        ("small", ("loop", "truncated", "disagrees_with_text_layer")),
        ("base", ()),
    ]
    assert reading.vision_tokens == 273
    assert reading.spent_vision_tokens == 73 + 111 + 273
    assert reading.gundam_tokens == GUNDAM.vision_tokens(*A4).placeholders
    assert reading.compression == pytest.approx(500 / 273)


def test_words_that_differ_from_the_text_layer_make_it_climb(sparse):
    engine = ClimbingEngine(good_from="gundam", below="misread")
    reading = read(engine, sparse).reading
    assert [mode for mode, _ in engine.modes] == ["tiny", "small", "base", "gundam"]
    assert reading.quality.text_layer_agreement == 1
    assert reading.tried[0].reasons == ()
    assert reading.tried[0].text_layer_agreement < 0.9


def test_tokens_without_a_word_make_it_climb(tmp_path, sparse):
    with pymupdf.open(sparse) as document:
        document[0].get_pixmap(dpi=150).save(tmp_path / "scan.png")
    reading = read(
        ClimbingEngine(good_from="gundam", below="tokens"), tmp_path / "scan.png"
    ).reading
    assert [(one.mode, one.reasons) for one in reading.tried] == [
        ("small", ("empty",)),
        ("base", ("empty",)),
        ("gundam", ()),
    ]


def test_the_cheapest_of_equally_good_readings_is_kept(sparse):
    engine = ClimbingEngine(good_from="never", below="misread")
    page = read(engine, sparse)
    assert page.reading.mode == "tiny"
    assert page.reading.quality.trusted
    assert "baba" in page.markdown


def test_other_sampling_comes_after_the_largest_mode(sparse):
    engine = ClimbingEngine(good_from="never")
    page = read(engine, sparse)
    assert engine.modes == [
        *((mode.name, 0.0) for mode in LADDER),
        ("gundam", 0.3),
        ("gundam", 0.6),
    ]
    assert page.reading.quality.reasons == ("loop", "truncated", "disagrees_with_text_layer")
    deaf = ClimbingEngine(good_from="never", deterministic=True)
    read(deaf, sparse)
    assert deaf.modes == [(mode.name, 0.0) for mode in LADDER]


def test_a_page_that_fails_is_not_asked_for_in_every_mode(sparse):
    engine = ClimbingEngine(good_from="never", below="fail")
    with Runner(engine, cache=False) as runner:
        (error,) = runner.pages(sparse)
    assert error.kind == "engine"
    assert len(engine.modes) == 3


def test_an_attempt_that_takes_too_long_is_told_beside_what_was_read(sparse):
    engine = ClimbingEngine(good_from="never")
    answer = engine.submit
    # Nobody answers for the second mode.
    engine.submit = lambda request: answer(request) if request.mode == "tiny" else Future()
    reading = read(engine, sparse, page_timeout=0.2).reading
    assert (reading.mode, reading.attempts) == ("tiny", 2)
    assert [(one.mode, one.finish_reason) for one in reading.tried] == [
        ("tiny", "length"),
        ("small", "error"),
    ]
    assert reading.tried[1].reasons == ("timeout",)


def test_nothing_recorded_is_asked_again(sparse, tmp_path):
    first, second, third = (ClimbingEngine(good_from="base") for _ in range(3))
    cache = tmp_path / "cache"
    page = read(first, sparse, cache=cache)
    assert read(second, sparse, cache=cache) == page
    assert second.asked == []
    # The answers are shared with a run that names the mode.
    named = read(third, sparse, cache=cache, mode="base")
    assert third.asked == []
    assert named.markdown == page.markdown


def test_the_same_page_climbs_the_same_way(sparse):
    one, two = ClimbingEngine(good_from="never"), ClimbingEngine(good_from="never")
    assert read(one, sparse) == read(two, sparse)
    assert one.asked == two.asked


def test_a_named_mode_is_where_it_starts(sparse):
    engine = ClimbingEngine()
    assert read(engine, sparse, mode="large").reading.gundam_tokens is None
    assert engine.modes == [("large", 0.0)]


def test_no_larger_mode_is_no_reason_to_ask_again(sparse):
    engine = ClimbingEngine(good_from="never", below="misread")
    reading = read(engine, sparse, mode="gundam").reading
    assert reading.quality.text_layer_agreement < CHEAP_AGREEMENT
    assert (reading.quality.trusted, engine.modes) == (True, [("gundam", 0.0)])


DENSITIES = st.builds(
    PageDensity,
    text_tokens=st.floats(0, 5_000),
    small_print=st.none() | st.floats(0.5, 100),
    has_figures_in_rows=st.booleans(),
    is_measured=st.booleans(),
)


@given(DENSITIES, st.floats(0, 3_000), st.tuples(st.integers(1, 5_000), st.integers(1, 5_000)))
def test_more_text_never_starts_lower(density, more, pixels):
    start = modes_from(LADDER, density, pixels)
    fuller = PageDensity(
        density.text_tokens + more,
        density.small_print,
        density.has_figures_in_rows,
        density.is_measured,
    )
    assert len(modes_from(LADDER, fuller, pixels)) <= len(start)
    assert start[-1] == GUNDAM
    assert start == LADDER[-len(start) :]


@given(st.text("0123456789abcdef", min_size=8, max_size=64), st.integers(1, 4), st.booleans())
def test_a_ladder_never_asks_twice_for_the_same(key, count, deterministic):
    names = [mode.name for mode in LADDER[-count:]]
    attempts = list(ladder(names, key, deterministic=deterministic))
    assert len(set(attempts)) == len(attempts) == count + (0 if deterministic else 2)
    assert [attempt.mode for attempt in attempts[:count]] == names


@pytest.mark.parametrize(
    ("mode", "deterministic", "modes"),
    [
        ("tiny", False, ("tiny", "small")),
        ("small", False, ("small", "base")),
        ("base", False, ("base", "large")),
        ("large", False, ("large", "gundam")),
        ("gundam", False, ("gundam",)),
        ("base", True, ("base",)),
        ("auto", False, ("auto",)),
    ],
)
def test_one_larger_mode_is_tried_behind_a_named_one(mode, deterministic, modes):
    assert modes_to_try(mode, deterministic=deterministic) == modes


def test_seeds_come_from_the_page_and_differ_by_attempt():
    key = "7fffffff" + "0" * 56
    assert [seed_of(key, step) for step in (0, 1, 2)] == [2**31 - 1, 0, 1]
    seeds = [attempt.sampling.seed for attempt in ladder(["base"], "00000010", deterministic=False)]
    assert seeds == [Sampling().seed, 17, 18]


def test_of_two_doubtful_readings_the_one_with_less_against_it_is_kept():
    def doubtful(*reasons: str, agreement: float | None = None) -> PageQuality:
        return PageQuality(trusted=False, reasons=reasons, text_layer_agreement=agreement)

    ranked = [
        doubtful("empty", agreement=0.9),
        doubtful("loop", "truncated", agreement=0.9),
        doubtful("loop"),
        doubtful("loop", agreement=0.1),
        doubtful("loop", agreement=0.2),
    ]
    assert all(rank(worse) < rank(better) for worse, better in pairwise(ranked))


def test_a_trusted_reading_ranks_above_any_other():
    best = rank(PageQuality(text_layer_agreement=0.61))
    for reasons in (("empty",), ("loop",), ("odd_table", "broken_formula")):
        assert best > rank(PageQuality(trusted=False, reasons=reasons, text_layer_agreement=1.0))
