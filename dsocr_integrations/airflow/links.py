"""The link from a task to what it read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsocr_integrations.airflow.compat import BaseOperatorLink

if TYPE_CHECKING:
    from dsocr_integrations.airflow.compat import BaseOperator


class DeepSeekOCRPreviewLink(BaseOperatorLink):
    """Leads to the HTML page of the first document, or to the output folder."""

    name = "OCR preview"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow's
        """Give the address that the operator kept; empty for a task that read nothing.

        Airflow calls this in the worker after every leg of a task, skipped ones included, so
        it looks at nothing but the operator.
        """
        return str(getattr(operator, "preview_link", ""))
