"""Eight-bit weights for decoding on a CPU, beside the model's own.

Decoding one page is bound by reading weights from memory, and int8 halves them. Each output
channel is scaled by its largest weight. Torch's kernel (`aten::_weight_int8pack_mm`) gains up to
four rows and loses from eight on (a 6848 x 1280 layer: 2.0 times faster at one row, 1.35 at four,
0.9 at eight, 0.4 at sixteen), so prompts and larger batches keep the model's own weights. Both
copies stay in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

MAX_ROWS = 4
"""Rows up to which the int8 weights are used."""

_LARGEST = 127


def add_int8_weights(model: PreTrainedModel) -> None:
    """Give the decoder's layers, experts and head int8 weights for small batches; in place.

    Args:
        model: A native model with `model.language_model` and `lm_head`, in bfloat16 on the CPU.
    """
    import torch

    linear, experts = _int8_modules()
    network: Any = model
    decoder = network.model.language_model
    for module in list(decoder.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, torch.nn.Linear):
                setattr(module, name, linear(child))
            elif hasattr(child, "gate_up_proj") and hasattr(child, "down_proj"):
                setattr(module, name, experts(child))
    network.lm_head = linear(network.lm_head)


def quantise(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Round weights to int8.

    Args:
        weight: `(…, outputs, inputs)`.

    Returns:
        Integers of the same shape, and scales `(…, outputs)` in the weights' own format;
        integer times scale is the weight, to half a scale.
    """
    import torch

    # One matrix at a time: a float32 copy of all experts would not fit beside the model.
    if weight.dim() > 2:
        parts = [quantise(part) for part in weight]
        return torch.stack([part[0] for part in parts]), torch.stack([part[1] for part in parts])
    scales = (weight.detach().float().abs().amax(-1) / _LARGEST).to(weight.dtype)
    # Rounded by the scale as it is kept; a channel of zeros has none.
    divisor = scales.float().where(scales > 0, 1)
    rounded = (weight.detach().float() / divisor[:, None]).round()
    return rounded.clamp(-_LARGEST, _LARGEST).to(torch.int8), scales


def _int8_modules() -> tuple[Any, Any]:
    """The two module classes; made here since torch is only imported where it is used."""
    import torch

    multiply = torch._weight_int8pack_mm  # noqa: SLF001 - the only int8 kernel torch has for this

    class Int8Linear(torch.nn.Module):
        def __init__(self, wide: torch.nn.Linear) -> None:
            super().__init__()
            self.wide = wide
            self.integers, self.scales = quantise(wide.weight)

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            rows = inputs.reshape(-1, inputs.shape[-1])
            if len(rows) > MAX_ROWS:
                wide: torch.Tensor = self.wide(inputs)
                return wide
            outputs = multiply(rows, self.integers, self.scales)
            if self.wide.bias is not None:
                outputs = outputs + self.wide.bias
            return outputs.reshape(*inputs.shape[:-1], -1)

    class Int8Experts(torch.nn.Module):
        def __init__(self, wide: Any) -> None:
            super().__init__()
            self.wide = wide
            self.gate_up = quantise(wide.gate_up_proj)
            self.down = quantise(wide.down_proj)

        def forward(
            self, inputs: torch.Tensor, chosen: torch.Tensor, shares: torch.Tensor
        ) -> torch.Tensor:
            if len(inputs) > MAX_ROWS:
                wide: torch.Tensor = self.wide(inputs, chosen, shares)
                return wide
            outputs = torch.zeros_like(inputs)
            for expert in sorted(set(chosen.flatten().tolist())):
                rows, places = torch.where(chosen == expert)
                gate, up = self._through(self.gate_up, expert, inputs[rows]).chunk(2, -1)
                said = self._through(self.down, expert, self.wide.act_fn(gate) * up)
                outputs.index_add_(0, rows, (said * shares[rows, places, None]).to(outputs.dtype))
            return outputs

        @staticmethod
        def _through(
            packed: tuple[torch.Tensor, torch.Tensor], expert: int, inputs: torch.Tensor
        ) -> torch.Tensor:
            return multiply(inputs, packed[0][expert], packed[1][expert])

    return Int8Linear, Int8Experts
