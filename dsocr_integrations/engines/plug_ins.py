"""What other installed packages bring: engines, and profiles of models on servers.

A package names each in its metadata, under an entry-point group; nothing of it is imported
before that name is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points

from dsocr_integrations.errors import ConfigurationError, DsocrError

ENGINES = "dsocr_integrations.engines"
"""Group of engines: each a callable that takes the `Settings` and gives an `Engine`."""


def installed(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of a group, by name."""
    return tuple(sorted(entry_points(group=group), key=lambda entry: (entry.name, package(entry))))


def find(group: str, name: str) -> EntryPoint | None:
    """The entry point of a name, whatever its capitals; `None` where there is none.

    Raises:
        ConfigurationError: If several packages bring that name.
    """
    found = [entry for entry in installed(group) if entry.name.lower() == name.lower()]
    if len(found) > 1:
        packages = " and ".join(package(entry) for entry in found)
        raise ConfigurationError(
            f"The name {name!r} is brought by several packages: {packages}.",
            remedy="Uninstall all but one of them.",
        )
    return found[0] if found else None


def package(entry: EntryPoint) -> str:
    """The package that brings an entry point, with its version."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


@contextmanager
def blamed(entry: EntryPoint) -> Iterator[None]:
    """Name the package where its code breaks.

    Raises:
        ConfigurationError: In place of whatever the package raises; our own errors pass.
    """
    try:
        yield
    except DsocrError:
        raise
    except Exception as error:
        raise ConfigurationError(
            f"{entry.name!r} of the package {package(entry)} cannot be used: "
            f"{type(error).__name__}: {error}.",
            remedy=f"Mend or uninstall {entry.dist.name if entry.dist else entry.value}.",
        ) from error
