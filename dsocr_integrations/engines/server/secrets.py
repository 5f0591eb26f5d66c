"""Secrets of a server's address and its key, left out of all that it says.

Some servers echo what they were sent in an error; what they say is shown, logged and kept.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

_SHORTEST = 6
"""Characters; a shorter secret would be found in words."""

_HIDDEN = "***"
_PUBLIC = "version"
"""In the name of what a query may hold beside secrets, and a server may have to say."""


class Secrets:
    """What must not be told on.

    Args:
        api_key: Sent as a bearer token.
        urls: Addresses; their user names, passwords and queries are secrets.
    """

    def __init__(self, api_key: SecretStr | None, urls: Iterable[str]) -> None:
        found = {api_key.get_secret_value().strip()} if api_key else set()
        for url in urls:
            found.update(_of_address(url))
        # The longest first: one may be a part of another.
        self._all = sorted(
            (secret for secret in found if len(secret) >= _SHORTEST),
            key=lambda secret: (-len(secret), secret),
        )

    def left_out_of(self, said: Any) -> Any:
        """Text, or JSON taken apart, without them."""
        if not self._all:
            return said
        if isinstance(said, str):
            for secret in self._all:
                said = said.replace(secret, _HIDDEN)
            return said
        if isinstance(said, list):
            return [self.left_out_of(one) for one in said]
        if isinstance(said, dict):
            return {self.left_out_of(key): self.left_out_of(value) for key, value in said.items()}
        return said


NONE = Secrets(None, ())


def _of_address(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    for written in (user, password):
        yield from (written, unquote(written))
    yield b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode("ascii")
    for field in parts.query.split("&"):
        if _PUBLIC not in field.partition("=")[0].lower():
            yield field.partition("=")[2]
            yield from (value for _, value in parse_qsl(field))
