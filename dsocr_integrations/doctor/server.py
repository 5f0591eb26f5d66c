"""The server of the settings: whether it answers, what it serves, and what it does with tags."""

from __future__ import annotations

from collections.abc import Iterator

from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.engines.server.dialects import AUTO, TRANSFORMERS, Dialect, dialect_named
from dsocr_integrations.engines.server.probing import (
    MODEL_REMEDY,
    NO_LIST_REMEDY,
    ServerReport,
    probe_all,
)
from dsocr_integrations.engines.server.profiles import chosen_profile, unknown_name
from dsocr_integrations.engines.server.refusals import wrong_model
from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.errors import ConfigurationError, MissingDependencyError
from dsocr_integrations.server_addresses import base_urls, place
from dsocr_integrations.settings import Settings

PART, PURPOSE = "server", "DeepSeek-OCR on a server"


def examine(settings: Settings) -> Iterator[Finding]:
    """Ask each address what it is; the network is touched only if there is one.

    Args:
        settings: The address is the engine, where that is one, as in a reading.
    """
    addresses = settings.engine if "://" in settings.engine else settings.server_url
    if addresses is None:
        yield Finding(PART, PURPOSE, "", "set DSOCR_SERVER_URL to its /v1 address")
        return
    try:
        named = None if settings.server_dialect == AUTO else dialect_named(settings.server_dialect)
        reports = probe_all(base_urls(addresses), api_key=settings.server_api_key)
    except (ConfigurationError, MissingDependencyError) as error:
        yield Finding(PART, PURPOSE, "", error.remedy, error.message)
        return
    for report in reports:
        dialect = named or dialect_named(report.dialect)
        yield judge(report, settings.server_model, dialect, settings.server_profile)


def judge(report: ServerReport, model: str | None, dialect: Dialect, profile: str) -> Finding:
    """What a look at one server means.

    Args:
        report: What was found.
        model: The model that it will be asked for; the one that it serves when `None`.
        dialect: What it will be spoken to in.
        profile: What the model is taken for, or `auto` to know it by its name.
    """
    is_served = model in report.models
    lists_none = report.remedy == NO_LIST_REMEDY
    is_settled = (is_served and report.remedy == MODEL_REMEDY) or (model is not None and lists_none)
    if report.problem and not is_settled:
        return Finding(PART, PURPOSE, "", report.remedy, report.problem)
    # What `transformers serve` was started with need not be in its list.
    if model is not None and not is_served and not lists_none and dialect is not TRANSFORMERS:
        error = wrong_model(model, report.models, place(report.url)).error
        assert error is not None  # noqa: S101 - a refusal has one
        return Finding(PART, PURPOSE, "", error.remedy, error.message)
    asked = model or (report.known_models() or report.models)[0]
    try:
        taken = chosen_profile(profile, report.roots.get(asked, ""), asked)
    except ConfigurationError as error:
        return Finding(PART, PURPOSE, "", error.remedy, error.message)
    served = Served(asked, dialect, taken, asked)
    version = report.version_of(dialect)
    server = f"{dialect.server} {version}".rstrip()
    known = f"{asked} is {taken.title} (licence {taken.licence})"
    found = (
        f"{report.url} serves {model or ', '.join(report.models)} on {server}; "
        f"{known if taken.title else unknown_name(asked)}; tags {dialect.tags}; {served.start}"
    )
    if dialect.tiles and dialect.tiles_in(version) is None:
        found += f"; how it cuts pictures depends on its version: {dialect.tiling}"
    return Finding(PART, PURPOSE, found)
