"""Measure the parser on genuine model answers.

usage: python benchmarks/grounding.py RAWDIR

RAWDIR holds raw answers (`*.md`, tags included) and `_index.json`, a list of
`{"file": …, "tags": […]}`; a tag with `loop` in it marks an answer that runs in circles. The
reference is this file's own reading of the raw text, by plain patterns that know nothing of
the parser.

Prints: block F1 (label and boxes as said, in order), text coverage (words of the answer that
reach the Markdown), leaks (special tokens left in text), tables kept, loops flagged, sound
pages flagged wrongly, and sound pages that the whole verdict distrusts (target: none of either).
"""

from __future__ import annotations

import difflib
import html
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from dsocr_integrations.grounding import parse
from dsocr_integrations.markdown import report
from dsocr_integrations.quality import assess

TAGGED = re.compile(r"<\|ref\|>(.*?)<\|/ref\|>\s*<\|det\|>(.*?)<\|/det\|>", re.DOTALL)
TAGLESS = re.compile(r"^([A-Za-z_]\w*)(\[\[.*?\]\])[ \t]*$", re.MULTILINE)
BOX = re.compile(r"\[\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(-?\d+)\s*\]")
WORD = re.compile("[\u4e00-\u9fff]|[^\\W_]+")


def reference_blocks(raw: str) -> list[str]:
    matches = list(TAGGED.finditer(raw)) or list(TAGLESS.finditer(raw))
    return [
        f"{match[1].strip()} {[[int(v) for v in box] for box in BOX.findall(match[2])]}"
        for match in matches
    ]


def words(text: str) -> Counter[str]:
    plain = TAGGED.sub(" ", text)
    plain = re.sub(r"</?(?:b|i|u|sup|sub|strong|em|span)[^>]*>", "", plain)
    plain = html.unescape(re.sub(r"</?[A-Za-z][^<>]*>", " ", plain))
    return Counter(WORD.findall(plain.lower()))


def f1(expected: list[str], found: list[str]) -> float:
    if not expected and not found:
        return 1.0
    matcher = difflib.SequenceMatcher(None, expected, found, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return 2 * same / (len(expected) + len(found))


def measure(raw: str, tags: list[str]) -> dict[str, float]:
    start = time.process_time()
    parsed = parse(raw)
    told: dict[str, Any] = report(parsed)
    seconds = time.process_time() - start
    verdict = assess("stop", parsed)
    found = [f"{block['label']} {block['boxes']}" for block in told["blocks"] if block["boxes"]]
    in_refs = "ref_is_text_line" in tags
    said = words(" ".join(match[1] for match in TAGGED.finditer(raw)) if in_refs else raw)
    kept = words(told["markdown"])
    texts = [told["markdown"], *(block["text"] for block in told["blocks"])]
    loops = any("loop" in tag for tag in tags)
    # An answer cut off in the middle of a table or tag is no sound page either.
    sound = not loops and not any("unclosed" in tag or "truncated" in tag for tag in tags)
    flagged = any(warning["kind"] == "loop" for warning in told["warnings"])
    tables_kept = len(re.findall(r"<table|^\|(?: --- \|)+$", told["markdown"], re.MULTILINE))
    return {
        "f1": f1(reference_blocks(raw), found),
        "coverage": (said & kept).total() / max(1, said.total()),
        "leak": float(any("<|" in text for text in texts)),
        "tables lost": float(max(0, raw.count("<table") - tables_kept)),
        "loops": float(loops),
        "loops flagged": float(loops and flagged),
        "sound": float(sound),
        "sound flagged": float(sound and flagged),
        "sound distrusted": float(sound and not verdict.trusted),
        "seconds": seconds,
    }


def main() -> int:
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "_index.json").is_file():
        print(__doc__)
        print("The folder of raw answers is absent: nothing was measured.")
        return 2
    folder = Path(sys.argv[1])
    entries = json.loads((folder / "_index.json").read_text(encoding="utf-8"))
    rows = []
    for entry in entries:
        raw = (folder / entry["file"]).read_text(encoding="utf-8", errors="replace")
        row = measure(raw, entry.get("tags", []))
        rows.append(row)
        if row["f1"] < 1 or row["coverage"] < 0.99 or row["leak"] or row["sound distrusted"]:
            print(entry["file"], {name: round(value, 4) for name, value in row.items()})

    def total(name: str) -> float:
        return sum(row[name] for row in rows)

    print(
        f"pages {len(rows)}  block F1 {total('f1') / len(rows):.4f}  "
        f"text coverage {total('coverage') / len(rows):.4f}  leaks {total('leak'):.0f}  "
        f"tables lost {total('tables lost'):.0f}  "
        f"loops flagged {total('loops flagged'):.0f}/{total('loops'):.0f}  "
        f"sound pages flagged {total('sound flagged'):.0f}/{total('sound'):.0f}  "
        f"distrusted {total('sound distrusted'):.0f}/{total('sound'):.0f}  "
        f"CPU seconds a page {total('seconds') / len(rows):.4f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
