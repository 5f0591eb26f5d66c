"""What a source is called: its identity and its file name, free of secrets."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from dsocr_integrations.sources.url_guard import STORE_PROTOCOLS

_SECRET_PARAMETERS = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "awsaccesskeyid",
        "expires",
        "googleaccessid",
        "key",
        "password",
        "secret",
        "se",
        "sig",
        "signature",
        "skoid",
        "sktid",
        "sp",
        "spr",
        "sr",
        "st",
        "sv",
        "token",
    }
)
_SECRET_PREFIXES = ("x-amz-", "x-goog-")

ATTACHED = "#attachment="
"""Between the identity of a document and the name of a file attached to it."""


def url_identity(url: str) -> str:
    """A URL without credentials: no user, no signature or token among its parameters.

    A document fetched with a fresh signature stays the same document. Keys of stores have neither
    parameters nor fragments: there, `?` and `#` are letters.
    """
    if stored := _stored(url):
        protocol, place, key = stored
        return f"{protocol}://{place}{key}"
    parts = urlsplit(url)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _SECRET_PARAMETERS and not name.lower().startswith(_SECRET_PREFIXES)
    ]
    shown = urlunsplit(("", "", parts.path, urlencode(query), ""))
    # Not left to `urlunsplit`, which writes a URL without a host with one slash.
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{shown}"


def url_file_name(url: str) -> str:
    """Last part of a URL's path, else its host."""
    if stored := _stored(url):
        _, place, key = stored
        return PurePosixPath(unquote(key)).name or place
    parts = urlsplit(url)
    name = PurePosixPath(unquote(parts.path)).name
    return name or parts.netloc.rpartition("@")[2]


def _stored(url: str) -> tuple[str, str, str] | None:
    """Protocol, bucket without credentials, and path, of a URL that leads into a store."""
    protocol, _, rest = url.partition("://")
    if protocol.lower() not in STORE_PROTOCOLS:
        return None
    place, slash, key = rest.partition("/")
    return protocol.lower(), place.rpartition("@")[2], slash + key


def holder_of(name: str) -> str | None:
    """The document that an attached one was taken out of, by its identity; `None` for others."""
    holder, attached, _ = name.rpartition(ATTACHED)
    return holder if attached else None


def path_identity(path: Path, root: Path | None) -> str:
    """The path relative to `root` when it lies under it, else the absolute path."""
    absolute = path.absolute()
    if root is not None and absolute.is_relative_to(root.absolute()):
        return printable(absolute.relative_to(root.absolute()).as_posix())
    return printable(absolute.as_posix())


def printable(text: str) -> str:
    r"""A text that can be written down: bytes of a file's name that are no UTF-8 become `\xff`.

    File systems take any bytes for a name, records and terminals do not.
    """
    return text if is_unicode(text) else os.fsencode(text).decode("utf-8", "backslashreplace")


def is_unicode(text: str) -> bool:
    """Whether a path or name holds no bytes that Unicode cannot say."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def recordable(path: str) -> str | None:
    """A path as a record can hold it; `None` for one that must be named again to be found."""
    return path if is_unicode(path) else None
