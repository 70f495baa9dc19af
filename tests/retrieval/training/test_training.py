"""Fitting: the same weights for the same data, and a file that records the data."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from retrieval.answering.scoring import paper_features
from retrieval.answering.scoring.boosted_trees import Trees
from retrieval.answering.scoring.model import Weights, load_model, probabilities, read_weights, write_weights
from retrieval.answering.vectors.word_vectors import load_word_vectors
from retrieval.errors import SettingsError, SourceError
from retrieval.settings import SEED_PAGE
from retrieval.training.ablation import contributions
from retrieval.training.answer_weights import TrainingSet, fit
from retrieval.training.boosted_trees import fit_trees
from retrieval.training.linear import Choice, fit_choices, fit_logistic
from retrieval.training.sources import TrainingSource

QUESTIONS = Path(__file__).parents[2] / "data" / "seed_questions.jsonl"
DAY = date(2026, 3, 10)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Some of the seed page's questions, for temporary weights: the shipped ones are never fitted to them."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    lists = [line for line in lines if '"kind": "list"' in line]
    refusals = [line for line in lines if '"kind": "unanswerable"' in line and '"after": null' in line]
    others = [line for line in lines if line not in {*lists, *refusals} and '"after": null' in line]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join([*lists, *refusals[:15], *others[:25]]), encoding="utf-8")
    return path


def fitted(questions: Path, day: date = DAY) -> Weights:
    """Weights of the questions, on the seed page."""
    return fit([TrainingSource(questions, SEED_PAGE)], fitted_at=day, title_weight=2, words=load_word_vectors())


def test_the_same_data_make_the_same_bytes(questions: Path, tmp_path: Path) -> None:
    """Also on another day: a file that would only differ in its date is left unchanged."""
    out = tmp_path / "weights.json"
    write_weights(out, fitted(questions))
    first = out.read_bytes()
    write_weights(out, fitted(questions, date(2026, 4, 1)))
    assert out.read_bytes() == first
    kept = read_weights(out)
    assert kept.fitted_at == "2026-03-10"
    assert kept.data_sha256 == hashlib.sha256(questions.read_bytes() + SEED_PAGE.read_bytes()).hexdigest()
    assert 0 < kept.figures["sentence_at_1"] <= 1
    load_model(out)


def test_a_further_set_counts_less_and_isnt_judged(questions: Path) -> None:
    """The figures stay comparable, whatever is learned from beside the first set."""
    source = TrainingSource(questions, SEED_PAGE)
    both = TrainingSet.read([source, source], 2, load_word_vectors(), cuts=())
    first, further = both.whole[: len(both.judged)], both.whole[len(both.judged) :]
    assert list(both.judged) == first
    assert {case.weight for case in first} == {1.0}
    assert {0 < case.weight < 1 for case in further} == {True}


def test_other_weights_are_written(tmp_path: Path) -> None:
    """A file with other weights or invalid contents is replaced."""
    shipped = read_weights(Path("config/answers.json"))
    out = tmp_path / "weights.json"
    out.write_text("{}", encoding="utf-8")
    write_weights(out, shipped)
    assert read_weights(out) == shipped
    changed = shipped.model_copy(update={"figures": {}})
    write_weights(out, changed)
    assert read_weights(out) == changed


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    """The error names the command that fixes it."""
    shipped = read_weights(Path("config/answers.json"))
    strange = shipped.model_copy(update={"paper": shipped.paper.model_copy(update={"weights": {"other": 1.0}})})
    out = tmp_path / "weights.json"
    write_weights(out, strange)
    with pytest.raises(SettingsError, match="python -m retrieval fit"):
        load_model(out)


def test_a_set_without_refusals_is_refused(tmp_path: Path) -> None:
    """The error says what's missing."""
    path = tmp_path / "questions.jsonl"
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if "unanswerable" not in line), encoding="utf-8")
    with pytest.raises(SourceError, match="0 questions of kind unanswerable"):
        fitted(path)


def test_a_decisive_feature_gets_the_weight() -> None:
    """The others get almost none."""
    rng = np.random.default_rng(0)
    choices = list[Choice]()
    for _ in range(50):
        matrix, right = rng.normal(size=(5, 3)), np.zeros(5, np.bool_)
        right[int(np.argmax(matrix[:, 1]))] = True
        choices.append(Choice(matrix, right))
    weights = fit_choices(choices, 0.01)
    assert weights[1] > 5 * max(abs(weights[0]), abs(weights[2]))


def test_logistic_regression_is_calibrated() -> None:
    """What happens three times in four gets a probability of about 3/4."""
    rows, happens = np.zeros((400, 1)), np.arange(400) % 4 > 0
    weights, offset = fit_logistic(rows, happens, 1.0)
    assert probabilities(rows[:1] @ weights + offset)[0] == pytest.approx(0.75, abs=0.01)


def test_rows_of_little_weight_matter_less() -> None:
    """Where half of the rows say yes, the trees lean to yes once those that say no count a quarter."""
    rows, happens = np.repeat([[0.0], [1.0]], 200, axis=0), np.arange(400) % 2 > 0
    weights = np.where(happens | (rows[:, 0] == 0), 1.0, 0.25)
    trees = Trees.of(fit_trees(rows, happens, ["only"], weights), ["only"])
    low, high = trees.log_odds(np.array([[0.0], [1.0]]))
    assert high - low == pytest.approx(np.log(4), abs=0.1)


def test_a_contribution_is_the_difference_without_the_feature(questions: Path) -> None:
    """In bits and hits on the left-out folds, in the models' order; the status says which is next."""
    heard = list[str]()
    asked = TrainingSet.read([TrainingSource(questions, SEED_PAGE)], 2, load_word_vectors())
    first = next(contributions(asked, on_status=heard.append))
    assert (first.model, first.feature) == ("paper", paper_features.NAMES[0])
    assert first.bits == first.without.bits - first.whole.bits
    assert first.hits == first.whole.hits - first.without.hits
    assert first.whole.bits > 0
    assert 0 < first.whole.hits <= 1
    assert heard == ["paper: all features", f"paper: {first.feature} (1 of {len(paper_features.NAMES)})"]
