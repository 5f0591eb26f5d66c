"""Characters that any longer text in Chinese or Japanese is full of."""

from __future__ import annotations

from collections.abc import Iterable

from dsocr_integrations.writing.scripts import script_of

_COMMON = frozenset(
    "的一是不了在人有我他这這中大来來上国國个個到说說们們为為子和你地出道也时時年得就那要下以生会會自"
    "着去之过過家学學对對可里小么心多天而能好都然没沒日于於起还還发發成事只作当當想看文无無开開手十用"
    "主行方又如前所本见見经經头頭面公同三已老从從动動两兩长長知民样樣现現分将將外但身些与與高意进進把法"
    "此实實回二理美点點月明其种種全工己者向情部正名定女问問力机機给給等几幾业業最间間新位因重被走电電四"
    "第门門次相东東政海口使教西再平真听世气氣信北少关關并內内加化由却却代产產入先山五太水万萬市体體别別"
    "处處总總场場师書书比住员員九性通目报報立活数數件安表原车車白应應路期提更反合系計计或司利受光王果及"
    "今京务務制解各至清物台象记記区區式社会線线県本語语料金額号番号合計円元年月日"
)
MIN_HAN = 24
"""Fewer Chinese characters say nothing."""

_LEAST = 0.12
"""Share of such characters that any text has; of prose they are two thirds."""


def is_drawn_at_random(texts: Iterable[str]) -> bool:
    """Whether texts have many Chinese characters, and hardly any of those that are common."""
    characters = "".join(texts)
    if characters.isascii():
        return False
    han = [character for character in characters if script_of(character) == "Han"]
    kana = sum(script_of(character) == "Japanese" for character in characters)
    if len(han) < MIN_HAN or kana > len(han):
        return False
    return sum(character in _COMMON for character in han) < _LEAST * len(han)
