"""How sources and outputs are reached: headers for the web, options for stores, none of them told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dsocr_integrations.errors import ConfigurationError


@dataclass(frozen=True)
class Access:
    """What is sent along; the resolver's `storage_options` when called with a URL.

    Attributes:
        headers: Headers of requests to http(s) addresses.
        options: fsspec options of stores.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, headers: Iterable[str] | None, options: Iterable[str] | None) -> Access:
        """Take apart what was typed: `NAME: VALUE` and `NAME=VALUE`, where `@FILE` is a value too.

        Raises:
            ConfigurationError: If one has another form or its file cannot be read; the message
                says nothing of the value.
        """
        return cls(
            dict(_pair(one, ":", "--header 'NAME: VALUE'") for one in headers or ()),
            {
                name: _typed(value)
                for name, value in (
                    _pair(one, "=", "--storage-option NAME=VALUE") for one in options or ()
                )
            },
        )

    def __call__(self, url: str) -> Mapping[str, Any]:
        """The options for a URL."""
        if url.lower().startswith(("http://", "https://")):
            return {"headers": self.headers}
        return self.options


def _pair(typed: str, sign: str, form: str) -> tuple[str, str]:
    name, found, value = typed.partition(sign)
    name, value = name.strip(), value.strip()
    if not found or not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
        raise ConfigurationError(
            "A header or storage option has no name.", remedy=f"Write it as {form}."
        )
    return name, _read(value[1:], name) if value.startswith("@") else value


def _read(file: str, name: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The file with the value of {name} cannot be read.", remedy="Check its name."
        ) from error


def _typed(value: str) -> Any:
    """A switch or mapping as fsspec wants it; digits stay text, since keys may be of digits."""
    if value in {"true", "false"} or value.startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
