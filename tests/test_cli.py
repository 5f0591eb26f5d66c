"""The command line: fixed forms that scripts rely on, exit codes, errors as one sentence."""

from __future__ import annotations

import errno
import functools
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dsocr_integrations.cli import main
from dsocr_integrations.cli.commands.app import settings_from
from dsocr_integrations.cli.outcomes import told_errors
from dsocr_integrations.cli.progress import page_bar
from dsocr_integrations.engines import selection
from dsocr_integrations.runner.progress import Progress
from tests.engines.server.scripted_server import ScriptedServer, completion

from .small_documents import make_pdf

DATA = Path(__file__).parent / "data"
MEMORISED = Path(__file__).parent / "models" / "memorised" / "checkpoint"
RAW = (
    "<|ref|>title<|/ref|><|det|>[[10, 20, 500, 60]]<|/det|>\n# Herons\n\n"
    "<|ref|>text<|/ref|><|det|>[[10, 80, 1200, 160]]<|/det|>\nThey wade.\n"
)


@pytest.fixture
def dsocr(monkeypatch, capsys, tmp_path):
    """Run a command in this process; returns (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    # The notice comes once a process, and every command is a process of its own.
    monkeypatch.setattr(selection, "_warned", set())

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dsocr", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


@pytest.fixture(scope="module")
def two_pages(tmp_path_factory) -> Path:
    """A small born-digital PDF, so that the real engine answers fast."""
    import pymupdf

    path = tmp_path_factory.mktemp("pdf") / "herons.pdf"
    with pymupdf.open() as document:
        for text in ("Herons wade in shallow water.", "Egrets are white and smaller."):
            document.new_page().insert_text((72, 100), text, fontsize=12)
        document.save(path)
    return path


def test_parse_prints_what_was_said_as_one_json_line(dsocr, tmp_path):
    (tmp_path / "raw.txt").write_text(RAW)
    code, out, _ = dsocr("parse", "raw.txt", "--json")
    report = json.loads(out)
    assert code == 0
    assert [block["label"] for block in report["blocks"]] == ["title", "text"]
    assert report["blocks"][1]["boxes"] == [[10, 80, 1200, 160]]
    assert report["markdown"].startswith("# Herons")
    assert [warning["kind"] for warning in report["warnings"]] == ["box_outside_grid"]


def test_parse_goes_on_past_a_missing_file(dsocr, tmp_path):
    (tmp_path / "raw.txt").write_text(RAW)
    code, out, err = dsocr("parse", "nothing.txt", "raw.txt", "--json")
    assert code == 3
    assert json.loads(out)["file"] == "raw.txt"
    assert "nothing.txt" in err


def test_read_prints_pages_parted_by_comments(dsocr, two_pages):
    code, out, err = dsocr("read", two_pages)
    assert code == 0
    assert out.index("<!-- page 1 -->") < out.index("Herons wade") < out.index("<!-- page 2 -->")
    assert "Egrets are white" in out
    assert "read by the embedded CPU engine, not DeepSeek-OCR" in err


def test_nobody_is_said_to_read_a_text(dsocr, tmp_path):
    (tmp_path / "rows.csv").write_text("Name,Count\nBolt,3\n")
    code, out, err = dsocr("read", "rows.csv")
    assert code == 0
    assert "| Bolt | 3 |" in out
    assert "embedded" not in err


def test_read_json_follows_the_document_schema(dsocr, two_pages):
    code, out, _ = dsocr("read", two_pages, "--format", "json", "--pages", "2")
    document = json.loads(out)
    assert code == 0
    assert [page["number"] for page in document["pages"]] == [2]
    assert document["page_count"] == 2
    assert document["errors"] == []
    assert document["engine"] == "embedded"
    blocks = document["pages"][0]["blocks"]
    assert any("Egrets" in block["text"] and block["boxes"] for block in blocks)


def test_read_into_a_folder_and_in_the_other_forms(dsocr, two_pages, tmp_path):
    assert dsocr("read", two_pages, "--format", "raw", "-o", tmp_path / "out")[0] == 0
    assert "<|ref|>" in (tmp_path / "out" / "herons.pdf.raw.md").read_text()
    code, out, _ = dsocr("read", two_pages, "--format", "chunks")
    chunks = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [chunk["spans"][0]["page"] for chunk in chunks] == [1, 2]


def test_read_into_a_folder_leaves_what_an_ingest_leaves(dsocr, tmp_path):
    shutil.copy(DATA / "report.pdf", tmp_path / "report.pdf")
    code, out, err = dsocr("read", "report.pdf", "-o", "out", "--pages", "2-3", "--quiet")
    assert (code, out) == (0, "")
    assert err.splitlines()[-1] == "Wrote out/report.pdf/document.md"
    text = (tmp_path / "out/report.pdf/document.md").read_text()
    pictures = re.findall(r"^!\[.+\]\((.+)\)$", text, re.MULTILINE)
    assert pictures
    for picture in pictures:
        assert (tmp_path / "out/report.pdf" / picture).is_file()
    (tmp_path / "in").mkdir()
    (tmp_path / "report.pdf").rename(tmp_path / "in/report.pdf")
    _, _, err = dsocr("ingest", "in", "-o", "out", "--pages", "2-3", "--quiet")
    assert "0 documents read" in err
    assert "1 unchanged" in err


def test_another_file_of_the_same_name_read_into_it_is_kept_apart(dsocr, two_pages, tmp_path):
    other = make_pdf(tmp_path / "herons.pdf", 1)
    for file in (two_pages, other, two_pages):
        assert dsocr("read", file, "-o", "out", "--quiet")[0] == 0
    found = [path.parent.name for path in sorted(Path("out").glob("*/document.md"))]
    assert found[0] == "herons.pdf"
    assert re.fullmatch(r"herons~[0-9a-f]{8}\.pdf", found[1])
    assert len(found) == 2
    assert "Egrets" in Path("out/herons.pdf/document.md").read_text()


def test_a_missing_file_is_one_sentence_and_exit_code_one(dsocr):
    code, out, err = dsocr("read", "nothing.pdf")
    assert (code, out) == (1, "")
    assert "nothing.pdf" in err
    assert "Traceback" not in err


def test_an_ingest_of_nothing_is_one_sentence_a_source_and_makes_nothing(dsocr, tmp_path):
    (tmp_path / "empty").mkdir()
    told = dsocr("ingest", "empty", "nothing.pdf", "-o", "out", "--index", "papers.db")
    assert told == (1, "", "empty holds no document.\nThere is no file nothing.pdf.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("read",),
        ("read", "x.pdf", "--format", "docx"),
        ("read", "x.pdf", "--workers", "-1"),
        ("read", DATA / "report.pdf", "--pages", "3-1"),
        ("read", DATA / "report.pdf", "--engine", "telepathy"),
        ("unknown",),
    ],
)
def test_wrong_usage_is_exit_code_two(dsocr, arguments):
    assert dsocr(*arguments)[0] == 2


def test_read_asks_with_the_prompt_named(dsocr, two_pages):
    code, out, _ = dsocr("read", two_pages, "--prompt", "ocr", "--format", "raw")
    assert code == 0
    assert "<|ref|>Herons wade in shallow water.<|/ref|>" in out
    code, out, err = dsocr("read", two_pages, "--prompt", "Who wades?")
    assert code == 1
    assert "was not trained with this prompt" in err
    assert "only the official prompts" in err
    code, _, err = dsocr("read", two_pages, "--prompt", "locate")
    assert code == 2
    assert "locate:TARGET" in err


def test_the_stream_is_the_raw_answer_page_by_page(dsocr, two_pages):
    asked = ("read", two_pages, "--engine", "embedded", "--prompt", "free")
    raw = dsocr(*asked, "--format", "raw")[1]
    code, streamed, _ = dsocr(*asked, "--stream")
    assert code == 0
    assert streamed.split() == raw.split()


def test_the_stream_goes_on_past_a_page_that_fails(dsocr, two_pages):
    code, out, err = dsocr("read", two_pages, "--stream", "--prompt", "describe")
    assert code == 1
    assert "<!-- page 2 -->" in out
    assert "page 1: The embedded engine" in err
    assert "no reading of it" in err


def test_the_stream_has_one_form(dsocr, two_pages, tmp_path):
    assert dsocr("read", two_pages, "--stream", "--format", "json")[0] == 2
    assert dsocr("read", two_pages, "--stream", "-o", tmp_path)[0] == 2


def test_model_names_weights_for_an_engine_in_this_process(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = settings_from(engine="transformers", model="deepseek-ai/DeepSeek-OCR-2")
    assert str(settings.model_path) == "deepseek-ai/DeepSeek-OCR-2"
    settings = settings_from(engine="http://localhost:8000", model="deepseek-ai/DeepSeek-OCR")
    assert settings.server_model == "deepseek-ai/DeepSeek-OCR"
    assert settings_from(model=str(tmp_path)).model_path == tmp_path


def test_a_reading_that_is_not_to_be_trusted_is_told(dsocr, two_pages):
    async def lose_the_way(exchange):
        await exchange.reply(completion("again and again " * 400, finish="length"))

    server = ScriptedServer(lose_the_way)
    try:
        told = [
            dsocr("read", two_pages, "--engine", server.url, "--cache", "", "--format", form)
            for form in ("md", "json")
        ]
    finally:
        server.close()
    for code, out, err in told:
        assert code == 0
        assert "again and again" in out
        assert f"{two_pages}, page 2: this reading is doubtful after 4 attempts: loop" in err


@pytest.mark.torch
def test_what_keeps_the_model_from_reading_is_one_sentence_with_its_remedy(
    dsocr, two_pages, tmp_path, monkeypatch
):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    read = ("read", two_pages, "--cache", "", "--quiet", "--engine", "transformers")
    damaged = shutil.copytree(MEMORISED, tmp_path / "damaged")
    with (damaged / "model.safetensors").open("r+b") as weights:
        weights.truncate(2_000_000)
    for arguments, said in (
        ((), "is not in the Hugging Face cache"),
        (("--model", "/nowhere/weights"), "There is no folder /nowhere/weights"),
        (("--model", damaged), "damaged are cut off or damaged"),
    ):
        code, out, err = dsocr(*read, *arguments)
        assert (code, out) == (1, "")
        assert said in err
        assert "ownload" in err
        assert err.count("\n") == 1


@pytest.mark.torch
def test_a_mode_that_the_model_lacks_is_refused_before_the_first_page(dsocr, two_pages):
    weights = ("--engine", "transformers", "--model", MEMORISED, "--mode", "v2")
    for command in (
        ("read", two_pages, "--quiet", "--cache", ""),
        ("read", two_pages, "--stream", "--cache", ""),
        ("ingest", two_pages, "-o", "out", "--quiet", "--cache", ""),
        ("verify-model", "-o", "out"),
    ):
        code, out, err = dsocr(*command, *weights)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert "choose one of: auto, tiny, small, base, large, gundam" in err


def test_verify_model_writes_a_report(dsocr, two_pages, tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "herons.pdf").write_bytes(two_pages.read_bytes())
    asked = ("verify-model", "--engine", "embedded", "--mode", "auto", "-o", "out")
    code, _, err = dsocr(*asked, "--pages", "pages", "--quiet")
    assert code == 0
    assert "Asking about 2 pages" in err
    assert "| markdown | auto | 2 | 1 |" in (tmp_path / "out" / "report.md").read_text()
    assert dsocr(*asked, "--pages", "out")[0] == 2


def test_modes_lists_all_of_them(dsocr):
    code, out, _ = dsocr("modes")
    assert code == 0
    assert all(name in out for name in ("tiny", "small", "base", "large", "gundam", "v2"))


def test_doctor_gives_a_remedy_for_each_missing_part(dsocr):
    _, out, _ = dsocr("doctor", "--json")
    findings = [json.loads(line) for line in out.splitlines()]
    assert {"pymupdf", "osra", "server"} <= {finding["part"] for finding in findings}
    assert all(bool(finding["found"]) != bool(finding["remedy"]) for finding in findings)


def test_doctor_judges_what_its_arguments_would_use(dsocr, monkeypatch):
    monkeypatch.setenv("DSOCR_ENGINE", "embedded")
    asked = ("doctor", "--json", "--engine", "transformers", "--model", MEMORISED)
    code, out, _ = dsocr(*asked)
    found = {one["part"]: one["found"] for one in map(json.loads, out.splitlines())}
    assert code == 0
    assert found["engine"] == f"transformers, weights {MEMORISED}"
    assert found["weights"].endswith(f"in {MEMORISED}")


def test_doctor_never_cuts_a_remedy(dsocr, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    findings = [json.loads(line) for line in dsocr("doctor", "--json")[1].splitlines()]
    _, out, _ = dsocr("doctor")
    for finding in findings:
        if finding["remedy"]:
            assert f"  {finding['part']}: {finding['remedy']}" in out.splitlines()


def test_the_cache_tells_and_forgets(dsocr, two_pages, tmp_path):
    cache = ("--cache", tmp_path / "pages")
    assert dsocr("read", two_pages, *cache)[0] == 0
    assert json.loads(dsocr("cache", "info", *cache)[1])["pages"] == 2
    assert "2 pages" in dsocr("cache", "clear", *cache)[1]
    assert json.loads(dsocr("cache", "info", *cache)[1])["pages"] == 0


def test_help_starts_without_the_heavy_parts():
    code = (
        "import sys; sys.argv = ['dsocr', '--help']\n"
        "from dsocr_integrations.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'numpy', 'pymupdf', 'httpx', 'fsspec', 'lxml'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_pages_that_the_document_does_not_have_are_no_success(dsocr, two_pages):
    for form in ("md", "json"):
        code, _, err = dsocr("read", two_pages, "--pages", "7-9", "--format", form)
        assert code == 1
        assert "has no page 7-9" in err


def test_an_ingest_of_pages_that_no_document_has_is_no_success(dsocr, two_pages, tmp_path):
    code, _, err = dsocr("ingest", two_pages, "-o", tmp_path / "out", "--pages", "7-9")
    assert code == 1
    assert "has no page 7-9; its last one is 2." in err


def test_a_page_beyond_the_end_is_named_beside_those_read(dsocr, two_pages):
    code, out, err = dsocr("read", two_pages, "--pages", "2-5,999,7-")
    assert (code, out.count("<!-- page")) == (3, 1)
    assert "has no page 999,7-; its last one is 2." in err


def test_figures_name_the_page_they_stand_on(dsocr, two_pages):
    out = dsocr("figure", two_pages, "--json")[1]
    assert [json.loads(line)["page"] for line in out.splitlines()] == [1, 2]
    assert "herons.pdf, page 2: " in dsocr("figure", two_pages)[1]


def test_a_folder_that_cannot_be_written_is_one_sentence(dsocr, two_pages, tmp_path):
    (tmp_path / "taken").write_text("a file")
    code, _, err = dsocr("read", two_pages, "-o", tmp_path / "taken")
    assert code == 1
    assert "taken" in err
    assert "Traceback" not in err


def test_a_private_address_is_read_when_the_settings_allow_it(
    dsocr, two_pages, tmp_path, monkeypatch
):
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(two_pages.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/herons.pdf?token=secret"
        assert dsocr("read", url)[0] == 1
        monkeypatch.setenv("DSOCR_ALLOW_PRIVATE_ADDRESSES", "1")
        assert "Herons wade" in dsocr("read", url)[1]
        assert dsocr("read", url, "-o", tmp_path / "out")[0] == 0
        server.shutdown()
    # The name of the file is the document's, without what opened the door to it.
    shown = sorted(path.name for path in (tmp_path / "out").glob("[!.]*"))
    assert shown == ["herons.pdf", "index.html"]
    assert "secret" not in (tmp_path / "out/herons.pdf/manifest.json").read_text()


@pytest.mark.parametrize("command", ["view", "retry"])
def test_a_folder_without_an_ingest_is_no_success_and_left_alone(dsocr, command, tmp_path):
    code, _, err = dsocr(command, tmp_path / "mistyped")
    assert code == 1
    assert "nothing that was ingested" in err
    assert not (tmp_path / "mistyped").exists()


def test_a_name_that_is_no_unicode_harms_neither_its_document_nor_others(
    dsocr, two_pages, tmp_path
):
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(two_pages, folder / "plain.pdf")
    shutil.copy(two_pages, os.fsencode(folder) + b"/b\xfcro.pdf")
    (Path(os.fsdecode(os.fsencode(folder) + b"/l\xf6.pdf"))).write_bytes(b"broken")
    code, _, err = dsocr("ingest", folder, "-o", tmp_path / "out", "--index", tmp_path / "i.db")
    assert code == 3
    assert "2 documents read" in err
    assert r"l\xf6.pdf" in err
    found = dsocr("search", "herons", "--index", tmp_path / "i.db", "--json", "-k", "9")[1]
    sources = {json.loads(line)["source"] for line in found.splitlines()}
    assert sources == {"plain.pdf", r"b\xfcro.pdf"}


def test_half_a_character_can_be_searched_for(dsocr, two_pages, tmp_path):
    dsocr("ingest", two_pages, "-o", tmp_path / "out", "--index", tmp_path / "i.db")
    code, _, err = dsocr("search", "herons \ud83d", "--index", tmp_path / "i.db")
    assert code == 0
    assert "Traceback" not in err


def test_a_hit_points_at_the_words_and_not_at_their_heading(dsocr, tmp_path):
    import pymupdf

    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 100), "Waders of the bay", fontsize=20)
        page.insert_text((72, 140), "Herons stand in shallow water for hours.", fontsize=11)
        page.insert_text((72, 240), "Egrets are white and follow the cattle inland.", fontsize=11)
        document.save(tmp_path / "waders.pdf")
    dsocr("ingest", tmp_path / "waders.pdf", "-o", tmp_path / "out", "--index", tmp_path / "i.db")
    found = dsocr("search", "egrets", "--index", tmp_path / "i.db", "--json", "-k", "1")[1]
    hit = json.loads(found)
    assert len(hit["spans"]) == 3
    assert {"page": hit["page"], "box": hit["box"]} == hit["spans"][2]
    assert str(hit["box"]) in dsocr("search", "egrets", "--index", tmp_path / "i.db")[1]


@pytest.mark.parametrize(
    ("number", "times"), [(signal.SIGINT, 1), (signal.SIGINT, 2), (signal.SIGTERM, 1)]
)
def test_a_signal_ends_the_ingest_and_its_workers(number, times, tmp_path):
    path = make_pdf(tmp_path / "long.pdf", 300)
    script = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    script += "from dsocr_integrations.cli import main; main()"
    environment = {**os.environ, "DSOCR_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-c", script, "ingest", path, "-o", tmp_path / "out"]
    with subprocess.Popen(
        [*command, "--workers", "1"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 300
        while not any(path.is_file() for path in (tmp_path / "cache").rglob("*")):
            assert time.monotonic() < deadline
            assert process.poll() is None
        for _ in range(times):
            process.send_signal(number)
        # The pipe is open for as long as a worker lives.
        err = process.communicate(timeout=300)[1]
    assert process.returncode == 128 + number
    assert ("run the same command again" in err) == (number == signal.SIGINT)
    assert "Traceback" not in err


def test_the_bar_tells_pages_speed_and_time_left(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with page_bar(quiet=False) as show:
        assert show is not None
        show(Progress(source="a[b].pdf", page=1, done=1, cached=0, failed=0, total=4, seconds=2.0))
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", capsys.readouterr().err).replace("\r", "\n")
    assert re.search(
        r"^a\[b\]\.pdf .* 1/4 0\.50 pages/s (\d+:\d\d|-:--):(\d\d|--)", shown, re.MULTILINE
    )
    assert re.search(r"^opening", shown, re.MULTILINE)


def test_a_reader_that_goes_away_is_no_failure():
    command = [sys.executable, "-m", "dsocr_integrations.cli", "modes"]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_results_are_utf_8_whatever_the_locale(tmp_path):
    (tmp_path / "raw.txt").write_text("概要\n", encoding="utf-8")
    command = [sys.executable, "-m", "dsocr_integrations.cli", "parse", tmp_path / "raw.txt"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert done.stdout.decode("utf-8").strip() == "概要"


def test_a_name_of_a_file_cannot_steer_the_terminal(dsocr, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a\x1b[2J\nb.txt").write_text("Herons stood in the delta.")
    (folder / "c\x1b]0;title\x07d.pdf").touch()
    index = tmp_path / "index"
    _, out, err = dsocr("ingest", folder, "-o", tmp_path / "out", "--index", index)
    assert "c ]0;title d.pdf (source): c ]0;title d.pdf is empty." in err
    _, found, told = dsocr("search", "herons", "--index", index)
    assert "] a [2J b.txt, page 1, box [" in found.splitlines()[0]
    assert not {"\x1b", "\x07"} & set(out + err + found + told)


@pytest.mark.parametrize("place", ["out", "out/papers.db"])
def test_a_disk_without_room_is_told_with_the_place_and_what_to_do(dsocr, two_pages, place):
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, allowed[1]))
    try:
        index = ("--index", place) if place.endswith(".db") else ()
        code, _, told = dsocr("ingest", two_pages, "-o", "out", "--cache", "", "--quiet", *index)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)
    assert code in {1, 2}
    assert place in told
    assert re.search(r"Make room|with room", told)


def test_what_a_model_says_steers_no_terminal_and_goes_to_a_file_as_it_is(tmp_path):
    (answer := tmp_path / "answer.txt").write_text(f"{RAW}\x1b]0;forged\x07\x9b2Jend\rforged\n")
    command = [sys.executable, "-m", "dsocr_integrations.cli", "parse", str(answer)]
    ours, theirs = os.openpty()
    for form in ((), ("--json",)):
        kept = subprocess.run([*command, *form], capture_output=True, check=True).stdout.decode()
        subprocess.run([*command, *form], stdout=theirs, check=True)
        shown = os.read(ours, 65_536).decode()
        assert "\x9b" in kept
        assert not set("\x1b\x07\x9b") & set(shown)
        assert "\r" not in shown.replace("\r\n", "")
    os.close(theirs)
    os.close(ours)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_place_that_may_not_be_written_is_told_with_another_to_be_named(capsys, number):
    with pytest.raises(SystemExit), told_errors():
        raise OSError(number, os.strerror(number), "out/view.html")
    assert re.search(r"refused out/view\.html: .*\. Name another place", capsys.readouterr().err)
