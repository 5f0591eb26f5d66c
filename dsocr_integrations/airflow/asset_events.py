"""What a task tells the assets among its outlets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dsocr_integrations.airflow.compat import BaseOperator, Context


def tell_assets(task: BaseOperator, context: Context, said: dict[str, Any]) -> None:
    """Put counts and hashes into the event of each asset that a task changes."""
    for asset in task.outlets:
        context["outlet_events"][asset].extra = said
