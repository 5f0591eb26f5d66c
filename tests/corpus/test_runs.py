"""Runs over a folder that grows: what each finds, reads, holds back, removes and says."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from dsocr_integrations.corpus import QualityGate, listed_objects
from dsocr_integrations.errors import ConfigurationError, QualityError, SourceNotFoundError
from tests.corpus.one_run import Corpus
from tests.guide_examples import example
from tests.scripted_engine import write_pdf


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "documents"
    (folder / "pumps").mkdir(parents=True)
    write_pdf(folder / "plant.pdf", ["The pump runs at night.", "The valve is shut."])
    write_pdf(folder / "pumps" / "one.pdf", ["Pump one leaks."])
    return folder


@pytest.fixture
def corpus(folder, tmp_path):
    return Corpus(str(folder), tmp_path)


def test_a_cold_folder_becomes_an_index(corpus):
    report = corpus.run("1")

    assert (report.listing.new, report.indexed, report.cost.pages) == (2, 2, 3)
    assert (report.documents, report.failed, report.quarantined) == (2, 0, 0)
    assert report.cost.task_hours > 0
    assert corpus.found("pump") == ["plant.pdf", "pumps/one.pdf"]
    ledger = {entry.key: entry for entry in corpus.state.ledger()}
    assert list(ledger) == ["plant.pdf", "pumps/one.pdf"]
    assert (ledger["plant.pdf"].outcome, ledger["plant.pdf"].pages) == ("read", 2)
    assert not ledger["plant.pdf"].pending


def test_a_run_reads_what_is_new_or_has_changed_and_removes_what_is_gone(corpus, folder):
    first = corpus.run("1")
    write_pdf(folder / "plant.pdf", ["The pump runs at noon, always."])
    write_pdf(folder / "new.pdf", ["A new pump."])
    (folder / "pumps" / "one.pdf").unlink()

    second = corpus.run("2")

    listing = second.listing
    assert (listing.new, listing.changed, listing.gone, listing.unchanged) == (1, 1, 1, 0)
    assert (second.indexed, second.pruned, second.documents) == (2, 1, 2)
    assert corpus.found("pump") == ["new.pdf", "plant.pdf"]
    assert {one.source for one in corpus.output.manifests()} == {"new.pdf", "plant.pdf"}
    assert first.sha256 != second.sha256

    asked = corpus.engine.asked.total()
    third = corpus.run("3")

    assert (third.listing.to_read, third.listing.unchanged, third.changed) == (0, 2, False)
    assert third.sha256 == second.sha256
    assert corpus.engine.asked.total() == asked


def test_pages_that_failed_for_a_passing_reason_are_read_by_the_next_run(corpus):
    corpus.engine.failing_pages = (2,)

    first = corpus.run("1")
    corpus.engine.failing_pages = ()
    second = corpus.run("2")

    assert (first.failed, first.indexed) == (1, 2)
    assert corpus.found("valve") == ["plant.pdf"]
    assert (second.listing.retry, second.failed, second.indexed) == (1, 0, 1)
    assert corpus.engine.asked == {1: 2, 2: 2}


def test_what_cannot_be_read_is_named_and_left_alone_until_it_changes(corpus, folder):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")

    first = corpus.run("1")
    (line,) = corpus.state.tree.read("quarantine.jsonl").splitlines()
    second = corpus.run("2")

    assert (first.quarantined, first.indexed) == (1, 2)
    assert json.loads(line)["key"] == "broken.pdf"
    assert json.loads(line)["reason"]
    assert (second.listing.quarantined, second.listing.to_read) == (1, 0)
    assert corpus.listed("asked", again="quarantined").retry == 1

    write_pdf(folder / "broken.pdf", ["A mended pump."])
    third = corpus.run("3")

    assert (third.listing.changed, third.quarantined, third.documents) == (1, 0, 3)
    assert corpus.state.tree.read("quarantine.jsonl") == b""


def test_the_gate_holds_everything_back_until_it_is_good_enough(corpus, folder):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    gate = QualityGate(failed=0.2, min_documents=3)

    with pytest.raises(QualityError, match=r"1 of 3 documents could not be read \(33%") as stopped:
        corpus.run("1", gate)
    assert str(corpus.place / "output") in str(stopped.value)
    with pytest.raises(QualityError, match="1 of 3 documents"):
        corpus.run("2", gate)
    assert corpus.found("pump") == []

    write_pdf(folder / "broken.pdf", ["A mended pump."])
    asked = corpus.engine.asked.total()
    third = corpus.run("3", gate)

    # What was held back was read already.
    assert (third.listing.to_read, third.indexed) == (1, 3)
    assert corpus.engine.asked.total() == asked + 1
    assert corpus.found("pump") == ["broken.pdf", "plant.pdf", "pumps/one.pdf"]


def test_few_documents_are_not_judged(corpus, folder):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")

    assert corpus.run("1", QualityGate()).indexed == 2


def test_a_run_that_is_repeated_reads_what_it_listed_then(corpus, folder):
    corpus.run("1")
    write_pdf(folder / "new.pdf", ["A new pump."])
    corpus.run("2")
    corpus.engine.version = "2"

    listing = corpus.listed("1")
    assert (listing.new, corpus.planned("1").shards) == (2, 1)
    corpus.read("1", 0)

    read = {one.source: one.fingerprint for one in corpus.output.manifests()}
    assert "scripted/2" in read["plant.pdf"]
    assert "scripted/1" in read["new.pdf"]


def test_repeating_a_run_removes_nothing_that_came_back_since(corpus, folder):
    corpus.run("1")
    kept = (folder / "plant.pdf").read_bytes()
    (folder / "plant.pdf").unlink()
    corpus.run("2")
    (folder / "plant.pdf").write_bytes(kept)
    corpus.run("3")

    assert corpus.indexed("2").pruned == 0
    assert corpus.found("valve") == ["plant.pdf"]


def test_an_empty_folder_removes_nothing(corpus, folder, caplog):
    corpus.run("1")
    for path in [*folder.rglob("*.pdf")]:
        path.unlink()

    report = corpus.run("2")

    assert (report.listing.gone, report.pruned, report.documents) == (0, 0, 2)
    assert "nothing is taken for gone" in caplog.text


def test_what_a_run_read_that_did_not_end_is_known_to_the_next(corpus, folder):
    corpus.listed("1")
    assert corpus.planned("1", pages_each=1).shards == 2
    read = corpus.read("1", 0)

    second = corpus.run("2")

    assert (read.documents, read.cached) == (1, 0)

    assert (second.listing.new, second.listing.unchanged, second.indexed) == (1, 1, 2)


def test_the_state_of_a_former_release_goes_on(corpus, folder):
    corpus.run("1")
    write_pdf(folder / "new.pdf", ["A new pump."])
    corpus.listed("2")
    corpus.planned("2")
    corpus.read("2", 0)
    # It named no notes in the ledger, and a note by its shard alone.
    ledger = corpus.place / "state" / "ledger.parquet"
    pq.write_table(pq.read_table(ledger).replace_schema_metadata(), ledger)
    for note in (corpus.place / "state" / "outcomes" / "1").iterdir():
        note.unlink()
    (note,) = (corpus.place / "state" / "outcomes" / "2").iterdir()
    note.rename(note.with_name("0000.jsonl"))

    report = corpus.run("3")

    assert (report.listing.to_read, report.listing.unchanged, report.indexed) == (0, 3, 1)
    assert corpus.run("4").changed is False


def test_an_index_that_was_lost_is_filled_from_the_output(corpus):
    corpus.run("1")
    (corpus.index / "index.sqlite").unlink()
    for file in corpus.index.iterdir():
        file.unlink()

    report = corpus.run("2")

    assert (report.listing.to_read, report.indexed) == (0, 2)
    assert corpus.found("valve") == ["plant.pdf"]


def test_a_document_that_is_gone_from_the_output_is_read_again(corpus):
    corpus.run("1")
    (doc_id,) = [e.doc_id for e in corpus.state.ledger() if e.key == "plant.pdf"]
    corpus.output.delete(doc_id)
    corpus.index.rename(corpus.place / "former")

    assert corpus.run("2").failed == 1
    report = corpus.run("3")

    assert (report.listing.retry, report.failed) == (1, 0)
    assert corpus.found("valve") == ["plant.pdf"]


def test_a_state_is_of_one_corpus(corpus, tmp_path):
    corpus.run("1")
    (tmp_path / "other").mkdir()
    corpus.source = str(tmp_path / "other")

    with pytest.raises(ConfigurationError, match="is the state of"):
        corpus.listed("2")


def test_steps_come_one_after_another(corpus):
    with pytest.raises(SourceNotFoundError, match="holds no listing of run 1"):
        corpus.planned("1")
    with pytest.raises(SourceNotFoundError, match="no listing of run 1"):
        corpus.indexed("1")


def test_results_and_hidden_files_are_no_documents(folder):
    write_pdf(folder / ".hidden.pdf", ["No."])
    (folder / "notes.mp4").write_text("No.")
    (folder / "results").mkdir()
    write_pdf(folder / "results" / "figure.pdf", ["No."])

    found = listed_objects(str(folder), excluded=(str(folder / "results"), "elsewhere"))

    assert sorted(one.key for one in found) == ["plant.pdf", "pumps/one.pdf"]


def test_costs_are_expected_as_they_were(corpus, folder):
    corpus.listed("1")
    before = corpus.planned("1")
    corpus.run("1")
    for number in range(5):
        write_pdf(folder / f"more-{number}.pdf", ["One page."] * 3)
    corpus.listed("2")
    after = corpus.planned("2")

    assert not before.measured
    assert before.expected.documents == 2
    assert after.measured
    assert after.expected.documents == 5
    assert 5 <= after.expected.pages <= 25
    assert after.expected.task_hours > 0


def test_the_example_of_the_guide_runs(tmp_path):
    (tmp_path / "reports").mkdir()
    write_pdf(tmp_path / "reports" / "plant.pdf", ["The pump runs at night."])
    code = example("A corpus that grows", "incremental.md")
    environment = {**os.environ, "DSOCR_ENGINE": "embedded", "DSOCR_CACHE": ""}

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    listed, planned, indexed = done.stdout.splitlines()
    assert listed.startswith("reports: 1 new, 0 changed")
    assert planned.startswith("1 shards: 1 documents")
    assert indexed.startswith("1 documents indexed, 0 removed")
