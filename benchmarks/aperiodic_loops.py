"""Measure how many answers that run on without repeating themselves are noticed.

usage: python benchmarks/aperiodic_loops.py

Of 200 such answers, ten of each of twenty kinds, prints for each kind how many the parser flags.
Not all can be told by their text: many words in random order look like a list, random numbers
like a table. `benchmarks/grounding.py` measures the other way, on genuine answers.
"""

from __future__ import annotations

import sys
from collections import Counter

from dsocr_integrations.grounding import parse
from tests.aperiodic_loops import OF_EACH_KIND, made_up


def main() -> int:
    answers = made_up()
    flagged: Counter[str] = Counter()
    for kind, answer in answers:
        flagged[kind] += any(warning.kind == "loop" for warning in parse(answer).warnings)
    for kind in dict(answers):
        print(f"{kind:32} {flagged[kind]:3} of {OF_EACH_KIND}")
    print(f"flagged {flagged.total()} of {len(answers)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
