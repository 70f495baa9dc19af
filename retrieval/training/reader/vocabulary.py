"""A smaller vocabulary: only the word pieces that abstracts and questions have. It makes the model's file smaller."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tokenizers import Tokenizer

_AT_ONCE: Final = 2_000


def small_tokenizer(path: Path, texts: Iterable[str]) -> tuple[Tokenizer, list[int]]:
    """A tokenizer for the same pieces of ``texts`` as that of a file, and the old numbers of its pieces, in order.

    Single characters and special pieces are kept, so that every other text can be cut into pieces too.
    """
    large = Tokenizer.from_file(str(path))
    large.no_truncation()
    large.no_padding()
    seen, waiting = set[int](), iter(texts)
    while some := list(islice(waiting, _AT_ONCE)):
        seen.update(number for each in large.encode_batch(some) for number in each.ids)
    file: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    old = sorted(file["model"]["vocab"].items(), key=lambda item: item[1])
    kept = [(piece, number) for piece, number in old if number in seen or _is_basic(piece)]
    return _with_pieces(file, [piece for piece, _ in kept]), [number for _, number in kept]


def _is_basic(piece: str) -> bool:
    return len(piece.removeprefix("##")) == 1 or (piece.startswith("[") and not piece.startswith("[unused"))


def _with_pieces(file: dict[str, Any], pieces: Sequence[str]) -> Tokenizer:
    numbers = {piece: number for number, piece in enumerate(pieces)}
    file["model"]["vocab"] = numbers
    file["truncation"] = file["padding"] = file["post_processor"] = None
    for added in file["added_tokens"]:
        added["id"] = numbers[added["content"]]
    return Tokenizer.from_str(json.dumps(file))
