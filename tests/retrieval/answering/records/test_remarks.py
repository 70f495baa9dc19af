"""When a message that may ask for no paper is answered as a remark, and when as a question."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.answering.question.intents import Intent, IntentModel, Recognised
from retrieval.answering.question.replies import REPLIES
from retrieval.answering.types import Outcome, Question, Turn
from retrieval.ingest.parsers.files import read_file
from retrieval.library import Library
from retrieval.settings import LibrarySettings

PAPERS = Path(__file__).parents[3] / "data" / "record_papers.jsonl"
FRIDAY = datetime(2026, 3, 13, 9, tzinfo=UTC)
BY_ABSTRACT, BY_RECORD, BY_NONE = "what is OwlNet?", "papers by Mara Lindqvist", "how deep is the lake in Zurich?"


@pytest.mark.parametrize(
    ("found", "outcomes"),
    [
        (None, (Outcome.ANSWERED, Outcome.RECORD, Outcome.UNANSWERED)),
        (Recognised(Intent.SAVE), (Outcome.ANSWERED, Outcome.RECORD, Outcome.CHAT)),
        (Recognised(Intent.SAVE, is_likely=True), (Outcome.ANSWERED, Outcome.RECORD, Outcome.CHAT)),
        (
            Recognised(Intent.SAVE, is_likely=True, is_certain=True),
            (Outcome.ANSWERED, Outcome.CHAT, Outcome.CHAT),
        ),
    ],
)
async def test_the_surer_the_less_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Recognised | None, outcomes: tuple[Outcome, ...]
) -> None:
    """A possible remark gets its reply without an answer, others unless they name a paper; certain ones no record."""

    def recognise(*_: object) -> Recognised | None:
        return found

    monkeypatch.setattr(IntentModel, "recognise", recognise)
    papers = list(read_file(PAPERS, on_defect=lambda defect: pytest.fail(str(defect))))
    async with Library.of(papers, LibrarySettings(data_folder=tmp_path), lambda: FRIDAY) as library:
        answers = [await library.answer(Question(text)) for text in (BY_ABSTRACT, BY_RECORD, BY_NONE)]
    assert tuple(answer.outcome for answer in answers) == outcomes
    assert {answer.reply for answer in answers if answer.outcome is Outcome.CHAT} <= {REPLIES[Intent.SAVE]}


@pytest.mark.parametrize(
    ("text", "is_remark"),
    [
        ("is it free?", False),
        ("and what does it cost?", False),
        ("is this bot free?", True),
        ("how do I vote for it?", True),
        ("thanks, that's it", True),
    ],
)
async def test_it_is_the_paper_of_the_conversation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, *, is_remark: bool
) -> None:
    """What may be asked of the paper isn't asked of the bot; without a conversation it is."""
    monkeypatch.setattr(IntentModel, "recognise", certainly_save)
    papers = list(read_file(PAPERS, on_defect=lambda defect: pytest.fail(str(defect))))
    async with Library.of(papers, LibrarySettings(data_folder=tmp_path), lambda: FRIDAY) as library:
        history = (Turn(BY_ABSTRACT, (papers[0].id,)),)
        assert ((await library.answer(Question(text, history))).outcome is Outcome.CHAT) is is_remark
        assert (await library.answer(Question(text))).outcome is Outcome.CHAT


def certainly_save(*_: object) -> Recognised:
    """Takes every message for the same remark."""
    return Recognised(Intent.SAVE, is_likely=True, is_certain=True)


def likely_save(*_: object) -> Recognised:
    """Takes every message for what may be the same remark."""
    return Recognised(Intent.SAVE, is_likely=True)


async def test_a_question_for_a_paper_is_no_remark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If it names the paper, whatever it is taken for; if it names a subject, unless it's certainly a remark."""
    papers = list(read_file(PAPERS, on_defect=lambda defect: pytest.fail(str(defect))))
    async with Library.of(papers, LibrarySettings(data_folder=tmp_path), lambda: FRIDAY) as library:
        monkeypatch.setattr(IntentModel, "recognise", certainly_save)
        named = await library.answer(Question("you don't happen to know OwlNet, do you?"))
        assert named.quotes
        assert named.quotes[0].paper.title.startswith("OwlNet")
        assert (await library.answer(Question("do you happen to know WolfNet?"))).outcome is Outcome.CHAT
        monkeypatch.setattr(IntentModel, "recognise", likely_save)
        asked = await library.answer(Question("do you have suggestions for reading about robots?"))
        assert asked.outcome is not Outcome.CHAT


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("what's the difference between /save and /follow?", (Intent.SAVE, Intent.FOLLOW)),
        ("Dziękuję bardzo", (Intent.THANKS,)),
    ],
)
async def test_commands_and_thanks_are_told(tmp_path: Path, text: str, intents: tuple[Intent, ...]) -> None:
    """The help on each command, and the reply to thanks in any language."""
    async with Library.of([], LibrarySettings(data_folder=tmp_path), lambda: FRIDAY) as library:
        answer = await library.answer(Question(text))
    assert answer.reply == " ".join(REPLIES[intent] for intent in intents)


async def test_a_question_follows_its_thanks(tmp_path: Path) -> None:
    """It's asked of the paper before."""
    papers = list(read_file(PAPERS, on_defect=lambda defect: pytest.fail(str(defect))))
    async with Library.of(papers, LibrarySettings(data_folder=tmp_path), lambda: FRIDAY) as library:
        history = (Turn(BY_ABSTRACT, (papers[0].id,)),)
        answer = await library.answer(Question("thanks, and how many votes does it have?", history))
    assert answer.outcome is Outcome.RECORD
    assert [each.paper.id for each in answer.papers] == [papers[0].id]
