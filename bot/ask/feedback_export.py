"""What people said of answers, as question sets: ``python -m bot export-feedback``.

Two files. The first holds what is known, in the lines that ``python -m retrieval evaluate --questions`` reads:
answers that were found useful, refusals that were, and answers that should have been refusals. The second
holds what somebody must look at: what was reported or not useful, with the answer that was given. Its lines
have the fields of the first file, empty; filled in, they may be moved there as they are. ``evaluate`` refuses
them before. No line says who asked or who judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from bot.storage import Store
from bot.storage.answers import AnswerRecord, StoredQuote
from bot.storage.reports import Fault, Report
from retrieval.answering.types import Outcome
from retrieval.errors import SettingsError
from retrieval.evaluation.question_sets import GoldQuestion
from retrieval.library import Library
from retrieval.papers import Paper

_AT_ONCE = 200  # answers whose papers are looked up together

Abstracts = Mapping[tuple[str, str | None], Paper]
"""Papers by id and ``Paper.digest``, with the abstract that was quoted."""


class Judgement(BaseModel, frozen=True):
    """What people said of an answer: verdicts counted, and reports without their writers."""

    useful: int = 0
    not_useful: int = 0
    faults: tuple[Fault, ...] = ()
    comments: tuple[str, ...] = ()


class Given(BaseModel, frozen=True):
    """What was answered: the outcome, and the quoted sentences with the titles of their papers."""

    outcome: str
    quotes: tuple[tuple[str, str], ...]


class OpenQuestion(GoldQuestion):
    """A question whose right answer is not known: its ``kind``, ``paper`` and ``gold_sentences`` are to be filled in.

    Readers of question sets leave out what was ``given`` and how it was judged.
    """

    kind: str = ""
    given: Given
    judgement: Judgement


@dataclass(slots=True)
class Export:
    """The two files' lines."""

    known: list[GoldQuestion] = field(default_factory=list[GoldQuestion])
    unknown: list[OpenQuestion] = field(default_factory=list[OpenQuestion])


async def export(store: Store, library: Library) -> Export:
    """Everything that was judged, in the order in which it was asked."""
    judged, made = await _judgements(store), Export()
    ids = sorted(judged)
    for start in range(0, len(ids), _AT_ONCE):
        records = [each for id in ids[start : start + _AT_ONCE] if (each := await store.answers.get(id)) is not None]
        quoted = await library.as_quoted({(q.paper_id, q.digest) for record in records for q in record.quotes})
        now = await library.papers([id for record in records for id, _ in record.papers])
        for record in records:
            _sort_in(record, judged[record.id or 0], quoted, now, made)
    return made


async def _judgements(store: Store) -> dict[int, Judgement]:
    reports = dict[int, list[Report]]()
    for report in await store.reports.all():
        reports.setdefault(report.answer_id, []).append(report)
    votes = await store.feedback.all_counts()
    return {
        id: Judgement(
            useful=votes.get(id, (0, 0))[0],
            not_useful=votes.get(id, (0, 0))[1],
            faults=tuple(each.fault for each in reports.get(id, [])),
            comments=tuple(each.comment for each in reports.get(id, []) if each.comment),
        )
        for id in {*votes, *reports}
    }


def _sort_in(
    record: AnswerRecord, judgement: Judgement, quoted: Abstracts, now: Mapping[str, Paper], made: Export
) -> None:
    known = _known(record, judgement, quoted, now)
    if known is not None:
        made.known.append(known)
        return
    sentences = [(paper.title, _slice(paper, quote)) for paper, quote in _of_record(record, quoted)]
    given = Given(outcome=record.outcome, quotes=tuple(sentences))
    made.unknown.append(
        OpenQuestion(id=_id(record), question=record.question, history=record.history, given=given, judgement=judgement)
    )


def _known(
    record: AnswerRecord, judgement: Judgement, quoted: Abstracts, now: Mapping[str, Paper]
) -> GoldQuestion | None:
    """The question with what is right for it, if people agree on it and the abstract still contains it."""
    if set(judgement.faults) == {Fault.SHOULD_REFUSE} and not judgement.useful:
        return _question(record, "unanswerable")
    if judgement.faults or judgement.not_useful or not judgement.useful:
        return None
    if record.outcome == Outcome.UNANSWERED:
        return _question(record, "unanswerable")
    if record.kind == "list":
        titles = tuple(now[id].title for id, _ in record.papers if id in now)
        return _question(record, "list").model_copy(update={"papers": titles}) if titles else None
    for paper, quote in _of_record(record, quoted):
        if paper.id in now and now[paper.id].abstract == paper.abstract:
            sentence = {"paper": paper.title, "paper_id": paper.id, "gold_sentences": (_slice(paper, quote),)}
            return _question(record, record.kind).model_copy(update=sentence)
        break  # the first quote is what was judged
    return None


def _question(record: AnswerRecord, kind: str) -> GoldQuestion:
    return GoldQuestion(id=_id(record), question=record.question, kind=kind, history=record.history)


def _id(record: AnswerRecord) -> str:
    return f"answer-{record.id}"


def _of_record(record: AnswerRecord, quoted: Abstracts) -> Iterator[tuple[Paper, StoredQuote]]:
    for quote in record.quotes:
        paper = quoted.get((quote.paper_id, quote.digest))
        if paper is not None:
            yield paper, quote


def _slice(paper: Paper, quote: StoredQuote) -> str:
    return paper.abstract[quote.start : quote.end]


def to_be_filled(out: Path) -> Path:
    """The second file's name, beside the first: ``set.jsonl`` and ``set.open.jsonl``."""
    return out.with_name(f"{out.stem}.open{out.suffix or '.jsonl'}")


def write(made: Export, out: Path) -> None:
    """Write both files, each whole or not at all. Raises ``SettingsError`` where that is not possible."""
    known = [line.model_dump_json(exclude_defaults=True) for line in made.known]
    unknown = [line.model_dump_json() for line in made.unknown]
    try:
        for path, lines in ((out, known), (to_be_filled(out), unknown)):
            half = path.with_name(f"{path.name}.part")
            half.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            half.replace(path)
    except OSError as error:
        raise SettingsError(f"{out} cannot be written ({error.strerror}). Name another file with --out.") from error
