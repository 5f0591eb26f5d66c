"""Vectors of unit length, so that a product of two is their cosine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to unit length; a zero row stays zero. Shape `(n, d)` in and out."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled = vectors / np.where(lengths == 0, 1, lengths)
    return np.nan_to_num(scaled).astype(np.float32)
