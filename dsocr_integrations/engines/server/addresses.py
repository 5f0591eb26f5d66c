"""Addresses of servers: one base URL or several, and how they are shown without credentials."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from dsocr_integrations.errors import ConfigurationError

_API_ENDS = ("/v1", "/openai")
"""How the paths of OpenAI-style interfaces end; Novita's is the second."""


def base_urls(addresses: str) -> tuple[str, ...]:
    """Take comma-separated addresses apart; each becomes a base URL, each stands once.

    Args:
        addresses: Such as `http://a:8000, http://b:8000/v1`; the trailing `/v1` may be left out.

    Raises:
        ConfigurationError: If one is no HTTP address, or there is none.
    """
    found = [_base_url(part.strip()) for part in addresses.split(",") if part.strip()]
    if not found:
        raise ConfigurationError(
            "No server address was given.", remedy="Give one such as http://host:8000/v1."
        )
    return tuple(dict.fromkeys(found))


def place(url: str) -> str:
    """Host and port of an address, without user name and password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def shown(url: str) -> str:
    """An address without user name and password."""
    parts = urlsplit(url)
    return parts._replace(netloc=place(url)).geturl()


def root(url: str) -> str:
    """The server's own root, for what lies beside `/v1`."""
    return url.removesuffix("/v1")


def _base_url(address: str) -> str:
    try:
        # Both, for each takes what the other refuses: control characters, a port that is none.
        parts, url = urlsplit(address), httpx.URL(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        usable = usable and not (parts.query or parts.fragment)
        _ = parts.port, url.raw_host.decode("ascii").encode("idna")
    except (ValueError, httpx.InvalidURL):
        usable = False
    if not usable:
        raise ConfigurationError(
            f"{address.rpartition('@')[2]!r} is no server address.",
            remedy="Give one such as http://host:8000/v1.",
        )
    stripped = address.rstrip("/")
    return stripped if stripped.endswith(_API_ENDS) else f"{stripped}/v1"
