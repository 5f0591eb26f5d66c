"""Page recall@k of search over a folder of reports, beside PyMuPDF text and the same search.

usage: python benchmarks/financebench.py DATADIR [--cache DIR] [--workers N] [--only NAME ...]

DATADIR holds `questions.jsonl` (one question a line: `question`, `doc`, and `evidence` with
0-based `page_index`) and the PDFs it names. A question is found when one of its evidence pages
is among the first k pages over the whole corpus. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pymupdf

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.index import Index, open_index
from dsocr_integrations.records.chunks import Chunk
from dsocr_integrations.records.documents import Block, Document, Page
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.records.readings import PageReading
from dsocr_integrations.runner import Runner

Place = tuple[str, int]
RANKS = (1, 3, 5, 10)


def text_document(path: Path) -> Document:
    """The page texts of PyMuPDF as a document with one block a page."""
    reading = PageReading(engine="pymupdf", fingerprint="text")
    with pymupdf.open(path) as pdf:
        pages = tuple(
            Page(
                number=number, width=page.rect.width, height=page.rect.height, reading=reading,
                markdown="", blocks=(Block(label="text", text=page.get_text()),),
            )
            for number, page in enumerate(pdf, start=1)
        )  # fmt: skip
    return Document(
        doc_id=document_id(path.name), revision="0", source=path.name, page_count=len(pages),
        engine="pymupdf", fingerprint="text", pages=pages,
    )  # fmt: skip


def put(index: Index, document: Document, chunks: Iterable[Chunk]) -> None:
    index.upsert_document(
        document.doc_id, chunks, revision=document.revision, engine=document.engine,
        fingerprint=document.fingerprint,
    )  # fmt: skip


def ranked_pages(index: Index, question: str, count: int) -> list[Place]:
    """The first pages, best first, each once."""
    pages: dict[Place, None] = {}
    for hit in index.search(question, 20 * count):
        for span in hit.chunk.spans:
            pages.setdefault((Path(hit.chunk.source).stem, span.page))
    return list(pages)[:count]


def wilson(hits: int, total: int) -> tuple[float, float]:
    z, share = 1.96, hits / total
    middle = share + z * z / (2 * total)
    reach = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return (middle - reach) / scale, (middle + reach) / scale


def report(name: str, index: Index, questions: list[dict], *, verbose: bool) -> None:
    ranks: list[int | None] = []
    for one in questions:
        wanted = {(one["doc"].removesuffix(".pdf"), e["page_index"] + 1) for e in one["evidence"]}
        found = ranked_pages(index, one["question"], max(RANKS))
        ranks.append(next((at for at, place in enumerate(found, 1) if place in wanted), None))
        if verbose:
            print(f"  {name} rank {ranks[-1]}: {one['question'][:70]} {sorted(wanted)} {found[:5]}")
    for k in RANKS:
        hits = sum(rank is not None and rank <= k for rank in ranks)
        low, high = wilson(hits, len(ranks))
        print(f"{name}: page recall@{k} {hits} of {len(ranks)} ({low:.2f} to {high:.2f})")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=None, help="cache of pages read")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=None, help="file names of the corpus to keep")
    parser.add_argument("--embedder", default="none", help="none or local")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    listing = options.data / "questions.jsonl"
    if not listing.is_file():
        print(f"Nothing measured: {listing} is missing.")
        return 1
    questions = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    corpus = sorted(options.data.glob("*.pdf"), key=lambda path: path.stat().st_size)
    if options.only:
        corpus = [path for path in corpus if path.name in options.only]
        kept = {path.name for path in corpus}
        questions = [one for one in questions if one["doc"] in kept]
    with tempfile.TemporaryDirectory() as folder:
        cache = options.cache or Path(folder) / "cache"
        runner = Runner(engine="embedded", workers=options.workers, cache=cache)

        def read(path: Path) -> Document:
            began = time.monotonic()
            document = runner.read(path)
            seconds = time.monotonic() - began
            print(f"  {path.name}: {len(document.pages)} pages read in {seconds:.0f} s", flush=True)
            return document

        systems: dict[str, tuple[Callable[[Path], Document], Callable[[Document], Iterable[Chunk]]]]
        chunked = Chunker().chunk
        whole = Chunker(max_tokens=100_000).chunk
        systems = {
            "ours": (read, chunked),
            "pymupdf, chunked": (text_document, chunked),
            "pymupdf, whole pages": (text_document, whole),
        }
        for name, (load, cut) in systems.items():
            place = Path(folder) / name.replace(" ", "-")
            with open_index(place, embedder=options.embedder) as index:
                for path in corpus:
                    document = load(path)
                    put(index, document, cut(document))
                report(name, index, questions, verbose=options.verbose)
        runner.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
