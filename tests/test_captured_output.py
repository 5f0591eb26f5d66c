"""What people keep of the published scripts' output is parsed as the answers in it."""

from __future__ import annotations

import json
import sys

import pytest

from dsocr_integrations.cli import main
from dsocr_integrations.grounding import parse
from dsocr_integrations.grounding.captured_output import CapturedPage, captured_pages

HERONS = "<|ref|>title<|/ref|><|det|>[[80, 60, 900, 100]]<|/det|>\n# Herons"
EGRETS = "<|ref|>text<|/ref|><|det|>[[80, 120, 900, 400]]<|/det|>\nEgrets are white."
BEFORE = (
    "You are using a model of type deepseek_vl_v2 to instantiate a model of type DeepseekOCR. "
    "This is not supported for all configurations of models and can yield errors.\n"
    "Setting `pad_token_id` to `eos_token_id`:None for open-end generation.\n"
    "=====================\n"
    "BASE:  torch.Size([1, 256, 1280])\n"
    "PATCHES:  torch.Size([6, 100, 1280])\n"
    "=====================\n"
)
AFTER = (
    "\n==================================================\n"
    "image size:  (1191, 1684)\n"
    "valid image tokens:  781\n"
    "output texts tokens (valid):  412\n"
    "compression ratio:  0.53\n"
    "==================================================\n"
    "===============save results:===============\n"
    "image: 0it [00:00, ?it/s]\rother: 100%|\u2588\u2588\u2588\u2588| 2/2 [00:00<00:00, 9362.29it/s]\n"
    "None\n"
)
SPLIT = "\n\n<--- Page Split --->\n"


@pytest.fixture
def parsed(tmp_path, monkeypatch, capsys):
    def run(text, *options):
        (tmp_path / "saved.txt").write_bytes(text.encode())
        monkeypatch.setattr(sys, "argv", ["dsocr", "parse", str(tmp_path / "saved.txt"), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr()

    return run


def test_what_infer_prints_around_an_answer_is_left_out_and_told(parsed):
    told = json.loads(parsed(BEFORE + HERONS + "\n\n" + EGRETS + AFTER, "--json").out)
    assert told["markdown"] == "# Herons\n\nEgrets are white."
    assert [block["label"] for block in told["blocks"]] == ["title", "text"]
    (warning,) = told["warnings"]
    assert warning["kind"] == "log_lines"
    assert "15 lines" in warning["message"]


def test_separators_and_the_next_picture_begin_a_page(parsed):
    for text in (
        HERONS + SPLIT + EGRETS + SPLIT,
        BEFORE + HERONS + AFTER + BEFORE + EGRETS + AFTER,
        BEFORE + HERONS + SPLIT + BEFORE + EGRETS + AFTER + SPLIT,
    ):
        told = json.loads(parsed(text, "--json").out)
        assert (
            told["markdown"]
            == "<!-- page 1 -->\n\n# Herons\n\n<!-- page 2 -->\n\nEgrets are white."
        )
        assert [(block["page"], block["label"]) for block in told["blocks"]] == [
            (1, "title"),
            (2, "text"),
        ]


def test_pages_keep_their_numbers_where_one_is_empty():
    pages = captured_pages(HERONS + SPLIT + SPLIT + EGRETS + SPLIT)
    assert [page.text for page in pages] == [HERONS, "", EGRETS]


def test_what_is_printed_behind_the_last_page_belongs_to_it():
    shapes = "BASE:  torch.Size([1, 256, 1280])"
    pages = captured_pages(
        f"{shapes}\nFirst\n<--- Page Split --->\n{shapes}\nSecond\n<--- Page Split --->\n"
        "image size:  (640, 480)\nvalid image tokens:  3"
    )
    assert [(page.text, len(page.log_lines)) for page in pages] == [("First", 1), ("Second", 3)]


def test_warnings_name_their_page(parsed):
    said = parsed(HERONS + SPLIT + "<|ref|>text<|/ref|><|det|>[[1, 2")
    assert "page 2: truncated_tag" in said.err


@pytest.mark.parametrize(
    "page",
    [
        "Results\n=======\nThe compression ratio: 3.1 was reached.",
        "========================================\nimage size:  (3, 4)\ncompression ratio:  2.5",
        "None",
        "The BASE: torch.Size of it all.\n\n\n  Indented.\n",
        "50%| of them, 3/4 [of] all",
    ],
)
def test_a_page_that_merely_looks_like_a_log_is_left_as_it_is(page):
    (kept,) = captured_pages(page)
    assert (kept.text, kept.log_lines) == (page, ())


@pytest.mark.parametrize("tag", ["<br>", "</br>", "<br/>", "<BR />", "</br/>"])
def test_line_breaks_in_any_spelling_are_line_breaks(tag):
    said = f"text[[1, 2, 900, 50]]\nRoe Lane 4 {tag} Harbour\n"
    assert [block.text for block in parse(said).blocks] == ["Roe Lane 4\nHarbour"]
    heading = parse(f"# The harbour{tag}and its wall").blocks[0]
    assert heading.text == "# The harbour and its wall"
    rows = parse(f"<table><tr><td>a{tag}b</td><td>c</td></tr></table>").blocks[0].table.rows
    pipes = parse(f"| h | i |\n| --- | --- |\n| a{tag}b | c |").blocks[0].table.rows
    assert rows == pipes == (("a\nb", "c"),)


def test_a_line_break_in_code_is_code():
    assert parse("code[[1, 2, 900, 50]]\nprint('<br>')\n").blocks[0].text == "print('<br>')"


LOG = [
    "PATCHES:  torch.Size([6, 100, 1280])",
    "===============save results:===============",
    "valid image tokens:  781",
    "output texts tokens (valid):  412",
    "Rendered: 100%|\u2588\u2588\u2588| 2/2 [00:00<00:00, 9362.29it/s]",
    "other: 0it [00:00, ?it/s]",
    "(EngineCore_0 pid=17) INFO 11-29 08:00:01 [core.py:58] Initializing",
    "WARNING 11-29 08:00:01 Casting",
    "/opt/x/configuration.py:492: UserWarning: `do_sample` is set",
    "warnings.warn(",
    "The attention mask is not set and cannot be inferred",
    "The attention mask and the pad token id were not set.",
    "Setting `pad_token_id` to `eos_token_id`:1 for open-end generation.",
    "The `seen_tokens` attribute is deprecated and will be removed",
    "`get_max_cache()` is deprecated for all Cache classes.",
    "You are using a model of type a to instantiate a model of type b. This",
    "You are attempting to use Flash Attention 2.0 without a type",
    "Some weights of Model were not initialized from the checkpoint",
    "You should probably TRAIN this model on a down-stream task to be able",
]


@pytest.mark.parametrize("line", LOG)
def test_each_line_that_only_a_script_prints_is_left_out(line):
    for said in (line, f"  {line} ", f"\x1b[32m{line}\x1b[0m"):
        assert captured_pages(f"One\n{said}\n\nTwo\n") == [CapturedPage("One\n\nTwo", (line,))]


@pytest.mark.parametrize("line", [LOG[0], LOG[2], LOG[12], LOG[17]])
def test_a_log_line_inside_a_sentence_is_what_the_page_says(line):
    assert captured_pages(f"It printed: {line}") == [CapturedPage(f"It printed: {line}")]


@pytest.mark.parametrize(
    "line",
    ["=" * 20, "NO PATCHES", "directly resize", "image size:  (3, 4)", "compression ratio:  0.5"],
)
def test_what_a_page_could_say_is_left_out_only_beside_other_log_lines(line):
    assert captured_pages(f"One\n{line}\n") == [CapturedPage(f"One\n{line}\n")]
    assert captured_pages(f"One\n{line}\n{LOG[0]}\n") == [CapturedPage("One", (line, LOG[0]))]
    split = captured_pages(f"One\n{line}{SPLIT}Two")
    assert split == [CapturedPage("One", (line,)), CapturedPage("Two")]


def test_the_printed_result_is_taken_off_only_where_something_was_printed():
    assert captured_pages(f"{LOG[0]}\nOne\nNone\n") == [CapturedPage("One", (LOG[0],))]
    assert captured_pages(f"None\n{SPLIT}Two") == [CapturedPage("None"), CapturedPage("Two")]
    assert captured_pages(f"{LOG[0]}\nNone of it") == [CapturedPage("None of it", (LOG[0],))]


def test_a_picture_begins_a_page_only_behind_an_answer():
    begins = "BASE:  torch.Size([1, 256, 1280])"
    said = f"{LOG[2]}\n \n{begins}\nOne\r\nline\n{LOG[3]}\n{begins}\nTwo\r{LOG[4]}\r\n"
    assert [(page.text.strip(), page.log_lines) for page in captured_pages(said)] == [
        ("One\nline", (LOG[2], begins, LOG[3])),
        ("Two", (begins, LOG[4])),
    ]
    assert captured_pages(f"{begins}\n{LOG[2]}") == [CapturedPage("", (begins, LOG[2]))]


@pytest.mark.parametrize(
    "mark", ["<--- Page Split --->", "  <--page split-->", "<---- Page Split -->\t"]
)
def test_a_separator_stands_on_a_line_of_its_own(mark):
    assert captured_pages(f"One\n{mark}\nTwo") == [CapturedPage("One"), CapturedPage("Two")]
    assert captured_pages(f"One {mark} Two") == [CapturedPage(f"One {mark} Two")]
