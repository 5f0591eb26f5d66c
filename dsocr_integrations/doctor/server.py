"""The configured server: whether it answers, what it serves, and what it does with tags."""

from __future__ import annotations

from collections.abc import Iterator

from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.engines.server.dialects import dialect_named
from dsocr_integrations.engines.server.probing import ServerReport
from dsocr_integrations.errors import ConfigurationError, MissingDependencyError
from dsocr_integrations.settings import Settings

PART, PURPOSE = "server", "DeepSeek-OCR on a server"


def examine(settings: Settings) -> Iterator[Finding]:
    """Ask each configured address what it is; the network is touched only if there is one."""
    if settings.server_url is None:
        yield Finding(PART, PURPOSE, "", "set DSOCR_SERVER_URL to its /v1 address")
        return
    from dsocr_integrations.engines.server.addresses import base_urls
    from dsocr_integrations.engines.server.probing import probe_all

    try:
        reports = probe_all(base_urls(settings.server_url), api_key=settings.server_api_key)
    except (ConfigurationError, MissingDependencyError) as error:
        yield Finding(PART, PURPOSE, "", error.remedy, error.message)
        return
    yield from map(judge, reports)


def judge(report: ServerReport) -> Finding:
    """What a look at one server means."""
    if report.problem:
        return Finding(PART, PURPOSE, "", report.remedy, report.problem)
    dialect = dialect_named(report.dialect)
    found = (
        f"{report.url} serves {', '.join(report.models)} on {dialect.server}; "
        f"tags {dialect.tags}; {dialect.advice}"
    )
    return Finding(PART, PURPOSE, found)
