"""Writes the reader's network as an ONNX model with 8-bit weights.

The graph is built here, operator by operator, and so doesn't depend on the version of PyTorch. Weights have 7 bits and
a scale for each column: products of 7 and 8 bits never overflow 16, so old processors and new ones compute the same.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import SettingsError
from retrieval.training.reader.network import EPSILON, HEADS, LAYERS, SHARED, Tensors

_OPSET: Final = 17
_VERSION: Final = 8  # of ONNX's file format
_CONTRIB: Final = "com.microsoft"  # operators that ONNX Runtime adds
_HIGHEST: Final = 63
Array = NDArray[Any]


def write_onnx(tensors: Tensors, path: Path) -> None:
    """Write a network. Raises ``SettingsError`` if the package ``onnx`` isn't installed."""
    arrays = {name: np.array(tensor.cpu().tolist(), np.float32) for name, tensor in tensors.items()}
    graph = _Graph(_onnx(), arrays)
    graph.build()
    path.write_bytes(graph.model().SerializeToString(deterministic=True))


def _onnx() -> Any:
    try:
        importlib.import_module("onnx.helper")
        return importlib.import_module("onnx")
    except ImportError as error:
        raise SettingsError("Writing the reader needs the package onnx: pip install onnx.") from error


def quantised(weights: Array) -> tuple[Array, Array]:
    """8-bit integers and the scale of each column."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / _HIGHEST
    return np.rint(weights / scale).astype(np.int8), scale.astype(np.float32)


@dataclass
class _Graph:
    """The nodes and constants of the graph so far; every method adds some and returns the name of their output."""

    onnx: Any
    arrays: dict[str, Array]
    nodes: list[Any] = field(default_factory=list[Any])
    constants: list[Any] = field(default_factory=list[Any])
    values: int = 0

    def build(self) -> None:
        """Add everything."""
        asked = self._lower("question_ids", self._op("Greater", "question_ids", self._constant([-1], np.int64)))
        said = self._lower("passage_ids", self._op("Cast", "passage_mask", to=9))
        said = self._op("Add", said, self._constant(self.arrays["passage"]))
        count = self._op("Shape", "passage_ids", start=0, end=1)
        length = self._op("Shape", "question_ids", start=1, end=2)
        asked = self._op("Expand", asked, self._op("Concat", count, self._constant([1, 1], np.int64), axis=0))
        there = self._op("Expand", self._constant([[1]], np.int32), self._op("Concat", count, length, axis=0))
        states = self._op("Concat", asked, said, axis=1)
        mask = self._op("Concat", there, "passage_mask", axis=1)
        for layer in range(SHARED, LAYERS):
            states = self._layer(layer, states, mask)
        end, axis = self._constant([1 << 30], np.int64), self._constant([1], np.int64)
        first = self._op("Slice", states, self._constant([0], np.int64), length, axis)
        self._compare(
            self._op("ReduceMean", first, axes=[1], keepdims=0),
            self._masked_mean(self._op("Slice", states, length, end, axis)),
        )

    def model(self) -> Any:
        """The finished model."""
        helper, kinds = self.onnx.helper, self.onnx.TensorProto
        inputs = [
            helper.make_tensor_value_info("question_ids", kinds.INT64, [1, "pieces"]),
            helper.make_tensor_value_info("passage_ids", kinds.INT64, ["passages", "longest"]),
            helper.make_tensor_value_info("passage_mask", kinds.INT32, ["passages", "longest"]),
        ]
        outputs = [helper.make_tensor_value_info("scores", kinds.FLOAT, ["passages"])]
        graph = helper.make_graph(self.nodes, "reader", inputs, outputs, self.constants)
        versions = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=_VERSION, producer_name="daily-papers-bot")

    def _lower(self, ids: str, there: str) -> str:
        """The states of texts after the layers that read one text alone."""
        mask = self._op("Cast", there, to=6)
        length = self._op("Shape", ids, start=1, end=2)
        places = (
            self.arrays["embeddings.position_embeddings.weight"]
            + self.arrays["embeddings.token_type_embeddings.weight"][:1]
        )
        zero, axis = self._constant([0], np.int64), self._constant([0], np.int64)
        placed = self._op("Slice", self._constant(places[:128], name="places"), zero, length, axis)
        states = self._normal("embeddings.LayerNorm", self._op("Add", self._words(ids), placed))
        for layer in range(SHARED):
            states = self._layer(layer, states, mask)
        return states

    def _words(self, ids: str) -> str:
        """Word vectors, stored as 8-bit integers with a scale for each word."""
        weights = self.arrays["embeddings.word_embeddings.weight"]
        scale = np.abs(weights).max(axis=1, keepdims=True) / 127
        rows = self._constant(np.rint(weights / scale), np.int8, name="words")
        found = self._op("Cast", self._op("Gather", rows, ids), to=1)
        return self._op("Mul", found, self._op("Gather", self._constant(scale, name="word_scales"), ids))

    def _layer(self, layer: int, states: str, mask: str) -> str:
        name = f"encoder.layer.{layer}"
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        weights = np.concatenate([self.arrays[f"{part}.weight"] for part in parts])
        bias = np.concatenate([self.arrays[f"{part}.bias"] for part in parts])
        joined = self._product(f"{name}.attention.self", states, weights, bias)
        asked = [self._new() for _ in parts]
        self.nodes.append(self.onnx.helper.make_node("Split", [joined], asked, axis=2))
        seen = self._op("MultiHeadAttention", *asked, "", mask, domain=_CONTRIB, num_heads=HEADS)
        seen = self._linear(f"{name}.attention.output.dense", seen)
        states = self._normal(f"{name}.attention.output.LayerNorm", self._op("Add", states, seen))
        wide = self._op("Gelu", self._linear(f"{name}.intermediate.dense", states), domain=_CONTRIB)
        narrow = self._linear(f"{name}.output.dense", wide)
        return self._normal(f"{name}.output.LayerNorm", self._op("Add", states, narrow))

    def _linear(self, name: str, states: str) -> str:
        return self._product(name, states, self.arrays[f"{name}.weight"], self.arrays[f"{name}.bias"])

    def _product(self, name: str, states: str, weights: Array, bias: Array) -> str:
        rows, scale = quantised(weights.T)
        constants = [
            self._constant(rows, np.int8, name=f"{name}.weight"),
            self._constant(scale, name=f"{name}.scale"),
            self._constant(np.zeros_like(scale), np.int8, name=f"{name}.zero"),
            self._constant(bias, name=f"{name}.bias"),
        ]
        return self._op("DynamicQuantizeMatMul", states, *constants, domain=_CONTRIB)

    def _normal(self, name: str, states: str) -> str:
        weight, bias = (
            self._constant(self.arrays[f"{name}.{part}"], name=f"{name}.{part}") for part in ("weight", "bias")
        )
        return self._op("LayerNormalization", states, weight, bias, axis=-1, epsilon=EPSILON)

    def _masked_mean(self, states: str) -> str:
        mask = self._op("Unsqueeze", self._op("Cast", "passage_mask", to=1), self._constant([2], np.int64))
        axis = self._constant([1], np.int64)
        total = self._op("ReduceSum", self._op("Mul", states, mask), axis, keepdims=0)
        return self._op("Div", total, self._op("ReduceSum", mask, axis, keepdims=0))

    def _compare(self, asked: str, said: str) -> None:
        product, difference = self._op("Mul", asked, said), self._op("Abs", self._op("Sub", asked, said))
        hidden = self._op("Concat", product, difference, said, axis=1)
        for at in range(2):
            weights = self._constant(self.arrays[f"head.{at}.weight"].T)
            hidden = self._op(
                "Add", self._op("MatMul", hidden, weights), self._constant(self.arrays[f"head.{at}.bias"])
            )
            hidden = self._op("Gelu", hidden, domain=_CONTRIB) if at == 0 else hidden
        lengths = [self._op("ReduceL2", each, axes=[1], keepdims=1) for each in (asked, said)]
        axis = self._constant([1], np.int64)
        cosine = self._op("Div", self._op("ReduceSum", product, axis, keepdims=1), self._op("Mul", *lengths))
        cosine = self._op("Mul", cosine, self._constant(self.arrays["scale"]))
        score = self._op("Sub", self._op("Add", cosine, hidden), self._constant(self.arrays["nothing"]))
        self.nodes.append(self.onnx.helper.make_node("Squeeze", [score, axis], ["scores"]))

    def _op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        output = self._new()
        self.nodes.append(self.onnx.helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def _constant(self, values: Any, kind: Any = np.float32, *, name: str = "") -> str:
        """A constant; of several with one name there is one."""
        name = name or f"constant.{len(self.constants)}"
        if all(each.name != name for each in self.constants):
            self.constants.append(self.onnx.numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def _new(self) -> str:
        self.values += 1
        return f"value.{self.values}"
