"""Measure small facts about PDF pages: what must be present, absent, or in order.

usage: python benchmarks/facts.py DATADIR

DATADIR holds `tests.jsonl` in the form of olmOCR-bench and the PDFs it names. Formula and
table facts are counted as not measured.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from rapidfuzz import fuzz
from reading import as_markdown, folder_argument
from table_distance import plain

from dsocr_integrations.engines.embedded.engine import EmbeddedEngine


def place(wanted: str, text: str, edits: int) -> int:
    wanted = plain(wanted)
    exact = text.find(wanted)
    if exact >= 0 or len(text) < len(wanted) or not (edits or len(wanted) > 20):
        return exact
    needed = 100 * max(0.5, 1 - edits / max(1, len(wanted)))
    match = fuzz.partial_ratio_alignment(wanted, text)
    return match.dest_start if match and match.score >= needed else -1


def holds(fact: dict[str, Any], text: str) -> bool | None:
    edits = fact.get("max_diffs") or 0
    kind = fact["type"]
    if kind in {"present", "absent"}:
        part = text[: fact["first_n"]] if fact.get("first_n") else text
        part = part[-fact["last_n"] :] if fact.get("last_n") else part
        return (place(fact["text"], part, edits) >= 0) == (kind == "present")
    if kind == "order":
        before, after = (place(fact[name], text, edits) for name in ("before", "after"))
        return 0 <= before < after
    return None


def main() -> None:
    folder = folder_argument("usage: python benchmarks/facts.py DATADIR")
    lines = (folder / "tests.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines if line.strip()]
    counts: Counter[str] = Counter()
    with EmbeddedEngine().open() as session:
        for name in sorted({fact["pdf"] for fact in facts}):
            text = plain(re.sub(r"[#*|`]|<[^>]+>", " ", as_markdown(session, folder / name)))
            for fact in (fact for fact in facts if fact["pdf"] == name):
                verdict = holds(fact, text)
                counts["unmeasured" if verdict is None else "held" if verdict else "failed"] += 1
    measured = counts["held"] + counts["failed"]
    print(f"facts {counts['held']} of {measured}; not measured {counts['unmeasured']}")


if __name__ == "__main__":
    main()
