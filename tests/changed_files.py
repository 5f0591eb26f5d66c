"""A long file that is changed, and what is embedded when: for tests of the frameworks' upkeep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dsocr_integrations.runner import Runner
from tests.scripted_engine import ScriptedEngine, write_pdf

LENGTH = 120
OLD, NEW = "The price is 48 euros.", "The price is 52 euros."
CHANGED = 7
"""1-based number of the page that changes."""


def texts_of(length: int = LENGTH) -> list[str]:
    texts = [f"The fee of part {number} is {1000 + number} euros." for number in range(length)]
    return [*texts[: CHANGED - 1], OLD, *texts[CHANGED:]]


def with_a_page_changed(texts: list[str]) -> list[str]:
    return [NEW if text == OLD else text for text in texts]


def with_a_page_inserted(texts: list[str]) -> list[str]:
    return [*texts[:CHANGED], "A page of its own.", *texts[CHANGED:]]


def with_a_page_deleted(texts: list[str]) -> list[str]:
    return [text for text in texts if text != OLD]


Change = Callable[[list[str]], list[str]]
CHANGES: tuple[Change, ...] = (with_a_page_changed, with_a_page_inserted, with_a_page_deleted)


def write(folder: Path, texts: list[str]) -> Path:
    return write_pdf(folder / "contract.pdf", texts)


def runner() -> Runner:
    return Runner(engine=ScriptedEngine(), cache=False)
