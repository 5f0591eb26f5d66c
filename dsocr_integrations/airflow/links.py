"""The link from a task to what it read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dsocr_integrations.airflow.compat import BaseOperatorLink

if TYPE_CHECKING:
    from dsocr_integrations.airflow.compat import BaseOperator

URL_PREFIX = "dsocr"
"""Where the API server has the provider's pages."""


class DeepSeekOCRPreviewLink(BaseOperatorLink):
    """Leads to the page of the API server that shows what the task read."""

    name = "OCR preview"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        """Give the address, relative to the UI's own; empty for a task without previews.

        Airflow calls this in the worker after every leg of a task, skipped ones included, so
        it looks at nothing but the operator.
        """
        if not getattr(operator, "has_previews", False):
            return ""
        place = (ti_key.dag_id, ti_key.run_id, ti_key.task_id, str(ti_key.map_index))
        return "/".join((URL_PREFIX, "previews", *(quote(part, safe="") for part in place)))
