"""The sensor and the trigger of a growing corpus by themselves."""

from __future__ import annotations

import asyncio

import pytest

from dsocr_integrations.airflow import (
    OcrListOperator,
    OcrNewDocumentsSensor,
    OcrNewDocumentsTrigger,
)
from dsocr_integrations.airflow.compat import AirflowFailException
from dsocr_integrations.corpus import CorpusState
from dsocr_integrations.corpus.entries import Entry
from dsocr_integrations.corpus.records import Cost, ShardReport
from tests.scripted_engine import write_pdf

pytest.importorskip("pyarrow", reason="pip install pyarrow")


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "documents").mkdir()
    write_pdf(tmp_path / "documents" / "plant.pdf", ["The pump runs at night."])
    return {"source": str(tmp_path / "documents"), "state_uri": str(tmp_path / "state")}


def read_all(corpus, run, outcome="read"):
    """Note all documents of the folder as read, as the tasks of a run do."""
    OcrListOperator(task_id="list_new", run=run, **corpus).execute({})
    state = CorpusState(corpus["state_uri"])
    entries = [
        Entry(
            *one.listed,
            outcome=outcome,
            reason="",
            doc_id="",
            revision="",
            pages=1,
            failed_pages=0,
            untrusted=0,
            looped=0,
            empty=0,
            run=run,
            pending=True,
        )
        for one in state.work(run)
        if one.change != "gone"
    ]
    state.write_outcomes(run, entries, ShardReport(shard=0, cost=Cost()))


def test_a_sensor_looks_for_what_no_run_has_taken_up(corpus, tmp_path):
    sensor = OcrNewDocumentsSensor(task_id="wait", **corpus)
    first = sensor.poke({})
    assert (bool(first), first.xcom_value["new"]) == (True, 1)

    read_all(corpus, "first")
    assert not sensor.poke({})

    write_pdf(tmp_path / "documents" / "plant.pdf", ["The pump runs by day and by night."])
    write_pdf(tmp_path / "documents" / "other.pdf", ["Nothing."])
    found = sensor.poke({}).xcom_value
    assert (found["new"], found["changed"], found["gone"]) == (1, 1, 0)

    read_all(corpus, "second")
    (tmp_path / "documents" / "other.pdf").unlink()
    assert sensor.poke({}).xcom_value["gone"] == 1


def test_what_failed_for_a_passing_reason_is_not_waited_for(corpus):
    read_all(corpus, "first", outcome="failed")

    assert not OcrNewDocumentsSensor(task_id="wait", **corpus).poke({})


def test_a_state_of_another_corpus_is_refused_in_the_task(corpus, tmp_path):
    OcrNewDocumentsSensor(task_id="wait", **corpus).poke({})
    other = {**corpus, "source": str(tmp_path)}

    with pytest.raises(AirflowFailException, match="is the state of"):
        OcrNewDocumentsSensor(task_id="wait", deferrable=True, **other).execute({})


def test_a_trigger_waits_for_a_folder_and_fires_once_for_the_same_documents(corpus, tmp_path):
    late = tmp_path / "late"
    trigger = OcrNewDocumentsTrigger(
        source=str(late), state_uri=corpus["state_uri"], poll_interval=0
    )

    async def fired():
        events = trigger.run()
        first = asyncio.ensure_future(anext(events))
        late.mkdir()
        write_pdf(late / "first.pdf", ["One."])
        yield (await first).payload["new"]
        write_pdf(late / "second.pdf", ["Two."])
        yield (await anext(events)).payload["new"]
        await events.aclose()

    async def all_of_them():
        return [count async for count in fired()]

    assert asyncio.run(asyncio.wait_for(all_of_them(), 60)) == [1, 2]


def test_a_trigger_is_made_anew_from_what_it_serialises(corpus):
    trigger = OcrNewDocumentsTrigger(excluded=["s3://out"], source_conn_id="store", **corpus)
    path, arguments = trigger.serialize()

    assert path == "dsocr_integrations.airflow.triggers.OcrNewDocumentsTrigger"
    assert OcrNewDocumentsTrigger(**arguments).serialize() == (path, arguments)
