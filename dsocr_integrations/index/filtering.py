"""What filters mean in any backend."""

from __future__ import annotations

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.records.chunks import Chunk

_NOT_SCALAR = frozenset({"headings", "spans", "table"})
METADATA_FIELDS = frozenset(Chunk.model_fields) - _NOT_SCALAR
"""Fields of the chunk record that `SearchFilters.metadata` may name."""


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
