"""How a page was read: by whom, in how many attempts, and whether the reading can be trusted."""

from __future__ import annotations

from typing import Literal

from dsocr_integrations.records.base import Record

FinishReason = Literal["stop", "length", "loop", "error"]

LayoutChoice = Literal["auto", "network"]
"""How a reader may tell the regions of a page that has a text layer."""

LayoutWay = Literal["", "text", "network"]
"""What told the regions of a page: its text layer alone, a layout network, or nothing that says."""


class PageQuality(Record):
    """Why a page's reading can or cannot be trusted.

    Attributes:
        trusted: False when any reason below says so.
        reasons: Stable names such as `loop`, `truncated`, `empty`, `disagrees_with_text_layer`,
            `boxes_outside_page`, `broken_formula`, `odd_table`, `doubtful_table`,
            `unsound_text_layer`, `unread_text`, `unsure_reading`, `unsure_order`. The page's warnings of the same
            kind say what is to be done.
        text_layer_agreement: Share of the text layer's words found in the reading (0–1);
            `None` where the page has no text layer that is any measure. A reading that was taken
            from the layer agrees with it by nature: it says only that nothing was lost.
    """

    trusted: bool = True
    reasons: tuple[str, ...] = ()
    text_layer_agreement: float | None = None


class ReadingAttempt(Record):
    """One of several times a page was asked about.

    Attributes:
        mode: Resolution mode.
        temperature: 0 for greedy decoding.
        finish_reason: How the answer ended.
        vision_tokens: Image tokens, where the engine has them.
        output_tokens: Tokens of the answer.
        reasons: Why the answer was not trusted, or the kind of the failure.
        text_layer_agreement: As in `PageQuality`.
    """

    mode: str
    temperature: float = 0.0
    finish_reason: FinishReason = "stop"
    vision_tokens: int | None = None
    output_tokens: int | None = None
    reasons: tuple[str, ...] = ()
    text_layer_agreement: float | None = None


class PageReading(Record):
    """Who read the page, and how it went.

    Attributes:
        engine: Engine name, such as `embedded` or `server`.
        fingerprint: What took part in reading it: reading versions, and parts with versions.
        mode: Resolution mode, `auto` for native pixels.
        mode_note: How what the model saw differs from that mode, where the runtime cuts pictures
            itself; empty where it does not.
        prompt: The prompt the page was read with.
        finish_reason: `stop` for a complete answer.
        prompt_tokens: Tokens of the prompt, image included, where the engine counts them.
        vision_tokens: Image tokens, where the engine has them.
        output_tokens: Tokens of the answer.
        attempts: Readings needed, 1 when the first was kept.
        tried: Each attempt in order, the kept one too; empty when the first was kept.
        layout: What told the regions of a page that was read from its text layer; empty where
            it was not, and for records of former versions.
        gundam_tokens: Image tokens that the page takes in the largest mode that the engine
            climbs to, where it climbs; what `mode="auto"` saves is measured by it.
        quality: The verdict on the reading.
    """

    engine: str
    fingerprint: str
    mode: str = "auto"
    mode_note: str = ""
    prompt: str = ""
    finish_reason: FinishReason = "stop"
    prompt_tokens: int | None = None
    vision_tokens: int | None = None
    output_tokens: int | None = None
    attempts: int = 1
    tried: tuple[ReadingAttempt, ...] = ()
    layout: LayoutWay = ""
    gundam_tokens: int | None = None
    quality: PageQuality = PageQuality()

    @property
    def spent_vision_tokens(self) -> int | None:
        """Image tokens of all attempts together; `None` where the engine counts none."""
        counts = [one.vision_tokens for one in self.tried] or [self.vision_tokens]
        known = [count for count in counts if count is not None]
        return sum(known) if known else None

    @property
    def compression(self) -> float | None:
        """Text tokens for each image token of the kept reading (arXiv 2510.18234, section 4.1).

        Both are counted as the engine counts them: the tags of a grounded answer, and the
        newline and separator vectors of the image, are tokens too.
        """
        if not self.vision_tokens or self.output_tokens is None:
            return None
        return self.output_tokens / self.vision_tokens
