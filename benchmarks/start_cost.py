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
groups = {{}}
for name in {commands!r}:
    group, _, command = name.rpartition(" ")
    if group and group not in groups:
        groups[group] = typer.Typer()
        app.add_typer(groups[group], name=group)
    groups.get(group, app).command(command)(lambda: None)
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


def our_commands() -> list[str]:
    from dsocr_integrations.cli.commands import app

    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    for group in app.registered_groups:
        names.extend(
            f"{group.name} {command.name or command.callback.__name__}"
            for command in group.typer_instance.registered_commands
        )
    return names


def main() -> None:
    imports = [cpu_seconds("import dsocr_integrations") - cpu_seconds("") for _ in range(RUNS)]
    empty = EMPTY_APP.format(commands=our_commands())
    ratios = [cpu_seconds(OUR_APP) / cpu_seconds(empty) for _ in range(RUNS)]
    print(f"import dsocr_integrations: {statistics.median(imports):.3f} CPU s (target 0.15)")
    print(f"dsocr --help / empty app: {statistics.median(ratios):.2f} (target 1.3)")


if __name__ == "__main__":
    main()
