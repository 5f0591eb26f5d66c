"""Mutated answers through the parser, mutated files through the reader in child processes.

usage: python benchmarks/fuzz.py [--answers 10000] [--files 1000] [--seed 1] [--keep FOLDER]
                                 [--from FOLDER] [--kinds SUFFIXES]

An answer is cut, doubled, spliced and salted with tags; the parser must return within a second,
with boxes on the grid, and chunk and render what it found. A file has bytes flipped, cut,
moved or doubled; the embedded engine must read it, and what is attached to it, or refuse it in a
typed error, without crash, hang or an error of our own (`internal`). Seeds are the samples, a text,
Markdown, a mail, a saved page, spreadsheets and a PDF with attachments; files of another folder join them by `--from`, and
`--kinds txt,md,eml` takes only some.
What fails is written to the folder of `--keep`. Every mutation follows from the seed.
"""

from __future__ import annotations

import argparse
import collections
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BATCH = 25
SECONDS_A_FILE = 60
MEMORY = 6 << 30
LARGEST = 2_000_000
ARCHIVES = frozenset({".ods", ".xlsx"})
BAD_KINDS = frozenset({"internal", "crash", "timeout", "memory"})
TAGS = (
    "<|ref|>table<|/ref|>", "<|det|>[[1, 2, 3", "<|/det|>", "<|grounding|>", "<table>", "</table>",
    "<tr>", "<td colspan=99999 rowspan='99999'>", "</td>", "<fcel>", "<lcel>", "<ucel>", "<nl>",
    "[[0, 0, 999, 999], [5]]", "[[-1e309, nan, 1, 1]]", "| a | b |\n|---|---|\n", "\\(", "\\[", "$$",
    "<smiles>", "</smiles>", "{'Line': {'line': [", "\0", "\ud800", "\u202e", "&lt;|det|&gt;", "\r",
    "<script>alert(1)</script>", "![](javascript:x)", "# ", "\n\n", "0" * 400, "<|", "|>", "&#x110000;",
)  # fmt: skip


def mutated_text(seeds: list[str], chance: random.Random) -> str:
    """One answer, changed in one to six places."""
    text = chance.choice(seeds)
    for _ in range(chance.randint(1, 6)):
        at, other = chance.randint(0, len(text)), chance.randint(0, len(text))
        low, high = sorted((at, other))
        text = chance.choice(
            [
                text[:at],
                text[:low] + text[high:],
                text[:at] + text[low : low + 200] * chance.randint(2, 40) + text[at:],
                text[:at] + chance.choice(TAGS) * chance.choice([1, 1, 2, 60]) + text[at:],
                text[:at] + chance.choice(seeds)[low:],
                text[:low] + "".join(chance.sample(text[low : low + 80], len(text[low : low + 80]))) + text[low + 80 :],
            ]
        )[:60_000]  # fmt: skip
    return text


def mutated_bytes(seeds: list[bytes], chance: random.Random) -> bytes:
    """One file, changed in one to three places."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 3)):
        if not data:
            break
        at = chance.randrange(len(data))
        size = chance.choice([1, 1, 4, 64, 1024])
        match chance.randrange(9):
            case 0:
                del data[at:]
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = data[at : at + size] * chance.randint(2, 20)
            case 3:
                data[at : at + size] = chance.randbytes(min(size, len(data) - at))
            case 4 | 5 | 6 | 7:
                data[at] ^= 1 << chance.randrange(8)
            case _:
                there = chance.randrange(len(data))
                data[there : there + size] = data[at : at + size]
    return bytes(data)


def mutated_archive(seeds: list[bytes], chance: random.Random) -> bytes:
    """A ZIP archive with one of its members changed, and its sums right."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(chance.choice(seeds))) as archive,
        zipfile.ZipFile(file, "w") as made,
    ):
        changed = chance.choice(archive.namelist())
        for name in archive.namelist():
            data = archive.read(name)
            made.writestr(name, mutated_bytes([data], chance) if name == changed else data)
    return file.getvalue()


def fault_of_answer(text: str) -> str | None:
    """What is wrong with how an answer is taken, or `None`."""
    from dsocr_integrations.figures.charts import read_chart
    from dsocr_integrations.grounding import parse

    started = time.process_time()
    try:
        page = parse(text)
        read_chart(text)
    except Exception:  # noqa: BLE001 - an error of any kind is what is looked for
        return traceback.format_exc(limit=-1)
    seconds = time.process_time() - started
    if seconds > 1:
        return f"took {seconds:.1f} s for {len(text)} characters"
    boxes = [box for block in page.blocks for box in block.boxes]
    wrong = [box for box in boxes if not all(0 <= edge <= 999 for edge in box)]
    return f"boxes off the grid: {wrong[:2]}" if wrong else None


def try_answers(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield each answer at fault, and the fault."""
    from tests.golden.model_answers import FIGURES, PAGES

    seeds = [*PAGES.values(), *FIGURES.values()]
    for number in range(count):
        text = mutated_text(seeds, random.Random(f"{seed}/{number}"))
        fault = fault_of_answer(text)
        if fault:
            yield text, fault


def read_batch(paths: list[Path]) -> None:
    """Child process: read each file and print what became of it, a line of JSON each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from dsocr_integrations import Runner
    from dsocr_integrations.errors import DsocrError

    with Runner("embedded", cache=False, on_error="keep", attachments=True) as runner:
        for path in paths:
            print(json.dumps({"begin": path.name}), flush=True)
            try:
                documents = runner.read_many(path, pages="1-2")
                kinds = sorted({error.kind for one in documents for error in one.errors})
            except DsocrError as error:
                kinds = [type(error).__name__]
            except Exception:  # noqa: BLE001 - an error of any kind is what is looked for
                kinds = ["internal: " + traceback.format_exc(limit=-1)]
            print(json.dumps({"file": path.name, "kinds": kinds}), flush=True)


def outcomes_of(paths: list[Path]) -> dict[str, list[str]]:
    """What became of each file, read by child processes; a file that ends one is named."""
    outcomes: dict[str, list[str]] = {}
    waiting = list(paths)
    while waiting:
        batch, waiting = waiting[:BATCH], waiting[BATCH:]
        command = [sys.executable, __file__, "--batch", *map(str, batch)]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=SECONDS_A_FILE * len(batch), check=False
            )
            said, ended = done.stdout, f"crash: exit {done.returncode}"
        except subprocess.TimeoutExpired as late:
            said, ended = late.stdout or b"", "timeout"
        lines = [json.loads(line) for line in said.splitlines()]
        outcomes |= {line["file"]: line["kinds"] for line in lines if "file" in line}
        begun = [line["begin"] for line in lines if "begin" in line]
        if begun and begun[-1] not in outcomes:
            outcomes[begun[-1]] = [ended]
        left = [path for path in batch if path.name not in outcomes]
        if len(left) == len(batch):
            raise SystemExit(f"The child process cannot start: {ended}")
        waiting = left + waiting
    return outcomes


def made_files() -> dict[str, bytes]:
    """Seeds of kinds that the samples have none of, by their suffixes."""
    import pymupdf

    from tests.workbooks import BOLD, XlsxSheet, ods, row, xlsx

    text = "The pump runs at night.\n\nÜber 1,250 litres — a day.\fThe valve is shut.\n" * 3
    table = "# Pump\n\n| hour | litres |\n|---|---|\n| 1 | 1,250 |\n\n```\nx = 1\n```\n\nEnd\n---\n"
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "A page with files beside it")
        document.embfile_add("a", text.encode(), filename="note.txt")
        document[0].add_file_annot((72, 99), table.encode(), "pump.md")
        holding = document.tobytes(no_new_id=True)
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Anna Øst <anna@example.org>", "Angebot für März"
    mail.set_content("Dear Bob,\n\nthe offer is attached.\n", cte="quoted-printable")
    rows = "<tr><th>Item</th><th>Price</th></tr><tr><td>Pump</td><td>1,250</td></tr>"
    mail.add_alternative(f"<h1>Offer</h1><table>{rows}</table><ul><li>one", subtype="html")
    mail.add_attachment(holding, maintype="application", subtype="pdf", filename="offer.pdf")
    mail.set_boundary("outer")
    mail.get_payload(0).set_boundary("inner")
    cells = row(1, {"A": "Hour", "B": "Share"}, style=BOLD) + row(
        2, {"A": (45322.5, 3), "B": (0.1, 2)}
    )
    merged = '<mergeCells><mergeCell ref="A3:B4"/></mergeCells>'
    sheets = [
        XlsxSheet("May", cells + row(3, {"A": "=SUM(B2)"}), behind=merged),
        XlsxSheet("June", cells),
    ]
    page = f'<head><meta charset="utf-8"></head><nav>x</nav><ol><li>a<li>b</ol><pre>{text}</pre>'
    table_cells = "".join(
        f'<table:table-row table:number-rows-repeated="{n}"><table:table-cell><text:p>{n}</text:p>'
        f'</table:table-cell><table:table-cell table:number-columns-spanned="2"><text:p>b</text:p>'
        "</table:table-cell></table:table-row>"
        for n in (1, 2)
    )
    return {
        ".csv": 'Datum;Text;Betrag\n01.02.2025;"Miete;\nMai";-850,00\n\nx;y\n1;2\n'.encode(
            "cp1252"
        ),
        ".html": f"{page}<table><caption>c</caption>{rows}</table><footer>end".encode(),
        ".ods": ods(f'<table:table table:name="t">{table_cells}</table:table>'),
        ".xlsx": xlsx(sheets),
        ".txt": text.encode("utf-16"),
        ".md": table.encode(),
        ".eml": mail.as_bytes(),
        ".pdf": holding,
    }


def try_files(
    count: int, seed: int, more: Path | None, kinds: set[str]
) -> Iterator[tuple[Path, list[str]]]:
    """Yield each mutated file and what became of it."""
    folders = [ROOT / "tests" / "data", *([more] if more else [])]
    files = [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in {".py", ".json", ".pyc", ".zip"}
        if path.stat().st_size <= LARGEST
    ]
    by_kind = collections.defaultdict(list)
    for path in files:
        by_kind[path.suffix].append(path.read_bytes())
    for suffix, data in made_files().items():
        by_kind[suffix].append(data)
    chosen = sorted(kinds & by_kind.keys() or by_kind)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(count):
            chance = random.Random(f"{seed}/file/{number}")
            suffix = chance.choice(chosen)
            path = Path(folder) / f"{number:05}{suffix}"
            mutated = mutated_archive if suffix in ARCHIVES else mutated_bytes
            path.write_bytes(mutated(by_kind[suffix], chance))
            paths.append(path)
        for start in range(0, count, 4 * BATCH):
            part = paths[start : start + 4 * BATCH]
            for name, told in outcomes_of(part).items():
                yield Path(folder) / name, told
            print(f"{start + len(part)} of {count} files", file=sys.stderr)


def is_bad(kinds: list[str]) -> bool:
    """Whether one of the kinds is a fault of ours and no typed refusal."""
    return any(kind.split(":")[0] in BAD_KINDS for kind in kinds)


def main() -> int:
    """Try both and print what failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--from", dest="more", type=Path)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--batch", nargs="*", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.batch:
        read_batch(given.batch)
        return 0
    sys.path.insert(0, str(ROOT))
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    bad = 0
    for text, fault in try_answers(given.answers, given.seed):
        bad += 1
        print(f"answer: {fault.strip()}")
        if given.keep:
            (given.keep / f"answer{bad}.txt").write_text(text, errors="surrogatepass")
    print(f"{given.answers} answers: {bad} at fault")
    bad_files, kinds_seen = 0, collections.Counter()
    asked = {f".{suffix}" for suffix in given.kinds.split(",")}
    for path, kinds in try_files(given.files, given.seed, given.more, asked):
        kinds_seen.update([kind.split(":")[0] for kind in kinds] or ["read"])
        if is_bad(kinds):
            bad_files += 1
            print(f"file {path.name}: {'; '.join(kinds)}")
            if given.keep:
                (given.keep / path.name).write_bytes(path.read_bytes())
    told = ", ".join(f"{count} {kind}" for kind, count in kinds_seen.most_common())
    print(f"{given.files} files: {bad_files} at fault ({told})")
    return 1 if bad or bad_files else 0


if __name__ == "__main__":
    sys.exit(main())
