"""Raw answers as people keep them: what the model's own scripts printed, log lines included.

`infer()` of the published code returns nothing, so its standard output is saved: the shapes of
the picture's features, rulers, the compression it reached, progress bars and the warnings of
transformers stand around the answer. The script for PDFs parts pages by `<--- Page Split --->`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PAGE_BREAK = re.compile(r"[ \t]*<-{2,}\s?Page Split\s?-{2,}>[ \t]*", re.IGNORECASE)

_ANSWER_BEGINS = re.compile(r"BASE:\s+torch\.Size\(.*")
_LOG = re.compile(
    r"""
      PATCHES:\s+torch\.Size\(.* | ={5,}\s?save\ results:\s?={5,}
    | valid\ image\ tokens:\s+\d+ | output\ texts\ tokens\ \(valid\):\s+\d+
    | [^|]{0,60}\b\d{1,3}%\|[^|]{0,300}\|\s*[\d.]+[kM]?/[\d.]+[kM]?\s\[.*
    | [\w ]{1,40}:\s0it\s\[.*
    | (?:\(\w+\ pid=\d+\)\s)?(?:INFO|WARNING|ERROR|DEBUG)\s\d\d-\d\d\s\d\d:\d\d:\d\d\s.*
    | .{1,300}\.py:\d+:\s\w*Warning:.* | warnings\.warn\(.*
    | The\ attention\ mask\ (?:and\ the\ pad\ token\ id\ were\ not\ set|is\ not\ set\ and).*
    | Setting\ `pad_token_id`\ to\ `eos_token_id`.*
    | (?:The\ )?`\w+(?:\(\))?`\ (?:attribute\ )?(?:is|are)\ deprecated.*
    | You\ are\ using\ a\ model\ of\ type\ \w+\ to\ instantiate\ a\ model\ of\ type.*
    | You\ are\ attempting\ to\ use\ Flash\ Attention.*
    | Some\ weights\ of\ .*\ were\ not\ (?:used|initialized).*
    | You\ should\ probably\ TRAIN\ this\ model\ on\ a\ down-stream\ task.*
    """,
    re.VERBOSE,
)
_LOG_BESIDE_OTHERS = re.compile(
    r"={20,}|NO PATCHES|directly resize|image size:\s+\(\d+, \d+\)|compression ratio:\s+[\d.]+"
)
"""Lines that a page could hold too: taken for log lines only where there are others."""

_PRINTED_RESULT = re.compile(r"\s*None\s*\Z")
"""What `print(model.infer(…))` adds."""


@dataclass(frozen=True)
class CapturedPage:
    """One page of saved output.

    Attributes:
        text: The answer, without what was printed around it.
        log_lines: The lines that were left out.
    """

    text: str
    log_lines: tuple[str, ...] = ()


def captured_pages(text: str) -> list[CapturedPage]:
    """Part saved output into the answers of its pages.

    A new page begins behind a separator, and where the shapes of another picture are printed.
    A text with neither is one page; without any log line it is left as it is.

    Args:
        text: All that was saved.

    Returns:
        At least one page. An empty answer between two separators is a page too.
    """
    # Progress bars begin their line anew.
    lines = _COLOUR.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_log = [bool(_LOG.fullmatch(line.strip()) or _begins(line)) for line in lines]
    is_break = [bool(_PAGE_BREAK.fullmatch(line)) for line in lines]
    if not any(is_log) and not any(is_break):
        return [CapturedPage(text)]
    pages: list[CapturedPage] = []
    kept: list[str] = []
    left_out: list[str] = []
    for line, logged, breaks in zip(lines, is_log, is_break, strict=True):
        if breaks or (_begins(line) and any(map(str.strip, kept))):
            pages.append(_page(kept, left_out))
            kept, left_out = [], []
        if logged or _LOG_BESIDE_OTHERS.fullmatch(line.strip()):
            left_out.append(line.strip())
        elif not breaks:
            kept.append(line)
    last = _page(kept, left_out)
    if last.text or not pages:
        pages.append(last)
    elif last.log_lines:
        pages[-1] = replace(pages[-1], log_lines=(*pages[-1].log_lines, *last.log_lines))
    return pages


def _begins(line: str) -> bool:
    return _ANSWER_BEGINS.fullmatch(line.strip()) is not None


def _page(kept: list[str], left_out: list[str]) -> CapturedPage:
    text = "\n".join(kept).strip("\n")
    if left_out:
        text = _PRINTED_RESULT.sub("", text)
    return CapturedPage(text, tuple(left_out))
