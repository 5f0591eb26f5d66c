"""The provider's part of the API server: pages that show what tasks read."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from airflow.plugins_manager import AirflowPlugin

from dsocr_integrations.airflow.links import URL_PREFIX

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


async def previews(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request; scheduler and tasks, which load plugins too, never make the app."""
    await _pages()(scope, receive, send)


@functools.cache
def _pages() -> ASGIApp:
    from dsocr_integrations.airflow.preview_pages import make_pages

    return make_pages()


class DeepSeekOCRPlugin(AirflowPlugin):
    """Mounts the pages."""

    name = "dsocr"
    fastapi_apps = [  # noqa: RUF012 - as Airflow declares it
        {"name": "DeepSeek-OCR previews", "app": previews, "url_prefix": f"/{URL_PREFIX}"}
    ]
