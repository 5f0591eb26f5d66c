"""How many drawn pages of each kind are read right, with 95 % intervals.

Usage: python benchmarks/people_pages.py [--seeds 1 41] [KIND…]

Pages are drawn from seeds, each with what a right reading of it holds
(`tests/engines/embedded/people_pages`). Beside them stand how many of the others were doubted,
how many of the right ones were, and the TEDS of tables in pictures. Even seeds were looked at while the engine was built; the
figures that are quoted come from odd ones, which nobody looked at.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist
from typing import Any, get_type_hints

sys.path.insert(0, str(Path(__file__).parents[1]))

from reading import TABLE
from table_distance import best_match

from dsocr_integrations import Document, Runner
from tests.engines.embedded import people_pages
from tests.engines.embedded.people_pages.pictured_cells import DrawnTable


def kinds() -> dict[str, Callable[[int], Any]]:
    """Every kind of page that is drawn with what a right reading of it holds, by name."""
    found = {}
    for module in pkgutil.iter_modules(people_pages.__path__):
        if module.name.startswith("test_"):
            continue
        drawn = vars(importlib.import_module(f"{people_pages.__name__}.{module.name}"))
        pages = {name: drawn[name] for name in drawn if name.startswith("draw_")}
        found |= {name: draw for name, draw in pages.items() if is_told(draw)}
    return {name.removeprefix("draw_"): found[name] for name in sorted(found)}


def is_told(draw: Callable[..., Any]) -> bool:
    """Whether drawn pages say what they hold."""
    return get_type_hints(draw)["return"] is not bytes


def is_right(page: Any, document: Document) -> bool:
    """Whether a document has all that was drawn; a chart also nothing else."""
    if not hasattr(page, "panels"):
        return not page.faults(document.markdown)
    tables = [f.table for one in document.pages for f in one.figures if f.table is not None]
    return [page.faults([list(t.columns), *map(list, t.rows)]) for t in tables] == [[]]


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's interval of a share."""
    z = NormalDist().inv_cdf(0.975)
    share, weight = right / count, z * z / count
    middle = (share + weight / 2) / (1 + weight)
    reach = z / (1 + weight) * (share * (1 - share) / count + weight / (4 * count)) ** 0.5
    return middle - reach, middle + reach


def main() -> None:
    """Draw, read and count."""
    drawn = kinds()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(drawn))
    parser.add_argument("--seeds", nargs=2, type=int, default=(1, 41), metavar=("FIRST", "END"))
    options = parser.parse_args()
    seeds = range(*options.seeds, 2)
    with Runner("embedded", cache=False) as runner, tempfile.TemporaryDirectory() as folder:
        for kind in options.kinds or drawn:
            right = told = doubted = 0
            scores: list[float] = []
            for seed in seeds:
                page = drawn[kind](seed)
                path = Path(folder, f"page{getattr(page, 'suffix', '.pdf')}")
                path.write_bytes(page.pdf)
                document = runner.read(str(path))
                good = is_right(page, document)
                trusted = all(one.reading.quality.trusted for one in document.pages)
                right += good
                told += not good and not trusted
                doubted += good and not trusted
                if isinstance(page, DrawnTable):
                    scores += best_match(
                        [page.cells.to_html()], TABLE.findall(document.pages[0].raw)
                    )
            low, high = interval(right, len(seeds))
            print(
                f"{kind:20} {right:4} of {len(seeds)}   {low:.2f} to {high:.2f}"
                f"   wrong doubted {told} of {len(seeds) - right}, right {doubted} of {right}"
                f"{f'   TEDS {sum(scores) / len(scores):.3f}' if scores else ''}",
                flush=True,
            )


if __name__ == "__main__":
    main()
