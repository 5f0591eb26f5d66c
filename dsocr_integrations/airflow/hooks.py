"""A connection of type `dsocr`: a server where it names a host, else an engine in the worker."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dsocr_integrations.airflow.compat import AirflowNotFoundException, BaseHook, mask_secret
from dsocr_integrations.airflow.task_sources import StoredAddress
from dsocr_integrations.airflow.wording import told

if TYPE_CHECKING:
    from dsocr_integrations.runner import Runner
    from dsocr_integrations.runner.cache import PageCache
    from dsocr_integrations.runner.progress import Progress
    from dsocr_integrations.settings import Settings

DEFAULT_CONNECTION = "dsocr_default"
FIELDS = {
    "engine": "engine",
    "model": "server_model",
    "dialect": "server_dialect",
    "profile": "server_profile",
    "model_path": "model_path",
    "mode": "mode",
    "cache": "cache",
    "workers": "workers",
    "dpi": "dpi",
    "page_timeout": "page_timeout",
}
"""Fields of a connection's extra, and the settings that they stand for."""

_ADDRESS = re.compile(r"(\w+://)([^/?#]*)(.*)", re.DOTALL)
_SECRET = re.compile(
    r"[?&][^=&]*(?:auth|code|key|pass|secret|sig|token)[^=&]*=([^&#]+)", re.IGNORECASE
)


class DeepSeekOCRHook(BaseHook):
    """Makes runners out of a connection.

    Args:
        dsocr_conn_id: The connection. `dsocr_default` need not exist: without it the worker
            reads with its own settings (`DSOCR_*`, `dsocr.toml`), as with an empty text.
    """

    conn_name_attr: ClassVar[str] = "dsocr_conn_id"
    default_conn_name: ClassVar[str] = DEFAULT_CONNECTION
    conn_type: ClassVar[str] = "dsocr"
    hook_name: ClassVar[str] = "DeepSeek-OCR"

    def __init__(self, dsocr_conn_id: str = DEFAULT_CONNECTION) -> None:
        super().__init__()
        self.dsocr_conn_id = dsocr_conn_id

    def get_conn(
        self,
        *,
        mode: str | None = None,
        cache: object = None,
        cache_conn_id: str | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Runner:
        """Make a runner; nothing is loaded or connected before its first page.

        An engine bound to the CPU reads in a worker process at least, so that a task that is
        told to end need not wait for the page under way.

        Args:
            mode: Resolution mode instead of the connection's; an empty text leaves it that.
            cache: Place of the page cache instead of the connection's; an empty text for none.
            cache_conn_id: Connection with the credentials of the store that the cache lies on,
                where its URL names none.
            progress: Called after every page.

        Raises:
            ConfigurationError: If the connection holds an unknown or unusable value.
            MissingDependencyError: If a provider or package for the cache's store is missing.
        """
        from dsocr_integrations.engines.selection import EmbeddedEngineWarning
        from dsocr_integrations.runner import Runner

        with warnings.catch_warnings():
            # The task's first line names the engine; every task would repeat this.
            warnings.simplefilter("ignore", EmbeddedEngineWarning)
            settings = self.settings()
            place = _own_place(settings.cache) if cache is None else cache
            return Runner.from_settings(
                settings,
                mode=mode or None,
                cache=_page_cache(place, cache_conn_id),
                workers=settings.workers or 1,
                progress=progress,
            )

    def settings(self) -> Settings:
        """What the connection says, and where it says nothing the worker's own settings.

        Raises:
            ConfigurationError: If the connection holds an unknown or unusable value.
        """
        from dsocr_integrations.settings import load_settings

        extra, url = self._extra(), self._server_url()
        given = {FIELDS[name]: value for name, value in extra.items() if _says(name, value)}
        if url is not None:
            given |= {"engine": "server", "server_url": url}
        if self._connection is not None and self._connection.password:
            given["server_api_key"] = self._connection.password
            mask_secret(self._connection.password)
        return load_settings(**given)

    def test_connection(self) -> tuple[bool, str]:
        """Ask the server for its models, or check that the engine can be used as it is set.

        Returns:
            Whether pages could be read, and a sentence for the user.
        """
        from dsocr_integrations.engines.server import ServerEngine
        from dsocr_integrations.errors import DsocrError

        try:
            engine = self.get_conn().engine
            if isinstance(engine, ServerEngine):
                reports = engine.reports()
                wrong = [
                    f"{report.problem} {report.remedy}" for report in reports if report.problem
                ]
                names = ", ".join(dict.fromkeys(name for each in reports for name in each.models))
                return not wrong, told(" ".join(wrong)) or f"The server answers and serves {names}."
            return True, f"Pages are read in the worker by {engine.reading_version()}."
        except DsocrError as error:
            return False, told(error)

    @cached_property
    def _connection(self) -> Any | None:
        if not self.dsocr_conn_id:
            return None
        try:
            return self.get_connection(self.dsocr_conn_id)
        except AirflowNotFoundException:
            if self.dsocr_conn_id == DEFAULT_CONNECTION:
                return None
            raise

    def _extra(self) -> dict[str, Any]:
        from dsocr_integrations.errors import ConfigurationError

        connection = self._connection
        extra: dict[str, Any] = connection.extra_dejson if connection else {}
        unknown = sorted(extra.keys() - FIELDS.keys())
        if unknown:
            raise ConfigurationError(
                f"The connection {self.dsocr_conn_id} has unknown extra fields: "
                f"{', '.join(unknown)}.",
                remedy=f"Known are {', '.join(sorted(FIELDS))}.",
            )
        return extra

    def _server_url(self) -> str | None:
        connection = self._connection
        if connection is None or not connection.host:
            return None
        hosts = filter(None, map(str.strip, str(connection.host).split(",")))
        return ",".join(map(self._address, hosts))

    def _address(self, host: str) -> str:
        """One server's address; schema and port of the connection where it has none itself."""
        connection: Any = self._connection
        if "://" not in host:
            if host.count(":") > 1 and "[" not in host:
                host = f"[{host}]"
            host = f"{connection.schema or 'http'}://{host}"
        match = _ADDRESS.match(host)
        if match is None:
            return host
        before, place, after = match.groups()
        has_port = ":" in place.rpartition("@")[2].rpartition("]")[2]
        for secret in _SECRET.findall(after):
            mask_secret(secret)
        return f"{before}{place}{'' if has_port or not connection.port else f':{connection.port}'}{after}"


def _own_place(place: str) -> str:
    """A place of the worker's own settings, which may be relative to its own folder."""
    if not place or "://" in place:
        return place
    return str(Path(place).expanduser().absolute())


def _page_cache(place: object, conn_id: str | None) -> PageCache | Literal[False]:
    from dsocr_integrations.runner.cache import PageCache

    if not place:
        return False
    stored = StoredAddress.of(place, conn_id, field="cache")
    return PageCache(stored.address, storage_options=stored.storage_options())


def _says(name: str, value: object) -> bool:
    """Whether a field says something: the form also saves those that were left as they were."""
    return value not in (None, "", "auto") and not (name == "workers" and str(value) == "0")
