"""Documents among local files: folders and globs, in a stable order."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePath

from dsocr_integrations.errors import EmptySourceError, SourceError
from dsocr_integrations.sources import media_types

_GLOB_CHARACTERS = frozenset("*?[")
_PARTIAL_NAMES = ("~$", ".")
_OF_OUTPUTS = ".folders"
"""What an output folder holds beside its documents: files named by ids or hashes."""
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

OnLeftOut = Callable[[PurePath], None]
"""Told of a file of a folder that is no document."""


def is_pattern(text: str) -> bool:
    """Whether the text is a glob rather than a path."""
    return not _GLOB_CHARACTERS.isdisjoint(text)


def pass_over(_file: PurePath) -> None:
    """Take no note of a file that is left out."""


def files_in(
    folder: Path,
    *,
    recursive: bool,
    excluded: Collection[Path] = (),
    on_left_out: OnLeftOut = pass_over,
) -> Iterator[Path]:
    """Documents of a folder, sorted by path, hidden files and folders left out.

    Neither are output folders within it: what they hold was read already. A file belongs when its name or its content says that it can be read. Links to folders are
    not followed, so a cycle of links ends.

    Args:
        folder: The folder.
        recursive: Whether it is searched to the bottom.
        excluded: Folders within it that are not looked into, as resolved paths.
        on_left_out: Told of each other file that is not hidden.

    Raises:
        SourceError: After the last document, if a folder could not be looked into.
    """
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        if place != os.fspath(folder) and _OF_OUTPUTS in folders and _is_output(Path(place)):
            folders.clear()
            continue
        folders[:] = (
            sorted(
                name
                for name in folders
                if not name.startswith(".") and Path(place, name).resolve() not in excluded
            )
            * recursive
        )
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(_PARTIAL_NAMES):
                continue
            if _is_document(path):
                yield path
            else:
                on_left_out(path)
    if closed:
        raise SourceError(
            f"{closed[0].filename} cannot be looked into: {closed[0].strerror}.",
            remedy="Check its permissions; what it holds was left out.",
        )


def files_matching(pattern: str) -> tuple[Path, list[Path]]:
    """Files that a glob (`**` included) finds.

    Returns:
        The folder before the first wildcard, and the sorted files.

    Raises:
        EmptySourceError: If nothing matches.
    """
    expanded = str(Path(pattern).expanduser())
    # `Path.glob` takes no absolute pattern.
    found = sorted(Path(match) for match in glob.glob(expanded, recursive=True))  # noqa: PTH207
    files = [path for path in found if path.is_file()]
    if not files:
        raise EmptySourceError(f"No file matches {pattern}.")
    fixed = []
    for part in Path(expanded).parts:
        if is_pattern(part):
            break
        fixed.append(part)
    return Path(*fixed), files


def _is_output(folder: Path) -> bool:
    try:
        names = [file.name for file in (folder / _OF_OUTPUTS).iterdir()]
    except OSError:
        return False
    return bool(names) and all(map(_ID.fullmatch, names))


def _is_document(path: Path) -> bool:
    if not path.is_file():
        return False
    if media_types.suffix_of(path.name) in media_types.READABLE_SUFFIXES:
        return True
    try:
        return media_types.detect(path, path.name) is not None
    except OSError:
        return False
