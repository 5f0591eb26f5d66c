"""Which engine reads, when the caller leaves it open; and engines by name."""

from __future__ import annotations

import inspect
import os
import re
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.engines import plug_ins
from dsocr_integrations.engines.base import Engine
from dsocr_integrations.errors import ConfigurationError, extra_needed
from dsocr_integrations.writing import language_packs

if TYPE_CHECKING:
    from dsocr_integrations.settings import Settings

AUTO = "auto"
EMBEDDED_NOTICE = "read by the embedded CPU engine, not DeepSeek-OCR"
CHECKPOINTS = ("deepseek-ai/DeepSeek-OCR", "deepseek-ai/DeepSeek-OCR-2")
"""Names under which a checkpoint may lie in the Hugging Face cache, best known first."""

_LOCAL_ENGINE = "dsocr_integrations.engines.transformers"
_EMBEDDED_PACKAGES = ("numpy", "pymupdf")
_PACKAGE = str(Path(__file__).parents[1]) + os.sep
_warned: set[str] = set()
_LIKE_AN_ADDRESS = re.compile(r"[\w.-]+:\d+(?:/|\Z)|localhost(?:/|\Z)", re.IGNORECASE)


class EmbeddedEngineWarning(UserWarning):
    """`engine="auto"` found neither a server nor weights, so the CPU engine reads."""


def resolve_engine(spec: str | Engine, settings: Settings) -> Engine:
    """Turn what the caller said into an engine.

    Args:
        spec: An engine; its name, one of ours or one that an installed package brings; the base
            URL of an OpenAI-style server; or `auto` for the configured server, else local
            weights, else the embedded CPU engine with one warning a process.
        settings: Where `auto` and the names look for an address, a model and weights.

    Raises:
        ConfigurationError: If there is no such engine, it is not configured, or the package
            that brings it is broken.
    """
    if not isinstance(spec, str):
        return spec
    name = spec.strip()
    if name.lower().startswith(("http://", "https://")):
        return _server(name, settings)
    if name.lower() in OWN:
        return OWN[name.lower()](settings)
    return _brought(name, settings)


def engine_names() -> tuple[str, ...]:
    """Names that `resolve_engine` takes: `auto`, our own engines, those of installed packages."""
    brought = (entry.name for entry in plug_ins.installed(plug_ins.ENGINES))
    return tuple(dict.fromkeys((*OWN, *brought)))


def local_checkpoint(settings: Settings) -> Path | None:
    """Find weights on this machine: the configured folder, else the Hugging Face cache."""
    if settings.model_path is not None:
        return settings.model_path
    home = os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface"
    hub = Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub")
    for name in CHECKPOINTS:
        snapshots = hub / f"models--{name.replace('/', '--')}" / "snapshots"
        for snapshot in sorted(snapshots.glob("*")):
            if any(snapshot.glob("*.safetensors")):
                return snapshot
    return None


def _first_available(settings: Settings) -> Engine:
    if settings.server_url:
        return _server(settings.server_url, settings)
    local = _local(settings)
    if local is not None:
        return local
    if EMBEDDED_NOTICE not in _warned:
        _warned.add(EMBEDDED_NOTICE)
        warnings.warn(EMBEDDED_NOTICE, EmbeddedEngineWarning, stacklevel=_depth_of_caller())
    return _embedded(settings)


def _depth_of_caller() -> int:
    """Count the frames from the warning to the first line outside the package: the user's own."""
    own = (frame.filename.startswith(_PACKAGE) for frame in inspect.stack(context=0)[1:])
    return sum(1 for _ in takewhile(bool, own)) + 1


def _embedded(settings: Settings) -> Engine:
    # Looked for and not imported: whoever makes an engine in an event loop is not to wait for them.
    with extra_needed("embedded", "The embedded engine", *_EMBEDDED_PACKAGES):
        for package in _EMBEDDED_PACKAGES:
            if find_spec(package) is None:
                raise ModuleNotFoundError(name=package)
    from dsocr_integrations.engines.embedded.engine import EmbeddedEngine

    return EmbeddedEngine(
        languages=language_packs.named(settings.languages), layout=settings.layout
    )


def _configured_server(settings: Settings) -> Engine:
    return _server(settings.server_url, settings)


def _server(url: str | None, settings: Settings) -> Engine:
    if not url:
        raise ConfigurationError(
            "No server is configured.",
            remedy="Give its base URL as the engine, or set DSOCR_SERVER_URL.",
        )
    from dsocr_integrations.engines.base import PAGE_SECONDS
    from dsocr_integrations.engines.server import ServerEngine
    from dsocr_integrations.engines.server.engine import PATIENCE

    timeout = settings.page_timeout or PAGE_SECONDS
    return ServerEngine(
        url,
        model=settings.server_model,
        dialect=settings.server_dialect,
        profile=settings.server_profile,
        api_key=settings.server_api_key,
        requests=settings.server_requests,
        jpeg_quality=settings.server_jpeg_quality,
        timeout=timeout,
        # The page's own time must not be over while it waits for a server to come back.
        patience=min(PATIENCE, timeout / 2),
    )


def _local(settings: Settings) -> Engine | None:
    if any(find_spec(part) is None for part in (_LOCAL_ENGINE, "torch", "transformers")):
        return None
    checkpoint = local_checkpoint(settings)
    if checkpoint is None:
        return None
    engine: Engine = import_module(_LOCAL_ENGINE).TransformersEngine(checkpoint)
    return engine


def _transformers(settings: Settings) -> Engine:
    # What is missing, packages or weights, the engine itself tells when it is used.
    from dsocr_integrations.engines.transformers import TransformersEngine

    return TransformersEngine(local_checkpoint(settings) or CHECKPOINTS[0])


def _vllm(settings: Settings) -> Engine:
    from dsocr_integrations.engines.vllm import VllmEngine

    return VllmEngine(local_checkpoint(settings) or CHECKPOINTS[0])


OWN: Mapping[str, Callable[[Settings], Engine]] = {
    AUTO: _first_available,
    "embedded": _embedded,
    "server": _configured_server,
    "transformers": _transformers,
    "vllm": _vllm,
}
"""Our engines by name; an installed package's engine of the same name is not taken."""


def _brought(name: str, settings: Settings) -> Engine:
    entry = plug_ins.find(plug_ins.ENGINES, name)
    if entry is None:
        remedy = f"Choose {', '.join(engine_names())} or the URL of a server."
        if _LIKE_AN_ADDRESS.match(name):
            remedy = f"If it is a server's address, write http://{name}."
        raise ConfigurationError(f"There is no engine named {name!r}.", remedy=remedy)
    with plug_ins.blamed(entry):
        engine = entry.load()(settings)
    if not isinstance(engine, Engine):
        raise ConfigurationError(
            f"What {plug_ins.package(entry)} brings as {entry.name!r} is no engine.",
            remedy="An engine has the members of dsocr_integrations.engines.base.Engine.",
        )
    return engine
