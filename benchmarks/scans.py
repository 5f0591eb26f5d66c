"""Measure how scanned pages are read.

usage: python benchmarks/scans.py DATADIR [--furniture] [--out FOLDER]

DATADIR holds page pictures with their truth beside them: `X.jpg|png` with `X.gt.json`
(OmniDocBench pages) or `X.gt.hocr`. The text of a truth is its blocks in reading order, markup
removed and words parted at line ends joined; figures, and blocks without a place in the order, are
no part of it.

Prints a line a page and the means: CER (edits over the characters of the truth) and word
recall, both as the engine gives the page and as RapidOCR's lines come.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

PICTURES = (".jpg", ".png")
TEXT_BLOCKS = {
    "title", "text_block", "reference", "list_group", "table", "table_caption", "figure_caption",
    "table_footnote", "figure_footnote", "code_txt", "code_txt_caption", "equation_isolated",
    "equation_caption", "header", "footer", "page_number", "page_footnote",
}  # fmt: skip
HOCR_LINES = {"ocr_line", "ocr_header", "ocr_textfloat", "ocr_caption"}
SAME = str.maketrans("‘’“”‐‑‒–—−", "''\"\"------", "\u00ad\u200b")
WORD = re.compile("[\u4e00-\u9fff]|[^\\W_]+")


def plain(text: str) -> str:
    """Reading text: tags, Markdown marks and math delimiters removed, white space as one."""
    text = re.sub(r"<[^>]+>", " ", text)
    text = re.sub(r"^\s{0,3}(?:#{1,6}|[-*+])\s+", "", html.unescape(text), flags=re.MULTILINE)
    text = re.sub(r"\*\*|__|`|\$|\\[()\[\]]|\|", "", text)
    text = re.sub(r"(\w)-[ ]?\n(?=[a-z])", r"\1", text)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).translate(SAME)).strip()


def truth_of(picture: Path) -> str | None:
    page = picture.with_name(f"{picture.stem}.gt.json")
    if page.exists():
        blocks = [
            block
            for block in json.loads(page.read_text())["layout_dets"]
            if not block.get("ignore")
            and block.get("order") is not None
            and block["category_type"] in TEXT_BLOCKS
        ]
        blocks.sort(key=lambda block: block["order"])
        texts = (b.get("html") or b.get("text") or b.get("latex") or "" for b in blocks)
        return plain(" \n".join(texts))
    hocr = picture.with_name(f"{picture.stem}.gt.hocr")
    return hocr_text(hocr) if hocr.exists() else None


def hocr_text(path: Path) -> str:
    from lxml import etree

    root = etree.fromstring(path.read_bytes(), etree.XMLParser(recover=True, huge_tree=True))
    lines = (e for e in root.iter() if e.get("class") in HOCR_LINES)
    return plain("\n".join(" ".join(_words_of(line)) for line in lines))


def _words_of(line: Any) -> list[str]:
    return ["".join(w.itertext()).strip() for w in line.iter() if w.get("class") == "ocrx_word"]


def score(truth: str, said: str) -> tuple[float, float]:
    from rapidfuzz.distance import Levenshtein

    said = plain(said)
    wanted, found = Counter(WORD.findall(truth.lower())), Counter(WORD.findall(said.lower()))
    recall = sum((wanted & found).values()) / max(1, sum(wanted.values()))
    return Levenshtein.distance(truth, said) / max(1, len(truth)), recall


def lines_as_they_come(picture: Any) -> str:
    import numpy as np
    from rapidocr import RapidOCR

    if not hasattr(lines_as_they_come, "engine"):
        lines_as_they_come.engine = RapidOCR(params={"Global.log_level": "critical"})
    found = lines_as_they_come.engine(np.asarray(picture)[:, :, ::-1])
    return "\n".join(found.txts or ())


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--furniture", action="store_true", help="keep headers and footers")
    arguments.add_argument("--alone", action="store_true", help="also score RapidOCR's lines")
    arguments.add_argument("--out", type=Path, help="write the Markdown of each page here")
    options = arguments.parse_args()
    if not options.data.is_dir():
        print(f"{options.data} is absent; nothing was measured.")
        return 1
    from PIL import Image

    from dsocr_integrations.engines.embedded.scan import pages as scan
    from dsocr_integrations.markdown import FURNITURE_LABELS

    scores: dict[str, list[tuple[float, float]]] = {"engine": [], "RapidOCR lines": []}
    for path in sorted(p for p in options.data.iterdir() if p.suffix in PICTURES):
        truth = truth_of(path)
        if truth is None:
            continue
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        page = scan.read_picture(picture, picture.size)
        said = "\n\n".join(
            block.text
            for block in page.blocks
            if options.furniture or block.label not in FURNITURE_LABELS
        )
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            (options.out / f"{path.stem}.md").write_text(said)
        scores["engine"].append(score(truth, said))
        if options.alone:
            scores["RapidOCR lines"].append(score(truth, lines_as_they_come(picture)))
        print(f"{path.stem[:48]:48} CER {scores['engine'][-1][0]:.3f}", flush=True)
    for name, pages in scores.items():
        if pages:
            cer, recall = (sum(column) / len(pages) for column in zip(*pages, strict=True))
            print(f"{name}: {len(pages)} pages, CER {cer:.3f}, word recall {recall:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
