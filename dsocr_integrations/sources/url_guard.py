"""Which URLs may be read: allowed protocols, no chains, and no private addresses.

An address is judged after name resolution, and the connection is made to the very address that
was judged (see `downloads`), so that a name that resolves differently a moment later gains
nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass

from dsocr_integrations.errors import DownloadError, ForbiddenAddressError

HTTP_PROTOCOLS = frozenset({"http", "https"})
STORE_PROTOCOLS = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "memory"})
ALLOWED_PROTOCOLS = HTTP_PROTOCOLS | STORE_PROTOCOLS | {"file"}

_PROTOCOL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)(::|://)")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
"""Takes a host and a port and gives the addresses of the name, as text."""


def resolve_name(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name, best first, each once.

    Raises:
        DownloadError: If the name has none.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DownloadError(
            f"The host {host} cannot be found.", remedy="Check the name and the network."
        ) from error
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def protocol_of(url: str) -> str | None:
    """Protocol of a URL in lower case; `None` for a plain path.

    Raises:
        ForbiddenAddressError: If the protocol is not allowed, or several are chained.
    """
    match = _PROTOCOL.match(url)
    if match is None:
        return None
    protocol = match.group(1).lower()
    # fsspec takes `a::b` as one file system opened through another, past every check.
    chained = match.group(2) == "::" or (protocol not in HTTP_PROTOCOLS and "::" in url)
    if chained:
        raise ForbiddenAddressError(
            "Chained URLs (a::b) are not read.", remedy="Name the document itself."
        )
    if protocol not in ALLOWED_PROTOCOLS:
        raise ForbiddenAddressError(
            f"The protocol {protocol}:// is not read here.",
            remedy=f"Use one of {', '.join(sorted(ALLOWED_PROTOCOLS))}.",
        )
    return protocol


@dataclass(frozen=True)
class UrlGuard:
    """Judges the addresses that a URL leads to.

    Attributes:
        allow_private: Also allow loopback, private, link-local and other addresses that are
            not of the public internet.
        resolve: How names become addresses.
    """

    allow_private: bool = False
    resolve: Resolve = resolve_name

    def addresses(self, host: str, port: int) -> list[str]:
        """Addresses of `host`, all of them allowed.

        Raises:
            ForbiddenAddressError: If any one of them is not: a name that is half public and
                half private is a trap.
            DownloadError: If the name has no address.
        """
        found = self.resolve(host, port)
        if not found:
            raise DownloadError(f"The host {host} has no address.")
        for text in found:
            if not self.allow_private and not is_public(text):
                raise ForbiddenAddressError(
                    f"The host {host} leads to the private address {text}.",
                    remedy="Allow private addresses if you trust this URL.",
                )
        return found


def is_public(text: str) -> bool:
    """Whether an address belongs to the public internet, whatever form it hides in."""
    try:
        address = ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return False
    judged: list[IpAddress] = [*_embedded(address)] or [address]
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in judged)


def _embedded(address: IpAddress) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return [one for one in inner if one is not None]
