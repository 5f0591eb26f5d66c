"""Airflow provider: `DeepSeekOCROperator`, `DeepSeekOCRHook`, `@task.dsocr`, a growing corpus."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dsocr_integrations.airflow.corpus import (
        OcrIndexOperator,
        OcrListOperator,
        OcrPlanOperator,
        OcrReadOperator,
    )
    from dsocr_integrations.airflow.hooks import DeepSeekOCRHook
    from dsocr_integrations.airflow.index_connection import index_address
    from dsocr_integrations.airflow.operators import DeepSeekOCROperator, DeepSeekOcrOperator
    from dsocr_integrations.airflow.sensors import OcrNewDocumentsSensor
    from dsocr_integrations.airflow.triggers import OcrNewDocumentsTrigger

_HOMES = {
    "OcrIndexOperator": "corpus",
    "OcrListOperator": "corpus",
    "OcrNewDocumentsSensor": "sensors",
    "OcrNewDocumentsTrigger": "triggers",
    "OcrPlanOperator": "corpus",
    "OcrReadOperator": "corpus",
    "DeepSeekOCRHook": "hooks",
    "DeepSeekOCROperator": "operators",
    "DeepSeekOcrOperator": "operators",
    "index_address": "index_connection",
}

__all__ = [
    "DeepSeekOCRHook",
    "DeepSeekOCROperator",
    "DeepSeekOcrOperator",
    "OcrIndexOperator",
    "OcrListOperator",
    "OcrNewDocumentsSensor",
    "OcrNewDocumentsTrigger",
    "OcrPlanOperator",
    "OcrReadOperator",
    "index_address",
]


def __getattr__(name: str) -> Any:
    # Airflow imports this package while it is itself being imported, to ask for the provider's
    # description; names that need Airflow are therefore found on first use.
    if name in _HOMES:
        from dsocr_integrations.errors import extra_needed

        with extra_needed("airflow", "Airflow", "airflow"):
            return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
