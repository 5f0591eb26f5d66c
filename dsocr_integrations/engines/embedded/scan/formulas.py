r"""Formulas of a scan as LaTeX: `µ2 ≠ 0` becomes `\(\mu^{2} \neq 0\)`.

The recogniser gives a formula as a row of Unicode characters, to which the places of raised and
lowered ones were added. Its symbols become commands wherever something about them says that
they stand in a formula; `5 µm` and `20 × 30 cm` in a sentence stay what they are.
"""

from __future__ import annotations

import itertools
import re

from dsocr_integrations.engines.embedded.scan.formula_letters import apart, is_product

_COMMANDS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
    "∂": "partial", "∇": "nabla", "∑": "sum", "∏": "prod", "∫": "int", "∮": "oint",
    "∞": "infty", "∈": "in", "∉": "notin", "⊂": "subset", "⊆": "subseteq", "∩": "cap",
    "∪": "cup", "∀": "forall", "∃": "exists", "∅": "emptyset", "≤": "leq", "≥": "geq",
    "≠": "neq", "≡": "equiv", "≈": "approx", "∼": "sim", "≅": "cong", "∝": "propto",
    "≪": "ll", "≫": "gg", "→": "to", "⇒": "Rightarrow", "⇔": "Leftrightarrow", "↦": "mapsto",
    "×": "times", "·": "cdot", "±": "pm", "∓": "mp", "÷": "div", "⊗": "otimes", "⊕": "oplus",
    "⊥": "perp", "∧": "wedge", "∨": "vee", "√": "sqrt", "…": "ldots", "⋯": "cdots",
}  # fmt: skip
_PLAIN = str.maketrans({"−": "-", "′": "'", **{c: f"^{{{n}}}" for n, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}})

_HELD = 0xF0000
"""First of the private characters that stand for formulas already written."""

_SURE = re.compile(r"[_^]\{|[∂∇∑∏∫∮∈∉⊂⊆∩∪∀∃∅≡∝⊗⊕\U000f0000-\U000fffff]")
"""Nothing but a formula holds one of these."""

_GREEK = re.compile(r"[Α-Ωα-ωϕµ]")
_GREEK_TERM = re.compile(r"^\W*[Α-Ψα-λν-ωϕ]\W*$|[Α-Ωα-ωϕµ][(\[]")
"""A Greek letter alone; ohm and micro are units more often."""

_CHINESE_LETTER = re.compile(r"[\u4e00-\u9fff]")
_STROKES = str.maketrans("一二十丨", "-=+|")
"""Chinese characters for which signs are mistaken; no other stands in a formula with them."""

_WRITTEN = re.compile(r"\\\((.*?)\\\)")
_PRIVATE = re.compile("[\U000f0000-\U000fffff]")
_CHINESE = re.compile(r"([\u3000-\u9fff\uff00-\uffef]+)")
_GREEK_WORD = re.compile(r"[Α-ώ]{3}")
_OPERATOR = re.compile(r"^[-−+=<>≤≥≠≡≈∼±×·/|→⇒:∈∉⊂⊆∩∪]+$")
_OPERAND = re.compile(
    r"^[-−(\[{]*(?:[A-Za-zΑ-Ωα-ωϕµ]\d?(?:\([^()]{1,6}\))?|\d+(?:\.\d+)?)['′²³)\]},.;]*$"
)
_WORD = re.compile(r"[^\W\d_]+")
_SHORT_WORD = re.compile(
    r"^(?:and|as|at|by|for|if|in|is|of|on|or|so|the|to|we|with)$", re.IGNORECASE
)
_RELATION = re.compile(r"[=<>≤≥≠≡≈∼∈⊆⊂→]")
_PAIRS = {"(": ")", "[": "]", ")": "(", "]": "["}
_ENDING = re.compile(r"[.,;:]+$")


def with_formulas(text: str) -> str:
    r"""Write the formulas of a paragraph in LaTeX between `\(` and `\)`.

    Args:
        text: A line or a paragraph, raised and lowered characters marked `^{…}` and `_{…}`.
    """
    text, held = _without_written(text)
    if not _needs_latex(text):
        return text
    parts = _CHINESE.split(text)
    parts[::2] = [_clause(part) for part in parts[::2]]
    return _with_written("".join(parts), held)


def _without_written(text: str) -> tuple[str, list[str]]:
    r"""A text with a private character in the place of each formula between `\(` and `\)`."""
    held = _WRITTEN.findall(text)
    numbers = itertools.count(_HELD)
    return _WRITTEN.sub(lambda _: chr(next(numbers)), _PRIVATE.sub("", text)), held


def _with_written(text: str, held: list[str]) -> str:
    return _PRIVATE.sub(lambda found: held[ord(found[0]) - _HELD], text)


def _clause(text: str) -> str:
    tokens = text.split(" ")
    inside = [True] * len(tokens) if is_formula(text) else _inside(tokens)
    written: list[str] = []
    run: list[str] = []
    for token, formula in zip(tokens, inside, strict=True):
        if formula:
            run.append(token)
            continue
        written += [_inline(run)] if run else []
        run = []
        written.append(token)
    written += [_inline(run)] if run else []
    return " ".join(written)


def is_formula(text: str) -> bool:
    """Whether a whole line is one formula: a relation between symbols, and no word."""
    text = _PRIVATE.sub("", _without_written(text)[0])
    named = _GREEK.search(text) or _SURE.search(text)
    return bool(named and _RELATION.search(text)) and not any(map(_is_word, _WORD.findall(text)))


def latex(text: str) -> str:
    """A formula with LaTeX's commands for its symbols, without delimiters."""
    out, opened = "", []
    for character in text.translate(_PLAIN):
        if character == "{":
            opened.append(out[-1:] in {"_", "^"})
            out += "{" if opened[-1] else r"\{"
        elif character == "}":
            out += "}" if opened and opened.pop() else r"\}"
        elif character in _COMMANDS:
            out += f"\\{_COMMANDS[character]}"
        elif character.isalnum() and re.search(r"\\[A-Za-z]+$", out):
            out += f" {character}"
        else:
            out += character
    return out


def display_latex(text: str) -> str:
    """A formula that stands by itself in LaTeX, its factors written apart; no delimiters."""
    text, held = _without_written(text)
    signs = text.translate(_STROKES)
    text = text if _CHINESE_LETTER.search(signs) else signs
    return _with_written(apart(latex(text)), held)


def _needs_latex(text: str) -> bool:
    if _GREEK_WORD.search(text):
        return False
    return bool(_SURE.search(text)) or any(_GREEK_TERM.search(t) for t in text.split(" "))


def _is_word(word: str) -> bool:
    """Whether letters make a word of prose; products such as `uxv` are no words."""
    if not word.isascii():
        return not _GREEK.search(word)
    long = len(word) >= 4 and not is_product(word)
    return long or _SHORT_WORD.match(word) is not None


def _inside(tokens: list[str]) -> list[bool]:
    """Which tokens belong to a formula: sure ones, and what operators tie to them."""
    inside = [bool(_SURE.search(t) or _GREEK_TERM.search(t)) for t in tokens]
    changed = True
    while changed:
        changed = False
        for n, token in enumerate(tokens):
            if inside[n]:
                continue
            beside = [m for m in (n - 1, n + 1) if 0 <= m < len(tokens)]
            if _OPERATOR.match(token):
                joins = any(inside[m] for m in beside)
            else:
                joins = bool(_OPERAND.match(token)) and any(
                    inside[m] and _OPERATOR.match(tokens[m]) for m in beside
                )
            inside[n] = joins
            changed = changed or joins
    return inside


def _inline(run: list[str]) -> str:
    text, before, after = " ".join(run), "", ""
    while text:
        if _ENDING.search(text) or (
            text[-1] in _PAIRS and text.count(text[-1]) > text.count(_PAIRS[text[-1]])
        ):
            text, after = text[:-1], text[-1] + after
        elif text[0] in "([" and text.count(text[0]) > text.count(_PAIRS[text[0]]):
            text, before = text[1:], before + text[0]
        else:
            break
    return rf"{before}\({latex(text)}\){after}"
