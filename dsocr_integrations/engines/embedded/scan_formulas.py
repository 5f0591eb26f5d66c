r"""Formulas of a scan as LaTeX: `µ2 ≠ 0` becomes `\(\mu^{2} \neq 0\)`.

The recogniser gives a formula as a row of Unicode characters, to which the places of raised and
lowered ones were added. Its symbols become commands wherever something about them says that
they stand in a formula; `5 µm` and `20 × 30 cm` in a sentence stay what they are.
"""

from __future__ import annotations

import re

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

_SURE = re.compile(r"[_^]\{|[∂∇∑∏∫∮∈∉⊂⊆∩∪∀∃∅≡∝⊗⊕]")
"""Nothing but a formula holds one of these."""

_GREEK = re.compile(r"[Α-Ωα-ωϕµ]")
_GREEK_TERM = re.compile(r"^\W*[Α-Ψα-λν-ωϕ]\W*$|[Α-Ωα-ωϕµ][(\[]")
"""A Greek letter alone; ohm and micro are units more often."""

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
    if r"\(" in text or not _needs_latex(text):
        return text
    parts = _CHINESE.split(text)
    parts[::2] = [_clause(part) for part in parts[::2]]
    return "".join(parts)


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


def _needs_latex(text: str) -> bool:
    if _GREEK_WORD.search(text):
        return False
    return bool(_SURE.search(text)) or any(_GREEK_TERM.search(t) for t in text.split(" "))


def _is_word(word: str) -> bool:
    """Whether letters make a word of prose; products such as `uxv` are no words."""
    if not word.isascii():
        return not _GREEK.search(word)
    long = len(word) >= 4 and re.search(r"[aeiouy]", word) is not None
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
