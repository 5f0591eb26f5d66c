"""Pages of Airflow's API server that show what a task read, to whom may read its XComs.

A task names its output folder and documents in an XCom; nothing else is read, and of each document
only its manifest and its preview. Previews are shown in a sandbox: whatever stands in them can
neither act as the user nor load or send anything.
"""

from __future__ import annotations

import base64
import hashlib
import html
import inspect
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, BinaryIO

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import get_user, requires_access_dag
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from sqlalchemy import select
from starlette.exceptions import HTTPException

from dsocr_integrations.airflow.compat import AirflowNotFoundException
from dsocr_integrations.airflow.previewed import XCOM_KEY, Previewed
from dsocr_integrations.airflow.wording import told
from dsocr_integrations.errors import DsocrError
from dsocr_integrations.output.records import PREVIEW_FILE, Manifest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

TASK = "/previews/{dag_id}/{run_id}/{task_id}/{map_index}"

_PIECE = 1 << 20
_READERS = 16
"""Manifests that are asked of a store at once."""

_SIGN_IN = """\
const token = localStorage.getItem("token");
if (token && !document.cookie.includes("_token=")) {
  document.cookie = `_token=${token}; path=${location.pathname}; max-age=60; SameSite=Strict`;
  location.reload();
}
"""
"""Airflow 3.0 keeps the sign-in where scripts alone reach it; a minute is enough to be let in."""

_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
td, th { padding: .2em 1em .2em 0; text-align: left; }
td + td, th + th { text-align: right; }
"""


def make_pages() -> ASGIApp:
    """The pages, to be mounted by the API server."""
    may_read = Depends(requires_access_dag("GET", DagAccessEntity.XCOM))
    app = FastAPI(openapi_url=None, dependencies=[may_read])
    app.get(TASK)(documents)
    app.get(TASK + "/{doc_id}")(preview)
    app.exception_handler(HTTPException)(_refusal)
    for kind in (DsocrError, AirflowNotFoundException, OSError):
        app.exception_handler(kind)(_unreadable)
    looks_at_cookies = "request" in inspect.signature(get_user).parameters

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope if looks_at_cookies else _with_token(scope), receive, send)

    return pages


def documents(dag_id: str, run_id: str, task_id: str, map_index: int) -> Response:
    """List the documents of a task."""
    previewed = _previewed(dag_id, run_id, task_id, map_index)
    with ThreadPoolExecutor(_READERS) as readers:
        found = list(filter(None, readers.map(previewed.folder().manifest, previewed.doc_ids)))
    if previewed.doc_ids and not found:
        raise FileNotFoundError(previewed.address)
    rows = "".join(_row(map_index, one) for one in found)
    left = f"<p>{previewed.left_out} more are in the output.</p>" if previewed.left_out else ""
    if previewed.unread:
        left += f"<p>Not read: {previewed.unread}. The task's log says which, and why.</p>"
    return _page(
        f"Documents of {task_id}",
        f"<p>{html.escape(told(previewed.address))}</p>"
        f"<table><tr><th>Document<th>Pages<th>Failed pages{rows}</table>{left}",
    )


def preview(dag_id: str, run_id: str, task_id: str, map_index: int, doc_id: str) -> Response:
    """Show one document of a task."""
    previewed = _previewed(dag_id, run_id, task_id, map_index)
    if doc_id not in previewed.doc_ids:
        raise HTTPException(404, "The task has no such document.")
    folder = previewed.folder()
    path = f"{folder.place(doc_id)}/{PREVIEW_FILE}"
    root = folder.local_root
    is_outside = root and not (root / path).resolve().is_relative_to(root.resolve())
    file = None if is_outside else folder.tree.open(path)
    if file is None:
        raise FileNotFoundError(path)
    # As a page of its own that nothing comes into and nothing goes out of.
    policy = (
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline';"
        " style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return StreamingResponse(_pieces(file), media_type="text/html", headers=_headers(policy))


def _previewed(dag_id: str, run_id: str, task_id: str, map_index: int) -> Previewed:
    with create_session() as session:
        entry = session.scalar(
            select(XComModel).where(
                XComModel.dag_id == dag_id,
                XComModel.run_id == run_id,
                XComModel.task_id == task_id,
                XComModel.map_index == map_index,
                XComModel.key == XCOM_KEY,
            )
        )
        noted = entry and Previewed.from_xcom(XComModel.deserialize_value(entry))
    if not noted:
        raise HTTPException(404, "This task has noted no documents to show.")
    return noted


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _row(map_index: int, manifest: Manifest) -> str:
    counts = manifest.counts
    link = f'<a href="{map_index}/{manifest.doc_id}">{html.escape(manifest.source)}</a>'
    return f"<tr><td>{link}<td>{counts.pages}<td>{counts.errors or ''}"


def _refusal(_request: Request, error: Any) -> Response:
    if error.status_code == 401:
        text = "<p>Sign in to Airflow, then open this page again.</p>"
        return _page("Not signed in", text, status=401, script=_SIGN_IN)
    return _page("Not shown", f"<p>{html.escape(str(error.detail))}</p>", error.status_code)


def _unreadable(_request: Request, error: Exception) -> Response:
    if isinstance(error, FileNotFoundError):
        text = (
            "The API server does not find the task's output. A folder on a worker's own disk is"
            " not seen here: write to a shared one, or to a store."
        )
        return _page("Not found", f"<p>{text}</p>", status=404)
    return _page("Not readable", f"<p>{html.escape(told(error))}</p>", status=502)


def _page(title: str, body: str, status: int = 200, script: str = "") -> HTMLResponse:
    code = f"<script>{script}</script>" if script else ""
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hashed}';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    title = html.escape(title)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>{body}{code}</html>",
        status,
        _headers(policy),
    )


def _headers(policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _with_token(scope: Scope) -> Scope:
    """The request with the sign-in of its cookie where Airflow looks for it."""
    if scope["type"] != "http":
        return scope
    request = Request(scope)
    token = request.cookies.get("_token")
    if token is None or "authorization" in request.headers:
        return scope
    return {**scope, "headers": [*scope["headers"], (b"authorization", f"Bearer {token}".encode())]}
