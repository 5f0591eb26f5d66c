"""Tokens to text, whole or as they come; every special token kept but the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import ConfigurationError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_UNFINISHED = "\ufffd"
_CONTEXT = 8
"""Tokens decoded again with each new one, so that spaces and byte sequences come out right."""


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """Load `tokenizer.json`, without code from the folder.

    The published `tokenizer_config.json` names a Llama class that would split otherwise than
    the file says; so the class is given here.

    Raises:
        ConfigurationError: If the file is missing or has no begin and end token.
    """
    from transformers import PreTrainedTokenizerFast

    file = folder / "tokenizer.json"
    if not file.is_file():
        raise ConfigurationError(
            f"{folder} holds no tokenizer.json.", remedy="Download the checkpoint anew."
        )
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(
        folder, local_files_only=True, clean_up_tokenization_spaces=False
    )
    if tokenizer.bos_token_id is None or tokenizer.eos_token_id is None:
        raise ConfigurationError(f"The tokenizer in {folder} names no begin or end token.")
    return tokenizer


class TokenText:
    """The text of one answer, given out in pieces that together are the whole."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._start = 0
        self._given = 0

    def more(self, tokens: Sequence[int], *, complete: bool) -> str:
        """The text that `tokens` adds to what has been given.

        Args:
            tokens: All tokens so far.
            complete: Whether no more will come; else half a character is held back.

        Fewer tokens than before are an answer that was begun again; until it has caught up, it
        adds nothing.
        """
        if len(tokens) < self._given:
            return ""
        before = self._decode(tokens[self._start : self._given])
        text = self._decode(tokens[self._start :])
        if text.endswith(_UNFINISHED) and not complete:
            return ""
        self._start, self._given = max(0, len(tokens) - _CONTEXT), len(tokens)
        return text[len(before) :]

    def _decode(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=False))
