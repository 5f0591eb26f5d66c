"""The connection string of a PostgreSQL index; what is shown of it holds no password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dsocr_integrations.errors import ConfigurationError, MissingDependencyError

PREFIXES = ("postgresql://", "postgres://")
DEFAULT_SCHEMA = "dsocr"

_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_REMEDY = (
    "Write postgresql://USER@HOST:5432/DATABASE?schema=NAME, special characters as %XX; the"
    " password may stand in PGPASSWORD or ~/.pgpass instead."
)


def is_address(place: object) -> bool:
    """Whether an index is named by the URL of a database."""
    return isinstance(place, str) and place.startswith(PREFIXES)


def shown(place: str) -> str:
    """An index's name without a password: what may stand in logs, records and messages."""
    return Address.parse(place).place if is_address(place) else place


@dataclass(frozen=True)
class Address:
    """Where an index is.

    Attributes:
        conninfo: What libpq connects by; may hold a password.
        schema: The schema that the index has to itself.
        place: The same to be shown: user, host, database and schema.
    """

    conninfo: str = field(repr=False)
    schema: str
    place: str

    @classmethod
    def parse(cls, url: str, schema: str | None = None) -> Address:
        """Read a URL; `schema` wins over the one in the URL.

        Everything that libpq takes may stand in the URL or in its environment variables.

        Raises:
            ConfigurationError: If it cannot be read; the message does not repeat it.
            MissingDependencyError: If psycopg is not installed.
        """
        base, named = _without_schema(url)
        schema = schema or named or DEFAULT_SCHEMA
        if not _SCHEMA_NAME.fullmatch(schema) or schema.startswith("pg_"):
            raise ConfigurationError(
                f"{schema!r} cannot be the schema of an index.",
                remedy="Use lower-case letters, digits and _, 63 at most, not beginning with pg_.",
            )
        return cls(base, schema, _shown(_parameters(base), schema))

    def __str__(self) -> str:
        return self.place


def _without_schema(url: str) -> tuple[str, str | None]:
    """The URL without the parameter `schema`, which libpq does not know, and its value."""
    start = url.index("://") + 3
    # As libpq has it: credentials end at the first @ unless a / stands before it.
    credentials = re.match(r"[^@/]*@", url[start:])
    base, mark, query = url[start:].partition("?")
    if credentials is not None:
        rest = url[start + credentials.end() :]
        base, mark, query = rest.partition("?")
        base = credentials.group() + base
    schema = None
    kept = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        if name == "schema":
            schema = value
        else:
            kept.append(part)
    return f"{url[:start]}{base}{mark if kept else ''}{'&'.join(kept)}", schema


def _parameters(conninfo: str) -> dict[str, str]:
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise MissingDependencyError(
            "An index in PostgreSQL needs psycopg, which is not installed.",
            remedy="Run: pip install 'dsocr-integrations[postgres]'",
        ) from None
    try:
        parameters = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    except ProgrammingError:
        # The cause quotes the URL, so it is left out.
        raise _unreadable() from None
    places = (parameters.get(name, "") for name in ("host", "dbname"))
    ports = parameters.get("port", "").replace(",", "")
    # An unescaped @ or / of a password makes parts of it host, port or database.
    if any("@" in place for place in places) or (ports and not ports.isdigit()):
        raise _unreadable()
    return parameters


def _unreadable() -> ConfigurationError:
    return ConfigurationError("The URL of the database cannot be read.", remedy=_REMEDY)


def _shown(parameters: dict[str, str], schema: str) -> str:
    user = f"{parameters['user']}@" if "user" in parameters else ""
    host = parameters.get("host", "").replace("/", "%2F")
    port = f":{parameters['port']}" if "port" in parameters else ""
    return f"postgresql://{user}{host}{port}/{parameters.get('dbname', '')}?schema={schema}"
