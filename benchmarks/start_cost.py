"""Measure what starting costs: the import, and `dsocr --help` against an empty Typer app.

usage: python benchmarks/start_cost.py

Prints CPU seconds of `import dsocr_integrations` and the ratio of `dsocr --help` to an app of
Typer's with the same commands and no content, medians of paired runs.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

RUNS = 7
EMPTY_APP = """
import typer
app = typer.Typer()
for name in "read figure parse ingest retry search view modes doctor".split():
    app.command(name)(lambda: None)
cache = typer.Typer()
app.add_typer(cache, name="cache")
for name in ("info", "clear"):
    cache.command(name)(lambda: None)
app(["--help"])
"""
OUR_APP = (
    "import sys; sys.argv = ['dsocr', '--help']; from dsocr_integrations.cli import main; main()"
)


def cpu_seconds(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def main() -> None:
    imports = [cpu_seconds("import dsocr_integrations") - cpu_seconds("") for _ in range(RUNS)]
    ratios = [cpu_seconds(OUR_APP) / cpu_seconds(EMPTY_APP) for _ in range(RUNS)]
    print(f"import dsocr_integrations: {statistics.median(imports):.3f} CPU s (target 0.15)")
    print(f"dsocr --help / empty app: {statistics.median(ratios):.2f} (target 1.3)")


if __name__ == "__main__":
    main()
