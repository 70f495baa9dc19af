"""Fitting intents to examples."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from retrieval.answering.question.intents import Intent
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.training import intents
from retrieval.training.intents import fit_intents, read_examples

DAY = date(2026, 3, 13)
VECTORS = WordVectors.of(["owl", "crow"], np.eye(2, 200, dtype=np.float32))


def written(folder: Path, wanted: list[Intent]) -> Path:
    """A file with three examples for each intent."""
    path = folder / "intents.toml"
    said = {each: each.value.replace("_", " ") for each in wanted}
    sections = (f"{each} = '''\n{text} now\n{text} bot\n{text}\n'''\n" for each, text in said.items())
    path.write_text("".join(sections), encoding="utf-8")
    return path


def test_what_was_learned_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples, with a slip as well; questions for papers aren't, and the same data give the same weights."""
    monkeypatch.setattr(intents, "_STEPS", 8)
    examples = read_examples(written(tmp_path, list(Intent)), [f"which papers are about owl {n}?" for n in range(40)])
    model, again = (fit_intents(examples, VECTORS, DAY) for _ in range(2))
    assert (model.table == again.table).all()
    assert model.fitted.fitted_at == "2026-03-13"
    assert set(model.fitted.figures) == {"examples", "recognised", "right", "papers_taken", "near_taken"}
    found = model.recognise("privcay now", VECTORS)
    assert found is not None
    assert found.intent is Intent.PRIVACY
    assert model.recognise("which papers are about crow 7?", VECTORS) is None


def test_an_intent_without_examples_is_an_error(tmp_path: Path) -> None:
    """It would never be recognised."""
    with pytest.raises(ValueError, match="no examples for thanks"):
        read_examples(written(tmp_path, [each for each in Intent if each is not Intent.THANKS]), [])
