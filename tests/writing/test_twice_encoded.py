"""Words whose bytes were taken for other characters."""

from __future__ import annotations

import pytest

from dsocr_integrations.writing.twice_encoded import once_encoded


@pytest.mark.parametrize("word", ["grün", "große", "„Übung“", "Jürgen’s", "Łódź", "€", "voilà"])
def test_a_word_written_twice_is_mended(word):
    taken = [bytes([byte]) for byte in word.encode()]
    latin = "".join(byte.decode("latin-1") for byte in taken)
    windows = "".join(byte.decode("cp1252", "ignore") or byte.decode("latin-1") for byte in taken)
    # A reader parts words at the no-break space.
    assert [once_encoded(said.rstrip("\u00a0")) for said in (latin, windows)] == [word, word]


@pytest.mark.parametrize(
    "word", ["grün", "SÃO", "NÃO", "château", "Åre", "ñandú", "привет", "plain"]
)
def test_any_other_word_stays(word):
    assert once_encoded(word) == word
