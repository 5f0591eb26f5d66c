"""Image tokens spent, saved, and what they carry."""

from __future__ import annotations

import pytest

from dsocr_integrations.ingestion import ingest
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.records.readings import PageReading, ReadingAttempt
from dsocr_integrations.records.token_use import TokenUse, token_use
from dsocr_integrations.runner import Runner
from tests.builders import make_page
from tests.scripted_engine import ScriptedEngine
from tests.test_mode_climbing import ClimbingEngine, prose, write_page


def page_of(number: int, **facts):
    reading = PageReading(engine="x", fingerprint="x", **facts)
    return make_page(number).model_copy(update={"reading": reading})


def test_pages_are_summed_and_what_is_not_counted_is_left_out():
    tried = tuple(ReadingAttempt(mode="tiny", vision_tokens=count) for count in (73, 273))
    pages = [
        page_of(1, vision_tokens=273, output_tokens=546, tried=tried, gundam_tokens=903),
        page_of(2, vision_tokens=73, output_tokens=146, gundam_tokens=903),
        page_of(3),
    ]
    use = token_use(pages)
    assert use == TokenUse(
        pages=2,
        vision_tokens=346,
        output_tokens=692,
        spent_vision_tokens=419,
        gundam_vision_tokens=1806,
    )
    assert use.compression == 2
    assert use.saving == pytest.approx(1 - 419 / 1806)
    assert (token_use([]).compression, token_use([]).saving) == (None, None)


def test_manifest_and_report_tell_the_tokens(tmp_path):
    path = write_page(tmp_path / "a.pdf", prose(100), 14)
    with Runner(ClimbingEngine(good_from="small"), cache=False) as runner:
        report = ingest(path, tmp_path / "out", runner=runner)
    manifest = OutputFolder(tmp_path / "out").manifest(report.doc_ids[0])
    assert manifest.tokens == report.tokens
    assert report.tokens.spent_vision_tokens == 73 + 111
    assert report.tokens.saving > 0.7
    with Runner(ScriptedEngine(), cache=False) as runner:
        report = ingest(path, tmp_path / "other", runner=runner)
    assert OutputFolder(tmp_path / "other").manifest(report.doc_ids[0]).tokens is None
