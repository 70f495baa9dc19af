"""Reports of answers, and the question sets that an operator makes of what people said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.ask.feedback_export import Export, export, open_questions_path, write
from bot.storage.answers import AnswerRecord
from bot.storage.reports import Fault, Report
from retrieval.answering.types import Outcome
from retrieval.errors import SettingsError, SourceError
from retrieval.evaluation.metrics import ask_all, judge
from retrieval.evaluation.question_sets import read_questions
from tests.bot.ask.test_conversation import BANDWIDTH, NEVER, mention
from tests.bot.conftest import World, whispered

LIST = "Which papers are about quantization?"


def controls(modal: dict[str, Any]) -> list[dict[str, Any]]:
    """The choice and the comment of the window."""
    return [label["component"] for label in modal["components"]]


async def asked(world: World, question: str) -> AnswerRecord:
    """Ask, and what was kept of it."""
    await world.member.slash(world.channel, "ask", question=question)
    record = await world.bot.store.answers.by_message(world.last.id)
    assert record is not None
    return record


# --- reporting ---------------------------------------------------------------------------------


async def test_not_useful_leads_to_what_is_wrong(world: World) -> None:
    """Chosen in a window, with a comment; whoever runs the bot finds it; it can be taken back."""
    record = await asked(world, BANDWIDTH)
    noted = await world.member.click(world.last, label="Not useful")
    assert "What's wrong with the answer?" in whispered(noted)
    assert noted.response is not None
    window = await world.member.click(noted.response, label="Report")
    assert window.modal is not None
    choice, comment = controls(window.modal)
    assert [each["label"] for each in choice["options"]] == [
        "Wrong paper", "Wrong sentence", "Should have refused", "Something else",
    ]  # fmt: skip
    values = {choice["custom_id"]: ["wrong sentence"], comment["custom_id"]: " the one on delay "}
    reported = await world.member.submit_modal(window, values)
    assert "Reported: **Wrong sentence**" in whispered(reported)
    assert record.id is not None
    kept = Report(record.id, world.member.id, Fault.WRONG_SENTENCE, "the one on delay", world.clock())
    assert await world.bot.store.reports.all() == [kept]
    assert reported.response is not None
    await world.restart()
    await world.member.click(reported.response, label="Undo")
    assert await world.bot.store.reports.all() == []
    await world.member.click(world.last, label="Useful")


async def test_a_refusal_may_be_wrong_in_other_ways(world: World) -> None:
    """“Why this?” leads to the same window; the comment may be left out."""
    await asked(world, "How do honey bees find their way home?")
    why = await world.admin.click(world.last, label="Why this?")
    assert why.response is not None
    window = await world.admin.click(why.response, label="Report")
    assert window.modal is not None
    choice, _ = controls(window.modal)
    assert [each["value"] for each in choice["options"]] == ["should answer", "wrong paper", "other"]
    await world.admin.submit_modal(window, {choice["custom_id"]: ["should answer"]})
    [report] = await world.bot.store.reports.all()
    assert (report.fault, report.comment) == (Fault.SHOULD_ANSWER, "")


async def test_a_report_of_an_answer_that_is_gone_says_so(world: World) -> None:
    """Nothing is kept of what is forgotten."""
    record = await asked(world, BANDWIDTH)
    noted = await world.member.click(world.last, label="Not useful")
    assert noted.response is not None
    window = await world.member.click(noted.response, label="Report")
    assert window.modal is not None
    choice, _ = controls(window.modal)
    await world.bot.store.answers.forget_person(record.user_id)
    result = await world.member.submit_modal(window, {choice["custom_id"]: ["other"]})
    assert "I no longer have it" in whispered(result)
    assert "too old" in whispered(await world.member.click(noted.response, label="Report"))


async def test_a_useful_answer_asks_nothing_further(world: World) -> None:
    """And a verdict taken back neither."""
    await asked(world, BANDWIDTH)
    first = await world.member.click(world.last, label="Useful")
    assert "Report" not in whispered(first)
    assert "Your feedback was removed." in whispered(await world.member.click(world.last, label="Useful"))


# --- the question sets -------------------------------------------------------------------------


async def judged_world(world: World) -> dict[str, int]:
    """Answers of all sorts, and what people said of them; ids by a name."""
    store, at = world.bot.store, world.clock()
    ids = dict[str, int]()
    for name, question in {"useful": BANDWIDTH, "refused": NEVER, "list": LIST, "wrong": "What is DistServe?"}.items():
        record = await asked(world, question)
        ids[name] = record.id or 0
        world.clock.move(hours=1)  # each stands alone
    for name in ("useful", "refused", "list"):
        await store.feedback.set(ids[name], 1, True, at)
    await store.feedback.set(ids["wrong"], 2, False, at)
    await store.reports.keep(Report(ids["wrong"], 2, Fault.WRONG_PAPER, "it is Llumnix", at))
    ids["should refuse"] = (await asked(world, "How fast is CacheGen?")).id or 0
    await store.reports.keep(Report(ids["should refuse"], 1, Fault.SHOULD_REFUSE, "", at))
    ids["unjudged"] = (await asked(world, "What is hardware-aware NAS?")).id or 0
    return ids


async def test_the_export_is_a_question_set_that_evaluate_reads(world: World, tmp_path: Path) -> None:
    """Useful answers with the sentence that was quoted first, refusals as unanswerable; judged as any other set."""
    ids = await judged_world(world)
    made = await export(world.bot.store, world.bot.library)
    out = tmp_path / "set.jsonl"
    write(made, out)
    questions = {each.id: each for each in read_questions(out)}
    assert set(questions) == {f"answer-{ids[name]}" for name in ("useful", "refused", "list", "should refuse")}
    useful = questions[f"answer-{ids['useful']}"]
    assert useful.paper == "CacheGen: Fast Context Loading for Language Model Applications"
    assert "3.7-4.3x" in useful.gold_sentences[0]
    assert not questions[f"answer-{ids['refused']}"].answerable
    assert not questions[f"answer-{ids['should refuse']}"].answerable
    assert questions[f"answer-{ids['list']}"].wants_papers
    answers = await ask_all(world.bot.library, [*questions.values()])
    papers = {quote.paper.title: quote.paper for answer in answers.values() for quote in answer.quotes}
    judged = {id: judge(each, answers[id], papers) for id, each in questions.items()}
    assert judged[useful.id].right == 1
    assert judged[f"answer-{ids['refused']}"].right == 1
    assert judged[f"answer-{ids['should refuse']}"].right == 0
    assert judged[f"answer-{ids['list']}"].list_recall == 1


async def test_what_is_not_known_is_left_to_the_operator(world: World, tmp_path: Path) -> None:
    """With what was answered and said; refused by the reader until it is filled in, and then a question as it is."""
    ids = await judged_world(world)
    out = tmp_path / "set.jsonl"
    write(await export(world.bot.store, world.bot.library), out)
    beside = open_questions_path(out)
    assert beside.name == "set.open.jsonl"
    [line] = [json.loads(each) for each in beside.read_text(encoding="utf-8").splitlines()]
    assert line["id"] == f"answer-{ids['wrong']}"
    assert line["judgement"] == {
        "useful": 0, "not_useful": 1, "faults": ["wrong paper"], "comments": ["it is Llumnix"],
    }  # fmt: skip
    assert line["given"]["quotes"][0][0].startswith("DistServe")
    with pytest.raises(SourceError, match="kind"):
        read_questions(beside)
    line |= {"kind": "what", "paper": "Llumnix", "gold_sentences": ["It is Llumnix."]}
    beside.write_text(json.dumps(line), encoding="utf-8")
    [filled] = read_questions(beside)
    assert (filled.kind, filled.paper) == ("what", "Llumnix")


async def test_nobody_is_named_in_an_export(world: World, tmp_path: Path) -> None:
    """Neither who asked nor who judged, where it was asked, or when."""
    await judged_world(world)
    out = tmp_path / "set.jsonl"
    write(await export(world.bot.store, world.bot.library), out)
    text = out.read_text(encoding="utf-8") + open_questions_path(out).read_text(encoding="utf-8")
    for number in (world.member.id, world.channel.id, world.guild.id, world.last.id):
        assert str(number) not in text
    assert "2026-11" not in text


async def test_a_follow_up_takes_its_conversation_along(world: World) -> None:
    """Evaluated alone it is asked as it was: after the question that it goes on from."""
    await asked(world, BANDWIDTH)
    await world.member.send(world.channel, mention(world, "and the total delay?"), reply_to=world.last)
    record = await world.bot.store.answers.by_message(world.last.id)
    assert record is not None
    await world.bot.store.feedback.set(record.id or 0, 1, True, world.clock())
    [question] = (await export(world.bot.store, world.bot.library)).known
    assert question.history == record.history
    answers = await ask_all(world.bot.library, [question])
    assert [each.start for each in answers[question.id].quotes] == [each.start for each in record.quotes]
    assert question.gold_sentences == (answers[question.id].quotes[0].text,)


async def test_people_who_disagree_are_left_to_the_operator(world: World) -> None:
    """One finds it useful, another reports it: nobody's word is taken for the other's."""
    record = await asked(world, BANDWIDTH)
    await world.bot.store.feedback.set(record.id or 0, 1, True, world.clock())
    await world.bot.store.reports.keep(Report(record.id or 0, 2, Fault.SHOULD_REFUSE, "", world.clock()))
    made = await export(world.bot.store, world.bot.library)
    assert made.known == []
    assert [each.judgement.useful for each in made.unknown] == [1]


async def test_an_abstract_that_reads_otherwise_now_is_left_to_the_operator(world: World) -> None:
    """The sentence that was useful may stand nowhere any more."""
    record = await asked(world, BANDWIDTH)
    await world.bot.store.feedback.set(record.id or 0, 1, True, world.clock())
    paper = await world.bot.library.paper(record.papers[0][0])
    await world.bot.library.add([paper.model_copy(update={"abstract": f"{paper.abstract} And more."})])
    made = await export(world.bot.store, world.bot.library)
    assert (len(made.known), len(made.unknown)) == (0, 1)
    assert record.outcome == Outcome.ANSWERED


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """With the option that mends it."""
    with pytest.raises(SettingsError, match="--out"):
        write(Export(), tmp_path / "missing" / "set.jsonl")


def test_the_command_makes_both_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty where nobody judged anything, and how many lines there are is said."""
    monkeypatch.setenv("DAILY_PAPERS_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setattr("bot.__main__.set_up_logging", "".format)  # the log would go on where the test has closed it
    out = tmp_path / "set.jsonl"
    result = CliRunner().invoke(app, ["export-feedback", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "0 questions with a known answer" in result.output
    assert read_questions(out) == []
    assert open_questions_path(out).exists()
