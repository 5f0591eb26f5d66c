"""The examples of `docs/incremental.md` run as they are written."""

from __future__ import annotations

import pytest

from tests.guide_examples import printed_by
from tests.scripted_engine import write_pdf


@pytest.mark.parametrize(
    ("title", "second"), [("In LangChain", "second 0 2"), ("In LlamaIndex", "second 0 0")]
)
def test_a_second_run_embeds_nothing(title, second, tmp_path):
    (tmp_path / "papers").mkdir()
    for name in ("herons", "egrets"):
        write_pdf(tmp_path / "papers" / f"{name}.pdf", [f"All {name} wade at dawn."])

    printed = printed_by(title, tmp_path, page="incremental.md", DSOCR_ENGINE="embedded")

    assert printed.splitlines()[-1] == second
