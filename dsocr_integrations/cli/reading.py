"""What `dsocr read`, `figure` and `parse` do."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from dsocr_integrations.cli.outcomes import ExitCode, left_at_second_interrupt, outcome, say, tell
from dsocr_integrations.cli.progress import page_bar
from dsocr_integrations.disk_room import place_named

if TYPE_CHECKING:
    from dsocr_integrations.records.documents import Document, Page, PageError
    from dsocr_integrations.runner import Runner
    from dsocr_integrations.settings import Settings
    from dsocr_integrations.sources import Source

SUFFIXES = {"json": ".json", "chunks": ".jsonl", "raw": ".raw.md"}

_BESIDE_PAGES = frozenset({"attachments", "left_out", "signature", "xfa"})
"""Warnings of what a file holds that its pages do not show."""


@contextmanager
def notices_told() -> Iterator[None]:
    """Tell on stderr what is warned of, such as the engine that `auto` chose."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for warning in caught:
        tell(str(warning.message))


@contextmanager
def runner_for(settings: Settings, *, quiet: bool, **given: Any) -> Iterator[Runner]:
    """Make the runner that the settings ask for, with a progress bar, and tell what it says."""
    with _runner(settings, quiet=quiet, **given) as (runner, notices):
        _tell_notices(runner, notices)
        yield runner


@contextmanager
def runner_for_those_there(
    settings: Settings, missing: Callable[[], Sequence[object]], *, quiet: bool
) -> Iterator[Runner | None]:
    """Make a runner as `runner_for` does; where no source is there, that alone is told.

    Args:
        settings: What is asked for; what is wrong with it is told first.
        missing: Says for each source why it is not there, or nothing where any is.
        quiet: Whether no progress is shown.
    """
    with _runner(settings, quiet=quiet) as (runner, notices):
        if absent := missing():
            tell("\n".join(map(str, absent)))
            yield None
        else:
            _tell_notices(runner, notices)
            yield runner


@contextmanager
def runner_for_one(
    settings: Settings, find: Callable[[], Source], *, quiet: bool
) -> Iterator[tuple[Runner, Source]]:
    """Make a runner as `runner_for` does, and find the document that it is for.

    A text says itself what stands in it, so nothing is told of an engine; but what is attached to
    it may be anything.
    """
    from dsocr_integrations.sources.media_types import named

    with _runner(settings, quiet=quiet) as (runner, notices):
        source = find()
        if settings.attachments or named(source.media_type).reader != "text":
            _tell_notices(runner, notices)
        yield runner, source


@contextmanager
def _runner(settings: Settings, *, quiet: bool, **given: Any) -> Iterator[tuple[Runner, list[str]]]:
    from dsocr_integrations.runner import Runner

    with left_at_second_interrupt(), page_bar(quiet=quiet) as progress:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            runner = Runner.from_settings(settings, progress=progress, **given)
        with runner:
            yield runner, [str(warning.message) for warning in caught]


def _tell_notices(runner: Runner, notices: Sequence[str]) -> None:
    for notice in notices:
        tell(notice)
    _tell_limits(runner.settings.prompt)


def _tell_limits(prompt: str) -> None:
    from dsocr_integrations.prompts import Prompt, is_official

    if prompt == Prompt.DESCRIBE:
        tell("A description may invent what is not on the page; it is no reading of it.")
    elif not is_official(prompt):
        tell("The model was not trained with this prompt; it may answer with anything or loop.")


def read(
    file: str,
    form: str,
    folder: Path | None,
    settings: Settings,
    *,
    quiet: bool,
    **given: Any,
) -> ExitCode:
    """Read one document and print it, or write it into a folder; then what is attached to it.

    Args:
        file: Path or URL.
        form: As `--format` has it.
        folder: Where to; printed without.
        settings: Who reads, and how.
        quiet: No progress bar.
        given: As for `resolve_source`: `pages`, `storage_options`.
    """
    from dsocr_integrations.rendering.attachments import attached_sources
    from dsocr_integrations.sources import SourceFailure, resolve_source

    if folder is not None and form == "md":
        return _write(file, folder, settings, quiet=quiet, **given)
    find = partial(resolve_source, file, settings=settings, **given)
    with runner_for_one(settings, find, quiet=quiet) as (runner, source):
        done, failed = _print_one(runner, source, file, form, folder)
        failed += _tell_absent(source, file)
        for attached in attached_sources(source) if settings.attachments else ():
            if isinstance(attached, SourceFailure):
                tell(f"{attached.uri}: {attached.error}")
                failed += 1
                continue
            more, lost = _print_one(runner, attached, attached.uri, form, folder)
            done, failed = done + more, failed + lost
    return outcome(done, failed)


def _print_one(
    runner: Runner, source: Source, shown: str, form: str, folder: Path | None
) -> tuple[int, int]:
    """Read and print a document; returns how many pages were read, and how many not."""
    with _target(source.name, form, folder) as target:
        if form in {"md", "raw"}:
            done, errors = _print_pages(runner.pages(source), form, shown, target)
        else:
            document = runner.read(source)
            for page in document.pages:
                _tell_doubts(page, shown)
            _print_document(document, form, target)
            done, errors = len(document.pages), list(document.errors)
    _tell_errors(errors, shown)
    return done, len(errors)


def _write(
    file: str,
    folder: Path,
    settings: Settings,
    *,
    quiet: bool,
    **given: Any,
) -> ExitCode:
    """Read one document into an output folder, where it is called like the file."""
    from dsocr_integrations.ingestion import ingest
    from dsocr_integrations.output import OutputFolder
    from dsocr_integrations.output.records import MARKDOWN_FILE
    from dsocr_integrations.preview.folder import write_source_html
    from dsocr_integrations.sources import resolve_source

    output = OutputFolder(folder)
    find = partial(resolve_source, file, root=folder_above(file), settings=settings, **given)
    with runner_for_one(settings, find, quiet=quiet) as (runner, source):
        report = ingest(
            [source],
            output,
            runner=runner,
            preview=write_source_html,
            existing="replace",
            **given,
        )
    for doc_id in report.doc_ids:
        for page in output.pages(doc_id):
            _tell_doubts(page, file)
        tell(f"Wrote {folder / output.place(doc_id) / MARKDOWN_FILE}")
    errors = [error for failure in report.failures for error in failure.errors]
    _tell_errors(errors, file)
    return outcome(report.pages, len(errors) + _tell_absent(source, file))


def folder_above(file: str) -> str | Path:
    """What a file or URL is in, so that it is known by its name alone."""
    from dsocr_integrations.sources.names import url_identity

    return url_identity(file).rpartition("/")[0] if "://" in file else Path(file).absolute().parent


def _tell_errors(errors: Sequence[PageError], file: str) -> None:
    for error in errors:
        place = f", page {error.number}" if error.number else ""
        tell(f"{file}{place} ({error.kind}): {error.message}")


def figure(files: list[str], settings: Settings, *, as_json: bool, quiet: bool) -> ExitCode:
    """Look at each page of each file as one figure."""
    from dsocr_integrations.errors import SourceError
    from dsocr_integrations.figures import figure_report
    from dsocr_integrations.prompts import Prompt
    from dsocr_integrations.records.documents import PageError

    done = failed = 0
    with runner_for(settings, quiet=quiet, prompt=Prompt.FIGURE) as runner:
        for file in files:
            try:
                for page in runner.pages(file):
                    if isinstance(page, PageError):
                        failed += 1
                        tell(f"{file}, page {page.number}: {page.message}")
                        continue
                    done += 1
                    told = figure_report(page.figures[0], file)
                    report = {"file": file, "page": page.number, **told}
                    say(json.dumps(report, ensure_ascii=False) if as_json else _shown(report))
            except SourceError as error:
                failed += 1
                tell(str(error))
    return outcome(done, failed)


def parse(files: list[Path], *, as_json: bool) -> ExitCode:
    """Take raw model text apart; each file gives one JSON line, or its markdown."""
    done = failed = 0
    for file in files:
        try:
            text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8", "replace")
        except OSError as error:
            failed += 1
            tell(f"{file} cannot be read: {error.strerror}.")
            continue
        done += 1
        report = _parsed(text)
        if as_json:
            named = {"file": str(file)} if len(files) > 1 else {}
            say(json.dumps({**named, **report}, ensure_ascii=False))
        else:
            say(report["markdown"])
            for warning in report["warnings"]:
                place = f"{file}, page {warning['page']}" if "page" in warning else str(file)
                tell(f"{place}: {warning['kind']}: {warning['message']}")
    return outcome(done, failed)


def _parsed(text: str) -> dict[str, Any]:
    """The report on saved output; where it holds several pages, blocks and warnings name theirs."""
    from dsocr_integrations.grounding import parse as parse_text
    from dsocr_integrations.grounding.captured_output import captured_pages
    from dsocr_integrations.grounding.saved_answers import saved_answers
    from dsocr_integrations.markdown import report

    reports: list[dict[str, Any]] = []
    pages = [page for answer in saved_answers(text) for page in captured_pages(answer)]
    for page in pages:
        told: dict[str, Any] = report(parse_text(page.text))
        if page.log_lines:
            many, first = len(page.log_lines), page.log_lines[0]
            message = f"Left out {many} lines that are no part of an answer, the first {first!r}."
            told["warnings"].append({"kind": "log_lines", "message": message})
        reports.append(told)
    if len(reports) == 1:
        return reports[0]
    numbered = list(enumerate(reports, start=1))
    return {
        "blocks": [
            {"page": number, **block} for number, one in numbered for block in one["blocks"]
        ],
        "markdown": "\n\n".join(
            f"{_page_comment(number)}\n\n{one['markdown']}".rstrip() for number, one in numbered
        ),
        "warnings": [
            {"page": number, **warning} for number, one in numbered for warning in one["warnings"]
        ],
    }


def _page_comment(number: int) -> str:
    return f"<!-- page {number} -->"


def _tell_absent(source: Source, file: str) -> int:
    """Tell which of the pages asked for the document does not have; returns how many ranges."""
    from dsocr_integrations.rendering import open_document

    if source.pages is None:
        return 0
    with open_document(source) as document:
        absent = source.pages.beyond(document.page_count)
    if absent is None:
        return 0
    tell(f"{file} has no page {absent}; its last one is {document.page_count}.")
    return len(absent.ranges)


@contextmanager
def _target(name: str, form: str, folder: Path | None) -> Iterator[TextIO]:
    if folder is None:
        yield sys.stdout
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}{SUFFIXES[form]}"
    with place_named(path), path.open("w", encoding="utf-8") as target:
        yield target
    tell(f"Wrote {path}")


def _print_pages(
    pages: Iterator[Page | PageError], form: str, file: str, target: TextIO
) -> tuple[int, list[PageError]]:
    from dsocr_integrations.records.documents import PageError

    done, errors = 0, []
    for page in pages:
        if isinstance(page, PageError):
            errors.append(page)
            continue
        done += 1
        _tell_doubts(page, file)
        text = page.markdown if form == "md" else page.raw
        say(f"{_page_comment(page.number)}\n\n{text.rstrip()}\n", target)
    return done, errors


def _print_document(document: Document, form: str, target: TextIO) -> None:
    if form == "json":
        say(document.model_dump_json(indent=1), target)
        return
    from dsocr_integrations.chunking import Chunker

    for chunk in Chunker().chunk(document):
        say(chunk.model_dump_json(exclude_none=True), target)


def _tell_doubts(page: Page, file: str) -> None:
    quality, attempts = page.reading.quality, page.reading.attempts
    if not quality.trusted:
        reasons = ", ".join(quality.reasons).replace("_", " ")
        after = f" after {attempts} attempts" if attempts > 1 else ""
        said = [w.message for w in page.warnings if w.kind in quality.reasons]
        tell(
            " ".join(
                [f"{file}, page {page.number}: this reading is doubtful{after}: {reasons}.", *said]
            )
        )
    for warning in page.warnings:
        if warning.kind in _BESIDE_PAGES:
            tell(f"{file}, page {page.number}: {warning.message}")


def _shown(report: dict[str, Any]) -> str:
    content = report.get("smiles") or report.get("caption") or ""
    if table := report.get("table"):
        rows = [table["columns"], *table["rows"]]
        content = "\n".join(" | ".join(row) for row in rows)
    return f"{report['file']}, page {report['page']}: {report['kind']}\n{content}".rstrip()
