"""The vectors of an index in a file beside it, mapped into memory instead of read into it.

The database stays the one truth. The file is made from it, says which of its states it shows, and
is left aside where it does not fit; it may be removed at any time, but not written to, because
other processes have it mapped. It is replaced as a whole, by renaming.

Its layout: a header of `HEADER` bytes, JSON padded with spaces; the rows (int64, ascending), the
start of each text's hash (uint64), the vectors (float32), all little-endian.
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    NonNegativeInt,
    PositiveInt,
    ValidationError,
)

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.storage import PRIVATE_FILE, PRIVATE_FOLDER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HEADER = 4096
_PER_ROW = 16
"""Bytes of a row's number and its text's mark."""


@dataclass(frozen=True)
class Keys:
    """Whose some vectors are.

    Attributes:
        rows: Rows of the index, ascending; shape `(n,)`.
        marks: First 8 bytes of the hash of each text; shape `(n,)`.
    """

    rows: NDArray[np.int64]
    marks: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.rows)

    def among(self, others: Keys) -> NDArray[np.bool_]:
        """Which of these are among others: the same row with the same text. Shape `(n,)`."""
        import numpy as np

        places = np.searchsorted(others.rows, self.rows)
        found = places < len(others)
        places = places[found]
        found[found] = (others.rows[places] == self.rows[found]) & (
            others.marks[places] == self.marks[found]
        )
        return found


@dataclass(frozen=True)
class MappedVectors:
    """What the file holds.

    Attributes:
        keys: Whose the vectors are.
        matrix: Unit vectors; shape `(n, dimension)`.
        state: The state of the index that it was made from.
        file: Device and inode.
    """

    keys: Keys
    matrix: NDArray[np.float32]
    state: str
    file: tuple[int, int]


class _Header(BaseModel):
    """What the file says of itself; `checksum` is the CRC-32 of all that follows."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    layout: Literal[1] = 1
    stamp: str
    state: str
    count: NonNegativeInt
    dimension: PositiveInt
    checksum: NonNegativeInt

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return HEADER + self.count * (_PER_ROW + 4 * self.dimension)


class VectorFile:
    """The file of one database, readable by its owner only.

    Args:
        database: The database file; the vectors lie in the folder `<database>.vectors`.
    """

    def __init__(self, database: Path) -> None:
        self.folder = database.with_name(f"{database.name}.vectors")
        self._path = self.folder / "vectors"
        self._unfinished = self.folder / "unfinished"

    def mapped(
        self, stamp: str, dimension: int, before: MappedVectors | None = None
    ) -> MappedVectors | None:
        """Map the file; `None` where there is none, or none that is whole and of this index.

        Args:
            stamp: What the index says its vectors go by.
            dimension: Length of a vector.
            before: What was mapped before; given back if it is still the same file.
        """
        try:
            with self._path.open("rb") as file:
                header = _header(file, stamp)
                if header is None or header.dimension != dimension:
                    return None
                facts = os.fstat(file.fileno())
                identity = (facts.st_dev, facts.st_ino)
                if before is not None and before.file == identity:
                    return before
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError:
            return None
        if zlib.crc32(memoryview(data)[HEADER:]) != header.checksum:
            return None
        return _vectors(data, header, identity)

    def count(self, stamp: str) -> int:
        """Number of vectors in the file; 0 where it is not of this index."""
        try:
            with self._path.open("rb") as file:
                header = _header(file, stamp)
        except OSError:
            return 0
        return 0 if header is None else header.count

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the file against other processes that write or erase it.

        Raises:
            OSError: If the folder cannot be made or written.
        """
        # Only who writes needs the folder of outputs, whose lock this is.
        from dsocr_integrations.output.folder_lock import locked

        self.folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        with locked(self.folder / "lock"):
            yield

    def write(
        self,
        stamp: str,
        state: str,
        keys: Keys,
        dimension: int,
        parts: Iterable[NDArray[np.float32]],
    ) -> None:
        """Put a new file in place; the caller holds the lock.

        Args:
            stamp: What the index says its vectors go by.
            state: The state of the index that is written.
            keys: Whose the vectors are.
            dimension: Length of a vector.
            parts: The vectors in the same order, some at a time; shape `(m, dimension)`.

        Raises:
            OSError: If there is no room or no permission; the old file stays.
        """
        # What a killed writer left; a new file of its name is ours for certain.
        self._unfinished.unlink(missing_ok=True)
        opened = os.open(self._unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        try:
            with os.fdopen(opened, "wb") as file:
                # Where there is no room for all of it, nothing is written.
                header = _Header(
                    stamp=stamp, state=state, count=len(keys), dimension=dimension, checksum=0
                )
                os.posix_fallocate(opened, 0, header.size)
                file.seek(HEADER)
                checksum = 0
                for values in chain(
                    (keys.rows.astype("<i8"), keys.marks.astype("<u8")),
                    (part.astype("<f4", copy=False) for part in parts),
                ):
                    checksum = zlib.crc32(values.data, checksum)
                    file.write(values.data)
                # Written last: a file without a header is no file of ours.
                file.seek(0)
                told = header.model_copy(update={"checksum": checksum})
                file.write(told.model_dump_json().encode().ljust(HEADER))
                file.flush()
                # Else a loss of power could leave the name with other bytes behind it.
                os.fsync(opened)
            self._unfinished.replace(self._path)
        except BaseException:
            self._unfinished.unlink(missing_ok=True)
            raise

    def erase(self) -> None:
        """Remove the file, and what a killed writer left of one.

        Raises:
            ConfigurationError: If it belongs to somebody else.
        """
        if not self.folder.is_dir():
            return
        try:
            with self.locked():
                self._path.unlink(missing_ok=True)
                self._unfinished.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"Vectors of this index in {self.folder} cannot be erased: {error.strerror}.",
                remedy="Remove that folder as its owner; the index does without it.",
            ) from error


def _header(file: BinaryIO, stamp: str) -> _Header | None:
    """The header of a whole file of an index; `None` for anything else."""
    try:
        header = _Header.model_validate_json(file.read(HEADER))
    except ValidationError:
        return None
    whole = os.fstat(file.fileno()).st_size == header.size
    return header if whole and header.stamp == stamp else None


def _vectors(data: mmap.mmap, header: _Header, file: tuple[int, int]) -> MappedVectors:
    import numpy as np

    count, dimension = header.count, header.dimension
    keys = Keys(
        rows=np.frombuffer(data, "<i8", count, HEADER),
        marks=np.frombuffer(data, "<u8", count, HEADER + 8 * count),
    )
    matrix = np.frombuffer(data, "<f4", count * dimension, HEADER + _PER_ROW * count)
    return MappedVectors(keys, matrix.reshape(count, dimension), header.state, file)
