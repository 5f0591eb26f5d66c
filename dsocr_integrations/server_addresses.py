"""Addresses of OpenAI-style servers: which base URL is meant, and how it is shown without secrets."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

import httpx

from dsocr_integrations.errors import ConfigurationError

_CALL = re.compile(r"/(?:(?:chat/)?completions|api/(?:chat|generate|tags))\Z")
"""What is asked below a base URL, and is often given with it."""

_API_END = re.compile(r"/(?:v\d+|openai|openapi)\Z")
"""How the paths of such interfaces end: most, Novita's, Vertex AI's."""


def base_urls(addresses: str) -> tuple[str, ...]:
    """Take comma-separated addresses apart; each becomes a base URL, each stands once.

    Args:
        addresses: Such as `http://a:8000, http://b:8000/v1`.

    Raises:
        ConfigurationError: If one is no HTTP address, or there is none.
    """
    found = [base_url(part.strip()) for part in addresses.split(",") if part.strip()]
    if not found:
        raise ConfigurationError(
            "No server address was given.", remedy="Give one such as http://host:8000/v1."
        )
    return tuple(dict.fromkeys(found))


def base_url(address: str) -> str:
    """The base URL that is meant.

    What is asked below it, such as `/chat/completions`, is left out. One that ends in `/v1`, `/v2`…, `/openai` or `/openapi`, or has a query, is left as it is; any other
    gets its `/v1`.

    Raises:
        ConfigurationError: If it is no HTTP address; the message says why.
    """
    parts, problem = _taken_apart(address)
    if parts is None:
        secretless = address.rpartition("@")[2].partition("?")[0]
        raise ConfigurationError(
            f"{secretless!r} is no server address: {problem}.",
            remedy="Give one such as http://host:8000/v1.",
        )
    path = _CALL.sub("", parts.path.rstrip("/"))
    if not parts.query and not _API_END.search(path):
        path += "/v1"
    return parts._replace(path=path).geturl()


@lru_cache
def at(url: str, path: str) -> str:
    """An address below a base URL, whose query is carried along.

    Args:
        url: The base URL.
        path: Begins with a slash.
    """
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path}{path}").geturl()


def place(url: str) -> str:
    """Host and port of an address, without user name and password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def without_user(url: str) -> str:
    """An address without user name and password."""
    return urlsplit(url)._replace(netloc=place(url)).geturl()


def shown(url: str) -> str:
    """An address without what may be secret: user name, password and query."""
    return urlsplit(without_user(url))._replace(query="").geturl()


def root(url: str) -> str:
    """The server's own root, for what lies beside its `/v1`."""
    parts = urlsplit(url)
    return parts._replace(path=_API_END.sub("", parts.path), query="").geturl()


def _taken_apart(address: str) -> tuple[SplitResult | None, str]:
    """The parts of an HTTP address, or why it is none."""
    try:
        # Both, for each takes what the other refuses: control characters, a port that is none.
        parts, url = urlsplit(address), httpx.URL(address)
        _ = parts.port, url.raw_host.decode("ascii").encode("idna")
    except (ValueError, httpx.InvalidURL) as error:
        return None, str(error).rstrip(".").lower()
    if parts.scheme not in {"http", "https"}:
        return None, "it does not begin with http:// or https://"
    if not parts.hostname:
        return None, "it names no host"
    if parts.fragment:
        return None, "it has a fragment (#)"
    return parts, ""
