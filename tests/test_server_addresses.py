"""Which base URL an address means, and what of it is shown."""

from __future__ import annotations

import pytest

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.server_addresses import at, base_url, base_urls, root, shown

VERTEX = (
    "https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/openapi"
)
AZURE = "https://own.openai.azure.com/openai/deployments/ocr?api-version=2026-01-01"


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("http://host", "http://host/v1"),
        ("http://host:8000/", "http://host:8000/v1"),
        ("http://host/ocr", "http://host/ocr/v1"),
        ("http://host/v1/", "http://host/v1"),
        ("https://host/api/v2", "https://host/api/v2"),
        ("https://host/compatible-mode/v3", "https://host/compatible-mode/v3"),
        ("https://host/api/paas/v4/", "https://host/api/paas/v4"),
        ("https://api.novita.ai/openai", "https://api.novita.ai/openai"),
        (VERTEX, VERTEX),
        (AZURE, AZURE),
        ("http://host/v1x", "http://host/v1x/v1"),
        ("http://host:8000/v1/chat/completions", "http://host:8000/v1"),
        ("http://host:11434/api/chat", "http://host:11434/v1"),
        (
            "https://own.services.ai.azure.com/models?api-version=1",
            "https://own.services.ai.azure.com/models?api-version=1",
        ),
        (AZURE.replace("?", "/chat/completions?"), AZURE),
        ("http://host/review1", "http://host/review1/v1"),
        ("http://me:secret@[::1]:80/", "http://me:secret@[::1]:80/v1"),
    ],
)
def test_only_what_ends_like_no_interface_gets_a_v1(address, meant):
    assert base_url(address) == meant


def test_the_query_is_carried_behind_the_path():
    assert at(AZURE, "/chat/completions") == AZURE.replace("?", "/chat/completions?")
    assert root("http://host:1/v1") == root("http://host:1/openai?a=b") == "http://host:1"


def test_what_may_be_secret_is_not_shown():
    assert shown("http://me:pw@host/ocr?key=abc") == "http://host/ocr"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("host:8000", "does not begin with http"),
        ("ftp://host", "does not begin with http"),
        ("http://", "names no host"),
        ("http://host:port", "port"),
        ("http://host/v1#model", "fragment"),
    ],
)
def test_what_is_refused_says_why(address, why):
    with pytest.raises(ConfigurationError, match=why):
        base_urls(f"http://good,{address}")


def test_a_refusal_tells_no_secret():
    with pytest.raises(ConfigurationError) as error:
        base_url("ftp://me:pw@host/x?key=abc")
    assert "pw" not in str(error.value)
    assert "abc" not in str(error.value)
