"""Teaches a shrunk DeepSeek-OCR the dozen pages by heart and writes `checkpoint/`.

    python -m tests.models.memorised.train [--rounds 160]

Three to four CPU-minutes. The SAM tower keeps its random weights, which tell the pages
apart well enough; CLIP, projector and decoder learn from what it sees. Every picture is also
shown a little moved, blurred and paler, so that another renderer's pixels are still known.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageChops, ImageEnhance, ImageFilter
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.engines.token_text import load_tokenizer
from dsocr_integrations.models import deepseek_ocr
from dsocr_integrations.modes import mode_named
from tests.engines.tiny_checkpoint import BEGIN, END, PAD, TAGS, save_tokenizer
from tests.models import shrunk
from tests.models.memorised.lessons import MODE, Lesson, lessons
from tests.models.memorised.page_blocks import CHECKPOINT

SEED = 20251020
IGNORED = -100
BATCH = 9
PEAK_RATE = 2e-3

CONFIG: dict[str, Any] = {
    **shrunk.CONFIG,
    "hidden_size": 128,
    "intermediate_size": 256,
    "max_position_embeddings": 1024,
    "moe_intermediate_size": 64,
    "n_routed_experts": 8,
    "num_attention_heads": 4,
    "num_experts_per_tok": 2,
    "num_key_value_heads": 4,
    "projector_config": {**shrunk.CONFIG["projector_config"], "input_dim": 128, "n_embed": 128},
    "torch_dtype": "float16",
    "vision_config": {
        **shrunk.CONFIG["vision_config"],
        "width": {
            "clip-l-14-224": {
                "heads": 4,
                "image_size": 224,
                "layers": 2,
                "patch_size": 14,
                "width": 64,
            },
            "sam_vit_b": {
                "downsample_channels": [32, 64],
                "global_attn_indexes": [1],
                "heads": 2,
                "layers": 2,
                "width": 32,
            },
        },
    },
    "vocab_size": 512,
}


@dataclass(frozen=True)
class Example:
    """One lesson in numbers.

    Attributes:
        sights: What the SAM tower makes of the picture, one row for each variant.
        asked: Ids of the prompt behind the picture.
        said: Ids of the answer, the end token included.
    """

    sights: torch.Tensor
    asked: list[int]
    said: list[int]


def write_tokenizer(folder: Path, taught: list[Lesson]) -> None:
    """Byte pairs of the pages' own words; digits stay single, as in the published tokenizer."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    specials = [BEGIN, END, PAD, *TAGS]
    trainer = trainers.BpeTrainer(
        vocab_size=CONFIG["vocab_size"],
        special_tokens=specials,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    texts = [text for one in taught for text in (one.answer, f"\n{one.prompt.value}")]
    for special in specials:
        texts = [part for text in texts for part in text.split(special)]
    tokenizer.train_from_iterator(texts, trainer)
    if tokenizer.get_vocab_size() > CONFIG["vocab_size"]:
        raise ValueError("The tokenizer has more words than the network.")
    save_tokenizer(folder, tokenizer)


def build() -> Any:
    """The shrunk network, its weights made from their names."""
    from transformers import UnlimitedOcrForConditionalGeneration

    model: Any = UnlimitedOcrForConditionalGeneration(deepseek_ocr.make_config(CONFIG))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(torch.from_numpy(shrunk.weight(name, tuple(weight.shape))))
    model.model.vision_tower.sam_encoder.requires_grad_(requires_grad=False)
    model.set_experts_implementation("grouped_mm")
    return model


def variants(picture: Image.Image) -> list[Image.Image]:
    """The picture itself, and as another renderer or scanner might give it."""
    width, height = picture.size
    return [
        picture,
        ImageChops.offset(picture, 1, 1),
        ImageChops.offset(picture, -2, 1),
        picture.filter(ImageFilter.GaussianBlur(0.7)),
        picture.resize((width * 4 // 3, height * 4 // 3)).resize((width, height)),
        ImageEnhance.Contrast(picture).enhance(0.9),
    ]


@torch.no_grad()
def look(model: Any, picture: Image.Image) -> torch.Tensor:
    """What the SAM tower sees, `(variants, channels, rows, columns)`."""
    sam = model.model.vision_tower.sam_encoder
    mode = mode_named(MODE)
    views = [torch.from_numpy(make_views(one, mode).overview) for one in variants(picture)]
    return torch.cat([sam(view).last_hidden_state for view in views])


def examples(model: Any, tokenizer: Any, taught: list[Lesson]) -> list[Example]:
    """The lessons in numbers; a page asked twice is looked at once."""
    seen: dict[Any, torch.Tensor] = {}
    for one in taught:
        if one.region not in seen:
            seen[one.region] = look(model, one.region.render())
    return [
        Example(
            seen[one.region],
            tokenizer.encode(f"\n{one.prompt.value}", add_special_tokens=False),
            [*tokenizer.encode(one.answer, add_special_tokens=False), tokenizer.eos_token_id],
        )
        for one in taught
    ]


def features(model: Any, sights: torch.Tensor) -> torch.Tensor:
    """SAM's sights on through CLIP and projector, newlines and separator put in.

    `(pictures, 73, hidden)` in mode tiny; the native network's own order.
    """
    network = model.model
    clip = network.vision_tower.vision_encoder(sights).last_hidden_state[:, 1:]
    both = torch.cat([clip, sights.flatten(2).transpose(1, 2)], -1)
    grid = network.multi_modal_projector(both).unflatten(1, sights.shape[2:])
    rows = torch.cat([grid, network.image_newline.expand(*grid.shape[:2], 1, -1)], 2)
    separator = network.view_separator.expand(len(sights), 1, -1)
    return torch.cat([rows.flatten(1, 2), separator], 1)


def loss_of(model: Any, batch: list[Example], begin: int, chosen: list[int]) -> torch.Tensor:
    """Cross-entropy of the answers' tokens, each given all before it."""
    sights = torch.stack([one.sights[which] for one, which in zip(batch, chosen, strict=True)])
    pictures = features(model, sights)
    embed = model.get_input_embeddings()
    inputs, targets = [], []
    for one, picture in zip(batch, pictures, strict=True):
        words = embed(torch.tensor([begin, *one.asked, *one.said[:-1]]))
        inputs.append(torch.cat([words[:1], picture, words[1:]]))
        unheard = len(inputs[-1]) - len(one.said)
        targets.append(torch.tensor([IGNORED] * unheard + one.said))
    # Filling on the right needs no mask: nothing that counts looks ahead.
    hidden = model.model.language_model(
        inputs_embeds=pad_sequence(inputs, batch_first=True)
    ).last_hidden_state
    wanted = pad_sequence(targets, batch_first=True, padding_value=IGNORED)
    asked_for = wanted != IGNORED
    return cross_entropy(model.lm_head(hidden[asked_for]), wanted[asked_for])


def teach(model: Any, known: list[Example], begin: int, rounds: int) -> None:
    """Show every lesson once a round."""
    dice = torch.Generator().manual_seed(SEED)
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=PEAK_RATE, weight_decay=0.0, betas=(0.9, 0.98))
    batches = -(-len(known) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, PEAK_RATE, total_steps=rounds * batches, pct_start=0.05
    )
    model.train()
    start = time.process_time()
    for turn in range(rounds):
        order = torch.randperm(len(known), generator=dice).tolist()
        total = 0.0
        for first in range(0, len(known), BATCH):
            batch = [known[place] for place in order[first : first + BATCH]]
            kinds = len(batch[0].sights)
            chosen = torch.randint(kinds, (len(batch),), generator=dice).tolist()
            loss = loss_of(model, batch, begin, chosen)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        if turn % 10 == 0 or turn == rounds - 1:
            spent = time.process_time() - start
            sys.stderr.write(f"{turn:4} loss {total / batches:.4f} {spent:.0f} CPU-s\n")
    model.eval()


def write(model: Any, folder: Path) -> None:
    """Under the published names, in half precision."""
    model.half().save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=160)
    parser.add_argument("--folder", type=Path, default=CHECKPOINT)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(mode=True)
    taught = lessons()
    arguments.folder.mkdir(exist_ok=True)
    write_tokenizer(arguments.folder, taught)
    tokenizer = load_tokenizer(arguments.folder)
    model = build()
    known = examples(model, tokenizer, taught)
    tokens = sum(len(one.said) for one in known)
    sys.stderr.write(f"{len(known)} lessons, {tokens} tokens to say\n")
    teach(model, known, tokenizer.bos_token_id, arguments.rounds)
    write(model, arguments.folder)


if __name__ == "__main__":
    main()
