"""Trains the reader's network: listwise, over right sentences, hard wrong ones, and "nothing answers"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from retrieval.answering.reader.pieces import Pieces
from retrieval.training.reader.examples import Example
from retrieval.training.reader.network import Network, Tensor, Tensors, is_lower, is_trained, load_torch

_BATCH: Final = 16
_RIGHT: Final = 3
_WITHOUT_RIGHT: Final = 0.08
"""Share of answerable questions that are shown without their right sentences: nothing answers them then."""
_CHUNK: Final = 16
"""Pairs of similar length that are computed together."""
_WARM_UP: Final = 0.1
_DECAY: Final = 0.01
_HEAD_RATE: Final = 5.0
"""Learning rate of the new parts, relative to the others'."""
_LOWER_RATE: Final = 0.5
"""The same of the layers that read one text alone: less, because they're good at it already."""


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast to train, and what.

    ``passages``: of a question in a batch, up to three right ones, and wrong ones. ``all_layers``: also those that read
    one text alone.
    """

    epochs: float
    rate: float
    seed: int
    passages: int
    all_layers: bool


class Rows:
    """The questions and passages of examples as numbers of word pieces."""

    def __init__(self, pieces: Pieces, examples: Sequence[Example]) -> None:
        self.questions = {each.question: pieces.question(each.question) for each in examples}
        self.passages = {passage: pieces.passage(passage) for each in examples for passage in each.passages}


def trained(
    tensors: Tensors,
    examples: Sequence[Example],
    rows: Rows,
    course: Course,
    device: str,
    on_progress: Callable[[str], None],
) -> Tensors:
    """The tensors after training on examples; the same on every run on the same machine."""
    torch = load_torch()
    torch.manual_seed(course.seed)
    rng = np.random.default_rng(course.seed)
    network = Network({name: tensor.clone() for name, tensor in tensors.items()}, device)
    optimizer = _optimizer(network, course)
    steps = round(course.epochs * len(examples) / _BATCH)
    order = np.concatenate([rng.permutation(len(examples)) for _ in range(int(np.ceil(course.epochs)))])
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, partial(_rate, steps))
    losses = list[float]()
    for step in range(steps):
        batch = [examples[int(at)] for at in order[step * _BATCH : (step + 1) * _BATCH]]
        loss = _loss(network, rows, batch, course, rng)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([each for group in optimizer.param_groups for each in group["params"]], 1.0)
        optimizer.step()
        rates.step()
        losses.append(float(loss.detach()))
        if step % 10 == 0:
            on_progress(f"step {step + 1} of {steps}, loss {np.mean(losses[-20:]):.3f}")
    return {name: tensor.detach() for name, tensor in network.tensors.items()}


def _optimizer(network: Network, course: Course) -> Any:
    groups = {each: list[Tensor]() for each in (_LOWER_RATE, 1.0, _HEAD_RATE)}
    for name, tensor in network.tensors.items():
        if is_trained(name) and (course.all_layers or not is_lower(name)):
            tensor.requires_grad_(True)
            share = _LOWER_RATE if is_lower(name) else 1.0 if name.startswith("encoder.") else _HEAD_RATE
            groups[share].append(tensor)
    parameters = [{"params": tensors, "lr": share * course.rate} for share, tensors in groups.items() if tensors]
    return load_torch().optim.AdamW(parameters, weight_decay=_DECAY)


def _rate(steps: int, step: int) -> float:
    """The learning rate's share: a warm-up, then a fall to zero."""
    warm = max(1, round(_WARM_UP * steps))
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))


def _loss(network: Network, rows: Rows, batch: Sequence[Example], course: Course, rng: np.random.Generator) -> Tensor:
    """The mean surprise at the right passages, or at "nothing", which scores 0."""
    torch, chosen = network.torch, [_chosen(example, course.passages, rng) for example in batch]
    pairs = [(each.question, each.passages[at]) for each, places in zip(batch, chosen, strict=True) for at in places]
    scores = _pair_scores(network, rows, pairs, all_layers=course.all_layers)
    losses, start = list[Tensor](), 0
    for example, places in zip(batch, chosen, strict=True):
        own = torch.cat([scores[start : start + len(places)], scores.new_zeros(1)])
        right = [at in example.right for at in places]
        wanted = torch.tensor([*right, not any(right)], device=scores.device)
        losses.append(own.logsumexp(0) - own[wanted].logsumexp(0))
        start += len(places)
    return torch.stack(losses).mean()


def _chosen(example: Example, most: int, rng: np.random.Generator) -> list[int]:
    """The passages of an example that are compared in this epoch."""
    right = list(example.right)
    wrong = [at for at in range(len(example.passages)) if at not in example.right]
    if right and wrong and rng.random() < _WITHOUT_RIGHT:
        right = []
    right = [right[int(at)] for at in rng.permutation(len(right))[:_RIGHT]]
    wrong = sorted(wrong[int(at)] for at in rng.permutation(len(wrong))[: most - len(right)])
    return [*right, *wrong]


def _pair_scores(network: Network, rows: Rows, pairs: Sequence[tuple[str, Any]], *, all_layers: bool) -> Tensor:
    """The scores of questions with passages, computed in groups of similar length."""
    with network.torch.set_grad_enabled(all_layers):
        questions = _lower(network, rows.questions, [question for question, _ in pairs], training=all_layers)
        passages = _lower(network, rows.passages, [passage for _, passage in pairs], training=all_layers)
    states = [(questions[question], passages[passage]) for question, passage in pairs]
    found = list[Tensor]()
    order = sorted(range(len(pairs)), key=lambda at: len(states[at][0]) + len(states[at][1]))
    for start in range(0, len(order), _CHUNK):
        some = [states[at] for at in order[start : start + _CHUNK]]
        found.append(network.scores([one for one, _ in some], [other for _, other in some], training=True))
    place = {at: rank for rank, at in enumerate(order)}
    return network.torch.cat(found)[[place[at] for at in range(len(pairs))]]


def _lower(
    network: Network, rows: Mapping[Any, list[int]], texts: Iterable[Any], *, training: bool
) -> dict[Any, Tensor]:
    """The lower layers' states of texts, each computed once."""
    keys, states = sorted(set(texts), key=lambda key: (len(rows[key]), key)), dict[Any, Tensor]()
    for start in range(0, len(keys), _CHUNK):
        some = keys[start : start + _CHUNK]
        states |= zip(some, network.lower([rows[key] for key in some], training=training), strict=True)
    return states
