"""Forms that only a viewer draws: what was filled in, as a list behind the page's placeholder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsocr_integrations.grounding.writer import GroundedBlock

if TYPE_CHECKING:
    from dsocr_integrations.rendering.form_fields import PageField

VIEWER_DRAWN = "XFA"
"""Kind of the fields of such a form."""


def viewer_drawn(fields: Sequence[PageField]) -> list[GroundedBlock]:
    """A block with a line for each value; none for any other page."""
    values = [field for field in fields if field.kind == VIEWER_DRAWN]
    if not values:
        return []
    text = "\n".join(f"- {field.label}: {field.value}" for field in values)
    return [GroundedBlock("text", (values[0].box,), text)]
