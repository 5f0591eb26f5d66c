"""The operator by itself: no scheduler and no database, with an engine that answers at once."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import fsspec
import pytest
from airflow.sdk import Asset

import dsocr_integrations
from dsocr_integrations.airflow import DeepSeekOCRHook, DeepSeekOCROperator, progress_log
from dsocr_integrations.airflow.compat import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
)
from dsocr_integrations.airflow.links import DeepSeekOCRPreviewLink
from dsocr_integrations.airflow.manifest import MAX_FAILURES, MAX_IDS, manifest_of
from dsocr_integrations.airflow.previewed import MAX_SHOWN, Previewed
from dsocr_integrations.airflow.task_sources import StoredAddress
from dsocr_integrations.airflow.wording import AIRFLOW_WORDS
from dsocr_integrations.errors import EngineUnavailableError
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion.report import IngestReport
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.records import FailureRecord
from dsocr_integrations.records.documents import PageError
from dsocr_integrations.runner import Runner
from dsocr_integrations.runner.progress import Progress
from tests.airflow.airflow_releases import DagSerialization
from tests.scripted_engine import ScriptedEngine, write_pdf

KEY = SimpleNamespace(dag_id="a", run_id="manual__2026+00:00", task_id="g.t", map_index=3)
LINK = "dsocr/previews/a/manual__2026%2B00%3A00/g.t/3"
TEXTS = ["The pump runs at night.", "The valve is shut."]


class Instance:
    """What the operator needs of a task instance."""

    def __init__(self, try_number=1, map_index=-1):
        self.try_number = try_number
        self.map_index = map_index
        self.pushed = {}

    def xcom_push(self, key, value):
        self.pushed[key] = value


class OutletEvents:
    """What the operator needs of the events of its one asset."""

    def __init__(self):
        self.extra = {}

    def __getitem__(self, asset):
        return self


@pytest.fixture
def engine(monkeypatch):
    scripted = ScriptedEngine()

    def runner(self, *, progress=None, **options):
        return Runner(engine=scripted, progress=progress)

    monkeypatch.setattr(DeepSeekOCRHook, "get_conn", runner)
    return scripted


@pytest.fixture
def folder(tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    write_pdf(documents / "plant.pdf", TEXTS)
    return documents


def execute(folder, tmp_path, *, instance=None, **options):
    operator = DeepSeekOCROperator(
        task_id="read", sources=str(folder), output_uri=str(tmp_path / "output"), **options
    )
    return operator.execute({"ti": instance or Instance()}), operator


@pytest.mark.usefixtures("engine")
def test_the_page_of_the_output_is_written_by_no_mapped_task(folder, tmp_path):
    execute(folder, tmp_path, instance=Instance(map_index=0))
    assert not (tmp_path / "output/index.html").exists()
    execute(folder, tmp_path)
    assert "plant.pdf/preview.html" in (tmp_path / "output/index.html").read_text()


@pytest.mark.usefixtures("engine")
def test_it_writes_indexes_and_returns_a_small_manifest(folder, tmp_path):
    manifest, operator = execute(folder, tmp_path, index=str(tmp_path / "index"))

    assert (manifest["documents"], manifest["pages"], manifest["chunks"]) == (1, 2, 2)
    assert len(json.dumps(manifest)) < 2_000
    (written,) = OutputFolder(tmp_path / "output").manifests()
    assert [written.doc_id] == manifest["doc_ids"]
    with open_index(tmp_path / "index", create=False) as index:
        assert index.search("valve")[0].chunk.page == 2
    assert DeepSeekOCRPreviewLink().get_link(operator, ti_key=KEY) == LINK


@pytest.mark.usefixtures("engine")
def test_pages_to_look_at_are_written_and_linked_unless_unwanted(folder, tmp_path):
    instance = Instance()
    manifest, operator = execute(folder, tmp_path, instance=instance)
    (page,) = (tmp_path / "output").rglob("preview.html")
    noted = Previewed.from_xcom(json.loads(json.dumps(instance.pushed["previews"])))
    assert (noted.address, list(noted.doc_ids)) == (str(tmp_path / "output"), manifest["doc_ids"])
    assert page.parent.name == "plant.pdf"
    assert operator.has_previews

    instance = Instance()
    _, operator = execute(folder, tmp_path / "without", instance=instance, preview=False)
    assert not list((tmp_path / "without").rglob("preview.html"))
    assert (instance.pushed, operator.has_previews) == ({}, False)


@pytest.mark.usefixtures("engine")
def test_what_could_not_be_read_is_counted_beside_the_pages_to_look_at(folder, tmp_path):
    (folder / "torn.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    instance = Instance()
    execute(folder, tmp_path, instance=instance, max_failed_ratio=1.0)
    noted = Previewed.from_xcom(json.loads(json.dumps(instance.pushed["previews"])))
    assert (len(noted.doc_ids), noted.unread) == (1, 1)
    assert Previewed.from_xcom({**noted.as_xcom(), "unread": "<b>"}).unread == 0


def test_the_entry_of_previews_stays_small_and_names_documents_only():
    noted = Previewed.of(StoredAddress("out", None), [str(uuid4()) for _ in range(1_000)])
    assert (len(noted.doc_ids), noted.left_out) == (MAX_SHOWN, 1_000 - MAX_SHOWN)
    assert len(json.dumps(noted.as_xcom())) < 10_000
    assert Previewed.from_xcom(noted.as_xcom()) == noted
    for wrong in (["../x"], ["290C9591-8B5F-5191-A830-46BAD922F4C9"], [7], "x", None):
        assert Previewed.from_xcom(noted.as_xcom() | {"doc_ids": wrong}) is None
    assert Previewed.from_xcom("s3://bucket/xcom.json") is None


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("listed", [False, True])
def test_a_folder_that_is_read_alone_is_the_root_of_its_documents(folder, tmp_path, listed):
    operator = DeepSeekOCROperator(
        task_id="read",
        sources=[str(folder)] if listed else str(folder),
        output_uri=str(tmp_path / "output"),
    )

    operator.execute({"ti": Instance()})

    assert [one.source for one in OutputFolder(tmp_path / "output").manifests()] == ["plant.pdf"]


@pytest.mark.usefixtures("engine")
def test_the_link_is_empty_where_nothing_ran():
    operator = DeepSeekOCROperator(task_id="read", sources="a.pdf", output_uri="out")

    assert not DeepSeekOCRPreviewLink().get_link(operator, ti_key=KEY)


def test_a_second_run_asks_the_engine_nothing_and_says_so(
    folder, tmp_path, engine, caplog, monkeypatch
):
    # Airflow's own loggers write past what pytest can read.
    monkeypatch.setattr(DeepSeekOCROperator, "log", logging.getLogger(__name__))
    execute(folder, tmp_path)
    asked = engine.asked.total()

    with caplog.at_level("INFO"):
        manifest, _ = execute(folder, tmp_path)

    assert engine.asked.total() == asked
    assert "0 documents read (0 pages, 0 from the cache), 1 unchanged" in caplog.text
    assert (manifest["documents"], manifest["unchanged"]) == (0, 1)


def test_replace_writes_again_without_reading_recorded_pages(folder, tmp_path, engine):
    execute(folder, tmp_path)
    asked = engine.asked.total()

    manifest, _ = execute(folder, tmp_path, on_existing="replace")

    assert manifest["documents"] == 1
    assert engine.asked.total() == asked


@pytest.mark.usefixtures("engine")
def test_a_changed_document_replaces_its_chunks_in_the_index(folder, tmp_path):
    index_folder = str(tmp_path / "index")
    execute(folder, tmp_path, index=index_folder)
    write_pdf(folder / "plant.pdf", [TEXTS[0], "The valve was replaced by a gate."])

    execute(folder, tmp_path, index=index_folder)

    with open_index(index_folder, create=False) as index:
        assert index.stats().chunks == 2
        assert "gate" in index.search("gate")[0].chunk.text


def test_failed_pages_are_kept_apart_and_the_task_goes_on(folder, tmp_path, engine):
    engine.failing_pages = (2,)

    manifest, _ = execute(folder, tmp_path, max_failed_ratio=0.5)

    assert (manifest["pages"], manifest["failed_pages"]) == (1, 1)
    assert manifest["failures"][0]["message"] == "The page was too hard."


def test_fail_on_partial_lets_airflow_try_again_and_then_reads_only_what_failed(
    folder, tmp_path, engine
):
    engine.failing_pages = (2,)
    with pytest.raises(AirflowException) as raised:
        execute(folder, tmp_path, fail_on_partial=True)
    assert not isinstance(raised.value, AirflowFailException)
    engine.failing_pages = ()
    engine.asked.clear()

    manifest, _ = execute(folder, tmp_path, instance=Instance(try_number=2), fail_on_partial=True)

    assert manifest["failures"] == []
    assert set(engine.asked) == {2}


def test_the_failed_ratio_decides_and_names_what_failed(folder, tmp_path, engine):
    engine.failing_pages = (2,)

    execute(folder, tmp_path, max_failed_ratio=0.5)
    for allowed in ({"max_failed_ratio": 0.4}, {}):
        with pytest.raises(AirflowException, match=r"1 of 2 pages.*plant\.pdf, page 2"):
            execute(folder, tmp_path, **allowed)


@pytest.mark.usefixtures("engine")
def test_sources_and_pages_are_counted_apart(folder, tmp_path):
    for number in range(3):
        (folder / f"broken{number}.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    for number in range(16):
        write_pdf(folder / f"more{number}.pdf", [f"{number} {text}" for text in TEXTS])

    with pytest.raises(AirflowFailException, match="3 of 20 sources and 0 of 34 pages"):
        execute(folder, tmp_path, max_failed_ratio=0.1)
    assert execute(folder, tmp_path, max_failed_ratio=0.15)[0]["failed_sources"] == 3
    with pytest.raises(AirflowFailException, match="nothing may be missing"):
        execute(folder, tmp_path, max_failed_ratio=1, fail_on_partial=True)


@pytest.mark.usefixtures("engine")
def test_where_everything_may_fail_nothing_fails(tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing follows")

    manifest, _ = execute(broken, tmp_path, max_failed_ratio=1)

    assert (manifest["documents"], manifest["failed_sources"]) == (0, 1)


@pytest.mark.usefixtures("engine")
def test_nothing_to_read_is_skipped_or_fails_however_it_is_named(tmp_path):
    (tmp_path / "nothing").mkdir()
    for sources in ([], "[]", tmp_path / "nothing", str(tmp_path / "*.pdf")):
        operator = {"task_id": "read", "sources": sources, "output_uri": tmp_path / "output"}
        with pytest.raises(AirflowSkipException, match="no document"):
            DeepSeekOCROperator(**operator).execute({"ti": Instance()})
        with pytest.raises(AirflowFailException, match="no document"):
            DeepSeekOCROperator(**operator, on_empty="fail").execute({"ti": Instance()})


@pytest.mark.usefixtures("engine")
def test_an_empty_folder_beside_a_full_one_is_nothing_missing(folder, tmp_path):
    (tmp_path / "nothing").mkdir()
    operator = DeepSeekOCROperator(
        task_id="read",
        sources=[tmp_path / "nothing", folder],
        output_uri=tmp_path / "output",
        fail_on_partial=True,
    )

    assert operator.execute({"ti": Instance()})["documents"] == 1


@pytest.mark.usefixtures("engine")
def test_assets_are_told_counts_and_what_was_read(folder, tmp_path):
    asset = Asset("read")

    def told() -> dict:
        events = OutletEvents()
        operator = DeepSeekOCROperator(
            task_id="read", sources=folder, output_uri=tmp_path / "output", outlets=[asset]
        )
        operator.execute({"ti": Instance(), "outlet_events": events})
        return events.extra

    first, unchanged = told(), told()
    write_pdf(folder / "plant.pdf", [*TEXTS, "The tank is full."])
    changed = told()

    assert (first["documents"], first["pages"], "doc_ids" in first) == (1, 2, False)
    assert (unchanged["documents"], unchanged["sha256"]) == (0, first["sha256"])
    assert (changed["documents"], changed["sha256"] != first["sha256"]) == (1, True)


def test_only_what_failed_is_read_again_and_nothing_else_is_looked_for(folder, tmp_path, engine):
    engine.failing_pages = (2,)
    execute(folder, tmp_path, max_failed_ratio=1)
    write_pdf(folder / "new.pdf", TEXTS)
    again = {"task_id": "again", "output_uri": tmp_path / "output", "only_failed": True}
    engine.failing_pages = ()
    engine.asked.clear()

    manifest = DeepSeekOCROperator(**again).execute({"ti": Instance()})

    assert (manifest["documents"], manifest["pages"], manifest["failures"]) == (1, 2, [])
    assert set(engine.asked) == {2}
    with pytest.raises(AirflowSkipException):
        DeepSeekOCROperator(**again).execute({"ti": Instance()})


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("field", ["sources", "output_uri", "index", "root"])
def test_relative_paths_are_refused(folder, tmp_path, field):
    given = {"sources": str(folder), "output_uri": str(tmp_path / "output"), field: "here/it.is"}
    with pytest.raises(AirflowFailException, match=f"`{field}` is the relative path 'here/it.is'"):
        DeepSeekOCROperator(task_id="read", **given).execute({"ti": Instance()})


@pytest.mark.usefixtures("engine")
def test_what_is_under_way_ends_when_the_task_is_told_to(folder, tmp_path, monkeypatch):
    operator = DeepSeekOCROperator(task_id="read", sources=str(folder), output_uri=tmp_path / "out")
    operator.on_kill()  # as after a time limit: nothing is under way
    monkeypatch.setattr(OutputFolder, "writer", lambda *_, **__: operator.on_kill())

    with pytest.raises(AirflowException, match="told to end") as raised:
        operator.execute({"ti": Instance()})

    assert not isinstance(raised.value, AirflowFailException)


@pytest.mark.usefixtures("engine")
def test_what_is_gone_is_pruned(folder, tmp_path):
    write_pdf(folder / "old.pdf", TEXTS)
    execute(folder, tmp_path)
    (folder / "old.pdf").unlink()

    execute(folder, tmp_path, prune=True)

    assert [one.source for one in OutputFolder(tmp_path / "output").manifests()] == ["plant.pdf"]


@pytest.mark.usefixtures("engine")
def test_a_password_comes_from_a_connection(folder, tmp_path, monkeypatch):
    import pymupdf

    locked = tmp_path / "locked.pdf"
    with pymupdf.open(folder / "plant.pdf") as document:
        document.save(locked, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open-sesame")
    with pytest.raises(AirflowFailException, match=r"a connection named in `password_conn_id`"):
        execute(locked, tmp_path)
    monkeypatch.setenv("AIRFLOW_CONN_LOCKED", '{"conn_type": "generic", "password": "open-sesame"}')

    assert execute(locked, tmp_path, password_conn_id="locked")[0]["pages"] == 2


@pytest.mark.usefixtures("engine")
def test_a_template_may_give_an_empty_text_for_what_is_left_open(folder, tmp_path):
    names = {*DeepSeekOCROperator.template_fields} - {"sources", "output_uri", "index"}

    manifest = execute(folder, tmp_path, index=str(tmp_path / "index"), **dict.fromkeys(names, ""))[
        0
    ]

    assert (manifest["pages"], manifest["indexed"]) == (2, 1)


@pytest.mark.usefixtures("engine")
def test_an_index_of_another_engine_is_refused_in_the_words_of_airflow(folder, tmp_path):
    with open_index(tmp_path / "index", embedder="none") as index:
        index.upsert_document("x", [], revision="0", engine="other", fingerprint="other parser/1")
    place = str(tmp_path / "index")

    with pytest.raises(AirflowFailException, match=r"`allow_mixed_engines=True`"):
        execute(folder, tmp_path, index=place, embedder="none")
    with pytest.raises(AirflowFailException, match=r"postgresql://USER@HOST/DATABASE"):
        execute(folder, tmp_path, index="s3://bucket/index")
    with pytest.raises(AirflowFailException, match=r"`index` was rendered to 'None'"):
        execute(folder, tmp_path, index="None")


def test_the_words_of_airflow_stand_for_words_that_messages_use():
    code = Path(dsocr_integrations.__file__).parent
    files = (path for path in code.rglob("*.py") if code / "airflow" not in path.parents)
    text = "\n".join(path.read_text("utf-8") for path in files)
    assert [words for words in AIRFLOW_WORDS if words not in text] == []


@pytest.mark.usefixtures("engine")
def test_a_broken_file_alone_fails_for_good(tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing follows")

    with pytest.raises(AirflowFailException, match=r"What failed: .*broken\.pdf \(source\)"):
        execute(broken, tmp_path)


@pytest.mark.usefixtures("engine")
def test_a_broken_file_beside_a_sound_one_is_reported(folder, tmp_path):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing follows")

    manifest, _ = execute(folder, tmp_path, max_failed_ratio=0.5)

    assert (manifest["documents"], manifest["failed_sources"]) == (1, 1)
    assert manifest["failures"][0]["source"] == "broken.pdf"


def test_what_may_pass_decides_beside_what_will_not(folder, tmp_path, engine):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    engine.failing_pages = (2,)

    with pytest.raises(AirflowException) as raised:
        execute(folder, tmp_path, fail_on_partial=True)

    assert not isinstance(raised.value, AirflowFailException)


def test_a_dead_engine_is_tried_again(folder, tmp_path, engine, monkeypatch):
    def refuse():
        raise EngineUnavailableError("The server is down.")

    monkeypatch.setattr(engine, "open", refuse)

    with pytest.raises(AirflowException, match="server is down") as raised:
        execute(folder, tmp_path)
    assert not isinstance(raised.value, AirflowFailException)


@pytest.mark.usefixtures("engine")
def test_documents_go_inline_only_when_small(folder, tmp_path):
    instance = Instance()

    execute(folder, tmp_path, instance=instance, return_documents=True)

    documents = instance.pushed["documents"]
    assert "The valve is shut." in documents[1]["text"]
    assert documents[1]["metadata"]["file_name"] == "plant.pdf"
    assert documents[1]["metadata"]["page_number"] == 2
    json.dumps(documents)


@pytest.mark.usefixtures("engine")
def test_documents_beyond_the_bound_are_left_in_the_output(folder, tmp_path):
    small, large, again = Instance(), Instance(), Instance()
    options = {"return_documents": True, "preview": False}
    execute(folder, tmp_path, instance=small, **options)

    for instance in (large, again):
        execute(folder, tmp_path, instance=instance, max_inline_bytes=100, **options)

    assert large.pushed == again.pushed
    assert list(large.pushed) == ["documents_uri"]
    with fsspec.open(large.pushed["documents_uri"], "rt") as file:
        assert [json.loads(line) for line in file] == small.pushed["documents"]
    assert len(list((tmp_path / "output").glob("*.jsonl"))) == 1


@pytest.mark.usefixtures("engine")
def test_the_bound_of_inline_documents_is_their_size_as_json(folder, tmp_path):
    instance, options = Instance(), {"return_documents": True, "preview": False}
    execute(folder, tmp_path, instance=instance, **options)
    size = len(json.dumps(instance.pushed["documents"]))

    for bound, key in ((size, "documents"), (size - 1, "documents_uri")):
        instance = Instance()
        execute(folder, tmp_path, instance=instance, max_inline_bytes=bound, **options)
        assert list(instance.pushed) == [key]


def test_progress_is_logged_every_ten_seconds_at_most(monkeypatch, caplog):
    now = 100.0
    monkeypatch.setattr(progress_log.time, "monotonic", lambda: now)
    report = progress_log.progress_logger(logging.getLogger("task"))
    state = Progress("a.pdf", 1, done=1, cached=0, failed=0, total=9, seconds=2.0, documents=3)
    with caplog.at_level("INFO", "task"):
        for now, done in ((105.0, 1), (110.0, 4), (119.0, 5), (120.0, 6)):  # noqa: B007 - the clock
            report(replace(state, done=done, failed=1))
    assert caplog.messages == [
        "4 of 9 pages known so far (2.0 a second, 2 s left), 1 failed, now in document 3: a.pdf",
        "6 of 9 pages known so far (3.0 a second, 1 s left), 1 failed, now in document 3: a.pdf",
    ]


def test_a_failure_that_names_its_source_is_told_once(caplog):
    report = progress_log.progress_logger(logging.getLogger("task"))
    place = "s3://in/a.pdf"
    problem = f"{place} could not be read: No. Check the address, the credentials and the network."
    with caplog.at_level("INFO", "task"):
        report(Progress(place, 0, 0, 0, failed=1, total=0, seconds=0, problem=problem))
    (message,) = caplog.messages
    assert message.startswith(f"{place} could not be read: No. Check the address, the network")
    assert "`source_conn_id`" in message


def test_a_failure_is_told_when_it_happens(folder, tmp_path, engine, caplog, monkeypatch):
    # Airflow's own loggers write past what pytest can read.
    monkeypatch.setattr(DeepSeekOCROperator, "log", logging.getLogger(__name__))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    engine.failing_pages = (2,)

    with caplog.at_level("INFO"):
        execute(folder, tmp_path, index=str(tmp_path / "index"), max_failed_ratio=1)

    said = caplog.text
    assert "broken.pdf could not be read: " in said
    end = said.index("1 document read")
    assert said.index("plant.pdf, page 2 could not be read: The page was too hard.") < end
    assert f"into {tmp_path / 'output'}, index: {tmp_path / 'index'}" in said
    assert "parser/" not in said


def test_unknown_choices_and_arguments_are_refused_when_the_dag_is_parsed():
    with pytest.raises(ValueError, match="on_existing"):
        DeepSeekOCROperator(task_id="t", sources="a", output_uri="o", on_existing="maybe")
    with pytest.raises(ValueError, match="max_failed_ratio"):
        DeepSeekOCROperator(task_id="t", sources="a", output_uri="o", max_failed_ratio=2)
    with pytest.raises(ValueError, match="on_empty"):
        DeepSeekOCROperator(task_id="t", sources="a", output_uri="o", on_empty="maybe")
    with pytest.raises(ValueError, match="sources is missing"):
        DeepSeekOCROperator(task_id="t", output_uri="o")
    with pytest.raises(ValueError, match="only_failed"):
        DeepSeekOCROperator(task_id="t", sources="a", output_uri="o", only_failed=True)
    with pytest.raises(TypeError, match="outptu"):
        DeepSeekOCROperator(task_id="t", sources="a", output_uri="o", outptu="x")


def test_the_manifest_stays_small_however_much_was_read():
    failures = tuple(
        FailureRecord(
            doc_id=str(n),
            source=f"{n}.pdf",
            origin=None,
            errors=tuple(PageError(number=p, kind="engine", message="x" * 5_000) for p in (1, 2)),
        )
        for n in range(500)
    )
    report = IngestReport(
        documents=5_000,
        unchanged=0,
        pages=500_000,
        cached=0,
        failed_pages=1_000,
        chunks=1,
        indexed=0,
        failures=failures,
        doc_ids=tuple(f"{n:036d}" for n in range(5_000)),
        revisions=("0" * 64,) * 5_000,
        seconds=1.0,
    )

    manifest = manifest_of(report, Runner(engine=ScriptedEngine(), cache=False), "out", None)

    assert len(json.dumps(manifest)) < 20_000
    assert (len(manifest["doc_ids"]), manifest["doc_ids_left_out"]) == (MAX_IDS, 5_000 - MAX_IDS)
    assert (len(manifest["failures"]), manifest["failures_left_out"]) == (
        MAX_FAILURES,
        1_000 - MAX_FAILURES,
    )


def test_importing_the_operator_imports_no_engine():
    code = (
        "import dsocr_integrations.airflow.operators, dsocr_integrations.airflow.decorators, sys; "
        "print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"torch", "transformers", "pymupdf", "rapidocr", "onnxruntime", "cv2", "rdkit"}
    assert not heavy & set(done.stdout.split())


@pytest.mark.usefixtures("engine")
def test_the_decorator_reads_what_the_function_returns(folder, tmp_path):
    from airflow.sdk import dag

    from dsocr_integrations.airflow.decorators import dsocr_task

    @dag(schedule=None)
    def by_function():
        @dsocr_task(output_uri=str(tmp_path / "output"))
        def choose(name):
            return [str(folder / name)]

        choose("plant.pdf")

    task = by_function().get_task("choose")

    manifest = task.execute({"ti": Instance()})

    assert manifest["pages"] == 2


def test_paths_survive_templates_and_serialisation():
    from airflow.sdk import DAG

    with DAG("paths", schedule=None) as dag:
        task = DeepSeekOCROperator(task_id="read", sources=[Path("a.pdf")], output_uri=Path("out"))

    task.render_template_fields({})
    assert (task.sources, task.output_uri) == (["a.pdf"], "out")
    data = json.dumps(DagSerialization.to_dict(dag))

    assert "a.pdf" in str(DagSerialization.from_dict(json.loads(data)).get_task("read").sources)


def test_mapped_tasks_survive_serialisation():
    from airflow.sdk import DAG

    with DAG("mapped", schedule=None) as dag:
        DeepSeekOCROperator.partial(task_id="read", output_uri="out", pool="gpu").expand(
            sources=[["a.pdf", "b.pdf"], ["c.pdf"]]
        )

    data = json.dumps(DagSerialization.to_dict(dag))

    assert DagSerialization.from_dict(json.loads(data)).get_task("read").is_mapped


@pytest.mark.usefixtures("engine")
def test_object_stores_are_reached_through_their_connections(folder):
    from airflow.sdk.io import attach
    from fsspec.implementations.memory import MemoryFileSystem

    MemoryFileSystem.store.clear()
    memory = MemoryFileSystem()
    memory.pipe_file("/shelf/plant.pdf", (folder / "plant.pdf").read_bytes())
    attach(protocol="memory", conn_id="shelf", fs=memory)
    operator = DeepSeekOCROperator(
        task_id="read",
        sources="memory://shelf",
        source_conn_id="shelf",
        output_uri="memory://results",
        output_conn_id="shelf",
        preview=False,
    )

    manifest = operator.execute({"ti": Instance()})

    assert (manifest["documents"], manifest["pages"]) == (1, 2)
    assert any(path.endswith("manifest.json") for path in memory.find("/results"))


def test_an_index_in_postgresql_is_filled_and_its_password_kept(
    folder, tmp_path, engine, postgres_place
):
    place = postgres_place().replace("postgres:@", "postgres:zyzzyva@")
    manifest, _ = execute(folder, tmp_path, index=place)
    assert "zyzzyva" not in json.dumps(manifest)
    assert manifest["index"].endswith("_main")
    with open_index(place, create=False) as index:
        assert index.search("pump")[0].chunk.page == 1
