"""What each model on a server is asked, and how its answers become the wire language.

A dialect says how a server is spoken to, a profile what is said to the model there. One table,
the same as in `docs/servers.md`; installed packages add to it by the entry-point group
`dsocr_integrations.model_profiles`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dsocr_integrations.engines import plug_ins, vllm_runner
from dsocr_integrations.engines.no_repeat_ngram import NgramBan
from dsocr_integrations.engines.runtime_tiling import MAX_PIXELS
from dsocr_integrations.engines.server import dots_ocr
from dsocr_integrations.engines.server.wire import Spoken, as_said
from dsocr_integrations.engines.transformers import MAX_NEW_TOKENS
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.prompts import Prompt, is_official

logger = logging.getLogger(__name__)

AUTO = "auto"

GROUP = "dsocr_integrations.model_profiles"
"""Entry-point group of profiles: each a `ModelProfile`."""

_ON_THE_HUB = re.compile(r"[\w-][\w.-]*/[\w.-]+")
"""A name such as `owner/model`; no folder that begins at a root, here or at home."""

Wire = Callable[[str, tuple[int, int]], Spoken]
"""Puts an answer into the wire language; it is told the pixels of the picture as it was sent."""


@dataclass(frozen=True)
class Question:
    """What a model is asked.

    Attributes:
        text: The prompt, without the picture's placeholder.
        wire: How the answer becomes the wire language.
    """

    text: str
    wire: Wire = as_said


@dataclass(frozen=True)
class OnDialect:
    """What a model needs beyond its dialect.

    Attributes:
        before: Stands before the prompt: the picture's placeholder, for servers that would put
            their own with a line break the model was not trained with.
        fields: Sent with every request.
        advice: How to start the server with this model; as the dialect says where empty.
    """

    before: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    advice: str = ""


@dataclass(frozen=True)
class ModelProfile:
    """One model.

    Attributes:
        name: As in the settings.
        title: As it is shown.
        checkpoint: Its name on the Hugging Face hub.
        licence: Of its weights.
        known_by: Finds its name in what a server calls it.
        context: Tokens of prompt and answer together.
        max_tokens: Tokens of one answer at most; the rest of the context is the picture's.
        questions: What it is asked in place of each official prompt it has an answer to; `None`
            where it was trained with the official prompts themselves.
        ngram_ban: What keeps it from looping; `None` where it is not asked for.
        on: What it needs on a dialect beyond that, by the dialect's name.
        family: Whose modes it has, as `Mode.model`; empty where it has none, `None` where
            nobody says.
        max_pixels: Pixels of a picture beyond which it sees no more; those of a model with modes
            are its modes'.
        version: Raised by hand when its answers are put into the wire language otherwise.
    """

    name: str
    title: str
    checkpoint: str
    licence: str
    known_by: re.Pattern[str]
    context: int
    max_tokens: int
    questions: Mapping[str, Question] | None = None
    ngram_ban: NgramBan | None = None
    on: Mapping[str, OnDialect] = field(default_factory=dict)
    family: str | None = ""
    max_pixels: int = MAX_PIXELS
    version: int = 1

    def question(self, prompt: str) -> Question | None:
        """What it is asked for a prompt; `None` for an official one it has no answer to.

        A prompt that is none of the official ones is the user's own and asked as it is.
        """
        if self.questions is None:
            return Question(prompt)
        return self.questions.get(prompt) or (None if is_official(prompt) else Question(prompt))

    def is_named_in(self, root: str) -> bool:
        """Whether what a model was loaded from tells which it is: a folder need not."""
        return bool(self.known_by.search(root) or _ON_THE_HUB.fullmatch(root))

    def identity(self, model: str) -> str:
        """The model's name however a server spells it: its checkpoint and what sets it apart.

        A copy of another owner, and a suffix such as that of a quantisation, stay told apart.
        """
        found = self.known_by.search(model)
        if found is None:
            return f"{self.checkpoint}:{model}" if self.checkpoint else model
        owner, slash, rest = model.partition("/")
        is_copy = slash and owner not in {"", self.checkpoint.partition("/")[0]} and "/" not in rest
        return model if is_copy else self.checkpoint + model[found.end() :].partition("/")[0]


def _spelled(*words: str) -> re.Pattern[str]:
    """Finds words that any signs, or none, may part."""
    return re.compile(r"[\W_]{0,3}".join(words), re.IGNORECASE)


DEEPSEEK_OCR = ModelProfile(
    "deepseek-ocr",
    "DeepSeek-OCR",
    "deepseek-ai/DeepSeek-OCR",
    "MIT",
    _spelled("deepseek", "ocr"),
    context=8192,
    max_tokens=MAX_NEW_TOKENS,
    ngram_ban=NgramBan(),
    family="deepseek-ocr",
)
DEEPSEEK_OCR_2 = replace(
    DEEPSEEK_OCR,
    name="deepseek-ocr-2",
    title="DeepSeek-OCR-2",
    checkpoint="deepseek-ai/DeepSeek-OCR-2",
    licence="Apache-2.0",
    # A weight of two bits is no second version.
    known_by=_spelled("deepseek", "ocr", r"v?2(?![0-9a-z]|[\W_]?bit)"),
    family="deepseek-ocr-2",
)
_UNLIMITED_PROCESSOR = "vllm.model_executor.models.unlimited_ocr:NGramPerReqLogitsProcessor"
UNLIMITED_OCR = ModelProfile(
    # Sources: README.md and infer.py of github.com/baidu/Unlimited-OCR,
    # `models/baidu/Unlimited-OCR.yaml` of vllm-project/recipes and
    # `model_executor/models/unlimited_ocr.py` of vllm-project/vllm. Its answers are one of the
    # forms that the parser reads, `<|det|>label [x0, y0, x1, y1]<|/det|>text`.
    "unlimited-ocr",
    "Unlimited-OCR",
    "baidu/Unlimited-OCR",
    "MIT",
    _spelled("unlimited", "ocr"),
    context=32_768,
    # Up to 32 tiles of 640 pixels beside the view take 3,553 tokens.
    max_tokens=29_000,
    questions={Prompt.MARKDOWN: Question("document parsing.")},
    ngram_ban=NgramBan(size=35, window=128, whitelist=frozenset()),
    on={
        "vllm": OnDialect(
            before="<image>\n",
            advice=f"start it with `{vllm_runner.VARIABLE}={vllm_runner.FIRST} vllm serve "
            f"baidu/Unlimited-OCR --logits-processors {_UNLIMITED_PROCESSOR} "
            "--no-enable-prefix-caching --mm-processor-cache-gb 0`",
        ),
        "sglang": OnDialect(
            fields={"images_config": {"image_mode": "gundam"}},
            advice="start it with `python -m sglang.launch_server --model-path baidu/Unlimited-OCR "
            "--enable-custom-logit-processor --context-length 32768`",
        ),
    },
)
DOTS_OCR = ModelProfile(
    # Sources: `dots_ocr/utils/prompts.py`, `dots_ocr/model/inference.py` and `dots_ocr/parser.py`
    # of github.com/rednote-hilab/dots.ocr, whose vLLM command the advice is.
    "dots.ocr",
    "dots.ocr",
    "rednote-hilab/dots.ocr",
    "MIT",
    _spelled("dots", "m?ocr"),
    context=131_072,
    max_tokens=16_384,
    questions={
        Prompt.MARKDOWN: Question(dots_ocr.LAYOUT_PROMPT, dots_ocr.in_wire_language),
        Prompt.FREE: Question(dots_ocr.TEXT_PROMPT),
    },
    on={
        "vllm": OnDialect(
            before="<|img|><|imgpad|><|endofimg|>",
            advice="start it with `vllm serve rednote-hilab/dots.ocr --trust-remote-code "
            "--chat-template-content-format string`",
        )
    },
    max_pixels=dots_ocr.MOST_PIXELS,
)

PROFILES: Mapping[str, ModelProfile] = {
    profile.name: profile for profile in (UNLIMITED_OCR, DOTS_OCR, DEEPSEEK_OCR_2, DEEPSEEK_OCR)
}
"""By name, those first whose names others are part of."""

TAKEN_FOR_DEEPSEEK = replace(DEEPSEEK_OCR, name="", title="", checkpoint="", family=None)
"""How a model of unknown name is asked."""


def profile_named(name: str) -> ModelProfile:
    """Look a profile up, ours or an installed package's.

    Raises:
        ConfigurationError: If there is none of that name, or its package is broken.
    """
    if name.lower() in PROFILES:
        return PROFILES[name.lower()]
    entry = plug_ins.find(GROUP, name)
    if entry is None:
        raise ConfigurationError(
            f"There is no model profile {name!r}.",
            remedy=f"Choose {AUTO}, {', '.join(profile_names())}.",
        )
    with plug_ins.blamed(entry):
        profile = entry.load()
    if not isinstance(profile, ModelProfile):
        raise ConfigurationError(
            f"What {plug_ins.package(entry)} brings as {entry.name!r} is no model profile."
        )
    return profile


def profile_names() -> tuple[str, ...]:
    """Names that `profile_named` takes."""
    brought = (entry.name for entry in plug_ins.installed(GROUP))
    return tuple(dict.fromkeys((*PROFILES, *brought)))


def profile_of(*names: str) -> ModelProfile | None:
    """The profile of a model by what it is called, the most telling name first.

    Ours go before those of installed packages, of which a broken one is told and left out.
    """
    return _match(names, _brought())


def _match(names: Sequence[str], brought: Iterable[ModelProfile]) -> ModelProfile | None:
    for profiles in (PROFILES.values(), brought):
        known = tuple(profiles)
        for name in names:
            for profile in known:
                if profile.known_by.search(name):
                    return profile
    return None


def _brought() -> Iterator[ModelProfile]:
    for entry in plug_ins.installed(GROUP):
        try:
            yield profile_named(entry.name)
        except ConfigurationError as error:
            logger.warning("%s", error)


def chosen_profile(setting: str, *names: str) -> ModelProfile:
    """The profile of a setting, or of a model by what it is called.

    Args:
        setting: Name of a profile, or `auto`.
        names: Of the model, the most telling first.

    Returns:
        `TAKEN_FOR_DEEPSEEK` for a model of unknown name.

    Raises:
        ConfigurationError: If there is no such profile, or its package is broken.
    """
    if setting.lower() != AUTO:
        return profile_named(setting)
    return profile_of(*names) or TAKEN_FOR_DEEPSEEK


def unknown_name(model: str) -> str:
    """What is to be said of a model of unknown name."""
    return (
        f"{model!r} is no name of a model that is known here, so it is asked as DeepSeek-OCR is. "
        f"Where it is another, name its profile in DSOCR_SERVER_PROFILE: "
        f"{', '.join(profile_names())}."
    )


def by_preference(models: Iterable[tuple[str, str]]) -> list[str]:
    """Those of a server's models that are known, DeepSeek-OCR's before others.

    Args:
        models: The name of each, and what the server says that it was loaded from.
    """
    # Hosted services list hundreds: packages are looked through once.
    brought = tuple(_brought())
    known = ((name, _match((root, name), brought)) for name, root in models)
    found = [(name, profile) for name, profile in known if profile is not None]
    # DeepSeek-OCR's are those with modes of their own.
    return [name for name, _ in sorted(found, key=lambda one: not one[1].family)]
