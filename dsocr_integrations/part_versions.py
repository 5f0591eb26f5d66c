"""Versions of third-party parts: all digits for the page cache, what decides a text for records."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

ABSENT = "absent"

_RELEASE = re.compile(r"\d+(?:\.\d+)?")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


@functools.cache
def package_version(package: str) -> str:
    """Version of an installed package; empty where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def numbers(version_text: str) -> tuple[int, ...]:
    """The numbers of a version or build, to compare: `0.32.0+cpu` is 0, 32, 0; none is empty."""
    found = _NUMBERS.search(version_text)
    return tuple(map(int, found.group().split("."))) if found else ()


def part(name: str, found: str) -> str:
    """A part as a page's fingerprint names it: `name=major.minor`.

    Models, recognisers and rules change with the first two numbers of the parts we use; what
    comes after mends faults. A part that was asked for and is not there counts as well, since
    the page would read otherwise with it.

    Args:
        name: Name of the part.
        found: Its version; empty where it is absent.
    """
    release = _RELEASE.search(found)
    return f"{name}={release.group() if release else found or ABSENT}"


def shortened(parts: Iterable[str]) -> tuple[str, ...]:
    """Parts given as `name=version` with all digits, as a page's fingerprint names them."""
    return tuple(sorted(part(*one.split("=", 1)) for one in parts))


def package_parts(packages: Iterable[str]) -> tuple[str, ...]:
    """Packages as a page's fingerprint names them, sorted."""
    return tuple(part(name, package_version(name)) for name in sorted(packages))
