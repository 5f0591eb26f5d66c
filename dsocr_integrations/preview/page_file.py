"""One HTML file that works offline and runs nothing but its own script."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dsocr_integrations.disk_room import place_named
from dsocr_integrations.preview.assets import viewer_style
from dsocr_integrations.preview.plain_text import clean

PutData = Callable[[str, object], object]
"""Writes a value under a name, where the script finds it."""


@contextmanager
def page_file(path: Path, title: str, script: str) -> Iterator[PutData]:
    """Write a page; it appears complete or not at all.

    Args:
        path: The file.
        title: Its title.
        script: The one module that its content security policy lets run.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with place_named(path), os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(_head(title, script))
            yield lambda name, value: out.write(_data_block(name, value))
            out.write(f'<script type="module">{script}</script>\n</body>\n</html>\n')
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _head(title: str, script: str) -> str:
    style = viewer_style()
    policy = (
        f"default-src 'none'; script-src {_hash_source(script)}; style-src {_hash_source(style)};"
        " img-src data: blob:; base-uri 'none'; form-action 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{html.escape(clean(title, 200))}</title>\n<style>{style}</style>\n</head>\n"
        '<body class="dsocr-saved">\n<main id="dsocr"></main>\n'
        "<noscript>This page shows its document with a script of its own.</noscript>\n"
    )


def _data_block(name: str, value: object) -> str:
    """JSON in a script element of no executable type; `<` is escaped, so nothing can end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign, escaped in (("<", "\\u003c"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(sign, escaped)
    return f'<script type="application/json" id="{name}">{text}</script>\n'


def _hash_source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
