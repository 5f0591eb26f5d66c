"""What Airflow makes of sources, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsocr_integrations.airflow import task_sources
from dsocr_integrations.airflow.compat import ObjectStoragePath
from dsocr_integrations.airflow.task_sources import StoredAddress, TaskSources
from dsocr_integrations.errors import ConfigurationError, MissingDependencyError


def addresses(given: object) -> tuple[str, ...]:
    return TaskSources.of(given, None).addresses


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("/in/a.pdf", ("/in/a.pdf",)),
        (Path("/in/a.pdf"), ("/in/a.pdf",)),
        (["/in/a.pdf", Path("/in/b.pdf")], ("/in/a.pdf", "/in/b.pdf")),
        (("/in/a.pdf",), ("/in/a.pdf",)),
        ((path for path in ["/in/a.pdf"]), ("/in/a.pdf",)),
        (ObjectStoragePath("file:///in/a.pdf"), ("file:///in/a.pdf",)),
        ("['/in/a.pdf', '/in/b.pdf']", ("/in/a.pdf", "/in/b.pdf")),
        ('["/in/a.pdf"]', ("/in/a.pdf",)),
        ("[]", ()),
        ([], ()),
        ("/in/[ab].pdf", ("/in/[ab].pdf",)),
        ("~/[ab]", ("~/[ab]",)),
    ],
)
def test_what_may_be_given(given, taken):
    assert addresses(given) == taken


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "rendered to 'None'"),
        ("None", "rendered to 'None'"),
        ("  ", "comes from gave nothing"),
        (["/in/a.pdf", None], "holds a NoneType"),
        (7, "holds a int"),
        (b"%PDF", "holds a bytes"),
        ({"a": 1}, "holds a dict"),
        ("[PosixPath('/in/a.pdf')]", "render_template_as_native_obj"),
        ("LazySelectSequence([2 items])", "render_template_as_native_obj"),
        ("in/a.pdf", "relative path 'in/a.pdf'"),
        (Path("a.pdf"), "relative path 'a.pdf'"),
        ("[ab]", "relative path"),
        ("[12]", "relative path"),
    ],
)
def test_what_is_no_source_is_told_in_a_sentence(given, told):
    with pytest.raises(ConfigurationError, match=told):
        addresses(given)


def test_each_store_is_reached_by_the_connection_that_is_named_for_it(monkeypatch):
    asked = []

    class Path:
        def __init__(self, address, conn_id):
            asked.append((address, conn_id))
            self.fs = self
            self.storage_options = {"conn": conn_id}

    given = [
        "/in/a.pdf",
        "https://host/b.pdf",
        "s3://one/c.pdf",
        "s3://other@two/d.pdf",
        "s3://one/e.pdf",
    ]
    given.append(StoredAddress("s3://one/f.pdf", None).address)
    monkeypatch.setattr(task_sources, "ObjectStoragePath", Path)

    sources = TaskSources.of(given, "shelf")

    assert sources.addresses[3] == "s3://two/d.pdf"
    assert asked == [("s3://one/c.pdf", "shelf"), ("s3://two/d.pdf", "other")]
    options = {url: sources.options_of(url) for url in ("s3://one/x/y.pdf", "s3://two/d.pdf")}
    assert options == {"s3://one/x/y.pdf": {"conn": "shelf"}, "s3://two/d.pdf": {"conn": "other"}}
    assert sources.options_of("https://host/b.pdf") == sources.options_of("/in/a.pdf") == {}


def test_the_connection_of_an_object_storage_path_is_kept(monkeypatch):
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    address = StoredAddress.of(
        ObjectStoragePath("s3://shelf@bucket/a.pdf"), "other", field="sources"
    )

    assert address == StoredAddress("s3://bucket/a.pdf", "shelf")


def test_an_empty_connection_is_none():
    assert StoredAddress.of("memory://a.pdf", "", field="sources").storage_options() == {}


def test_a_missing_provider_is_named():
    with pytest.raises(MissingDependencyError, match="apache-airflow-providers-google"):
        TaskSources.of("gs://bucket/a.pdf", "shelf")
    with pytest.raises(MissingDependencyError, match="pip install adlfs"):
        TaskSources.of("abfs://container@account/a.pdf", None)


def test_an_output_without_a_name_is_refused():
    with pytest.raises(ConfigurationError, match="`output_uri` was rendered to 'None'"):
        StoredAddress.of("None", None, field="output_uri")
