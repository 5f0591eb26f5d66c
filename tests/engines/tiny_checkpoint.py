"""The shrunk network with a tokenizer of its own: a checkpoint that can be read with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.models import shrunk

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BEGIN, END, PAD = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜▁pad▁｜>"
TAGS = (
    "<image>",
    "<|ref|>",
    "<|/ref|>",
    "<|det|>",
    "<|/det|>",
    "<|grounding|>",
    "<td>",
    "</td>",
    "<tr>",
    "</tr>",
)


def write_tokenizer(folder: Path) -> None:
    """Bytes as tokens, the published special tokens, and fillers up to the network's size."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    words = [BEGIN, END, PAD, *sorted(pre_tokenizers.ByteLevel.alphabet()), *TAGS]
    words += [f"~{number}" for number in range(shrunk.CONFIG["vocab_size"] - len(words))]
    vocabulary = {word: place for place, word in enumerate(words)}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([BEGIN, END, PAD, *TAGS])
    save_tokenizer(folder, tokenizer)


def save_tokenizer(folder: Path, tokenizer: Tokenizer) -> None:
    """The two files of a published tokenizer, with the class that the published one names."""
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "LlamaTokenizer",
                "bos_token": BEGIN,
                "eos_token": END,
                "pad_token": PAD,
                "clean_up_tokenization_spaces": False,
            }
        )
    )


def write_checkpoint(folder: Path) -> Path:
    """A folder laid out as the published one."""
    shrunk.write_checkpoint(folder)
    write_tokenizer(folder)
    return folder
