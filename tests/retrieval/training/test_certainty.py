"""Fitting how likely an answer is right: what's called strong is right as often as promised."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.answering.types import MatchLevel
from retrieval.training.certainty import PROMISED, Evidence, fit_calibration, fit_certainty, strong_from


def evidence(count: int, seed: int) -> list[Evidence]:
    """Answers that are right as often as a logistic function of their only feature says."""
    rng = np.random.default_rng(seed)
    signals = rng.uniform(-4, 6, count)
    right = rng.random(count) < 1 / (1 + np.exp(-signals))
    return [
        Evidence({"signal": float(signal)}, bool(each), at % 5, is_list=False)
        for at, (signal, each) in enumerate(zip(signals, right, strict=True))
    ]


def test_the_probability_is_the_share_of_right_answers() -> None:
    """Within the noise of two thousand answers."""
    calibration = fit_calibration(evidence(2_000, 0), ["signal"])
    for signal in (-2.0, 0.0, 2.0):
        assert calibration.probability({"signal": signal}) == pytest.approx(1 / (1 + np.exp(-signal)), abs=0.05)


def test_strong_answers_are_right_as_often_as_promised_among_others() -> None:
    """On answers that nothing was fitted to; and they aren't only a few."""
    calibration = fit_calibration(evidence(2_000, 0), ["signal"])
    others = evidence(2_000, 1)
    levels = [calibration.level(calibration.probability(each.features)) for each in others]
    right = [each.right for each, level in zip(others, levels, strict=True) if level is MatchLevel.STRONG]
    assert np.mean(right) >= PROMISED
    assert len(right) > 400


def test_nothing_is_strong_if_too_few_answers_are_right() -> None:
    """A level that no probability reaches."""
    assert strong_from(np.linspace(0, 1, 100), np.arange(100) % 2 == 0) > 1


def test_without_any_list_no_list_is_strong() -> None:
    """Nothing is known about them."""
    quotes = [
        Evidence(
            {"answerable": each.features["signal"], "share": 0.0},
            each.right,
            each.fold,
            is_list=False,
        )
        for each in evidence(500, 3)
    ]
    certainty = fit_certainty(quotes)
    assert certainty.lists.strong > 1 >= certainty.quotes.strong
