"""Chroma takes an export as the documentation's example hands it over."""

from __future__ import annotations

import pytest

from tests.guide_examples import printed_by, write_passages

pytestmark = pytest.mark.servers


def test_the_example_for_chroma_runs_and_doubles_nothing(tmp_path):
    pytest.importorskip("chromadb", reason="run make test-stores")
    ids = write_passages(tmp_path)
    for _ in range(2):
        # Its telemetry has no answer to wait for here.
        printed = printed_by("Chroma", tmp_path, ANONYMIZED_TELEMETRY="False")
        count, found, source = printed.split()
        assert (int(count), source) == (len(ids), "report.pdf")
        assert found in ids
