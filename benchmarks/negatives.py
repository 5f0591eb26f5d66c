"""Which diagrams, maps, logos and photographs get a table, a chart or a molecule that they lack.

Usage: python benchmarks/negatives.py [--seeds 1 15] [KIND…]

Each of 30 kinds is drawn from seeds (`tests/diagrams`), as a picture file, and in a page with text
as lines or as pixels. Even seeds were looked at while the engine was built; the figures that are
quoted come from odd ones.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dsocr_integrations import Document, Runner
from tests.diagrams.drawn import KINDS, draw_diagram


def said(document: Document) -> list[str]:
    """What was made of a file that holds nothing of the kind."""
    figures = [figure for page in document.pages for figure in page.figures]
    found = [f"molecule {f.smiles} ({f.confidence})" for f in figures if f.smiles is not None]
    found += [f"chart ({f.confidence})" for f in figures if f.kind == "chart"]
    blocks = [block for page in document.pages for block in page.blocks]
    tables = [block.table for block in blocks if block.table is not None]
    return found + [f"table {len(t.rows)} x {len(t.columns)}" for t in tables]


def seconds() -> float:
    """CPU time of this process and those it started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Draw, read and count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--seeds", nargs=2, type=int, default=(1, 15), metavar=("FIRST", "END"))
    options = parser.parse_args()
    files, wrong, longest = 0, 0, (0.0, "")
    with Runner("embedded", cache=False) as runner, tempfile.TemporaryDirectory() as folder:
        for kind in options.kinds or KINDS:
            for seed in range(*options.seeds, 2):
                diagram = draw_diagram(kind, seed)
                path = Path(folder, f"{kind}{seed}{diagram.suffix}")
                path.write_bytes(diagram.data)
                before = seconds()
                found = said(runner.read(str(path)))
                longest = max(longest, (seconds() - before, path.name))
                files, wrong = files + 1, wrong + bool(found)
                if found:
                    print(f"{path.name}: {'; '.join(found)}", flush=True)
    print(f"{wrong} of {files} files; at most {longest[0]:.1f} CPU seconds ({longest[1]})")


if __name__ == "__main__":
    main()
