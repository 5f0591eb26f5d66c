"""Installed packages that bring engines or profiles, without an installer."""

from __future__ import annotations

import sys
from pathlib import Path


def install_package(
    folder: Path,
    name: str,
    code: str,
    group: str = "dsocr_integrations.engines",
    **entries: str,
) -> str:
    """Write a package of one module, version 3.0; the folder to be put on the path.

    Args:
        folder: Where packages lie, each in a folder of its own.
        name: Of package and module.
        code: Of the module.
        group: Of the entry points.
        entries: Entry points by name.
    """
    # Another test may have imported a module of that name.
    sys.modules.pop(name, None)
    site = folder / name
    facts = site / f"{name}-3.0.dist-info"
    facts.mkdir(parents=True)
    (site / f"{name}.py").write_text(code)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 3.0\n")
    lines = "\n".join(f"{key} = {value}" for key, value in entries.items())
    (facts / "entry_points.txt").write_text(f"[{group}]\n{lines}\n")
    return str(site)
