"""What a hit must satisfy, and what that means in any backend."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import get_args

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.records.chunks import Chunk, ChunkKind
from dsocr_integrations.sources.page_selection import PageSelection, PageSelectionLike

_NOT_SCALAR = frozenset({"headings", "spans", "table"})
METADATA_FIELDS = frozenset(Chunk.model_fields) - _NOT_SCALAR
"""Fields of the chunk record that `SearchFilters.metadata` may name."""

MAX_PAGE = 2**31 - 1
"""The end of a selection of pages without one, as backends can compare it."""


@dataclass(frozen=True)
class SearchFilters:
    """What a hit must satisfy; a field left `None` does not filter.

    Attributes:
        doc_id: The document it comes from.
        source: The source URI or path as recorded, or several of which it is one.
        page: 1-based page that the chunk touches, or several, such as `"1-3,7"`.
        kind: What the chunk holds, or several kinds of which it is one.
        engine: Name of the engine that read it.
        trusted: True for chunks without a quality flag, False for flagged ones only.
        heading: The title or one of the headings it stands under, at any depth; case ignored.
        metadata: Values that other fields of the chunk record must have, such as
            `{"page_label": "iv", "revision": "…"}`; `None` for fields that are not set.
    """

    doc_id: str | None = None
    source: str | Collection[str] | None = None
    page: PageSelectionLike = None
    kind: ChunkKind | Collection[ChunkKind] | None = None
    engine: str | None = None
    trusted: bool | None = None
    heading: str | None = None
    metadata: Mapping[str, str | int | bool | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no chunk can satisfy.

        Raises:
            ConfigurationError: If there is no such kind, or the pages are no selection.
        """
        self.pages()
        unknown = set(self.choices().get("kind", ())).difference(get_args(ChunkKind))
        if unknown:
            raise ConfigurationError(
                f"No chunk is of the kind {', '.join(sorted(unknown))}.",
                remedy=f"Choose among {', '.join(get_args(ChunkKind))}.",
            )

    def given(self) -> dict[str, object]:
        """The filters that were set, by name; those on metadata under the field's name."""
        named = {
            name: value
            for name in ("doc_id", "source", "page", "kind", "engine", "trusted", "heading")
            if (value := getattr(self, name)) is not None
        }
        return {**named, **self.metadata}

    def pages(self) -> PageSelection | None:
        """The pages, in whatever form they were given.

        Raises:
            ConfigurationError: If they are no selection of pages.
        """
        return PageSelection.of(self.page)

    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """By name of the field, the texts of which it must have one."""
        given = {
            "doc_id": self.doc_id,
            "source": self.source,
            "kind": self.kind,
            "engine": self.engine,
        }
        return {
            name: (wanted,) if isinstance(wanted, str) else tuple(wanted)
            for name, wanted in given.items()
            if wanted is not None
        }


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
