"""Chunks found by words, numbers, meaning and filters, or not and why; by any backend."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index import Index, SearchFilters, open_index
from dsocr_integrations.records.chunks import ChunkSpan
from tests.builders import make_chunk, make_chunks
from tests.index.passages import PASSAGES, LetterEmbedder, put
from tests.postgres_server import Place


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("aspirin dose 4.3", 1),
        ("4.2 mg", 0),
        ("sales 1234.5", 2),
        ("sales of 1,234.5", 2),
        ("北京大学", 3),
        ("东京", 3),
        ("iso-9001", 4),
        ("ISO 9001 audit", 4),
        ("what is the quality system", 4),
    ],
)
def test_finds_words_numbers_and_codes(index: Index, query: str, expected: int):
    hits = index.search(query)
    assert hits[0].chunk.text == PASSAGES[expected]
    assert hits[0].mode == "lexical"
    assert 0 < hits[0].score <= 1


@pytest.mark.parametrize(
    "query", ['"', "NEAR(", "a AND", "body:*", "-", "^x", "'; DROP TABLE chunks; --", "", " ", "\0"]
)
def test_query_syntax_is_plain_text(index: Index, query: str):
    index.search(query)
    assert index.stats().chunks == len(PASSAGES)


def test_filters(index: Index):
    other = make_chunk("Aspirin again", source="b.pdf", page=3, kind="table", trusted=False)
    put(index, [other])
    found = index.search("aspirin", 10)
    assert len(found) == 3
    for filters in (
        SearchFilters(doc_id=other.doc_id),
        SearchFilters(source="b.pdf"),
        SearchFilters(page=3),
        SearchFilters(kind="table"),
        SearchFilters(trusted=False),
    ):
        assert [hit.chunk for hit in index.search("aspirin", 10, filters)] == [other]
    assert not index.search("aspirin", 10, SearchFilters(engine="server"))
    for filters in (
        SearchFilters(source=("b.pdf", "c.pdf")),
        SearchFilters(page="2-"),
        SearchFilters(page="3,7"),
        SearchFilters(page=[3, 4]),
        SearchFilters(kind=("table", "chart")),
    ):
        assert [hit.chunk for hit in index.search("aspirin", 10, filters)] == [other]
    assert len(index.search("aspirin", 10, SearchFilters(page="-3", kind=("text", "table")))) == 3
    assert not index.search("aspirin", 10, SearchFilters(kind=()))


def test_a_chunk_over_two_pages_is_on_both(place: Place):
    spans = tuple(
        ChunkSpan(page=page, box=(0, 0, 9, 9), page_width=1, page_height=1) for page in (4, 5)
    )
    with open_index(place()) as index:
        put(index, [make_chunk("long table", spans=spans)])
        assert index.search("table", filters=SearchFilters(page=5))
        assert not index.search("table", filters=SearchFilters(page=6))


def test_molecules_are_found_as_typed(place: Place):
    smiles = "CC(=O)Oc1ccccc1C(=O)O"
    with open_index(place()) as index:
        put(index, [make_chunk("Aspirin", kind="molecule", smiles=smiles, inchikey="BSYNR-X-N")])
        for query in (smiles, "BSYNR-X-N"):
            assert "exact" in index.search(query)[0].found_by


def test_hybrid_search_says_so_and_finds_meaning(place: Place):
    embedder = LetterEmbedder()
    with open_index(place(), embedder=embedder) as index:
        put(index, make_chunks(PASSAGES))
        hit = index.search("cyclooxygenases inhibiting")[0]
        assert hit.mode == "hybrid"
        assert "vector" in hit.found_by
        assert hit.similarity is not None
        assert index.search("dose 4.3")[0].chunk.text == PASSAGES[1]
        only = index.search("zzz", 10, SearchFilters(kind="table"))
        assert only == []
        stats = index.stats()
        assert (stats.vectors, stats.embedder, stats.dimension) == (5, "letters", 26)
        assert index.verify() == ()


def test_filters_by_heading_and_metadata(place: Place):
    with open_index(place()) as index:
        first = make_chunk("cats", headings=("Größe", "Animals"), page_label="iv")
        second = make_chunk("cats", ordinal=1, title="Animals at large")
        put(index, [first, second])
        for heading, found in (("ANIMALS", [first]), ("GRÖSSE", [first]), ("anim", [])):
            hits = index.search("cats", filters=SearchFilters(heading=heading))
            assert [hit.chunk for hit in hits] == found
        hits = index.search("cats", filters=SearchFilters(heading="animals at  large"))
        assert [hit.chunk for hit in hits] == [second]
        labelled = SearchFilters(metadata={"page_label": "iv"})
        assert [hit.chunk for hit in index.search("cats", filters=labelled)] == [first]
        unlabelled = SearchFilters(metadata={"page_label": None, "trusted": True})
        assert [hit.chunk for hit in index.search("cats", filters=unlabelled)] == [second]
        with pytest.raises(ConfigurationError, match="page_label"):
            index.search("cats", filters=SearchFilters(metadata={"x' OR 1 --": 1}))


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("inhibiting 4.2", ["inhibits", "4.2"]),
        ("1234.5 SALES", ["sales", "1,234.5"]),
        ("北京大学", ["北京大学"]),
        ("iso 9001", ["ISO", "9001"]),
    ],
)
def test_highlights_are_ranges_of_the_text(index: Index, query: str, marked: list[str]):
    hit = index.search(query)[0]
    assert [hit.chunk.text[start:end] for start, end in hit.highlights] == marked


def test_highlights_of_folded_text(place: Place):
    text = "Ｓｔｒａßｅ ﬁnal cafe\u0301 x Ⅳ 中文"
    with open_index(place()) as index:
        put(index, [make_chunk(text)])
        hit = index.search("final café 中文")[0]
        marked = [text[start:end] for start, end in hit.highlights]
        assert marked == ["ﬁnal", "cafe\u0301", "中文"]


def test_a_query_that_finds_nothing_says_why(index: Index, place: Place):
    def reason(query: str, **filters: object) -> tuple[str, str]:
        hits = index.search(query, filters=SearchFilters(**filters))
        assert hits == []
        assert hits.reason is not None
        return hits.reason.kind, hits.reason.message

    assert index.search("aspirin").reason is None
    assert reason("  ")[0] == "empty_query"
    assert reason("zebra")[0] == "words"
    assert "zebra" in reason("zebra")[1]
    assert reason("aspirin", page=7) == ("filters", "None of the 5 chunks has page = 7.")
    put(index, [make_chunk("zebra", source="b.pdf")])
    assert "only in chunks without source" in reason("aspirin", source="b.pdf")[1]
    with open_index(place("v"), embedder=LetterEmbedder()) as built:
        put(built, [make_chunk("alpha")])
        assert built.search("1").reason is None
    with open_index(place("v")) as lexical:
        found = lexical.search("beta").reason
        assert found is not None
        assert "letters" in found.message
    with open_index(place("empty")) as empty:
        found = empty.search("beta").reason
        assert found is not None
        assert found.kind == "empty_index"


def test_a_page_with_several_matches_comes_first(place: Place):
    with open_index(place()) as index:
        spread = ["Operating income of the year.", "Table of the margin.", "Adobe and its income."]
        lone = make_chunk("Adobe margin notes", page=1)
        put(index, [lone, *make_chunks(spread, page=2)])
        pages = [hit.chunk.page for hit in index.search("Adobe operating income margin")]
        assert pages[0] == 2
        assert 1 in pages


def test_among_chunks_with_the_number_those_with_the_words_come_first(place: Place):
    texts = ["Weir 4711", "Sluice beside the weir", "Sluice of 4711", "Lock 4711"]
    with open_index(place()) as index:
        put(index, [make_chunk(text, page=at) for at, text in enumerate(texts, 1)])
        hits = index.search("sluice 4711", 4)
        assert hits[0].chunk.text == "Sluice of 4711"
        assert hits[0].found_by == ("exact", "lexical")
        # A number whose words stand nowhere picks its chunks out all the same.
        assert {hit.chunk.text for hit in index.search("zebra 4711", 4)} == set(texts) - {texts[1]}
        assert all("exact" in hit.found_by for hit in index.search("zebra 4711", 4))
        assert all("exact" in hit.found_by for hit in index.search("4711", 4))


def test_as_many_hits_come_as_were_asked_for(place: Place):
    with open_index(place()) as index:
        put(index, [make_chunk(f"passage {at}", page=1 + at // 3) for at in range(9)])
        assert [len(index.search("passage", k)) for k in (0, 1, 4, 20)] == [0, 1, 4, 9]
        assert index.search("passage", 0).reason.kind == "empty_query"
        # Two of a page, before further ones of any.
        pages = [hit.chunk.page for hit in index.search("passage", 6)]
        assert sorted(pages) == [1, 1, 2, 2, 3, 3]


def test_why_nothing_is_found_names_the_words_and_what_was_compared(index: Index, place: Place):
    reason = index.search("zebra giraffe").reason
    assert "None of the 5 chunks holds any of: zebra, giraffe." in reason.message
    assert "Only words were compared" in reason.message
    with open_index(place("v"), embedder=LetterEmbedder()) as built:
        put(built, [make_chunk("alpha", kind="table")])
        found = built.search("alpha", filters=SearchFilters(kind="text")).reason
        assert found.kind == "filters"


def test_a_reranker_orders_what_it_is_shown(place: Place):
    seen = []

    def by_length(query: str, passages: Sequence[str]) -> list[int]:
        seen.append((query, len(passages)))
        return [len(passage) for passage in passages]

    with open_index(place(), reranker=by_length) as index:
        put(index, [make_chunk("passage " + "x" * at, page=at + 1) for at in range(9)])
        hits = index.search(" passage ", 2)
    assert [hit.rerank_score for hit in hits] == [16, 15]
    assert seen == [("passage", 9)]


def test_documents_are_found_by_their_file_name(place: Place):
    with open_index(place()) as index:
        put(index, [make_chunk("revenue grew", source="in/ADOBE_2022_10K.pdf")])
        put(index, [make_chunk("revenue grew", source="in/AMAZON_2017.pdf")])
        assert index.search("amazon revenue")[0].chunk.source == "in/AMAZON_2017.pdf"
        assert len(index.search("adobe fy2022")) == 1


def test_a_number_in_many_chunks_does_not_outvote_the_words(place: Place):
    """A year stands everywhere; the chunk with the word asked for need not repeat it."""
    texts = [f"Report {at} of the year 2021" for at in range(60)]
    with open_index(place()) as index:
        put(index, make_chunks([*texts, "Inventories 96,374"]))
        assert index.search("inventories report 2021", 1)[0].chunk.text == "Inventories 96,374"
        assert index.search("96,374 in 2021", 1)


def test_a_score_is_the_share_of_the_words_whatever_else_is_found(index: Index, place: Place):
    """Rare words weigh more, as in BM25; a word that stands nowhere weighs most."""
    hits = index.search("aspirin audited")
    assert [hit.chunk.text for hit in hits[:1]] == [PASSAGES[4]]
    # Of five chunks one holds `audited`, two hold `aspirin`.
    one, two = math.log(1 + 4.5 / 1.5), math.log(1 + 3.5 / 2.5)
    assert hits[0].score == hits[0].coverage == pytest.approx(one / (one + two), abs=1e-6)
    assert hits[1].score == hits[2].score == pytest.approx(two / (one + two), abs=1e-6)
    assert index.search("audited quality system")[0].score == 1
    nowhere = math.log(1 + 5.5 / 0.5)
    found = index.search("xyzzyplugh audited")
    assert found[0].score == pytest.approx(one / (one + nowhere), abs=1e-6)
    # The score of a passage does not go by rank.
    put(index, [make_chunk("aspirin audited", source="b.pdf")])
    assert index.search("xyzzyplugh audited")[0].score < 0.5


def test_words_count_in_headings_caption_and_parts(place: Place):
    with open_index(place()) as index:
        put(
            index,
            [make_chunk("| 1 | 2 |", headings=("Sluices",), caption="Levels of August, ISO 9001")],
        )
        for query in ("sluice levels", "Aug", "iso-9001", "sluice's level"):
            assert index.search(query)[0].score == 1, query
        assert index.search("iso-77")[0].score == pytest.approx(0.5)


def test_months_are_found_short_and_long(place: Place):
    texts = ["| Aug | 7 |", "| September | 8 |", "march of the penguins"]
    with open_index(place()) as index:
        put(index, make_chunks(texts))
        for query, text in (("august", 0), ("Sept", 1), ("sep", 1), ("Mar", 2)):
            assert [hit.chunk.text for hit in index.search(query)] == [texts[text]]


def test_words_of_two_characters_score_more_than_their_characters_apart(place: Place):
    texts = ["东京的大学", "京都在东边", "别的"]
    with open_index(place()) as index:
        put(index, [make_chunk(text, page=at) for at, text in enumerate(texts, 1)])
        first, second = index.search("东京")
        assert (first.chunk.text, first.score) == (texts[0], 1)
        assert second.chunk.text == texts[1]
        assert 0 < second.score < 0.6


def test_meaning_and_words_make_one_score(place: Place):
    with open_index(place(), embedder=LetterEmbedder()) as index:
        put(index, make_chunks(["zzz qqq", "aspirin"]))
        same, other = index.search("zzz qqq")
        assert (same.score, same.similarity) == (pytest.approx(1), pytest.approx(1))
        assert (other.score, other.coverage, other.similarity) == (0, 0, 0)
        # By letters only: nothing of the words, all of the meaning.
        (found, _) = index.search("qzqzqz")
        assert (found.coverage, found.score) == (0, pytest.approx(0.6))


def test_what_is_no_word_is_never_found(place: Place):
    signs = [make_chunk(sign, page=at, headings=("Sets",)) for at, sign in enumerate("}|—", 1)]
    with open_index(place(), embedder=LetterEmbedder()) as index:
        put(index, [*signs, make_chunk("alpha", page=9)])
        for query in ("xyzzyplugh", "}", "sets", "}}} (("):
            assert [hit.chunk.text for hit in index.search(query)] == ["alpha"], query


def test_by_words_alone_ranks_have_a_part_in_the_order(place: Place):
    filler = [make_chunk(f"common filler{at}", page=at) for at in range(10, 210)]
    once = make_chunk("weir " + " ".join(f"other{at}" for at in range(80)) + " common", page=1)
    often = make_chunk("weir weir weir", page=2)
    with open_index(place(), embedder=None) as index:
        put(index, [*filler, once, often])
        first, second = index.search("common weir", 2)
        assert [first.chunk.text, second.chunk.text] == [often.text, once.text]
        assert first.score < second.score == 1


def test_nothing_is_given_below_a_score(index: Index):
    assert len(index.search("aspirin audited", min_score=0.5)) == 1
    hits = index.search("aspirin audited", min_score=0.9)
    assert (hits, hits.reason.kind) == ([], "score")
    assert hits.reason.message == "No passage has a score of 0.9 or more; the best has 0.613."
    assert index.search("audited", min_score=1)
    (shown,) = {hit.score for hit in index.search("audited aspirin ibuprofen", 1)}
    assert index.search("audited aspirin ibuprofen", 1, min_score=shown)
    for wrong in (-0.1, 1.5, float("nan")):
        with pytest.raises(ConfigurationError, match="between 0 and 1"):
            index.search("aspirin", min_score=wrong)


def test_hits_of_a_page_are_bounded(place: Place):
    with open_index(place()) as index:
        put(index, [make_chunk(f"passage {at}", page=1 + at // 4) for at in range(8)])
        for bound, found in ((1, 2), (3, 6), (9, 8), (None, 8)):
            assert len(index.search("passage", 20, per_page=bound)) == found
        with pytest.raises(ConfigurationError, match="At least one"):
            index.search("passage", per_page=0)


def test_the_molecule_asked_for_scores_one(place: Place):
    with open_index(place(), embedder=LetterEmbedder()) as index:
        put(index, [make_chunk("Compound 1", kind="molecule", smiles="CCO")])
        assert index.search("CCO")[0].score == 1
