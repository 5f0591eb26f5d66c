"""Filters as conditions of PostgreSQL."""

from __future__ import annotations

from pydantic_core import to_json

from dsocr_integrations.index.filtering import SearchFilters, check_metadata, heading_asked


def storable(text: str) -> str:
    """A text as a column takes it: PostgreSQL stores no NUL, and no half of a character."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def conditions(filters: SearchFilters) -> tuple[str, list[object]]:
    """Conditions on `chunks`, each starting with AND, and their values.

    Raises:
        ConfigurationError: If a metadata filter names no field of a chunk.
    """
    parts: list[str] = []
    values: list[object] = []
    for column in ("doc_id", "source", "kind", "engine"):
        wanted = getattr(filters, column)
        if wanted is not None:
            parts.append(f"AND chunks.{column} = %s")
            values.append(storable(wanted))
    if filters.trusted is not None:
        parts.append("AND chunks.trusted = %s")
        values.append(filters.trusted)
    if filters.page is not None:
        parts.append("AND %s = ANY (chunks.pages)")
        values.append(filters.page)
    if filters.heading is not None:
        parts.append("AND %s = ANY (chunks.headings)")
        values.append(storable(heading_asked(filters.heading)))
    for name, value in sorted(filters.metadata.items()):
        check_metadata(name)
        # The same serialiser wrote the record, so equal values are equal texts.
        parts.append(f"AND (chunks.record -> '{name}')::text = %s")
        values.append(to_json(value).decode())
    return " ".join(parts), values
