"""The operators of a growing corpus by themselves: what runs are called, and what is refused."""

from __future__ import annotations

import jinja2
import pytest

from dsocr_integrations.airflow import OcrIndexOperator, OcrListOperator, OcrPlanOperator
from dsocr_integrations.airflow.compat import AirflowFailException, AirflowSkipException
from tests.scripted_engine import write_pdf

pytest.importorskip("pyarrow", reason="pip install pyarrow")

DATE = "20261129T000000"


class Instance:
    """What the operators need of a task instance."""

    def __init__(self):
        self.pushed = {}

    def xcom_push(self, key, value):
        self.pushed[key] = value


@pytest.fixture
def places(tmp_path):
    (tmp_path / "documents").mkdir()
    write_pdf(tmp_path / "documents" / "plant.pdf", ["The pump runs at night."])
    return tmp_path


def listing(places, **options):
    return OcrListOperator(
        task_id="list_new",
        source=str(places / "documents"),
        state_uri=str(places / "state"),
        **{"run": DATE, **options},
    )


def indexing(places, **options):
    return OcrIndexOperator(
        task_id="index",
        output_uri=str(places / "output"),
        state_uri=str(places / "state"),
        index=str(places / "index"),
        embedder="none",
        run=DATE,
        **options,
    )


@pytest.mark.parametrize(
    ("context", "name"),
    [
        ({"ts_nodash": DATE, "run_id": "scheduled__2026-11-29"}, DATE),
        ({"run_id": "manual__2026-11-29T01:02:03+00:00"}, "manual__2026-11-29T01-02-03+00-00"),
    ],
)
def test_a_run_is_called_by_its_date_where_it_has_one(places, context, name):
    operator = listing(places, run=OcrListOperator(task_id="any", source="", state_uri="").run)

    strict = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    operator.run = operator.render_template(operator.run, context, jinja_env=strict)

    assert operator.run_name == name


def test_counts_and_numbers_are_all_that_xcom_gets(places):
    instance = Instance()

    counts = listing(places).execute({"ti": instance})
    plan = OcrPlanOperator(task_id="plan", state_uri=str(places / "state"), run=DATE)

    assert (counts["new"], counts["source"]) == (1, str(places / "documents"))
    assert plan.execute({"ti": instance}) == [0]
    assert instance.pushed["plan"]["expected"]["documents"] == 1


@pytest.mark.parametrize(
    ("gate", "words"),
    [({"failed": "2"}, "failed: Input should be less than"), ({"wrong": 1}, "Known are failed")],
)
def test_a_gate_that_cannot_be_is_refused_before_anything_is_done(places, gate, words):
    listing(places).execute({"ti": Instance()})

    with pytest.raises(AirflowFailException, match=words):
        indexing(places, gate=gate).execute({"ti": Instance()})


@pytest.mark.parametrize("field", ["pages_per_task", "max_tasks"])
def test_a_number_that_a_template_did_not_give_is_told(places, field):
    plan = OcrPlanOperator(
        task_id="plan", state_uri=str(places / "state"), run=DATE, **{field: "None"}
    )

    with pytest.raises(AirflowFailException, match=f"`{field}` was rendered to 'None'"):
        plan.execute({"ti": Instance()})


def test_what_is_no_reason_to_read_again_is_refused(places):
    with pytest.raises(AirflowFailException, match="'everything' does not say"):
        listing(places, again="everything").execute({"ti": Instance()})


def test_a_step_without_the_one_before_it_says_so(places):
    with pytest.raises(AirflowFailException, match="holds no listing of run"):
        indexing(places).execute({"ti": Instance()})


def test_an_index_step_with_nothing_to_do_is_skipped(places):
    listing(places).execute({"ti": Instance()})

    with pytest.raises(AirflowSkipException, match="Nothing has changed"):
        indexing(places).execute({"ti": Instance()})
