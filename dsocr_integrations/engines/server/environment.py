"""What the environment says about the way to a server: its proxy, and whose certificates count."""

from __future__ import annotations

import ssl
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.request import getproxies, proxy_bypass

import httpx

from dsocr_integrations.errors import ConfigurationError, MissingDependencyError


def proxy_to(url: httpx.URL) -> httpx.Proxy | None:
    """The proxy that the environment names for a server; this machine is never behind one.

    Raises:
        ConfigurationError: If what it names is no proxy.
        MissingDependencyError: If it is a SOCKS proxy and the package for those is missing.
    """
    named = getproxies()
    address = named.get(url.scheme) or named.get("all")
    if not address or proxy_bypass(url.host if url.port is None else f"{url.host}:{url.port}"):
        return None
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    except (ValueError, httpx.InvalidURL):
        # The address may hold a password.
        raise ConfigurationError(
            f"The proxy that the environment names for {url.scheme}:// cannot be used.",
            remedy=f"Correct {url.scheme.upper()}_PROXY or ALL_PROXY, or name the server in "
            "NO_PROXY.",
        ) from None
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise MissingDependencyError(
            "A SOCKS proxy is named in the environment, and socksio is not installed.",
            remedy="Install it with: pip install 'httpx[socks]'. Or name the server in NO_PROXY.",
        )
    # What the environment names must make sense all the same: other servers may need it.
    return None if _is_here(url.host) else proxy


def _is_here(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def certificates() -> ssl.SSLContext:
    """Authorities whose certificates count: the usual ones, or those of `SSL_CERT_FILE`.

    Raises:
        ConfigurationError: If that file cannot be read.
    """
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # also what is no certificate: ssl.SSLError is one
        raise ConfigurationError(
            f"The certificates of the environment cannot be read: {error.strerror or error}.",
            remedy="Correct SSL_CERT_FILE, or unset it.",
        ) from error
