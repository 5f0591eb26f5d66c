"""What servers are asked for, and how: model, dialect and profile."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dsocr_integrations.engines.runtime_tiling import RuntimeTiling
from dsocr_integrations.engines.server.dialects import Dialect
from dsocr_integrations.engines.server.probing import ServerReport
from dsocr_integrations.engines.server.profiles import ModelProfile, OnDialect

MIN_TOKENS = 256
"""Fewest tokens of an answer that are worth asking for."""


@dataclass(frozen=True)
class Served:
    """A model on servers of one kind.

    Attributes:
        model: Name to ask for.
        dialect: What the servers speak.
        profile: What the model is asked.
        known_as: What the servers loaded the model from, where that names one; else its name.
        version: Oldest version of the servers, where each says so.
        aliases: Other names of the same model, any of which an answer may carry.
        context: Tokens of prompt and answer together that every server has room for, where
            they say so.
        longest: Tokens of an answer that a server gives at most, where one said so.
    """

    model: str
    dialect: Dialect
    profile: ModelProfile
    known_as: str
    version: str = ""
    aliases: frozenset[str] = frozenset()
    context: int | None = None
    longest: int | None = None

    @property
    def identity(self) -> str:
        """The model's name in records, whatever alias it is served under."""
        profile = self.profile
        # A name on the hub that is not the profile's says all there is to say.
        is_other = not profile.known_by.search(self.known_as) and self.known_as != self.model
        return self.known_as if is_other else profile.identity(self.known_as)

    @property
    def tiling(self) -> RuntimeTiling:
        """What the servers make of pictures."""
        profile = self.profile
        return RuntimeTiling(
            profile.family, self.dialect.tiles_in(self.version), profile.max_pixels
        )

    @property
    def before(self) -> str:
        """What stands before a prompt."""
        return self._on.before

    @property
    def start(self) -> str:
        """How to start or to reach the server, in a sentence without an end."""
        return self._on.advice or self.dialect.start

    @property
    def max_tokens(self) -> int:
        """Tokens of one answer at most, where the prompt may be as long as any."""
        return max(self.room(None), min(self.profile.max_tokens, MIN_TOKENS))

    def room(self, prompt: int | None) -> int:
        """Tokens that a prompt leaves to its answer; the longest prompt when `None`."""
        profile = self.profile
        most = min(self.longest or profile.max_tokens, profile.max_tokens)
        context = min(self.context or profile.context, profile.context)
        if prompt is None:
            return min(context - (profile.context - profile.max_tokens), most)
        # SGLang wants one token more than vLLM.
        return min(context - prompt - 1, most)

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """Sent with every request beside the standard ones, and beside `ban`."""
        return {**self.dialect.fields, **self._on.fields}

    @cached_property
    def ban(self) -> Mapping[str, Any]:
        """Sent with every request to a server that takes it: forbids repeated n-grams."""
        ban, profile = self.dialect.ban, self.profile
        return ban(profile.ngram_ban) if ban and profile.ngram_ban else {}

    @property
    def optional(self) -> Iterator[frozenset[str]]:
        """Fields that a server can be asked without, those together that belong together."""
        if self.ban:
            yield frozenset(self.ban)
        for name in (*self.fields, "seed"):
            yield frozenset({name})

    def is_asked(self, named: Any) -> bool:
        """Whether an answer that carries this name is the model's: gateways spell it otherwise."""
        if not self.dialect.names_model or named == self.model or named in self.aliases:
            return True
        profile, said = self.profile, str(named)
        is_known = profile.known_by.search(said) is not None
        return is_known and profile.identity(said) in {
            self.identity,
            profile.identity(self.model),
        }

    def options(self) -> str:
        """All that a request holds beside page and sampling, as canonical JSON."""
        profile, dialect = self.profile, self.dialect
        asked = {prompt: one.text for prompt, one in (profile.questions or {}).items()}
        fields = {**self.fields, **self.ban}
        sent = [dialect.name, dialect.wire, profile.max_tokens, fields, self.before]
        return json.dumps([*sent, asked, profile.version], sort_keys=True)

    def at(self, reports: Iterable[ServerReport]) -> Served:
        """The same, with what the servers say about the model."""
        aliases = frozenset(name for report in reports for name in report.aliases(self.model))
        contexts = [
            report.contexts[self.model] for report in reports if self.model in report.contexts
        ]
        return replace(self, aliases=aliases, context=min(contexts, default=None))

    @property
    def _on(self) -> OnDialect:
        return self.profile.on.get(self.dialect.name, OnDialect())
