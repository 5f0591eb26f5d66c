"""What Airflow is told about this provider when it starts."""

from __future__ import annotations

from typing import Any

_ROOM = "dsocr_integrations.airflow"

# By name, as Airflow calls this at every start: the dialects themselves need an HTTP client.
_DIALECTS = (
    "vllm",
    "sglang",
    "ollama",
    "llama.cpp",
    "lm-studio",
    "mlx-vlm",
    "siliconflow",
    "novita",
    "transformers",
    "openai",
)


def get_provider_info() -> dict[str, Any]:
    """Describe the provider; named by the entry point `apache_airflow_provider`."""
    return {
        "package-name": "dsocr-integrations",
        "name": "DeepSeek-OCR",
        "description": "Reads documents with DeepSeek-OCR into Markdown, tables and chunks.",
        "integrations": [
            {
                "integration-name": "DeepSeek-OCR",
                "external-doc-url": "https://github.com/deepseek-ai/DeepSeek-OCR",
                "tags": ["service"],
            }
        ],
        "operators": [
            {
                "integration-name": "DeepSeek-OCR",
                "python-modules": [f"{_ROOM}.operators", f"{_ROOM}.corpus"],
            }
        ],
        "sensors": [{"integration-name": "DeepSeek-OCR", "python-modules": [f"{_ROOM}.sensors"]}],
        "triggers": [{"integration-name": "DeepSeek-OCR", "python-modules": [f"{_ROOM}.triggers"]}],
        "hooks": [{"integration-name": "DeepSeek-OCR", "python-modules": [f"{_ROOM}.hooks"]}],
        "connection-types": [_connection_type()],
        "extra-links": [f"{_ROOM}.links.DeepSeekOCRPreviewLink"],
        "task-decorators": [{"name": "dsocr", "class-name": f"{_ROOM}.decorators.dsocr_task"}],
    }


def _connection_type() -> dict[str, Any]:
    return {
        "connection-type": "dsocr",
        "hook-class-name": f"{_ROOM}.hooks.DeepSeekOCRHook",
        "hook-name": "DeepSeek-OCR",
        "ui-field-behaviour": {
            "hidden-fields": ["login", "extra"],
            "relabeling": {
                "host": "Server (empty: read in the worker)",
                "password": "API key",
                "schema": "Protocol",
            },
            "placeholders": {"host": "ocr.example.org", "port": "8000", "schema": "http or https"},
        },
        "conn-fields": {
            "engine": _field(
                "Engine without a server",
                # No `enum`: an engine of any installed package may be named.
                examples=["auto", "embedded", "transformers", "vllm"],
            ),
            "model": _field("Model name on the server"),
            "dialect": _field("Server dialect", enum=["auto", *_DIALECTS]),
            "profile": _field("Model profile, where the model's name does not tell"),
            "model_path": _field("Folder of local weights"),
            "mode": _field("Resolution mode"),
            "cache": _field("Page cache (folder or URL)"),
            "workers": _field("Worker processes", kind="integer"),
            "dpi": _field("Dots per inch shown to models", kind="integer"),
            "page_timeout": _field("Seconds for one page", kind="integer"),
        },
    }


def _field(label: str, *, kind: str = "string", **schema: Any) -> dict[str, Any]:
    # No defaults: the form would save them, and they would go before the worker's settings.
    return {"label": label, "schema": {"type": [kind, "null"], **schema}}
