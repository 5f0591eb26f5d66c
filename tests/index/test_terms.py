"""Search terms: words, CJK characters, numbers and codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations.index.terms import MAX_QUERY_TERMS, query_terms, term_places, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sales rose to 1,234.5 units", ["sales", "rose", "to", "1234.5", "units"]),
        ("ISO-9001", ["iso-9001", "iso", "9001"]),
        ("4.2%", ["4.2", "4.2%"]),
        ("FY2022 Q2 B2B", ["fy2022", "fy", "2022", "q2", "b2b"]),
        ("2022E", ["2022e", "2022", "e"]),
        ("北京 2024年", ["北", "京", "2024", "年"]),
        ("ＡＢＣ１２", ["abc12", "abc", "12"]),
        ('"NEAR(a b) OR *', ["near", "a", "b", "or"]),
    ],
)
def test_cuts_text(text: str, expected: list[str]):
    assert list(terms(text)) == expected


def test_query_drops_stop_words_unless_there_is_nothing_else():
    assert query_terms("what is the dose of aspirin").words == ("dose", "aspirin")
    assert query_terms("to be or not to be").words == ("to", "be", "or", "not")


def test_query_pairs_adjacent_cjk_characters_only():
    asked = query_terms("北京 大学")
    assert asked.phrases == (("北", "京"), ("大", "学"))


def test_query_asks_for_pairs_before_single_cjk_characters():
    asked = query_terms("水泵运行多少小时？")
    assert asked.words == ()
    assert ("水", "泵") in asked.phrases
    assert ("多", "少") not in asked.phrases
    assert {"水", "泵"} <= set(asked.characters)


def test_query_pairs_leave_out_what_only_asks_or_joins():
    assert query_terms("谁的泵").phrases == ()
    assert query_terms("谁的泵").words == ("泵",)
    assert query_terms("多少").words == ("多", "少")


def test_query_names_codes():
    assert query_terms("sales of 1,234 under ISO-9001").codes == ("1234", "iso-9001")


@given(st.text())
def test_terms_never_hold_spaces_or_quotes(text: str):
    for term in terms(text):
        assert term
        assert not set(term) & {'"', " ", "*", "(", ")"}


def test_query_is_bounded():
    asked = query_terms("word1 " * 10_000)
    assert len(asked.words) <= MAX_QUERY_TERMS


@given(st.text())
def test_every_term_has_a_place(text: str):
    places = term_places(text)
    assert len(places) in {0, len(list(terms(text)))}
    assert all(0 <= start < end <= len(text) for start, end in places)


def test_places_of_parts():
    text = "See ISO-9001, FY2022: 4.2% of 1,234.5"
    found = {term: text[a:b] for term, (a, b) in zip(terms(text), term_places(text), strict=True)}
    assert found == {
        "see": "See", "iso-9001": "ISO-9001", "iso": "ISO", "9001": "9001", "fy2022": "FY2022",
        "fy": "FY", "2022": "2022", "4.2": "4.2%", "4.2%": "4.2%", "of": "of", "1234.5": "1,234.5",
    }  # fmt: skip
