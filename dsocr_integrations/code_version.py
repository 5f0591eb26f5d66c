"""Versions taken from the code itself, so that no edit can be forgotten in a cache key.

What an answer depends on is found by following imports, those inside functions too, through the
package that a module is of and through this one; other packages count with their versions.
"""

from __future__ import annotations

import functools
import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import packages_distributions
from pathlib import Path

from dsocr_integrations.part_versions import package_version
from dsocr_integrations.records.identity import content_key

_OURS = __name__.partition(".")[0]

# Parsing all this code takes ten times as long as looking for these lines. What looks like one
# in a text names no module, or one too many.
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<origin>[\w.]+)[ \t]+import[ \t]*(?:\((?P<names>[^)]*)\)"
    r"|(?P<name>(?:\\\n|[^\n])*))|import[ \t]+(?P<modules>(?:\\\n|[^\n])*))",
    re.MULTILINE,
)
_COMMENT = re.compile(r"#[^\n]*")

_DISTRIBUTIONS = {
    "PIL": ("pillow",),
    "cv2": ("opencv-python-headless", "opencv-python"),
    "pymupdf": ("pymupdf", "pymupdf-layout"),
}
"""What is installed by another name than it is imported by; looking up all takes too long."""


@dataclass
class Reached:
    """What code depends on.

    Attributes:
        modules: Text of each module, by name.
        packages: Top names of packages that it is not followed into.
    """

    modules: dict[str, str] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)


@functools.cache
def code_version(*modules: str) -> str:
    """Hash the code that modules depend on, and the versions of the packages it imports.

    Args:
        modules: Names of modules, of this package or of any other that is imported. One that
            has no file, such as a notebook's, counts with its name alone.

    Returns:
        SHA-256 in hex; the same for the same code wherever it is installed.
    """
    reached = reached_from(*modules)
    texts = (text for module in sorted(reached.modules.items()) for text in module)
    return content_key(*texts, *map(_version, sorted(reached.packages)))


def reached_from(*modules: str) -> Reached:
    """Follow the imports of modules; arguments as `code_version`."""
    own = {_OURS, *(module.partition(".")[0] for module in modules)}
    reached = Reached()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name in reached.modules:
            continue
        file = _file(name)
        text = file.read_text(encoding="utf-8") if file is not None else ""
        reached.modules[name] = text
        for target in _imported(name, text, is_package=file is not None and _is_package(file)):
            top = target.partition(".")[0]
            if top in own:
                waiting.append(target)
            elif top not in sys.stdlib_module_names:
                reached.packages.add(top)
    return reached


def _imported(module: str, text: str, *, is_package: bool) -> Iterator[str]:
    for found in _IMPORT.finditer(text):
        if found["origin"] is None:
            yield from _names(found["modules"])
            continue
        origin = _absolute(found["origin"], module, is_package=is_package)
        file = _file(origin)
        if file is None or not _is_package(file):
            yield origin
            continue
        for name in _names(found["names"] or found["name"]):
            inner = f"{origin}.{name}"
            yield inner if _file(inner) is not None else origin


def _names(listed: str) -> list[str]:
    parts = _COMMENT.sub("", listed).replace("\\", " ").split(",")
    return [part.split()[0] for part in parts if part.strip()]


def _absolute(origin: str, module: str, *, is_package: bool) -> str:
    name = origin.lstrip(".")
    if name == origin:
        return origin
    above = module.split(".")[: None if is_package else -1]
    kept = above[: len(above) - (len(origin) - len(name) - 1)]
    return ".".join([*kept, name] if name else kept)


@functools.cache
def _file(module: str) -> Path | None:
    """The file of a module; `None` where its package is not imported or has no such file."""
    top, *inner = module.split(".")
    found = sys.modules.get(top)
    if not inner and not hasattr(found, "__path__"):
        own = getattr(found, "__file__", None)
        return Path(own) if own else None
    for folder in getattr(found, "__path__", ()):
        place = Path(folder, *inner)
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_file():
                return file
    return None


def _is_package(file: Path) -> bool:
    return file.name == "__init__.py"


def _version(package: str) -> str:
    names = _DISTRIBUTIONS.get(package, (package,))
    versions = [found for name in names if (found := package_version(name))]
    if not versions and importlib.util.find_spec(package) is not None:
        versions = [package_version(name) for name in packages_distributions().get(package, ())]
    return f"{package}={'+'.join(versions)}"
