"""dots.ocr through vLLM: its JSON, whole and broken, becomes pages like any other's."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations import grounding
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.dots_ocr import in_wire_language, seen_size
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.runner import Runner
from tests.engines.server.asking import page
from tests.engines.server.scripted_server import completion
from tests.scripted_engine import write_pdf

MODEL = "rednote-hilab/dots.ocr"
SIZE = (600, 800)
SEEN = (588, 812)
"""What the model sees of a picture of that size: multiples of 28."""

LAYOUT = [
    {"bbox": [60, 10, 500, 30], "category": "Page-header", "text": "Water board, June"},
    {"bbox": [60, 40, 500, 70], "category": "Title", "text": "# Report on the pump station"},
    {"bbox": [60, 80, 500, 100], "category": "Section-header", "text": "## Findings"},
    {"bbox": [60, 110, 500, 180], "category": "Text", "text": "The valve is **shut**."},
    {"bbox": [60, 190, 500, 210], "category": "List-item", "text": "- Replace it."},
    {"bbox": [60, 220, 500, 400], "category": "Picture"},
    {"bbox": [60, 405, 500, 420], "category": "Caption", "text": "Figure 1: Flow by month."},
    {
        "bbox": [60, 430, 500, 520],
        "category": "Table",
        "text": "<table><thead><tr><td>Month</td><td>Flow</td></tr></thead>"
        "<tbody><tr><td>May</td><td>12</td></tr></tbody></table>",
    },
    {"bbox": [60, 530, 500, 560], "category": "Formula", "text": "$$Q = \\frac{A}{v} \\tau$$"},
    {"bbox": [60, 700, 500, 740], "category": "Footnote", "text": "1 In litres."},
    {"bbox": [0, 780, 588, 812], "category": "Page-footer", "text": "Page 3"},
]
LABELS = [
    "page_header", "title", "sub_title", "text", "list_item", "image", "caption", "table",
    "equation", "footnote", "page_footer",
]  # fmt: skip


def dots(serve, text, finish="stop"):
    async def script(exchange):
        await exchange.reply(completion(text, finish=finish, model=MODEL))

    return serve(script, models=[MODEL])


def blocks(text):
    return grounding.parse(in_wire_language(text, SIZE).text).blocks


@pytest.fixture
def read(serve, tmp_path):
    def read(text, finish="stop"):
        server = dots(serve, text, finish)
        pdf = write_pdf(tmp_path / "a.pdf", ["The valve is shut."])
        with Runner(server.url, cache=False) as runner:
            (page_,) = runner.read(pdf).pages
        return page_, server

    return read


def test_a_page_is_read(read):
    read_, server = read(json.dumps(LAYOUT))
    assert [block.label for block in read_.blocks] == LABELS
    assert read_.blocks[-1].boxes == ((0, 959, 999, 999),)
    assert read_.blocks[7].table.columns == ("Month", "Flow")
    assert read_.blocks[8].text == r"\[Q = \frac{A}{v} \tau\]"
    assert [figure.caption for figure in read_.figures] == ["Figure 1: Flow by month."]
    assert read_.markdown.startswith("# Report on the pump station\n\n## Findings\n\n")
    assert "Page 3" not in read_.markdown
    assert read_.reading.quality.trusted
    assert "rednote-hilab/dots.ocr" in read_.reading.fingerprint
    assert server.posts == 1


def test_it_is_asked_its_own_prompt(read):
    _, server = read(json.dumps(LAYOUT))
    (body,) = server.asked
    (_, text) = body["messages"][0]["content"]
    assert text["text"].startswith("<|img|><|imgpad|><|endofimg|>Please output the layout")
    assert body["max_tokens"] == 16_384
    assert "vllm_xargs" not in body


def test_plain_text_has_a_prompt_of_its_own(serve):
    server = dots(serve, "The valve is shut.")
    with ServerEngine(server.url).open() as session:
        assert session.submit(page(Prompt.FREE)).result(20).text == "The valve is shut."
    (_, text) = server.asked[0]["messages"][0]["content"]
    assert text["text"].endswith("Extract the text content from this image.")


def test_a_streamed_page_comes_whole(serve):
    server = dots(serve, json.dumps(LAYOUT))
    with ServerEngine(server.url).open() as session:
        (said,) = session.stream(page())
    assert said.startswith("<|ref|>page_header<|/ref|><|det|>[[")


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ((600, 800), SEEN),
        ((1191, 1684), (1204, 1680)),
        ((4960, 7016), (2800, 3976)),
        ((10, 10), (56, 56)),
        ((1, 3000), (28, 2996)),
    ],
)
def test_boxes_are_in_pixels_as_the_model_sees_them(sent, seen):
    assert seen_size(*sent) == seen
    whole = [{"bbox": [0, 0, *seen], "category": "Picture"}]
    parsed = grounding.parse(in_wire_language(json.dumps(whole), sent).text)
    assert parsed.blocks[0].boxes == ((0, 0, 999, 999),)


def test_an_answer_that_is_cut_off_keeps_what_was_said(read):
    whole = json.dumps(LAYOUT)
    cut = whole[: whole.index("is **shut**") + 2]
    read_, server = read(cut, finish="length")
    assert [block.label for block in read_.blocks] == LABELS[:4]
    assert read_.blocks[3].text == "The valve is"
    assert read_.blocks[3].boxes
    assert "truncated" in read_.reading.quality.reasons
    assert server.posts > 1, "asked again, then kept as doubtful"


@pytest.mark.parametrize(
    "broken",
    [
        json.dumps(LAYOUT) + "\n\nThese are all elements of the page.",
        "Here is the layout:\n" + json.dumps(LAYOUT),
        json.dumps(LAYOUT)[:-1],
        json.dumps(LAYOUT).replace("The valve", 'The "old" valve'),
        json.dumps(LAYOUT).replace("The valve", 'The 5" valve'),
        json.dumps(LAYOUT).replace("[60, 110, 500, 180]", "[60, 110, 500"),
        json.dumps(LAYOUT).replace("Q = ", r"\alpha = "),
    ],
    ids=["trailing", "leading", "no end", "quotes", "one quote", "half a box", "backslash"],
)
def test_broken_json_gives_a_doubtful_page_with_all_its_words(read, broken):
    read_, _ = read(broken)
    text = " ".join(block.text for block in read_.blocks)
    for word in ("station", "**shut**.", "Replace", "Figure 1", "\\frac{A}{v}", "litres", "Page 3"):
        assert word in text
    assert read_.blocks[-2].label in {"footnote", "page_footer"}
    assert any(block.table for block in read_.blocks)
    assert read_.reading.finish_reason == "error"
    assert read_.reading.quality.reasons == ("error",)


def test_an_answer_without_any_json_is_kept_as_text(read):
    read_, _ = read("The valve is shut.")
    assert read_.markdown == "The valve is shut."
    assert "error" in read_.reading.quality.reasons


def test_an_empty_list_is_an_empty_page(read):
    read_, _ = read("[]")
    assert read_.blocks == ()
    assert read_.reading.quality.reasons == ("empty",)


@pytest.mark.parametrize("form", ["```json\n{}\n```", '{{"layout": {}}}', " {} \n"])
def test_a_whole_answer_in_other_clothes_is_sound(read, form):
    read_, _ = read(form.format(json.dumps(LAYOUT)))
    assert [block.label for block in read_.blocks] == LABELS
    assert read_.reading.quality.trusted


def test_text_that_looks_like_a_tag_stays_text():
    element = {"bbox": [0, 0, 9, 9], "category": "Text", "text": "<|ref|>title<|/ref|> and"}
    assert [block.label for block in blocks(json.dumps([element]))] == ["text"]


ELEMENTS = st.lists(
    st.fixed_dictionaries(
        {
            "bbox": st.lists(st.integers(0, 588), min_size=4, max_size=4),
            "category": st.sampled_from(["Text", "Title", "Caption", "Footnote"]),
            "text": st.text(st.characters(categories=("L", "N", "Po", "Zs")), min_size=1),
        }
    ).filter(lambda one: one["text"].strip()),
    min_size=1,
    max_size=5,
)


@given(ELEMENTS, st.data())
def test_a_cut_loses_no_element_before_it(elements, data):
    said = [json.dumps(one, ensure_ascii=False) for one in elements]
    whole = f"[{', '.join(said)}]"
    cut = data.draw(st.integers(0, len(whole)))
    ends = [len("[" + ", ".join(said[: place + 1])) for place in range(len(said))]
    found = [block.text.split() for block in blocks(whole[:cut])]
    kept = [one["text"].split() for one, end in zip(elements, ends, strict=True) if end <= cut]
    assert found[: len(kept)] == kept
    assert len(found) <= len(kept) + 1


@given(st.text(st.sampled_from('{}[]":,\\ `"bbox""text"ntu0\n<|')) | st.text())
def test_whatever_is_said_becomes_an_answer(text):
    grounding.parse(in_wire_language(text, SIZE).text)
