"""Every setting holds at every door: argument before environment before `dsocr.toml`.

One table: a setting is a row, a door a column, and where the two do not meet the table says why.
The doors are the real ones. What a door read with is the runner that it made itself, and what
came of it.
"""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from dsocr_integrations.cli import main
from dsocr_integrations.errors import DsocrError
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.runner import Runner
from dsocr_integrations.settings import Settings
from tests.airflow import conftest as airflow_home  # noqa: F401 - before Airflow is imported
from tests.index.test_server_embedder import Embeddings, serving

SECRET = "herons wade at dawn"
TEXT, FOOTER = "The pump runs at night.", "Page 7 of the plant handbook"
ATTACHED_TEXT = "The valve was ground in March."
EMBEDDED = {"engine": "embedded"}
SERVER = {"server_url": "http://127.0.0.1:9", "server_model": "m", "server_dialect": "vllm"}


@dataclass
class Seen:
    """What came of a door's use: its runner, the text it read, what it said went wrong."""

    runner: Runner | None = None
    text: str = ""
    trouble: str = ""


# The doors: each reads a source, or opens an index, with what is given and returns the text.


def by_runner(source: str, **given: Any) -> str:
    with Runner(**given) as runner:
        return "".join(document.markdown for document in runner.read_many(source))


def by_command(command: str, source: str, **given: Any) -> str:
    options = [_option(name, value) for name, value in given.items()]
    kept = ["-o", "out"] if command == "ingest" else []
    sources = [source] if command != "mcp" else []
    sys.argv = ["dsocr", command, *sources, *kept, *options]
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        main()
    return said.getvalue() + _kept_text()


def by_operator(source: str, **given: Any) -> str:
    from dsocr_integrations.airflow import DeepSeekOCROperator

    if "://" not in source:
        source = str(Path(source).absolute())
    for name in given.keys() & {"cache", "index"}:
        given[name] = str(Path(given[name]).absolute())
    operator = DeepSeekOCROperator(
        task_id="read", sources=source, output_uri=Path("out").absolute(), preview=False, **given
    )
    operator.execute({"ti": type("Instance", (), {"try_number": 1})()})
    return _kept_text()


def by_loader(source: str, **given: Any) -> str:
    from dsocr_integrations.langchain import DeepSeekOCRLoader

    loader = DeepSeekOCRLoader(source, export="pages", **given)
    return "".join(one.page_content for one in loader.lazy_load())


def by_blob_parser(source: str, **given: Any) -> str:
    from langchain_core.document_loaders import Blob

    from dsocr_integrations.langchain import DeepSeekOCRBlobParser

    parser = DeepSeekOCRBlobParser(export="pages", **given)
    return "".join(one.page_content for one in parser.lazy_parse(Blob.from_path(source)))


def by_reader(source: str, **given: Any) -> str:
    from dsocr_integrations.llama_index import DeepSeekOCRReader

    reader = DeepSeekOCRReader(export="pages", **given)
    return "".join(one.text for one in reader.lazy_load_data(source))


def by_widget(source: str, **given: Any) -> str:
    from dsocr_integrations.jupyter import explore

    explorer = explore(source, **given)
    return "".join(page.markdown for page in explorer.document.pages)


def by_langchain_retriever(source: str, **given: Any) -> str:
    from dsocr_integrations.langchain import DeepSeekOCRRetriever

    return str(DeepSeekOCRRetriever(**given).invoke("pump"))


def by_llama_index_retriever(source: str, **given: Any) -> str:
    from dsocr_integrations.llama_index import DeepSeekOCRRetriever

    return str(DeepSeekOCRRetriever(**given).retrieve("pump"))


DOORS: dict[str, Callable[..., str]] = {
    "Runner": by_runner,
    "dsocr read": partial(by_command, "read"),
    "dsocr ingest": partial(by_command, "ingest"),
    "Airflow": by_operator,
    "LangChain loader": by_loader,
    "LangChain blob parser": by_blob_parser,
    "LlamaIndex": by_reader,
    "Jupyter": by_widget,
    "MCP": partial(by_command, "mcp"),
    "LangChain retriever": by_langchain_retriever,
    "LlamaIndex retriever": by_llama_index_retriever,
}
SERVING = ("MCP", "LangChain retriever", "LlamaIndex retriever")
"""The doors to an index of what was read; they read nothing themselves."""

KEEPING = {"dsocr ingest", "Airflow"}
"""The doors that keep what they read in an index."""

ARGUMENTS: dict[str, frozenset[str]] = {
    "Runner": frozenset(
        [
            "engine",
            "mode",
            "prompt",
            "cache",
            "workers",
            "dpi",
            "page_furniture",
            "page_timeout",
            "password",
            "allow_private_addresses",
            "attachments",
        ]
    ),
    "dsocr read": frozenset(
        [
            "engine",
            "mode",
            "prompt",
            "workers",
            "password_file",
            "page_furniture",
            "cache",
            "languages",
            "layout",
            "attachments",
        ]
    ),
    "dsocr ingest": frozenset(
        [
            "engine",
            "mode",
            "workers",
            "password_file",
            "page_furniture",
            "cache",
            "index",
            "languages",
            "layout",
            "attachments",
        ]
    ),
    "Airflow": frozenset({"mode", "cache", "index", "embedder", "attachments"}),
    "LangChain loader": frozenset(
        ["engine", "mode", "password", "allow_private_addresses", "attachments"]
    ),
    "LangChain blob parser": frozenset(
        ["engine", "mode", "password", "allow_private_addresses", "attachments"]
    ),
    "LlamaIndex": frozenset(
        ["engine", "mode", "password", "allow_private_addresses", "attachments"]
    ),
    "Jupyter": frozenset(
        [
            "engine",
            "mode",
            "prompt",
            "cache",
            "workers",
            "dpi",
            "page_furniture",
            "page_timeout",
            "password",
            "allow_private_addresses",
        ]
    ),
    "MCP": frozenset({"index"}),
    "LangChain retriever": frozenset({"index", "embedder"}),
    "LlamaIndex retriever": frozenset({"index", "embedder"}),
}
"""The settings that a door takes as arguments; Airflow's connection has tests of its own."""

READS_NOTHING = "serves an index of what was read, and reads nothing itself"
DRAWS_EVIDENCE = "draws what an index cites; tests/test_evidence.py draws from an encrypted source"
KEEPS_NOTHING = "hands on what it reads; where that is kept is its caller's"
OPENS_NO_ADDRESS = "never opens a source that is an address"
SERVES_NOBODY = "has no clients that could send a token"


@dataclass(frozen=True)
class Row:
    """A setting: a value, another one, the source, and how the value is told from any other."""

    value: Any
    other: Any
    holds: Callable[[Seen], bool]
    beside: Mapping[str, Any] = field(default_factory=lambda: EMBEDDED)
    source: str = "absent.pdf"
    not_at: Mapping[str, str] = field(default_factory=dict)


def of_runner(look: Callable[[Runner], Any], expected: Any) -> Callable[[Seen], bool]:
    return lambda seen: seen.runner is not None and look(seen.runner) == expected


def reading(value: Any, other: Any, look: Callable[[Runner], Any], **options: Any) -> Row:
    """A setting that stands in the runner that a door made; nothing needs to be read for it."""
    expected = options.pop("expected", value)
    holds = of_runner(look, expected)
    return Row(value, other, holds, not_at=dict.fromkeys(SERVING, READS_NOTHING), **options)


NOT_KEEPING = {door: KEEPS_NOTHING for door in DOORS if door not in {*KEEPING, *SERVING}}
URL = "http://127.0.0.1:9/v1"
TABLE: dict[str, Row] = {
    "engine": reading("embedded", "server", lambda made: made.engine.name, beside=SERVER),
    "mode": reading("small", "tiny", lambda made: made.settings.mode),
    "prompt": reading("free", "ocr", lambda made: made.settings.prompt, expected=Prompt.FREE),
    "server_url": reading(
        URL, "http://127.0.0.1:8", lambda made: made.engine.urls, expected=(URL,), beside={}
    ),
    "server_model": reading("my-ocr", "other", lambda made: made.engine.model, beside=SERVER),
    "server_dialect": reading("sglang", "vllm", lambda made: made.engine.dialect, beside=SERVER),
    "server_profile": reading(
        "deepseek-ocr-2", "deepseek-ocr", lambda made: made.engine.profile, beside=SERVER
    ),
    "server_requests": reading(3, 4, lambda made: made.engine.requests, beside=SERVER),
    "server_jpeg_quality": reading(90, 80, lambda made: made.engine.jpeg_quality, beside=SERVER),
    "server_api_key": reading(
        SECRET, "other", lambda made: made.engine.api_key.get_secret_value(), beside=SERVER
    ),
    "model_path": reading(
        "weights",
        "elsewhere",
        lambda made: made.engine.checkpoint,
        expected=Path("weights"),
        beside={"engine": "transformers"},
    ),
    "cache": reading("kept", "other", lambda made: Path(made.cache.root).name),
    "workers": reading(2, 3, lambda made: made._workers),
    "dpi": reading(99.0, 100.0, lambda made: made.settings.dpi),
    "page_timeout": reading(77.0, 78.0, lambda made: made._asked.timeout),
    "page_furniture": Row(
        value=True,
        other=False,
        holds=lambda seen: FOOTER in seen.text,
        source="plain.pdf",
        not_at=dict.fromkeys(SERVING, READS_NOTHING),
    ),
    "layout": reading("network", "auto", lambda made: made.engine.layout),
    "languages": reading(
        "rus,kor", "ell", lambda made: made.engine.languages, expected=("rus", "kor")
    ),
    "password": Row(
        SECRET,
        "wrong",
        lambda seen: TEXT in seen.text,
        source="locked.pdf",
        not_at=dict.fromkeys(SERVING, DRAWS_EVIDENCE),
    ),
    "password_file": Row(
        "secret.txt",
        "wrong.txt",
        lambda seen: TEXT in seen.text,
        source="locked.pdf",
        not_at=dict.fromkeys(SERVING, DRAWS_EVIDENCE),
    ),
    "allow_private_addresses": Row(
        value=True,
        other=False,
        holds=lambda seen: TEXT in seen.text,
        source="{address}/plain.pdf",
        not_at=dict.fromkeys(SERVING, OPENS_NO_ADDRESS),
    ),
    "attachments": Row(
        value=True,
        other=False,
        holds=lambda seen: ATTACHED_TEXT in seen.text,
        source="holding.pdf",
        not_at={
            **dict.fromkeys(SERVING, READS_NOTHING),
            "Jupyter": "shows one document, and names what is attached to it",
        },
    ),
    "index": Row(
        "kept.db",
        "other.db",
        # One that is to be filled is made; one that is to be served is found to be empty.
        lambda seen: Path("kept.db").exists() or "kept.db" in seen.trouble,
        source="plain.pdf",
        beside={**EMBEDDED, "embedder": "none"},
        not_at=NOT_KEEPING,
    ),
    "embedder": Row(
        "no-such-embedder",
        "none",
        lambda seen: "no-such-embedder" in seen.trouble,
        beside={**EMBEDDED, "index": "kept.db"},
        not_at=NOT_KEEPING,
        source="plain.pdf",
    ),
    "embedder_api_key": Row(
        SECRET,
        "other",
        lambda seen: f"Bearer {SECRET}" in seen.trouble,
        source="plain.pdf",
        beside={**EMBEDDED, "index": "kept.db", "embedder": "{embedder}#m"},
        not_at={
            **NOT_KEEPING,
            **dict.fromkeys(SERVING, "asks the embedder once an index is there"),
        },
    ),
    "reranker_api_key": Row(
        SECRET,
        "other",
        lambda seen: True,
        not_at=dict.fromkeys(
            DOORS, "reads or serves; tests/index/test_rerankers.py searches with it"
        ),
    ),
    "mcp_token": Row(
        SECRET,
        "another token",
        lambda seen: True,
        not_at={
            **{door: SERVES_NOBODY for door in DOORS if door != "MCP"},
            "MCP": "tests/mcp/test_http.py starts a server with it",
        },
    ),
}


@pytest.fixture
def made(monkeypatch) -> list[Runner]:
    """The runners that doors make, as they are."""
    runners: list[Runner] = []
    make = Runner.__init__

    def noting(self: Runner, *arguments: Any, **options: Any) -> None:
        make(self, *arguments, **options)
        runners.append(self)

    monkeypatch.setattr(Runner, "__init__", noting)
    return runners


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Iterator[Path]:
    """A document with a footer, the same encrypted, and the passwords."""
    folder = tmp_path_factory.mktemp("library")
    with pymupdf.open() as document:
        for number in (1, 2, 3):
            page = document.new_page(width=400, height=600)
            page.insert_text((40, 60), TEXT, fontsize=12)
            page.insert_text((40, 80), f"It fills tank number {number} before dawn.", fontsize=12)
            page.insert_text((40, 585), FOOTER, fontsize=8)
        document.save(folder / "plain.pdf")
        with pymupdf.open() as attached:
            attached.new_page().insert_text((40, 60), ATTACHED_TEXT, fontsize=12)
            document.embfile_add("valve", attached.tobytes(), filename="valve.pdf")
        document.save(folder / "holding.pdf")
        document.embfile_del("valve")
        document.save(folder / "locked.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=SECRET)
    (folder / "secret.txt").write_text(SECRET)
    (folder / "wrong.txt").write_text("wrong")
    return folder


@pytest.fixture(scope="module")
def address(library) -> Iterator[str]:
    """Where the documents may be loaded from, a loopback address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(library))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def use(made, library, address, tmp_path, monkeypatch):
    """Use a door in a folder of its own and tell what came of it."""
    from dsocr_integrations.airflow.compat import AirflowException

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["dsocr"])
    for name in ("secret.txt", "wrong.txt", "plain.pdf", "locked.pdf", "holding.pdf"):
        (tmp_path / name).symlink_to(library / name)

    def use(door: str, row: Row, **given: Any) -> Seen:
        said = io.StringIO()
        seen = Seen()
        with contextlib.redirect_stderr(said):
            try:
                seen.text = DOORS[door](row.source.format(address=address), **given)
            except (DsocrError, AirflowException) as error:
                seen.trouble = str(error)
        seen.trouble += said.getvalue()
        seen.runner = made[-1] if made else None
        return seen

    return use


def in_environment(monkeypatch, settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"DSOCR_{name.upper()}", str(value))


def in_file(settings: Mapping[str, Any]) -> None:
    lines = [f"{name} = {_toml(value)}" for name, value in settings.items()]
    Path("dsocr.toml").write_text("\n".join(lines), encoding="utf-8")


def test_the_table_has_every_setting():
    assert list(TABLE) == list(Settings.model_fields)


MEETING = [
    pytest.param(name, door, id=f"{name} at {door}")
    for name, row in TABLE.items()
    for door in DOORS
    if door not in row.not_at
]


@pytest.mark.parametrize(("name", "door"), MEETING)
def test_the_environment_holds_and_goes_before_the_file(name, door, use, monkeypatch):
    row = TABLE[name]
    with embedder_beside(row) as (beside, asked):
        in_environment(monkeypatch, {**beside, name: row.value})
        in_file({name: row.other})
        seen = use(door, row)
        seen.trouble += " ".join(asked())
    assert row.holds(seen), seen


@pytest.mark.parametrize(("name", "door"), MEETING)
def test_the_file_holds(name, door, use, monkeypatch):
    row = TABLE[name]
    if name == "cache":
        monkeypatch.delenv("DSOCR_CACHE")
    with embedder_beside(row) as (beside, asked):
        in_file({**beside, name: row.value})
        seen = use(door, row)
        seen.trouble += " ".join(asked())
    assert row.holds(seen), seen


@pytest.mark.parametrize(
    ("name", "door"),
    [
        pytest.param(name, door, id=f"{name} given to {door}")
        for door, names in ARGUMENTS.items()
        for name in TABLE
        if name in names
    ],
)
def test_an_argument_goes_before_the_environment(name, door, use, monkeypatch):
    row = TABLE[name]
    in_environment(monkeypatch, {**row.beside, name: row.other})
    if name == "password_file":
        # A file that is named goes before a password of a lower place, too.
        in_environment(monkeypatch, {"password": "wrong"})
    seen = use(door, row, **{name: row.value})
    assert row.holds(seen), seen


@contextlib.contextmanager
def embedder_beside(row: Row) -> Iterator[tuple[Mapping[str, Any], Callable[[], list[str]]]]:
    """What a row needs set beside it, and the keys that an embedding server was sent."""
    state = Embeddings()
    if "{embedder}#m" not in row.beside.values():
        yield row.beside, list
        return
    with serving(state):
        beside = {name: value.format(embedder=state.url) for name, value in row.beside.items()}
        yield beside, lambda: [str(key) for _, key, _ in state.requests]


def _kept_text() -> str:
    return "".join(path.read_text("utf-8") for path in Path("out").rglob("document.md"))


def _option(name: str, value: Any) -> str:
    flag = f"--{name.replace('_', '-')}"
    return flag if value is True else f"{flag}={value}"


def _toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool | int | float) else f'"{value}"'
