"""Filters as conditions of PostgreSQL."""

from __future__ import annotations

from pydantic_core import to_json

from dsocr_integrations.index.filtering import (
    MAX_PAGE,
    SearchFilters,
    check_metadata,
    heading_asked,
)


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
    for column, choices in filters.choices().items():
        parts.append(f"AND chunks.{column} = ANY (%s)")
        values.append(list(map(storable, choices)))
    if filters.trusted is not None:
        parts.append("AND chunks.trusted = %s")
        values.append(filters.trusted)
    if (pages := filters.pages()) is not None:
        some = " OR ".join("page BETWEEN %s AND %s" for _ in pages.ranges)
        parts.append(f"AND EXISTS (SELECT FROM unnest(chunks.pages) AS page WHERE {some})")
        values.extend(end for first, last in pages.ranges for end in (first, last or MAX_PAGE))
    if filters.heading is not None:
        parts.append("AND %s = ANY (chunks.headings)")
        values.append(storable(heading_asked(filters.heading)))
    for name, value in sorted(filters.metadata.items()):
        check_metadata(name)
        # The same serialiser wrote the record, so equal values are equal texts.
        parts.append(f"AND (chunks.record -> '{name}')::text = %s")
        values.append(to_json(value).decode())
    return " ".join(parts), values
