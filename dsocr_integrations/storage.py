"""A tree of files on local disk or under any fsspec root, behind one small interface.

The page cache and the output folder are both such trees. Paths inside a tree are relative
and use `/`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from dsocr_integrations.disk_room import place_named
from dsocr_integrations.errors import MissingDependencyError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
_SHARED_FOLDER = 0o777
_SHARED_FILE = 0o666
_TRIES = 100

_PATTERN = frozenset("*?[]")
"""Letters that fsspec takes for a pattern, also in the name of a file."""

_ordinal = count()


@dataclass(frozen=True)
class StoredFile:
    """One file of a tree.

    Attributes:
        path: Path relative to the tree's root.
        size: Bytes.
        modified: Seconds since the epoch; 0 where the storage does not tell.
    """

    path: str
    size: int
    modified: float


class FileTree(Protocol):
    """Files by relative path; picklable, so that worker processes share a tree."""

    @property
    def root(self) -> str:
        """Where the tree stands: a local path or a URL."""
        ...

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or `None` where there is no such file."""
        ...

    def open(self, path: str) -> BinaryIO | None:
        """A file to be read piece by piece, or `None` where there is no such file."""
        ...

    def fetch(self, path: str, local: Path) -> bool:
        """Copy a file, as it is at one moment, to a local one; false where there is no such file."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Put a file in place as a whole; readers see the old bytes or the new ones."""
        ...

    def create(self, path: str, data: bytes) -> bool:
        """Put a file in place where there is none; false where there is one already.

        Of several that try at once one succeeds, as far as the storage can be asked for that.
        """
        ...

    def adopt(self, local: Path, path: str) -> None:
        """Move a finished local file into the tree."""
        ...

    def delete(self, path: str) -> None:
        """Remove a file or a folder with all it holds; nothing happens where none is."""
        ...

    def move(self, folder: str, target: str, *, last: str) -> None:
        """Move all that a folder holds into another one; nothing happens where none is.

        Args:
            folder: The folder.
            target: Its new path, where there is none yet.
            last: Path in the folder of the file that is moved last where they go one by one.
        """
        ...

    def files(self, folder: str = "") -> Iterator[StoredFile]:
        """Every file under a folder, in no set order."""
        ...

    def names(self) -> list[str]:
        """Names of the files and folders at the root, in no set order."""
        ...


def open_tree(
    root: str | os.PathLike[str],
    *,
    private: bool = False,
    storage_options: Mapping[str, Any] | None = None,
) -> FileTree:
    """Open a tree without touching it.

    Args:
        root: A local folder, or any URL that fsspec knows.
        private: Make local folders 0700 and files 0600.
        storage_options: Passed on to fsspec.
    """
    text = os.fspath(root)
    if text.startswith("file://"):
        text = text.removeprefix("file://")
    if "://" in text:
        return RemoteTree(text.rstrip("/"), dict(storage_options or {}))
    return LocalTree(str(Path(text).expanduser().absolute()), private=private)


def make_folder(folder: Path, mode: int = _SHARED_FOLDER) -> None:
    """Create a folder and its parents, also while another removes those that are empty.

    Args:
        folder: The folder.
        mode: Permissions of each level that is made; `makedirs` gives parents the default ones.

    Raises:
        OSError: It can't be made.
    """
    for _ in range(_TRIES):
        missing = list(takewhile(lambda one: not one.exists(), (folder, *folder.parents)))
        try:
            for level in reversed(missing):
                level.mkdir(mode=mode, exist_ok=True)
        except (FileNotFoundError, FileExistsError) as error:
            # Gone again, or the folder above is; `mkdir` takes one that goes meanwhile for a file.
            refused = error
        else:
            return
    raise refused


@dataclass(frozen=True)
class LocalTree:
    """A folder of this machine.

    Attributes:
        root: Absolute path.
        private: Whether only the owner may look inside.
    """

    root: str
    private: bool = False

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or `None` where there is no such file."""
        try:
            with open(f"{self.root}/{path}", "rb") as file:  # noqa: PTH123 - a hot path
                return file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def open(self, path: str) -> BinaryIO | None:
        """A file to be read piece by piece, or `None` where there is no such file."""
        try:
            return Path(self.root, path).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def fetch(self, path: str, local: Path) -> bool:
        """Copy a file, as it is at one moment, to another place; false where there is none."""
        file = self.open(path)
        if file is None:
            return False
        with file, local.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        return True

    def write(self, path: str, data: bytes) -> None:
        """Write beside the place and rename, so that no reader sees half a file."""
        with self._beside(path, data) as part:
            os.replace(part, f"{self.root}/{path}")  # noqa: PTH105

    def create(self, path: str, data: bytes) -> bool:
        """Put a file in place where there is none; false where there is one already."""
        target = Path(self.root, path)
        with self._beside(path, data) as part:
            try:
                target.hardlink_to(part)
            except FileExistsError:
                return False
            except OSError:
                # No links on this file system: the next best thing.
                if target.exists():
                    return False
                Path(part).replace(target)
                return True
            finally:
                Path(part).unlink(missing_ok=True)
        return True

    @contextlib.contextmanager
    def _beside(self, path: str, data: bytes) -> Iterator[str]:
        """A file with the data in the folder of another, to be moved; gone where that fails."""
        target = f"{self.root}/{path}"
        unique = f"{os.getpid()}-{threading.get_ident()}-{next(_ordinal)}"
        part = f"{os.path.dirname(target)}/.{unique}.part"  # noqa: PTH120 - a hot path
        handle = self._create(part)
        try:
            with place_named(target), os.fdopen(handle, "wb") as file:
                file.write(data)
            yield part
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)  # noqa: PTH108
            raise

    def adopt(self, local: Path, path: str) -> None:
        """Rename a file of the same file system into place, or copy it from another."""
        target = Path(self.root, path)
        self.make_folder(str(target.parent))
        try:
            local.replace(target)
        except OSError:
            self.write(path, local.read_bytes())
            local.unlink()

    def delete(self, path: str) -> None:
        """Remove a file or a folder with all it holds."""
        target = Path(self.root, path)
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target, ignore_errors=True)
        else:
            target.unlink(missing_ok=True)

    def move(self, folder: str, target: str, *, last: str) -> None:  # noqa: ARG002 - all at once
        """Rename a folder."""
        start, end = Path(self.root, folder), Path(self.root, target)
        if not start.is_dir():
            return
        self.make_folder(str(end.parent))
        shutil.rmtree(end, ignore_errors=True)
        start.rename(end)
        self.delete_empty(folder)

    def delete_empty(self, folder: str) -> None:
        """Remove the folders above a path that hold nothing any more."""
        for above in Path(folder).parents[:-1]:
            try:
                Path(self.root, above).rmdir()
            except OSError:
                return  # something is in it

    def files(self, folder: str = "") -> Iterator[StoredFile]:
        """Every file under a folder; unfinished ones are left out."""
        start = Path(self.root, folder)
        for parent, _, names in os.walk(start):
            for name in names:
                if name.endswith(".part"):
                    continue
                path = Path(parent, name)
                try:
                    facts = path.stat()
                except FileNotFoundError:
                    continue
                relative = path.relative_to(self.root).as_posix()
                yield StoredFile(relative, facts.st_size, facts.st_mtime)

    def names(self) -> list[str]:
        """Names of the files and folders at the root, in no set order."""
        try:
            return [path.name for path in Path(self.root).iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def make_folder(self, folder: str) -> None:
        """Create a folder and its parents with the tree's permissions."""
        make_folder(Path(folder), PRIVATE_FOLDER if self.private else _SHARED_FOLDER)

    def _create(self, path: str) -> int:
        mode = PRIVATE_FILE if self.private else _SHARED_FILE
        for _ in range(_TRIES):
            with contextlib.suppress(FileNotFoundError):
                return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            self.make_folder(os.path.dirname(path))  # noqa: PTH120
        raise FileNotFoundError(path)


@dataclass
class RemoteTree:
    """A folder of any fsspec file system; object stores put objects in place as a whole.

    Attributes:
        root: The URL.
        storage_options: Passed on to fsspec; may hold credentials, so `repr` leaves it out.
    """

    root: str
    storage_options: dict[str, Any] = field(default_factory=dict, repr=False)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or `None` where there is no such file."""
        system, base = self._system()
        place = f"{base}/{path}"
        try:
            # Asked for the whole, s3fs looks up the size first, and lists where nothing is.
            data: bytes = system.cat_file(place, start=0)
        except (FileNotFoundError, IsADirectoryError):
            return None
        except PermissionError:
            raise
        except OSError:
            # An empty object has no first byte to begin at.
            data = system.cat_file(place)
        return data

    def open(self, path: str) -> BinaryIO | None:
        """A file to be read piece by piece, or `None` where there is no such file."""
        system, base = self._system()
        try:
            return cast("BinaryIO", system.open(f"{base}/{path}", "rb"))
        except (FileNotFoundError, IsADirectoryError):
            return None

    def fetch(self, path: str, local: Path) -> bool:
        """Download an object; false where there is none."""
        system, base = self._system()
        try:
            system.get_file(f"{base}/{path}", str(local))
        except (FileNotFoundError, IsADirectoryError):
            return False
        return True

    def write(self, path: str, data: bytes) -> None:
        """Put an object in place."""
        self._put(path, lambda system, target: system.pipe_file(target, data))

    def create(self, path: str, data: bytes) -> bool:
        """Put an object in place where there is none; false where there is one already."""
        try:
            self._put(path, lambda system, target: system.pipe_file(target, data, mode="create"))
        except FileExistsError:
            return False
        return True

    def adopt(self, local: Path, path: str) -> None:
        """Upload a finished local file and remove it here."""
        self._put(path, lambda system, target: system.put_file(str(local), target))
        local.unlink()

    def delete(self, path: str) -> None:
        """Remove an object or all objects under a prefix."""
        system, base = self._system()
        target = f"{base}/{path}"
        with contextlib.suppress(FileNotFoundError):
            if _PATTERN.isdisjoint(target):
                system.rm(target, recursive=True)
                return
            # fsspec would take the name for a pattern, and remove what fits it.
            for file in system.find(target):
                system.rm_file(file)

    def move(self, folder: str, target: str, *, last: str) -> None:
        """Copy every object within the store, then remove it."""
        _, base = self._system()
        found = sorted(file.path for file in self.files(folder))
        mark = f"{folder}/{last}"
        for path in sorted(found, key=mark.__eq__):
            self._copy(f"{base}/{path}", f"{target}{path.removeprefix(folder)}")
        if found:
            self.delete(folder)

    def files(self, folder: str = "") -> Iterator[StoredFile]:
        """Every object under a prefix."""
        system, base = self._system()
        start = f"{base}/{folder}".rstrip("/")
        try:
            found = system.find(start, detail=True)
        except FileNotFoundError:
            return
        for path, facts in found.items():
            relative = path.removeprefix(base).lstrip("/")
            yield StoredFile(relative, int(facts.get("size") or 0), _modified(facts))

    def names(self) -> list[str]:
        """Names of the objects and prefixes at the root, in no set order."""
        system, base = self._system()
        try:
            found = system.ls(base, detail=False)
        except FileNotFoundError:
            return []
        # Listings are remembered, and others may write.
        system.invalidate_cache(base)
        return [path.rstrip("/").rpartition("/")[2] for path in found]

    def _copy(self, start: str, path: str) -> None:
        self._put(path, lambda system, target: system.cp_file(start, target))

    def _put(self, path: str, put: Callable[[Any, str], object]) -> None:
        system, base = self._system()
        target = f"{base}/{path}"
        try:
            put(system, target)
        except FileExistsError:
            raise
        except OSError:
            # Not asked for before: object stores have no folders, and would be asked for nothing.
            system.makedirs(target.rpartition("/")[0], exist_ok=True)
            put(system, target)

    def _system(self) -> tuple[Any, str]:
        import fsspec

        # fsspec keeps one instance a configuration, so this costs a look-up only.
        try:
            system, base = fsspec.url_to_fs(self.root, **self.storage_options)
        except (ImportError, ValueError) as error:
            raise MissingDependencyError(
                f"{self.root} cannot be opened: {str(error).rstrip('.')}.",
                remedy="For s3:// run: pip install 'dsocr-integrations[s3]'; for another store"
                " install its package for fsspec.",
            ) from error
        return system, base.rstrip("/")


def _modified(facts: Mapping[str, Any]) -> float:
    for name in ("mtime", "LastModified", "created", "last_modified"):
        stamp: Any = facts.get(name)
        if isinstance(stamp, int | float):
            return float(stamp)
        if hasattr(stamp, "timestamp"):
            return float(stamp.timestamp())
    return 0.0
