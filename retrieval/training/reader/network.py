"""The reader's network in PyTorch: BERT whose upper layers see the question and the passage together.

The lower layers read the question and the passage each on its own, as the encoder that they come from did. A score is
the cosine of the means of the question's and the passage's last states, times a scale, plus a small head that is zero
in the beginning, minus the score of "nothing".
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from retrieval.errors import SettingsError

LAYERS: Final = 6
SHARED: Final = 3
"""Lower layers that read one text alone."""
HEADS: Final = 12
SIZE: Final = 384
HEAD: Final = 64
EPSILON: Final = 1e-12  # of layer normalisation, as in BERT
_DROPOUT: Final = 0.1

Tensor = Any
"""A PyTorch tensor; PyTorch is only there where a reader is made."""
Tensors = dict[str, Tensor]


def load_torch() -> Any:
    """The module ``torch``. Raises ``SettingsError`` if it isn't installed."""
    try:
        return importlib.import_module("torch")
    except ImportError as error:
        raise SettingsError("Making the reader needs PyTorch 2 or newer: pip install torch.") from error


def read_safetensors(path: Path) -> Tensors:
    """The 32-bit tensors of a file: the length of its header, the header (JSON), and numbers."""
    torch, data = load_torch(), bytearray(path.read_bytes())
    size = 8 + int.from_bytes(data[:8], "little")
    header: dict[str, Any] = json.loads(data[8:size])
    tensors = Tensors()
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (size + offset for offset in entry["data_offsets"])
            tensors[name] = torch.frombuffer(data[start:end], dtype=torch.float32).reshape(entry["shape"]).clone()
    return tensors


def new_parts() -> Tensors:
    """The parts that the encoder lacks."""
    torch = load_torch()
    maker = torch.Generator().manual_seed(0)
    return {
        "passage": torch.zeros(SIZE),  # tells the passage from the question
        "scale": torch.tensor(10.0),
        "nothing": torch.tensor(4.0),
        "head.0.weight": torch.randn(HEAD, 3 * SIZE, generator=maker) * 0.05,
        "head.0.bias": torch.zeros(HEAD),
        "head.1.weight": torch.zeros(1, HEAD),
        "head.1.bias": torch.zeros(1),
    }


def is_trained(name: str) -> bool:
    """Whether a tensor is changed by training."""
    return name in new_parts() or name.startswith("encoder.layer.")


def is_lower(name: str) -> bool:
    """Whether a tensor belongs to a layer that reads one text alone."""
    return any(name.startswith(f"encoder.layer.{at}.") for at in range(SHARED))


class Network:
    """The network with its tensors, on one device."""

    def __init__(self, tensors: Tensors, device: str) -> None:
        self.torch, self.device = load_torch(), device
        self.tensors = {name: tensor.to(device) for name, tensor in tensors.items()}

    def lower(self, rows: Sequence[Sequence[int]], *, training: bool = False) -> list[Tensor]:
        """The states of texts after the lower layers."""
        torch, each, longest = self.torch, self.tensors, max(map(len, rows))
        ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows], device=self.device)
        there = torch.tensor([[at < len(row) for at in range(longest)] for row in rows], device=self.device)
        words, places = each["embeddings.word_embeddings.weight"], each["embeddings.position_embeddings.weight"]
        states = words[ids] + places[:longest] + each["embeddings.token_type_embeddings.weight"][0]
        states = self._normal("embeddings.LayerNorm", states)
        for layer in range(SHARED):
            states = self._layer(layer, states, there, dropout=_DROPOUT if training else 0.0)
        return [state[: len(row)] for state, row in zip(states, rows, strict=True)]

    def scores(self, questions: Sequence[Tensor], passages: Sequence[Tensor], *, training: bool = False) -> Tensor:
        """A score for each pair of lower states."""
        torch, each = self.torch, self.tensors
        pairs = [torch.cat([one, other + each["passage"]]) for one, other in zip(questions, passages, strict=True)]
        states = torch.nn.utils.rnn.pad_sequence(pairs, batch_first=True)
        places = torch.arange(states.shape[1], device=self.device)[None]
        first = places < torch.tensor([len(one) for one in questions], device=self.device)[:, None]
        there = places < torch.tensor([len(pair) for pair in pairs], device=self.device)[:, None]
        for layer in range(SHARED, LAYERS):
            states = self._layer(layer, states, there, dropout=_DROPOUT if training else 0.0)
        return self._compared(_mean(states, first), _mean(states, there & ~first))

    def _compared(self, asked: Tensor, said: Tensor) -> Tensor:
        functional, each = self.torch.nn.functional, self.tensors
        product, difference = asked * said, (asked - said).abs()
        hidden = self._linear("head.0", self.torch.cat([product, difference, said], dim=1))
        added = self._linear("head.1", functional.gelu(hidden))[:, 0]
        return each["scale"] * functional.cosine_similarity(asked, said) + added - each["nothing"]

    def _layer(self, layer: int, states: Tensor, there: Tensor, *, dropout: float) -> Tensor:
        functional, name = self.torch.nn.functional, f"encoder.layer.{layer}"
        count, length, _ = states.shape
        parts = [
            self._linear(f"{name}.attention.self.{part}", states).view(count, length, HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        ]
        seen = functional.scaled_dot_product_attention(*parts, attn_mask=there[:, None, None, :])
        seen = self._linear(f"{name}.attention.output.dense", seen.transpose(1, 2).reshape(count, length, SIZE))
        states = self._normal(f"{name}.attention.output.LayerNorm", states + functional.dropout(seen, dropout))
        wide = functional.gelu(self._linear(f"{name}.intermediate.dense", states))
        narrow = functional.dropout(self._linear(f"{name}.output.dense", wide), dropout)
        return self._normal(f"{name}.output.LayerNorm", states + narrow)

    def _linear(self, name: str, states: Tensor) -> Tensor:
        return self.torch.nn.functional.linear(states, self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"])

    def _normal(self, name: str, states: Tensor) -> Tensor:
        weight, bias = self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"]
        return self.torch.nn.functional.layer_norm(states, (SIZE,), weight, bias, EPSILON)


def average(several: Iterable[Tensors]) -> Tensors:
    """The mean of networks of the same shape."""
    networks = list(several)
    return {name: sum(each[name] for each in networks) / len(networks) for name in networks[0]}


def _mean(states: Tensor, there: Tensor) -> Tensor:
    return (states * there[:, :, None]).sum(1) / there.sum(1)[:, None]
