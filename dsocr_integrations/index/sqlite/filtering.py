"""Filters as conditions of SQLite."""

from __future__ import annotations

from dsocr_integrations.index.filtering import (
    MAX_PAGE,
    SearchFilters,
    check_metadata,
    heading_asked,
)
from dsocr_integrations.index.sqlite.schema import ID_START


def conditions(filters: SearchFilters) -> tuple[str, list[object]]:
    """SQL conditions on `chunks`, each starting with AND, and their values.

    Raises:
        ConfigurationError: If a metadata filter names no field of a chunk.
    """
    parts: list[str] = []
    values: list[object] = []
    for column, choices in filters.choices().items():
        some = f"IN ({', '.join('?' * len(choices))})"
        if column == "doc_id":
            parts.append(
                "AND chunks.document IN (SELECT id FROM documents"  # noqa: S608 - placeholders only
                f" WHERE substr(doc_id, 1, {ID_START}) {some} AND doc_id {some})"
            )
            values.extend(choice[:ID_START] for choice in choices)
        else:
            parts.append(f"AND chunks.{column} {some}")
        values.extend(choices)
    if filters.trusted is not None:
        parts.append("AND chunks.trusted = ?")
        values.append(int(filters.trusted))
    if (pages := filters.pages()) is not None:
        some = " OR ".join("page BETWEEN ? AND ?" for _ in pages.ranges)
        parts.append(f"AND chunks.id IN (SELECT id FROM chunk_pages WHERE {some})")  # noqa: S608 - placeholders only
        values.extend(end for first, last in pages.ranges for end in (first, last or MAX_PAGE))
    if filters.heading is not None:
        heading = heading_asked(filters.heading)
        parts.append(
            "AND (folded(chunks.record ->> '$.title') = ? OR EXISTS (SELECT 1 FROM"
            " json_each(chunks.record, '$.headings') AS above WHERE folded(above.value) = ?))"
        )
        values.extend([heading, heading])
    for name, value in sorted(filters.metadata.items()):
        check_metadata(name)
        parts.append(f"AND chunks.record ->> '$.{name}' IS ?")
        values.append(value)
    return " ".join(parts), values
