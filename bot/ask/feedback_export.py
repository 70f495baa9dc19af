"""Feedback on answers as question sets: ``python -m bot export-feedback``.

Writes two files. The first has the questions whose right answer is known: useful answers, useful refusals, and answers
that should have been refusals. ``python -m retrieval evaluate --questions`` reads it. The second has the questions to
review: reported answers, and those that weren't useful, with the answer that was given. Once the empty fields of a line
are filled in, it can be moved to the first file. No line says who asked or who gave feedback.
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

_BATCH = 200  # answers

Abstracts = Mapping[tuple[str, str | None], Paper]
"""Papers as they were quoted, by id and ``Paper.digest``."""


class Judgement(BaseModel, frozen=True):
    """The feedback on an answer: counts of verdicts, and reports without their authors."""

    useful: int = 0
    not_useful: int = 0
    faults: tuple[Fault, ...] = ()
    comments: tuple[str, ...] = ()


class GivenAnswer(BaseModel, frozen=True):
    """The answer that was given: its outcome, and its quotes after the titles of their papers."""

    outcome: str
    quotes: tuple[tuple[str, str], ...]


class OpenQuestion(GoldQuestion):
    """A question whose right answer is unknown: ``kind``, ``paper`` and ``gold_sentences`` have to be filled in.

    Readers of question sets ignore ``given`` and ``judgement``.
    """

    kind: str = ""
    given: GivenAnswer
    judgement: Judgement


@dataclass(slots=True)
class Export:
    """The lines of the two files."""

    known: list[GoldQuestion] = field(default_factory=list[GoldQuestion])
    unknown: list[OpenQuestion] = field(default_factory=list[OpenQuestion])


async def export(store: Store, library: Library) -> Export:
    """Every answer with feedback, oldest first."""
    judged, result = await _judgements(store), Export()
    ids = sorted(judged)
    for start in range(0, len(ids), _BATCH):
        records = [each for id in ids[start : start + _BATCH] if (each := await store.answers.get(id)) is not None]
        quoted = await library.as_quoted({(q.paper_id, q.digest) for record in records for q in record.quotes})
        now = await library.papers([id for record in records for id, _ in record.papers])
        for record in records:
            _add(record, judged[record.id or 0], quoted, now, result)
    return result


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


def _add(
    record: AnswerRecord, judgement: Judgement, quoted: Abstracts, now: Mapping[str, Paper], result: Export
) -> None:
    known = _known(record, judgement, quoted, now)
    if known is not None:
        result.known.append(known)
        return
    sentences = [(paper.title, _slice(paper, quote)) for paper, quote in _of_record(record, quoted)]
    given = GivenAnswer(outcome=record.outcome, quotes=tuple(sentences))
    result.unknown.append(
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
        break  # people judge the first quote
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


def open_questions_path(out: Path) -> Path:
    """The path of the second file, next to the first: ``set.open.jsonl`` for ``set.jsonl``."""
    return out.with_name(f"{out.stem}.open{out.suffix or '.jsonl'}")


def write(result: Export, out: Path) -> None:
    """Write both files, each completely or not at all. Raises ``SettingsError`` if that fails."""
    known = [line.model_dump_json(exclude_defaults=True) for line in result.known]
    unknown = [line.model_dump_json() for line in result.unknown]
    try:
        for path, lines in ((out, known), (open_questions_path(out), unknown)):
            partial = path.with_name(f"{path.name}.part")
            partial.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            partial.replace(path)
    except OSError as error:
        raise SettingsError(f"Cannot write {out} ({error.strerror}). Choose another file with --out.") from error
