"""Passages to index, an embedder that is cheap, and how they are put in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dsocr_integrations.index import Index
from dsocr_integrations.records.chunks import Chunk
from tests.builders import ENGINE, FINGERPRINT


class LetterEmbedder:
    """Counts letters: enough to tell passages apart, and cheap."""

    def __init__(self, name: str = "letters", dimension: int = 26) -> None:
        self.name = name
        self.dimension = dimension
        self.embedded: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded.extend(texts)
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> np.ndarray:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for letter in text.lower():
            if "a" <= letter <= "z":
                vector[(ord(letter) - 97) % self.dimension] += 1
        return vector


def put(index: Index, chunks: list[Chunk], **fields: str) -> int:
    values = {"revision": chunks[0].revision, "engine": ENGINE, "fingerprint": FINGERPRINT}
    return index.upsert_document(chunks[0].doc_id, chunks, **(values | fields))


PASSAGES = [
    "Aspirin inhibits cyclooxygenase; the dose was 4.2 mg per kilogram.",
    "Aspirin inhibits cyclooxygenase; the dose was 4.3 mg per kilogram.",
    "Net sales rose to 1,234.5 million in 2024.",
    "本报告介绍了北京大学的研究成果。",
    "The quality system follows ISO-9001 and is audited each year.",
]
