"""What a hit must satisfy, and what that means in any backend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.records.chunks import Chunk, ChunkKind

_NOT_SCALAR = frozenset({"headings", "spans", "table"})
METADATA_FIELDS = frozenset(Chunk.model_fields) - _NOT_SCALAR
"""Fields of the chunk record that `SearchFilters.metadata` may name."""


@dataclass(frozen=True)
class SearchFilters:
    """What a hit must satisfy; a field left `None` does not filter.

    Attributes:
        doc_id: The document it comes from.
        source: The source URI or path as recorded.
        page: 1-based page that the chunk touches.
        kind: What the chunk holds.
        engine: Name of the engine that read it.
        trusted: True for chunks without a quality flag, False for flagged ones only.
        heading: The title or one of the headings it stands under, at any depth; case ignored.
        metadata: Values that other fields of the chunk record must have, such as
            `{"page_label": "iv", "revision": "…"}`; `None` for fields that are not set.
    """

    doc_id: str | None = None
    source: str | None = None
    page: int | None = None
    kind: ChunkKind | None = None
    engine: str | None = None
    trusted: bool | None = None
    heading: str | None = None
    metadata: Mapping[str, str | int | bool | None] = field(default_factory=dict)

    def given(self) -> dict[str, object]:
        """The filters that were set, by name; those on metadata under the field's name."""
        named = {
            name: value
            for name in ("doc_id", "source", "page", "kind", "engine", "trusted", "heading")
            if (value := getattr(self, name)) is not None
        }
        return {**named, **self.metadata}


def heading_asked(heading: str) -> str:
    """A heading as it is compared with the case-folded headings of a chunk."""
    return " ".join(heading.split()).casefold()


def check_metadata(name: str) -> None:
    """See that a metadata filter names a field of the chunk record.

    Raises:
        ConfigurationError: If it names none.
    """
    if name not in METADATA_FIELDS:
        raise ConfigurationError(
            f"A chunk has no field {name!r} to filter by.",
            remedy=f"Use one of: {', '.join(sorted(METADATA_FIELDS))}.",
        )
