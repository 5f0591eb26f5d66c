"""Structure search over generated molecules: CPU seconds of a substructure and a similarity query.

usage: python benchmarks/molecule_search.py [--count 100000]

Prints the median and the worst CPU time over ten queries each, after one query that loads the
fingerprints, and RDKit's own brute force over parsed molecules beside it (with its answers
compared).
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rdkit import Chem, DataStructs, RDLogger
from rdkit.Chem import rdFingerprintGenerator

from dsocr_integrations.index import open_index
from dsocr_integrations.records.chunks import Chunk, ChunkSpan
from dsocr_integrations.records.identity import chunk_id, document_id

CORES = (
    "c1ccc({})cc1{}", "c1cc({})ncc1{}", "C1CCN({})CC1{}", "c1ccc2c(c1)[nH]c({})c2{}",
    "O=C1CN({})CCN1{}", "c1c({})sc({})n1", "c1nc({})c2ccccc2c1{}", "C1CC({})CCC1{}",
    "c1cc({})c2OCOc2c1{}", "n1c({})nc({})nc1Cl", "O=C({})N{}", "S(=O)(=O)({})N{}",
    "c1ccc(cc1-c1ccc({})nc1){}", "C1C({})CN1{}", "c1([nH]c({})n1){}",
)  # fmt: skip
PARTS = (
    "C", "CC", "CCC", "C(C)C", "CO", "CCO", "CN", "CCN", "C(=O)O", "C(=O)N", "C(=O)C", "F", "Cl",
    "Br", "C#N", "OC", "OCC", "NC", "N(C)C", "S(=O)(=O)C", "C(F)(F)F", "c1ccccc1", "c1ccncc1",
    "c1ccc(F)cc1", "c1ccco1", "c1ccsc1", "C1CC1", "C1CCCC1", "C1CCOCC1", "N1CCOCC1", "CC(=O)O",
    "CC(N)C(=O)O", "OC(F)F", "Cc1ccccc1", "CCc1ccccc1", "C=C", "C#C", "CCCl", "CCBr", "CCF",
    "c1nccs1", "c1cnn(C)c1", "C(C)(C)C", "CC(C)O", "CCS", "SC", "CSC", "C(=O)OC", "C(=O)NC",
    "NC(=O)C",
)  # fmt: skip
PATTERNS = (
    "c1ccncc1", "C(=O)O", "c1ccc2[nH]ccc2c1", "S(=O)(=O)N", "C(F)(F)F", "[OX2H1]", "c1ccsc1",
    "[#6]C(=O)[NX3;H2]", "N1CCOCC1", "c1ccc(-c2ccncc2)cc1",
)  # fmt: skip
SIMILAR = (
    "Fc1ccc(CCO)cc1", "Cc1cc(C(=O)O)ncc1Br", "OC1CCN(CC)CC1", "c1ccc2c(c1)[nH]c(C)c2CCN",
    "CC(=O)Nc1ccccc1", "CS(=O)(=O)NCC", "c1nc(C)c2ccccc2c1C#N", "O=C1CN(C)CCN1Cl",
    "c1cc(C)c2OCOc2c1F", "C1C(O)CN1C",
)  # fmt: skip


def molecules(count: int) -> list[str]:
    tails = ("", "C", "CC", "CCC", "CO", "CCO", "CN", "CCN", "C(=O)", "C(=O)N", "OC", "NC")
    made: dict[str, None] = {}
    RDLogger.DisableLog("rdApp.*")  # combinations that are no molecules are left out
    for tail, first, second, core in itertools.product(tails, PARTS, PARTS, CORES):
        smiles = core.format(tail + first, second)
        mol = Chem.MolFromSmiles(smiles)
        if mol is not None:
            made[Chem.MolToSmiles(mol)] = None
        if len(made) == count:
            break
    return list(made)


def chunks(smiles: list[str], doc_id: str) -> Iterator[Chunk]:
    span = ChunkSpan(page=1, box=(0, 0, 999, 999), page_width=595, page_height=842)
    for ordinal, one in enumerate(smiles):
        text = f"SMILES: {one}"
        yield Chunk(
            chunk_id=chunk_id(doc_id, 1, "molecule", ordinal, text), doc_id=doc_id, revision="0",
            source="generated", kind="molecule", ordinal=ordinal, text=text, spans=(span,),
            engine="generated", fingerprint="0", smiles=one,
        )  # fmt: skip


def timed(queries: Iterable[str], ask: Callable[[str], Any]) -> tuple[list[float], list[Any]]:
    seconds, answers = [], []
    for query in queries:
        began = time.process_time()
        answers.append(ask(query))
        seconds.append(time.process_time() - began)
    return seconds, answers


def told(name: str, seconds: list[float]) -> None:
    median, worst = statistics.median(seconds), max(seconds)
    print(f"{name}: median {median * 1000:.1f} ms CPU, worst {worst * 1000:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    options = parser.parse_args()
    smiles = molecules(options.count)
    print(f"{len(smiles)} different molecules")
    doc_id = document_id("generated")
    with tempfile.TemporaryDirectory() as folder, open_index(folder) as index:
        began = time.process_time()
        facts = {"revision": "0", "engine": "generated", "fingerprint": "0"}
        index.upsert_document(doc_id, chunks(smiles, doc_id), **facts)
        print(f"written in {time.process_time() - began:.1f} s CPU")
        first, _ = timed(["CCO"], lambda query: index.search_structure(query, "similarity"))
        told("first query, loading the fingerprints", first)
        ours, found = timed(PATTERNS, lambda query: index.search_structure(query, k=100))
        told("substructure, first 100 verified hits", ours)
        near, similar = timed(SIMILAR, lambda q: index.search_structure(q, "similarity", k=10))
        told("similarity, top 10", near)
    mols = [Chem.MolFromSmiles(one) for one in smiles]
    prints = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    stored = prints.GetFingerprints(mols)

    def brute(query: str) -> int:
        asked = Chem.MolFromSmiles(query) or Chem.MolFromSmarts(query)
        return sum(mol.HasSubstructMatch(asked) for mol in mols)

    def bulk(query: str) -> list[float]:
        asked = prints.GetFingerprint(Chem.MolFromSmiles(query))
        return sorted(DataStructs.BulkTanimotoSimilarity(asked, stored), reverse=True)[:10]

    seconds, all_hits = timed(PATTERNS, brute)
    told("RDKit, all molecules matched", seconds)
    seconds, best = timed(SIMILAR, bulk)
    told("RDKit, bulk Tanimoto", seconds)
    same = sum(len(hits) == min(100, every) for hits, every in zip(found, all_hits, strict=True))
    alike = sum(
        all(abs(hit.similarity - score) < 1e-9 for hit, score in zip(hits, scores, strict=False))
        for hits, scores in zip(similar, best, strict=True)
    )
    print(
        f"same answers: substructure {same} of {len(found)}, similarity {alike} of {len(similar)}"
    )


if __name__ == "__main__":
    main()
