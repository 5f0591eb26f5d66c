"""Charts drawn for the tests: matplotlib writes the PDF, our own reader reads it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsocr_integrations.engines.embedded.charts.data import ChartData
from dsocr_integrations.engines.embedded.charts.reader import read_chart
from dsocr_integrations.engines.embedded.charts.vector_scene import vector_scene
from dsocr_integrations.rendering import PageRegion, open_document
from dsocr_integrations.sources import resolve_source


def region_of(path: Path) -> PageRegion:
    with open_document(resolve_source(str(path))) as document:
        return document.region(1)


def drawn_chart(path: Path, draw: Callable[[Any], None], *, size: tuple[float, float]) -> Path:
    """Draw a chart on a fresh pair of axes and save it as a vector PDF."""
    figure_module = pytest.importorskip("matplotlib.figure")
    figure = figure_module.Figure(figsize=size)
    axes = figure.subplots()
    draw(axes)
    figure.tight_layout()
    figure.savefig(path, metadata={"CreationDate": None})
    return path


def read_drawn(
    folder: Path, draw: Callable[[Any], None], *, size: tuple[float, float] = (5.0, 3.5)
) -> ChartData | None:
    """Draw a chart and read it back."""
    scene = vector_scene(region_of(drawn_chart(folder / "chart.pdf", draw, size=size)))
    return read_chart(scene) if scene is not None else None
