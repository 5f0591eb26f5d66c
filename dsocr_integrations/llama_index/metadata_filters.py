"""LlamaIndex's filters on metadata, as filters of a search in our index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from llama_index.core.vector_stores import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
)

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index.filtering import METADATA_FIELDS, SearchFilters

_PAGES = frozenset(
    {
        FilterOperator.EQ,
        FilterOperator.IN,
        FilterOperator.GT,
        FilterOperator.GTE,
        FilterOperator.LT,
        FilterOperator.LTE,
    }
)
_TRUTH: Mapping[object, bool] = {1: True, 0: False, "true": True, "false": False}
"""Truth values as a `MetadataFilter` can hold them, which takes no `bool`."""


def search_filters(filters: MetadataFilters) -> SearchFilters:
    """The same filters for our index.

    Raises:
        ConfigurationError: If the index cannot filter like that.
    """
    fields: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    of_pages: list[MetadataFilter] = []
    for one in _all_of(filters):
        if one.key == "page_number":
            of_pages.append(one)
            continue
        name, value = _field(one)
        place = fields if name in SearchFilters.__dataclass_fields__ else metadata
        if place.setdefault(name, value) != value:
            raise _refusal(one, "it is filtered by already")
    if of_pages:
        fields["page"] = _pages(of_pages)
    return SearchFilters(**fields, metadata=metadata)


def _all_of(filters: MetadataFilters) -> Iterator[MetadataFilter]:
    """The filters that must hold all together."""
    several = len(filters.filters) > 1
    if filters.condition is FilterCondition.NOT or (
        several and filters.condition is FilterCondition.OR
    ):
        raise ConfigurationError(
            f"The index cannot combine filters by {filters.condition.value!r}.",
            remedy="Combine them by 'and'; 'in' takes several sources, kinds or pages.",
        )
    for one in filters.filters:
        if isinstance(one, MetadataFilters):
            yield from _all_of(one)
        else:
            yield one


def _field(one: MetadataFilter) -> tuple[str, object]:
    """Name and value of the search filter, or of the chunk's field, that a filter asks for."""
    key, value, operator = one.key, one.value, one.operator
    if key in {"source", "kind"} and operator is FilterOperator.IN and isinstance(value, list):
        return key, tuple(value)
    if key == "headings" and operator is FilterOperator.CONTAINS:
        return "heading", value
    if key in METADATA_FIELDS and operator is FilterOperator.IS_EMPTY:
        return key, None
    if key not in METADATA_FIELDS or operator is not FilterOperator.EQ or isinstance(value, list):
        raise _refusal(one, "this is not among what it compares")
    if key != "trusted":
        return key, value
    if value not in _TRUTH:
        raise _refusal(one, "trusted is 'true' or 'false'")
    return key, _TRUTH[value]


def _pages(filters: Iterable[MetadataFilter]) -> str:
    """The pages that satisfy all filters, as a selection."""
    first, last = 1, None
    listed: set[int] | None = None
    for one in filters:
        asked = _numbers(one)
        match one.operator:
            case FilterOperator.GT | FilterOperator.GTE:
                first = max(first, asked[0] + (one.operator is FilterOperator.GT))
            case FilterOperator.LT | FilterOperator.LTE:
                end = asked[0] - (one.operator is FilterOperator.LT)
                last = end if last is None else min(last, end)
            case _:
                listed = set(asked) if listed is None else listed.intersection(asked)
    if listed is None:
        return f"{first}-{'' if last is None else last}"
    within = [page for page in sorted(listed) if first <= page <= (last or page)]
    if not within:
        # A selection of none would be taken for no filter.
        raise ConfigurationError("No page satisfies all filters on page_number.")
    return ",".join(map(str, within))


def _numbers(one: MetadataFilter) -> list[int]:
    given = one.value if isinstance(one.value, list) else [one.value]
    numbers = [number for number in given if isinstance(number, int)]
    several = one.operator is FilterOperator.IN
    if one.operator not in _PAGES or numbers != given or not (several or len(numbers) == 1):
        raise _refusal(one, "pages are compared with whole numbers")
    return numbers


def _refusal(one: MetadataFilter, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The index cannot filter by {one.key} {one.operator.value} {one.value!r}: {why}.",
        remedy=(
            "It compares source and kind by == and in, page_number by ==, in, <, <=, > and >=,"
            " headings by contains, and other fields of a chunk by == and is_empty."
        ),
    )
