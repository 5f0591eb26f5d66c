"""A cache of the hub that holds one model: a shrunk DeepSeek-OCR-2 with made-up weights.

`transformers serve` lists the models of that cache, so a checkpoint in any other folder could be
read with and would not be found.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.engines.tiny_checkpoint import TAGS, write_tokenizer
from tests.models import shrunk_v2

NAME = "deepseek-community/DeepSeek-OCR-2"
"""The checkpoint that transformers itself names for its class."""

TOKENS = 24
"""An answer's length in these tests, and one or two more."""

_REVISION = "0" * 40
_IMAGE = TAGS[0]
_CHAT = f"""\
{{% for part in messages[0]['content'] -%}}
{{% if part['type'] == 'image' %}}{_IMAGE}\n{{% else %}}{{{{ part['text'] }}}}{{% endif %}}
{{%- endfor %}}"""


def write_hub_cache(folder: Path) -> Path:
    """Write the cache; `folder` is then what `HF_HUB_CACHE` should name."""
    model = folder / f"models--{NAME.replace('/', '--')}"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text(_REVISION)
    snapshot = shrunk_v2.write_checkpoint(model / "snapshots" / _REVISION)
    write_tokenizer(snapshot)
    (snapshot / "chat_template.jinja").write_text(_CHAT)
    tokens = {token: shrunk_v2.TEXT[token] for token in ("bos_token_id", "eos_token_id")}
    described = {
        "config.json": shrunk_v2.CONFIG | tokens | {"image_token_id": token_id(folder, _IMAGE)},
        # Noise does not end by itself: after `TOKENS`, its end becomes likelier with each token.
        "generation_config.json": tokens | {"exponential_decay_length_penalty": [TOKENS, 1e6]},
        "processor_config.json": {
            "processor_class": "DeepseekOcr2Processor",
            "image_processor": {"image_processor_type": "DeepseekOcr2ImageProcessor"},
        },
    }
    for name, content in described.items():
        (snapshot / name).write_text(json.dumps(content))
    return folder


def token_id(folder: Path, word: str) -> int:
    """What the checkpoint in a cache calls one of its words."""
    (tokenizer,) = folder.glob("models--*/snapshots/*/tokenizer.json")
    return json.loads(tokenizer.read_text())["model"]["vocab"][word]
