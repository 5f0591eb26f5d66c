"""Settings: an argument wins over a `DSOCR_*` variable, which wins over `dsocr.toml`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, cast

from platformdirs import user_cache_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.records.readings import LayoutChoice

SETTINGS_FILE = "dsocr.toml"
DEFAULT_INDEX = "dsocr-index"
"""The index of a command or door that is told of none."""

_UNKNOWN = "extra_forbidden"
_USER_IN_ADDRESS = re.compile(r"://[^/?#\s]*@")


class Settings(BaseSettings):
    """Everything that can be set outside a call.

    Attributes:
        engine: `auto`, an engine's name (ours, or of an installed package), or the base URL of
            an OpenAI-style server.
        mode: `auto` or the name of a resolution mode.
        prompt: What is asked about each page: a name that
            `dsocr_integrations.prompts.prompt_named` knows, or a text of one's own.
        server_url: Base URL of an OpenAI-style server, or several separated by commas;
            `engine="auto"` prefers it.
        server_model: Model name to ask the server for; the one it serves, or whose name is
            known, when unset.
        server_dialect: What the server understands: a name from `docs/servers.md`, or `auto`
            to ask it.
        server_profile: What that model is: a name from `docs/servers.md`, that of an installed
            package's profile, or `auto` to know it by its name.
        server_requests: Requests in flight at each server; what suits its dialect when unset.
        server_jpeg_quality: From 1 to 100, to send servers a JPEG; a PNG, which loses nothing, when
            unset.
        server_api_key: Sent as a bearer token; never logged.
        model_path: Folder of local DeepSeek-OCR weights.
        cache: Folder or fsspec URL of the page cache; an empty string turns it off.
        workers: Worker processes for engines bound to the CPU; 0 reads in process. When unset, too,
            but for what an event loop waits for, which one process reads.
        dpi: Resolution at which model engines see a page.
        page_timeout: Seconds one page may take in a worker, or one request to an engine
            elsewhere, before it is given up; what the engine thinks sensible when unset.
        page_furniture: Keep headers, footers and page numbers in the markdown.
        layout: How the embedded engine tells the regions of a page with a text layer: `auto`, by
            that layer alone where it shows plain prose, else by the layout network; or `network`.
        languages: Of scans that the embedded engine reads in other scripts than Latin, Chinese and
            Japanese, with Tesseract's packs: `rus,kor`, `ru,ko` or `russian,korean`; all that are
            installed when empty.
        password: Password of encrypted documents.
        password_file: File whose first line is that password.
        allow_private_addresses: Let URLs lead to private, loopback or link-local addresses.
        attachments: Read the files attached to PDFs and mails as documents of their own, too.
        index: Folder or file of the search index.
        embedder: `auto` (the local embedder where its wheel is installed), `local`, `none`,
            `sentence-transformers:NAME`, or the URL of an OpenAI-style server.
        embedder_api_key: Sent to that server as a bearer token; never logged.
        reranker_api_key: Sent to a server of rerankers as a bearer token; never logged.
        mcp_token: Bearer token that clients of `dsocr mcp --http` must send; made anew for each
            run when unset.
    """

    model_config = SettingsConfigDict(env_prefix="DSOCR_", extra="forbid", frozen=True)

    engine: str = "auto"
    mode: str = "auto"
    prompt: str = "markdown"
    server_url: str | None = None
    server_model: str | None = None
    server_dialect: str = "auto"
    server_profile: str = "auto"
    server_requests: int | None = Field(default=None, ge=1, le=1024)
    server_jpeg_quality: int | None = Field(default=None, ge=1, le=100)
    server_api_key: SecretStr | None = None
    model_path: Path | None = None
    cache: str = Field(default_factory=lambda: str(user_cache_path("dsocr")))
    workers: int | None = Field(default=None, ge=0, le=256)
    dpi: float = Field(default=144.0, ge=36, le=600)
    page_timeout: float | None = Field(default=None, gt=0)
    page_furniture: bool = False
    layout: LayoutChoice = "auto"
    languages: str = Field(default="", pattern=r"^[\w+, ]*$")
    password: SecretStr | None = None
    password_file: Path | None = None
    allow_private_addresses: bool = False
    attachments: bool = False
    index: str | None = None
    embedder: str = "auto"
    embedder_api_key: SecretStr | None = None
    reranker_api_key: SecretStr | None = None
    mcp_token: SecretStr | None = Field(default=None, min_length=16)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - a .env file is not read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - nor a secrets folder
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, `dsocr.toml` of the working folder."""
        file_settings = TomlConfigSettingsSource(settings_cls, SETTINGS_FILE)
        # Any function that gives the values of a place will do.
        places = (lambda: _settled(env_settings()), lambda: _settled(file_settings()))
        return init_settings, *cast("tuple[PydanticBaseSettingsSource, ...]", places)

    def __reduce__(self) -> tuple[object, ...]:
        """All but secrets, which another process takes from its own environment and file.

        Raises:
            ConfigurationError: If a secret came from elsewhere, and would be lost.
        """
        around = load_settings()
        shown = dict(self)
        for name, value in self:
            if not _is_secret(value):
                continue
            if value != getattr(around, name):
                raise ConfigurationError(
                    f"{name} is not pickled: whoever has the pickle would have it.",
                    remedy=f"Set DSOCR_{name.upper()} in the environment of the process that reads.",
                )
            del shown[name]
        return _with_secrets, (shown,)

    def document_password(self) -> SecretStr | None:
        """The password of encrypted documents, from the setting or its file.

        Raises:
            ConfigurationError: If the password file cannot be read.
        """
        if self.password is not None or self.password_file is None:
            return self.password
        return password_in(self.password_file)


def _is_secret(value: object) -> bool:
    """Whether it is a secret, or an address with user name and password."""
    if isinstance(value, SecretStr):
        return True
    return isinstance(value, str) and _USER_IN_ADDRESS.search(value) is not None


def _with_secrets(shown: dict[str, Any]) -> Settings:
    """The settings as they were pickled, and the secrets of this process."""
    return Settings(**shown)


def _settled(place: dict[str, Any]) -> dict[str, Any]:
    """What a place says; a password file named there goes before a password of a lower place."""
    return {"password": None, **place} if "password_file" in place else place


def password_in(file: Path) -> SecretStr:
    """The password in the first line of a file, which may begin with a byte order mark.

    Raises:
        ConfigurationError: If the file cannot be read, or holds no UTF-8.
    """
    try:
        with file.expanduser().open(encoding="utf-8-sig") as stream:
            return SecretStr(stream.readline(4096).rstrip("\r\n"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ConfigurationError(
            f"The password file {file} cannot be read: {reason}.",
            remedy="Write the password in its first line, and check DSOCR_PASSWORD_FILE or"
            " --password-file.",
        ) from error


def load_settings(under: Settings | None = None, /, **arguments: Any) -> Settings:
    """Gather the settings; arguments that are `None` count as not given.

    Args:
        under: Settings to lay the arguments over; environment and file when `None`.
        **arguments: Attributes of `Settings`.

    Raises:
        ConfigurationError: If a value is unknown or out of range; the message names each.
    """
    given = _settled({name: value for name, value in arguments.items() if value is not None})
    if under is not None and not given:
        return under
    try:
        return Settings(**{**dict(under or ()), **given})
    except ValidationError as error:
        problems, remedy = error.errors(), "Correct the argument, the DSOCR_* variable or"
        remedy += f" {SETTINGS_FILE}."
        if any(problem["type"] == _UNKNOWN for problem in problems):
            remedy += f" Known are {', '.join(sorted(Settings.model_fields))}."
        raise ConfigurationError(
            f"The settings cannot be used: {'; '.join(map(_told, problems))}.", remedy=remedy
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{SETTINGS_FILE} is no TOML: {error}.", remedy="Correct the file."
        ) from error


def _told(problem: ErrorDetails) -> str:
    what = "there is no such setting" if problem["type"] == _UNKNOWN else problem["msg"]
    return f"{'.'.join(map(str, problem['loc']))}: {what}"
