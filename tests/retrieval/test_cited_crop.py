"""The picture of what a document cites: from its source, else the figure that was kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dsocr_integrations.errors import ConfigurationError, SourceChangedError, SourceNotFoundError
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.passages import Passage
from dsocr_integrations.retrieval import SearchDocuments, SearchStructure, crop
from dsocr_integrations.runner import Runner

DATA = Path(__file__).parents[1] / "data"


@dataclass
class Found:
    """What any framework's document has."""

    metadata: dict[str, Any]


def found(passage: Passage) -> Found:
    return Found(passage.metadata)


def test_the_cited_place_is_drawn_from_the_source(index, place):
    document = found(SearchDocuments(query="herons wade").ask(index).passages[0])

    by_index, by_place, by_roots = (
        crop(document, index=index),
        crop(document, index=place),
        crop(document, roots=index.roots()),
    )
    assert 300 < by_index.width < 600
    assert by_index.tobytes() == by_place.tobytes() == by_roots.tobytes()
    plain = crop(document, index=index, outline=False)
    assert plain.size == by_index.size
    assert plain.tobytes() != by_index.tobytes()


def test_a_whole_page_is_shown_without_a_box(index):
    metadata = {"source": "herons.pdf", "page_number": 2}
    page = crop(Found(metadata), index=index)
    assert page.size == (600, 800)


def test_stores_may_give_back_floats(index):
    document = found(SearchDocuments(query="herons wade").ask(index).passages[0])
    floats = {
        name: float(value) if type(value) is int else value
        for name, value in document.metadata.items()
    }
    assert crop(Found(floats), index=index).tobytes() == crop(document, index=index).tobytes()


def test_what_is_gone_is_told_in_a_sentence(index, tmp_path):
    document = found(SearchStructure(smiles="CCO").ask(index).passages[0])
    source = tmp_path / "in" / "herons.pdf"
    source.write_bytes(b"%PDF-1.4 other bytes")
    with pytest.raises(SourceChangedError, match="has changed since it was read"):
        crop(document, index=index)
    source.unlink()
    with pytest.raises(SourceNotFoundError, match="has gone"):
        crop(document, index=index)


def test_documents_of_others_are_refused():
    with pytest.raises(ConfigurationError, match="does not say where it was read"):
        crop(Found({"source": "a.pdf", "page": 0}))
    with pytest.raises(ConfigurationError, match="does not say where it was read"):
        crop(Found({"source": "a.pdf", "page_number": 1, "spans": "not JSON"}))
    with pytest.raises(ConfigurationError, match="is an address"):
        crop(Found({"source": "https://example.org/a.pdf", "page_number": 1}))
    with pytest.raises(SourceNotFoundError):
        crop(Found({"source": "../../etc/passwd", "page_number": 1}))


@pytest.fixture(scope="module")
def output(tmp_path_factory) -> OutputFolder:
    folder = OutputFolder(tmp_path_factory.mktemp("out"))
    with Runner("embedded", cache=False) as runner:
        ingest(DATA / "report.pdf", folder, runner=runner, pages="1")
    return folder


def test_the_kept_figure_stands_in_for_a_source_that_is_gone(output, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (manifest,) = output.manifests()
    name = next(name for name in manifest.files if name.startswith("figures/"))
    metadata = {
        "source": "report.pdf", "doc_id": manifest.doc_id, "page_number": 1,
        "box_x0": 1, "box_y0": 1, "box_x1": 9, "box_y1": 9, "figure": name,
    }  # fmt: skip
    assert min(crop(Found(metadata), output=output).size) > 100
    for other in ("manifest.json", "../../secret.png", "figures/none.png"):
        with pytest.raises(SourceNotFoundError):
            crop(Found({**metadata, "figure": other}), output=output)
    with pytest.raises(SourceNotFoundError):
        crop(Found({**metadata, "doc_id": "../.."}), output=output)


def test_the_output_folder_knows_which_bytes_were_read(output, tmp_path):
    (manifest,) = output.manifests()
    metadata = {"source": "report.pdf", "doc_id": manifest.doc_id, "page_number": 1}
    assert crop(Found(metadata), output=output, roots=[DATA]).height > 1_000
    (tmp_path / "report.pdf").write_bytes((DATA / "molecules.pdf").read_bytes())
    with pytest.raises(SourceChangedError):
        crop(Found(metadata), output=output, roots=[tmp_path])
