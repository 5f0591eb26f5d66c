"""Vectors and fingerprints as the text that PostgreSQL's types are written in, without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def vector_text(vector: NDArray[np.float32]) -> str:
    """A unit vector as a `vector` literal; zeros stay zeros. Shape `(d,)`."""
    from dsocr_integrations.index.unit_vectors import normalised

    return _literal(normalised(vector[None, :])[0])


def stored_text(blob: bytes) -> str:
    """Little-endian float32 values as a `vector` literal."""
    import numpy as np

    return _literal(np.frombuffer(blob, dtype="<f4"))


def stored_bytes(literal: str) -> bytes:
    """The values of a `vector` literal as little-endian float32."""
    import numpy as np

    values = np.array(literal.strip("[]").split(","), dtype=np.float64)
    return values.astype("<f4").tobytes()


def bits_text(fingerprint: bytes) -> str:
    """A packed fingerprint as a `bit` literal; only how many bits are shared counts."""
    return f"{int.from_bytes(fingerprint, 'big'):0{8 * len(fingerprint)}b}"


def _literal(values: NDArray[np.float32]) -> str:
    return "[" + ",".join(map(str, values.tolist())) + "]"
