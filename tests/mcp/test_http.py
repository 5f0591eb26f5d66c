"""`dsocr mcp --http`: this machine only, with the token, from no foreign web page."""

from __future__ import annotations

import json
import subprocess

import httpx
import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

TOKEN = "a token for these tests"
ASKED = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {
    "Authorization": f"Bearer {TOKEN}",
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
}
PATIENCE = 60
"""Seconds; the client's own five are few where the server has to load something first."""


def post(address: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(address, content=json.dumps(ASKED), headers=headers, timeout=PATIENCE)


@pytest.fixture
def address(command, environment):
    """The address of a running server, as it tells it."""
    process = subprocess.Popen(
        [*command, "--http", "--port", "0", "--allow-origin", "https://ours.example"],
        env={**environment, "DSOCR_MCP_TOKEN": TOKEN}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert "http://127.0.0.1:" in said, said
        yield said.split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=60)


async def test_a_client_with_the_token_is_served(address):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        found = await client.call_tool("search", {"query": "herons"})
        assert found.structured_content["passages"][0]["source"] == "herons.pdf"


def test_others_are_refused(address):
    def status(**headers: str) -> int:
        sent = {name: value for name, value in (HEADERS | headers).items() if value}
        return post(address, sent).status_code

    assert status(Authorization="") == 401
    assert status(Authorization="Bearer wrong") == 401
    assert status(Authorization=f"Basic {TOKEN}") == 401
    assert status(Origin="https://evil.example") == 403
    assert status(Origin="http://127.0.0.1:1") == 403
    assert status(Host="rebound.example") == 421
    assert status(Origin="https://ours.example") not in {401, 403, 421}
    assert status() not in {401, 403, 421}


def test_without_a_token_of_ones_own_one_is_made_and_told(command, environment):
    process = subprocess.Popen(
        [*command, "--http", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        address = process.stderr.readline().split()[-1]
        token = process.stderr.readline().split()[-1]
        assert len(token) > 30
        headers = HEADERS | {"Authorization": f"Bearer {token}"}
        answer = post(address, headers)
        assert answer.status_code not in {401, 403}
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_a_taken_port_is_one_sentence(command, environment, address):
    port = address.rpartition(":")[2].partition("/")[0]
    done = subprocess.run(
        [*command, "--http", "--port", port],
        capture_output=True, text=True, timeout=120, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr
    assert "Traceback" not in done.stderr
