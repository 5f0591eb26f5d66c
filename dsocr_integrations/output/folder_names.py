"""What the folder of a document is called: readable, safe on every file system, and unique.

A document's folder is called like its source. Where some file system would not take that name, or would
take it for another's, it is changed and bears the first letters of the document's id. So it
follows from the source alone: whoever writes, and in whatever order, comes to the same name.

The last part of a name ends in the suffix of a readable file or in an id, and no part above it does,
so that no document lies within another, whatever folders and files of one name there are.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from dsocr_integrations.sources.media_types import READABLE_SUFFIXES
from dsocr_integrations.sources.url_guard import HTTP_PROTOCOLS, STORE_PROTOCOLS

INDEX_FILE = "index.html"
VIEW_FILE = "view.html"
"""The page that `dsocr view` writes; it holds the text of every document of the folder."""

MAX_NAME = 120
"""Bytes of one part of a name; the least that a file system in use takes is 143."""

MAX_PATH = 200
"""Bytes of all parts, so that the files below have paths of less than 260 on most disks."""

_PROTOCOLS = HTTP_PROTOCOLS | STORE_PROTOCOLS
_FORBIDDEN = frozenset('<>:"\\|?*')
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
_EDGES = re.compile(r"^[. ]+|[. ]+$")
_DEVICES = frozenset(
    {"aux", "clock$", "con", "conin$", "conout$", "nul", "prn"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
_ID = re.compile(r"~[0-9a-f]{8}(?:[0-9a-f]{8})?$", re.IGNORECASE)


def folder_name(source: str, doc_id: str) -> str:
    """The folder of a document, relative to the root of the output.

    Args:
        source: Its source, as in `Document.source`.
        doc_id: Its id.
    """
    if source.startswith("/"):
        # Known by its whole path: where that lies on one machine is no place in the output.
        return with_id(_safe(source.rpartition("/")[2]), doc_id)
    is_url = "://" in source
    path = source.replace("://", "/", 1) if is_url else source
    *above, last = [part for part in path.split("/") if part] or [path]
    if is_url:
        above, last = [unquote(part) for part in above], unquote(last)
    folders = [_folder(part) for part in above]
    if folders and is_url != (folded(folders[0]) in _PROTOCOLS):
        # A folder called like a protocol, or a protocol that folders may be called like.
        folders[0] += "_"
    name = "/".join((*folders, _safe(last)))
    return name if name == path and _is_plain(name) else with_id(name, doc_id)


def short_name(source: str) -> str | None:
    """What a file known by its whole path is called, which others may be too; `None` for others."""
    last = source.rpartition("/")[2]
    is_fit = source.startswith("/") and last == _safe(last) and _is_plain(last)
    return last if is_fit else None


def with_id(name: str, doc_id: str) -> str:
    """The name of a folder with the first letters of a document's id in it."""
    *folders, last = name.split("/")
    stem, suffix = _split(last)
    kept = _cut(stem, MAX_NAME - len(suffix))
    digits = doc_id.replace("-", "")
    tail = f"{kept}~{digits[:8]}{suffix}"
    fitting = _fitting(folders, MAX_PATH - len(tail.encode()))
    if kept != stem or fitting != folders:
        # Many long names may begin in the same way.
        tail = f"{kept}~{digits[:16]}{suffix}"
    return "/".join((*fitting, tail))


def folded(name: str) -> str:
    """What two names have in common that a file system may take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _is_plain(name: str) -> bool:
    last = name.rpartition("/")[2]
    stem, suffix = _split(last)
    return (
        bool(suffix)
        and not _ID.search(stem)
        and folded(name) not in {INDEX_FILE, VIEW_FILE}
        and len(name.encode()) <= MAX_PATH
        and len(last.encode()) <= MAX_NAME
    )


def _folder(part: str) -> str:
    """A part above the last, which no document is called like."""
    name = _cut(_safe(part), MAX_NAME)
    stem, suffix = _split(name)
    return f"{name}_" if suffix or _ID.search(stem) else name


def _safe(part: str) -> str:
    """A part as every file system takes it."""
    text = "".join(
        "_" if one in _FORBIDDEN or one == "/" or unicodedata.category(one) in _UNSEEN else one
        for one in unicodedata.normalize("NFC", part)
    )
    text = _EDGES.sub("_", text) or "_"
    device = folded(text.partition(".")[0].rstrip(" "))
    return f"_{text}" if device in _DEVICES else text


def _split(name: str) -> tuple[str, str]:
    """Stem and suffix; no suffix where it is none of a readable file."""
    stem, dot, suffix = name.rpartition(".")
    is_known = bool(stem) and suffix.lower() in READABLE_SUFFIXES
    return (stem, f"{dot}{suffix}") if is_known else (name, "")


def _cut(text: str, length: int) -> str:
    if len(text.encode()) <= length:
        return text
    return text.encode()[:length].decode(errors="ignore").rstrip(" .")


def _fitting(folders: list[str], length: int) -> list[str]:
    """The first of the folders, as many as there is room for."""
    fitting: list[str] = []
    for folder in folders:
        length -= len(folder.encode()) + 1
        if length < 0:
            break
        fitting.append(folder)
    return fitting
