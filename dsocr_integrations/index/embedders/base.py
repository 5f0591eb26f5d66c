"""What an embedder is, what an index remembers of it, and which vectors are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from dsocr_integrations.errors import IndexMismatchError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@runtime_checkable
class Embedder(Protocol):
    """Something that turns texts into vectors of one length.

    An embedder whose vectors are of unit length as they come may say so with an attribute
    `normalised = True`; without it, nothing is promised. An index keeps unit vectors either
    way.
    """

    @property
    def name(self) -> str:
        """Model and version; an index remembers it and refuses another."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages; shape `(len(texts), dimension)`."""
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a query; shape `(dimension,)`."""
        ...


@dataclass(frozen=True)
class EmbedderFacts:
    """What an index remembers of its embedder, and compares when it is opened.

    Attributes:
        name: Model and version.
        dimension: Length of a vector.
        normalised: Whether the embedder's own vectors are of unit length.
    """

    name: str
    dimension: int
    normalised: bool

    @classmethod
    def of(cls, embedder: Embedder) -> Self:
        """The facts of an embedder; asks its model where it does not know its dimension."""
        return cls(embedder.name, embedder.dimension, bool(getattr(embedder, "normalised", False)))

    def __str__(self) -> str:
        length = "unit length" if self.normalised else "any length"
        return f"{self.name} ({self.dimension} values, {length})"


def checked(embedder: Embedder, vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Refuse vectors that cannot be those of `count` texts; shape `(count, dimension)`.

    Raises:
        IndexMismatchError: If their shape is another, or values are no numbers.
    """
    import numpy as np

    found = np.asarray(vectors, dtype=np.float32)
    if found.shape != (count, embedder.dimension):
        raise IndexMismatchError(
            f"{embedder.name} gave vectors of shape {found.shape}.",
            remedy=f"It must give {embedder.dimension} values for each of {count} texts.",
        )
    if not np.isfinite(found).all():
        raise IndexMismatchError(
            f"{embedder.name} gave vectors with values that are no finite numbers.",
            remedy="Check the model; nothing of this document was stored.",
        )
    return found
