"""The reader's model, run with ONNX Runtime (extra ``reader``) in the thread that asks."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.arrays import Floats
from retrieval.answering.reader.inputs import ReaderPassage
from retrieval.errors import SettingsError
from retrieval.settings import PROJECT

MODEL_FILE: Final = PROJECT / "config" / "reader.onnx"
_PACKAGES: Final = ("onnxruntime", "tokenizers")
_CACHED: Final = 64
"""Questions whose scores are cached: "why" asks for those of the answer again."""
_LOG: Final = logging.getLogger(__name__)


def tokenizer_file(model: Path) -> Path:
    """The tokenizer beside a model."""
    return model.with_name(f"{model.stem}_tokenizer.json")


def file_checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


def is_installed() -> bool:
    """Whether the packages of the extra ``reader`` are installed."""
    return all(find_spec(package) is not None for package in _PACKAGES)


class Reader:
    """Scores how well sentences answer a question: above 0 probably, below 0 probably not. Thread-safe.

    The model is read on first use. ``checksum`` is the SHA-256 of its file, if it must be a certain one.
    """

    def __init__(self, model: Path, checksum: str | None = None) -> None:
        self.model = model
        self._checksum = checksum
        self._lock = Lock()
        self._session: _Session | None = None
        self._failed = False
        self._scores = lru_cache(maxsize=_CACHED)(self._computed)

    def scores(self, question: str, passages: Sequence[ReaderPassage]) -> Floats | None:
        """The score of each passage; ``None`` if the model can't be used, which is logged once."""
        if self._failed:
            return None
        try:
            return self._scores(question, tuple(passages))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the model, there is an answer without it
            self._failed = True
            _LOG.warning("Answering without the reader: %s can't be used (%s).", self.model, error)
            return None

    def check(self) -> None:
        """Raise ``SettingsError`` if the model can't be used."""
        try:
            self._computed("What is it?", (ReaderPassage("A title", "This is it."),))
        except Exception as error:
            raise SettingsError(f"{self.model} can't be used: {error}") from error

    def _computed(self, question: str, passages: tuple[ReaderPassage, ...]) -> Floats:
        with self._lock:
            if self._session is None:
                self._session = _Session(self.model, self._checksum)
        return self._session.scores(question, passages)


class _Session:
    """The loaded model with its tokenizer."""

    def __init__(self, model: Path, checksum: str | None) -> None:
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 - only in the extra ``reader``
        from tokenizers import Tokenizer  # noqa: PLC0415 - as above

        from retrieval.answering.reader.pieces import Pieces  # noqa: PLC0415 - imports tokenizers

        data = model.read_bytes()
        if checksum is not None and sha256(data).hexdigest() != checksum:
            raise SettingsError("it isn't the file that the answerer's weights were fitted with")
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._pieces = Pieces(Tokenizer.from_file(str(tokenizer_file(model))))

    def scores(self, question: str, passages: Sequence[ReaderPassage]) -> Floats:
        """One passage at a time: together they would need padding, and the 8-bit model would round each differently."""
        asked = np.array([self._pieces.question(question)], np.int64)
        return np.array([self._score(asked, passage) for passage in passages])

    def _score(self, asked: NDArray[np.int64], passage: ReaderPassage) -> float:
        ids = np.array([self._pieces.passage(passage)], np.int64)
        inputs = {"question_ids": asked, "passage_ids": ids, "passage_mask": np.ones(ids.shape, np.int32)}
        return float(self._session.run(None, inputs)[0][0])
