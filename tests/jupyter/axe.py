"""What axe finds in the viewer, how large its targets are, and whether the focus is lost."""

from __future__ import annotations

from typing import Any

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A box on the page is as large as what it surrounds; its text has a button of its own.
SMALL = """() => [...document.querySelectorAll(".dsocr :is(button, input, select, a, summary, [data-cell], [role=tab])")]
    .map((one) => [one.getBoundingClientRect(), one])
    .filter(([box, one]) => box.width && one.checkVisibility() && (box.width < 23.9 || box.height < 23.9))
    .map(([box, one]) => `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 90)}`)"""


def assert_clean(page: Any, axe: str, where: str = "html") -> None:
    """Nothing below an element is against the rules.

    Args:
        page: The page of a browser.
        axe: The script that judges.
        where: Names the element, such as our part of a notebook.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    asked = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = page.evaluate("([where, asked]) => axe.run(where, asked)", [where, asked])
    told = [
        (one["id"], [node["html"][:150] for node in one["nodes"][:3]])
        for one in found["violations"]
    ]
    assert told == [], told
    small = page.evaluate(SMALL)
    assert small == [], small
    assert page.evaluate("document.activeElement === document.body") is False
