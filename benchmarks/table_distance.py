"""Tree edit distance similarity (TEDS) of HTML tables, as PubTabNet defines it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from apted import APTED, Config
from lxml import html
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment


@dataclass
class Node:
    tag: str
    spans: tuple[int, int] = (1, 1)
    text: str = ""
    children: list[Node] = field(default_factory=list)


class _Costs(Config):
    def rename(self, first: Node, second: Node) -> float:
        if first.tag != second.tag or first.spans != second.spans:
            return 1.0
        return Levenshtein.normalized_distance(first.text, second.text)

    def children(self, node: Node) -> list[Node]:
        return node.children


def tree(table: str) -> tuple[Node, int]:
    """A table's tree and the number of its nodes; `thead`, `tbody` and `th` count for nothing."""
    root = Node("table")
    count = 1
    for row in html.fromstring(table).iter("tr"):
        cells = [
            Node("td", (_span(cell, "rowspan"), _span(cell, "colspan")), plain(cell.text_content()))
            for cell in row
            if cell.tag in {"td", "th"}
        ]
        root.children.append(Node("tr", children=cells))
        count += 1 + len(cells)
    return root, count


def teds(expected: str, found: str) -> float:
    first, second = tree(expected), tree(found)
    distance = APTED(first[0], second[0], _Costs()).compute_edit_distance()
    return max(0.0, 1 - distance / max(first[1], second[1]))


def best_match(expected: list[str], found: list[str]) -> list[float]:
    """TEDS of each expected table, the tables found being given out one to one."""
    if not found:
        return [0.0] * len(expected)
    scores = np.array([[teds(one, other) for other in found] for one in expected])
    result = [0.0] * len(expected)
    for row, column in zip(*linear_sum_assignment(-scores), strict=True):
        result[row] = float(scores[row, column])
    return result


def plain(text: str | None) -> str:
    normal = unicodedata.normalize("NFKC", text or "")
    for dash in "\u2010\u2011\u2012\u2013\u2014\u2212":
        normal = normal.replace(dash, "-")
    return " ".join(normal.replace("\u2019", "'").replace("\u2018", "'").split())


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1")
    return int(value) if value.isdigit() else 1
