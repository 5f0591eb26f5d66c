"""What a task is given to read, and by which connections its stores are reached."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from dsocr_integrations.airflow.compat import ObjectStoragePath
from dsocr_integrations.errors import ConfigurationError, MissingDependencyError

_WITHOUT_CONNECTION = frozenset({"", "file", "local", "http", "https"})
_BUCKETS = frozenset({"s3", "s3a", "gs", "gcs"})
"""Protocols of which `connection@bucket` is Airflow's way to name a connection."""

_PROVIDERS = {
    "s3": "'dsocr-integrations[s3]' apache-airflow-providers-amazon",
    "s3a": "'dsocr-integrations[s3]' apache-airflow-providers-amazon",
    "gs": "gcsfs apache-airflow-providers-google",
    "gcs": "gcsfs apache-airflow-providers-google",
    "abfs": "adlfs apache-airflow-providers-microsoft-azure",
    "abfss": "adlfs apache-airflow-providers-microsoft-azure",
}


def text_of_paths(given: Any) -> Any:
    """Turn a `Path`, or those in a list, into text; whatever else there is stays.

    Airflow 3.0 asks each value of a template field that has a `resolve` to resolve itself.
    """
    if isinstance(given, list | tuple):
        return [text_of_paths(one) for one in given]
    # The older ones of Airflow's own are paths, too.
    if isinstance(given, ObjectStoragePath) or not isinstance(given, PurePath):
        return given
    return str(given)


def rendered_name(given: str, *, field: str) -> str:
    """What a template made of a name.

    Args:
        given: The rendered text.
        field: The operator's argument, for messages.

    Raises:
        ConfigurationError: If it names nothing.
    """
    name = given.strip()
    if name in {"", "None", "null", "undefined"}:
        raise ConfigurationError(
            f"`{field}` was rendered to {given!r}: the param, variable or task that it comes"
            " from gave nothing.",
            remedy="See that it is set and that the task before returned a value.",
        )
    return name


def absolute(given: str, *, field: str) -> str:
    """A path or URL that does not depend on the folder that a worker was started in.

    Args:
        given: The rendered text.
        field: The operator's argument, for messages.

    Raises:
        ConfigurationError: If it names nothing, or is a relative path.
    """
    name = rendered_name(given, field=field)
    if "://" not in name and not os.path.isabs(os.path.expanduser(name)):  # noqa: PTH111, PTH117
        raise ConfigurationError(
            f"`{field}` is the relative path {name!r}, which on each worker is another place.",
            remedy="Give an absolute path or a URL.",
        )
    return name


def whole_number(given: int | str, *, field: str) -> int:
    """A number, also as a template renders it.

    Args:
        given: The number or the rendered text.
        field: The operator's argument, for messages.

    Raises:
        ConfigurationError: If it is none.
    """
    try:
        return int(given)
    except ValueError:
        raise ConfigurationError(
            f"`{field}` was rendered to {given!r}, which is no whole number.",
            remedy="See that the param or variable that it comes from is one.",
        ) from None


@dataclass(frozen=True)
class StoredAddress:
    """A path or URL, and the connection with the credentials of its store.

    Attributes:
        address: Path or URL without a connection.
        conn_id: The connection, where there is one.
    """

    address: str
    conn_id: str | None

    @classmethod
    def of(cls, given: object, conn_id: str | None, *, field: str) -> StoredAddress:
        """Take what a DAG gave.

        Args:
            given: A string, a `Path` or an `ObjectStoragePath`.
            conn_id: The connection where it names none.
            field: The operator's argument, for messages.

        Raises:
            ConfigurationError: If it names nothing, or is a relative path.
        """
        if isinstance(given, ObjectStoragePath):
            # The older ones are paths themselves, and raise where no connection is named.
            conn_id = getattr(given, "conn_id", None) or conn_id
            given = str(getattr(given, "__wrapped__", given))
        if isinstance(given, os.PathLike):
            given = os.fspath(given)
        if not isinstance(given, str):
            raise ConfigurationError(
                f"`{field}` holds a {type(given).__name__}, which is no path.",
                remedy="Give a string, a Path or an ObjectStoragePath, or a list of them.",
            )
        address = absolute(given, field=field)
        parts = urlsplit(address) if "://" in address else None
        if parts is not None and parts.scheme in _BUCKETS and "@" in parts.netloc:
            conn_id, _, bucket = parts.netloc.rpartition("@")
            address = address.replace(parts.netloc, bucket, 1)
        return cls(address, conn_id)

    @property
    def store(self) -> str:
        """Protocol and bucket or host; empty for a path."""
        return _store(self.address)

    def storage_options(self) -> dict[str, Any]:
        """Options for fsspec that hold the connection's credentials.

        Raises:
            MissingDependencyError: If a provider or package is not installed.
        """
        protocol = urlsplit(self.store).scheme
        if protocol in _WITHOUT_CONNECTION:
            return {}
        try:
            if not self.conn_id:  # a template may give an empty text for none
                import fsspec

                fsspec.get_filesystem_class(protocol)
                return {}
            store = ObjectStoragePath(self.address, conn_id=self.conn_id)
            return dict(store.fs.storage_options)
        except (ImportError, ValueError) as error:
            raise MissingDependencyError(
                f"{protocol}:// cannot be opened on this worker: {str(error).rstrip('.')}.",
                remedy=f"Run there: pip install {_PROVIDERS[protocol]}"
                if protocol in _PROVIDERS
                else "Install the provider of that store on the worker.",
            ) from error


@dataclass(frozen=True)
class TaskSources:
    """The sources of a task.

    Attributes:
        addresses: Paths and URLs, in the order given.
        options: Options for fsspec of each store among them.
    """

    addresses: tuple[str, ...]
    options: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @classmethod
    def of(cls, given: object, conn_id: str | None) -> TaskSources:
        """Take what a DAG gave, whatever Airflow made of it.

        Args:
            given: A source, an iterable of them, or such a list as a template renders it.
            conn_id: The connection of stores that name none.

        Raises:
            ConfigurationError: If it is no source; the message says what to do in the DAG.
            MissingDependencyError: If a provider or package is not installed.
        """
        found = [StoredAddress.of(one, conn_id, field="sources") for one in _listed(given)]
        options: dict[str, Mapping[str, Any]] = {}
        for one in found:
            if one.store not in options:
                options[one.store] = one.storage_options()
        return cls(tuple(one.address for one in found), options)

    def options_of(self, url: str) -> Mapping[str, Any]:
        """Options for fsspec of the store that a URL lies in."""
        return self.options.get(_store(url), {})


def options_of_store(url: str, conn_id: str | None) -> Mapping[str, Any]:
    """Options for fsspec of the store that a URL lies in, with a connection's credentials."""
    return StoredAddress(url, conn_id).storage_options()


def _listed(given: object) -> list[object]:
    if isinstance(given, str):
        return _rendered(given)
    if isinstance(given, os.PathLike | ObjectStoragePath | bytes | Mapping):
        return [given]
    if isinstance(given, Iterable):
        return list(given)
    if given is None:
        return ["None"]
    return [given]


def _rendered(text: str) -> list[object]:
    """The sources that a template's text stands for: one, or a list that was made a text."""
    stripped = text.strip()
    if stripped.startswith("Lazy") and "Sequence(" in stripped:
        raise _not_native(text)
    if not (stripped.startswith("[") and stripped.endswith("]")):
        return [text]
    try:
        items = ast.literal_eval(stripped)
    except (ValueError, SyntaxError):
        if "(" in stripped or "'" in stripped or '"' in stripped:
            raise _not_native(text) from None
        return [text]
    return items if all(isinstance(item, str) for item in items) else [text]


def _not_native(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"`sources` was rendered to a text that is no list of paths: {text[:100]}",
        remedy="Set render_template_as_native_obj=True on the DAG, or pass the task's output itself.",
    )


def _store(url: str) -> str:
    if "://" not in url:
        return ""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc}"
