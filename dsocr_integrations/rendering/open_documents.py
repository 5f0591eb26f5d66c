"""The one place that holds MuPDF documents open, behind the one lock MuPDF needs.

MuPDF is not thread-safe, so every use of one of its objects in this process happens inside
`use_document`. A few documents stay open, because a page is asked for many times: size, words,
rendering, crops of its figures.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from dsocr_integrations.errors import (
    BrokenSourceError,
    DsocrError,
    PasswordError,
    SourceNotFoundError,
)
from dsocr_integrations.rendering.bare_mupdf import import_mupdf
from dsocr_integrations.rendering.page_tree import count_pages
from dsocr_integrations.rendering.svg_uses import check_uses
from dsocr_integrations.rendering.text_files.opening import text_document
from dsocr_integrations.sources import office
from dsocr_integrations.sources.archives import check_stated
from dsocr_integrations.sources.media_types import named
from dsocr_integrations.sources.names import is_unicode

if TYPE_CHECKING:
    import pymupdf

    from dsocr_integrations.sources.records import Source

MUPDF_LOCK = threading.RLock()
"""Held by whoever touches an object of MuPDF."""

_MAX_OPEN = 4
_USES_BETWEEN_CLEANINGS = 256
_ZIPPED = frozenset({"epub", "xps", "cbz"})

_Key = tuple[str, str, SecretStr | None]
_open: OrderedDict[_Key, pymupdf.Document] = OrderedDict()
_uses = count(1)


def _forget_after_fork() -> None:
    # A child shares file offsets with its parent and may have been forked inside the lock.
    global MUPDF_LOCK  # noqa: PLW0603
    MUPDF_LOCK = threading.RLock()
    _open.clear()


os.register_at_fork(after_in_child=_forget_after_fork)


@cache
def mupdf() -> Any:
    """Import PyMuPDF, quiet: what MuPDF would print goes into our errors instead.

    PyMuPDF's own remarks, which it prints among what a command says, go to its logger.
    """
    library = import_mupdf()
    library.set_messages(pylogging_name="pymupdf", pylogging_level=logging.DEBUG)
    library.TOOLS.mupdf_display_errors(False)  # noqa: FBT003
    library.TOOLS.mupdf_display_warnings(False)  # noqa: FBT003
    return library


@contextmanager
def use_document(source: Source) -> Iterator[pymupdf.Document]:
    """Hold the lock and the source's open document.

    Raises:
        SourceNotFoundError: If the local file is gone.
        PasswordError: If it is encrypted and the password is missing or wrong.
        BrokenSourceError: If MuPDF cannot open it.
    """
    with MUPDF_LOCK:
        key = _key(source)
        document = _open.get(key)
        if document is None:
            document = _open_document(source)
            _open[key] = document
            while len(_open) > _MAX_OPEN:
                _, old = _open.popitem(last=False)
                old.close()
        _open.move_to_end(key)
        yield document
        _keep_store_small()


def close_document(source: Source) -> None:
    """Close the source's document if it is open; a later use opens it again."""
    with MUPDF_LOCK:
        document = _open.pop(_key(source), None)
        if document is not None:
            document.close()


def mupdf_messages() -> str:
    """Take what MuPDF had to say since the last call, shortened to one line."""
    messages: str = mupdf().TOOLS.mupdf_warnings()
    return messages.replace("\n", "; ")[:500]


def _key(source: Source) -> _Key:
    # Who comes without the password is not lent a document that another one unlocked.
    return str(source.path), source.revision, source.password


def _open_document(source: Source) -> pymupdf.Document:
    library = mupdf()
    library.TOOLS.reset_mupdf_warnings()
    if not source.path.is_file():
        raise SourceNotFoundError(f"{source.name} is no longer there.")
    try:
        document = _load(library, source)
        if document.needs_pass:
            _unlock(document, source)
        _check_pages(document, source)
    except library.FileNotFoundError as error:
        raise SourceNotFoundError(f"{source.name} is no longer there.") from error
    except DsocrError:
        raise
    except Exception as error:
        raise BrokenSourceError(
            f"{source.name} cannot be opened: {_without_path(error, source.path)}"
            f" {mupdf_messages()}".rstrip(" .")
            + ".",
            remedy="Check that the file is complete.",
        ) from error
    return document


def _check_pages(document: pymupdf.Document, source: Source) -> None:
    if count_pages(document) < 1:
        raise BrokenSourceError(
            f"{source.name} has no readable page.",
            remedy="Repair the file, for example by printing it to PDF again.",
        )


def _load(library: Any, source: Source) -> pymupdf.Document:
    kind = named(source.media_type)
    if kind.reader == "office":
        return library.open(office.converted(source, "pdf"), filetype="pdf")
    if kind.reader == "text":
        return library.open(stream=text_document(source).pdf, filetype="pdf")
    if kind.suffix in _ZIPPED:
        check_stated(source.path, source.name)
    if kind.suffix == "svg":
        check_uses(source.path, source.name)
    if not is_unicode(str(source.path)):
        # MuPDF takes paths in UTF-8 only.
        return library.open(stream=source.path.read_bytes(), filetype=kind.suffix)
    return library.open(source.path, filetype=kind.suffix)


def _unlock(document: pymupdf.Document, source: Source) -> None:
    if source.password is None:
        raise PasswordError(
            f"{source.name} is encrypted.",
            remedy="Give its password (argument, DSOCR_PASSWORD or a password file).",
        )
    if not document.authenticate(source.password.get_secret_value()):
        raise PasswordError(f"The password given does not open {source.name}.")


def _without_path(error: Exception, path: Path) -> str:
    # The local path may be that of a temporary copy, which belongs in no message.
    return str(error).replace(str(path), path.name)


def _keep_store_small() -> None:
    # MuPDF keeps decoded images and fonts of pages long read, and cannot say how much.
    if next(_uses) % _USES_BETWEEN_CLEANINGS == 0:
        mupdf().TOOLS.store_shrink(100)
