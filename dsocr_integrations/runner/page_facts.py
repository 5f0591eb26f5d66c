"""What a file itself says about a page, before anybody reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dsocr_integrations.modes import AUTO_MODE, Mode
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.quality.agreement import is_sound_layer
from dsocr_integrations.records.identity import content_key
from dsocr_integrations.rendering import OpenDocument, PageRegion
from dsocr_integrations.rendering.extras import PageExtras
from dsocr_integrations.rendering.page_slices import page_slices
from dsocr_integrations.rendering.page_turn import page_turn
from dsocr_integrations.runner.cache import PageCache, owner_of
from dsocr_integrations.runner.page_density import PageDensity, density_of_ink, density_of_words
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings, content_hash_key
from dsocr_integrations.runner.starting_mode import modes_from
from dsocr_integrations.sources import Source

if TYPE_CHECKING:
    from dsocr_integrations.rendering.words import Word

ANSWERS_BESIDE_TEXT = frozenset({Prompt.FIGURE.value, Prompt.DESCRIBE.value})
"""Prompts whose answer is about a picture and is not the text of a page."""


@dataclass(frozen=True)
class PageTask:
    """One page to read; picklable.

    Attributes:
        source: The document.
        number: 1-based page number.
        page_count: Pages of the document.
    """

    source: Source
    number: int
    page_count: int


@dataclass(frozen=True)
class PageFacts:
    """What the file itself says about a page.

    Attributes:
        region: The page.
        content_hash: Hash of its content, and of what else in the document shapes its reading;
            empty when nothing is cached.
        words: Words of the text layer.
        extras: Links, annotations and form fields.
        climb: Modes to try, cheapest first; empty where the mode is settled.
        gundam_tokens: Image tokens in the largest mode of the engine's ladder.
        slices: The pieces that a very long page is read in; empty where it is read whole.
    """

    region: PageRegion
    content_hash: str
    words: tuple[Word, ...]
    extras: PageExtras
    climb: tuple[Mode, ...] = ()
    gundam_tokens: int | None = None
    slices: tuple[PageFacts, ...] = ()


def look_up_page(
    task: PageTask, settings: PageSettings, engine: EngineFacts, cache: PageCache | None
) -> PageFacts:
    """Open the file at a page and take down what it says.

    Raises:
        SourceError: If the page cannot be loaded.
    """
    # The document stays open in the renderer's own small store.
    region = OpenDocument(task.source, task.page_count).region(task.number)
    facts = _look_at(region, _content_hash(region, cache, engine), settings, engine)
    if not engine.sees_views or settings.prompt in ANSWERS_BESIDE_TEXT:
        return facts
    pieces = page_slices(region, settings.dpi)
    if len(pieces) == 1:
        turn = page_turn(region) if not facts.words else 0
        return (
            _look_at(replace(region, turn=turn), facts.content_hash, settings, engine)
            if turn
            else facts
        )
    slices = tuple(_look_at(piece, facts.content_hash, settings, engine) for piece in pieces)
    counts = [one.gundam_tokens for one in slices if one.gundam_tokens is not None]
    return replace(facts, slices=slices, gundam_tokens=sum(counts) if counts else None)


def _look_at(
    region: PageRegion, content_hash: str, settings: PageSettings, engine: EngineFacts
) -> PageFacts:
    words = region.words()
    climb: tuple[Mode, ...] = ()
    gundam_tokens = None
    if engine.ladder and settings.mode == AUTO_MODE:
        scale = settings.dpi / 72
        pixels = max(1, round(region.width * scale)), max(1, round(region.height * scale))
        if region.turn % 2:
            pixels = pixels[::-1]
        gundam_tokens = engine.ladder[-1].vision_tokens(*pixels).placeholders
        if settings.prompt not in ANSWERS_BESIDE_TEXT:
            climb = modes_from(engine.ladder, _density(region, words), pixels)
    return PageFacts(
        region=region,
        content_hash=content_hash,
        words=words,
        extras=region.extras(),
        climb=climb,
        gundam_tokens=gundam_tokens,
    )


def _density(region: PageRegion, words: tuple[Word, ...]) -> PageDensity:
    inked = density_of_ink(region)
    if not is_sound_layer([word.text for word in words]):
        return inked
    measured = density_of_words(words, (region.width, region.height))
    # A scan with a stamp in its text layer holds more than the layer says.
    return measured if 3 * measured.text_tokens >= inked.text_tokens else inked


def _content_hash(region: PageRegion, cache: PageCache | None, engine: EngineFacts) -> str:
    if cache is None:
        return ""
    key = content_hash_key(region.source, region.number)
    known = cache.content_hash(key)
    if known is None:
        known = region.content_hash()
        cache.put_content_hash(key, known, owner=owner_of(region.source))
    # Who reads the text layer gives headings the levels that they have in the whole document.
    return known if engine.sees_views else content_key(known, region.headings_beside())
