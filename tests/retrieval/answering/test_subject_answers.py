"""Questions about papers as a whole: what is quoted first, what sums a paper up, what stands side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.answering.types import Answer, Outcome, Question, Turn
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.ingest.parsers.files import read_file
from retrieval.library import Library
from retrieval.settings import SEED_PAGE, LibrarySettings

RECORDS = Path(__file__).parents[2] / "data" / "record_papers.jsonl"
NOW = datetime(2026, 3, 13, 9, tzinfo=UTC)


class Asker:
    """Asks a library of the seed page and the papers with records; each call is one conversation."""

    def __init__(self, folder: Path) -> None:
        self.loop, self.stack = asyncio.new_event_loop(), AsyncExitStack()
        papers = list(read_file(RECORDS, on_defect=lambda defect: pytest.fail(str(defect))))
        papers += read_page(SEED_PAGE.read_text(encoding="utf-8"))
        opened = Library.of(papers, LibrarySettings(data_folder=folder), lambda: NOW)
        self.library = self.loop.run_until_complete(self.stack.enter_async_context(opened))

    def __call__(self, *turns: str) -> Answer:
        """The answer to the last of these turns."""
        history, answer = tuple[Turn, ...](), None
        for text in turns:
            answer = self.loop.run_until_complete(self.library.answer(Question(text, history)))
            history = (*history, Turn(text, tuple(each.paper.id for each in answer.papers)))
        assert answer is not None
        return answer

    def close(self) -> None:
        """Close the library."""
        self.loop.run_until_complete(self.stack.aclose())
        self.loop.close()


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """A library to ask, for all tests of this file."""
    asker = Asker(tmp_path_factory.mktemp("data"))
    yield asker
    asker.close()


def heads(answer: Answer) -> list[str]:
    """The first words of the quoted papers' titles."""
    return [quote.paper.title.partition(":")[0] for quote in answer.quotes]


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("what is DistServe?", "DistServe improves the performance"),
        ("what is CacheGen?", "This paper presents CacheGen"),
        ("What does Llumnix do?", "We introduce Llumnix"),
        ("what is RUN?", "To address these challenges, we propose RUN"),
        ("what's BeaverCache", "BeaverCache stores"),
        ("what does FIM stand for?", "Fill-in-the-Middle (FIM) models"),
    ],
)
def test_the_sentence_that_introduces_a_name_is_quoted_first(ask: Asker, question: str, beginning: str) -> None:
    """Wherever it is in the abstract; of a name that is no title, the one that explains it."""
    answer = ask(question)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.quotes[0].text.startswith(beginning)


@pytest.mark.parametrize("question", ["summarize DistServe", "tell me about DistServe", "what's DistServe about?"])
def test_a_summary_says_what_it_does_how_and_what_came_out(ask: Asker, question: str) -> None:
    """Three sentences of the named paper, whichever other papers have its words."""
    answer = ask(question)
    assert set(heads(answer)) == {"DistServe"}
    what, how, result = (quote.text for quote in answer.quotes)
    assert what.startswith("DistServe improves")
    assert "assigns prefill and decoding computation to different GPUs" in how
    assert "4.48x more requests" in result


def test_the_paper_of_the_conversation_can_be_summed_up(ask: Asker) -> None:
    """It, this paper, or one of a list."""
    assert set(heads(ask("what is DistServe?", "summarize it"))) == {"DistServe"}
    assert set(heads(ask("papers by Ada Okafor", "summarize the second one"))) == {"Quantization of Agents"}
    assert set(heads(ask("summarize 2505.12212"))) == {"LynxLM"}


def test_a_paper_that_is_asked_about_anew_leaves_the_conversation(ask: Asker) -> None:
    """Its name counts more than the paper before it."""
    assert heads(ask("What is BeaverCache?", "what is CacheGen?"))[0] == "CacheGen"
    assert ask("what is COFFE?", "what is RLHF?").outcome is Outcome.UNANSWERED


@pytest.mark.parametrize("question", ["DistServe vs Llumnix", "what's the difference between DistServe and Llumnix?"])
def test_two_systems_are_introduced_side_by_side(ask: Asker, question: str) -> None:
    """Where no abstract compares them."""
    answer = ask(question)
    assert (answer.outcome, answer.kind) == (Outcome.ANSWERED, "comparison")
    assert sorted(heads(answer)) == ["DistServe", "Llumnix"]
    assert [each.paper.title.partition(":")[0] for each in answer.papers] == ["DistServe", "Llumnix"]


def test_an_abstract_that_compares_is_quoted(ask: Asker) -> None:
    """It says more than two introductions."""
    answer = ask("ApproxDet vs YOLOv3")
    assert "11.1% higher accuracy over YOLOv3" in answer.quotes[0].text


def test_what_cannot_be_compared_is_said(ask: Asker) -> None:
    """One is in no abstract."""
    answer = ask("COFFE vs HumanEval")
    assert (answer.outcome, answer.quotes) == (Outcome.UNANSWERED, ())
    assert answer.reply == "No abstract compares COFFE and HumanEval."


def test_both_parts_of_a_question_are_answered(ask: Asker) -> None:
    """By quotes, by records, or by both; a part that nothing answers is named."""
    quoted = ask("what is COFFE and how many problems does it have?")
    assert any("we propose COFFE" in quote.text for quote in quoted.quotes)
    assert any("398 and 358 problems" in quote.text for quote in quoted.quotes)
    recorded = ask("who wrote OwlNet and when was it published?")
    assert recorded.outcome is Outcome.RECORD
    assert [fact.field for fact in recorded.facts] == ["authors", "published"]
    mixed = ask("who wrote BadgerBench and how many tasks does it have?")
    assert "Luis Herrera" in (mixed.reply or "")
    assert any("900 tasks" in quote.text for quote in mixed.quotes)
    half = ask("what is Llumnix and how many GPUs did it take?")
    assert half.quotes[0].text.startswith("We introduce Llumnix")
    assert half.reply == "I couldn't find this in the abstracts: how many GPUs did it take?"


def test_a_size_is_a_number_of_things(ask: Asker) -> None:
    """Whatever they are; no number, no answer."""
    assert "900 tasks" in ask("what is BadgerBench?", "how big is it?").quotes[0].text
    assert ask("what is OtterRL?", "how big is it?").outcome is Outcome.UNANSWERED


@pytest.mark.parametrize("question", ["recommend me a paper on quantization", "any good reads on quantization?"])
def test_a_recommendation_is_a_list(ask: Asker, question: str) -> None:
    """Of papers on the topic."""
    answer = ask(question)
    assert answer.kind == "list"
    assert len(answer.papers) > 1
    assert all("quanti" in (each.paper.title + each.paper.abstract).lower() for each in answer.papers)


@pytest.mark.parametrize(
    "question",
    [
        "hi! papers about quantization plz",
        "what do you know about quantization?",
        "is there something on quantization?",
        "i am interested in quantization",
    ],
)
def test_papers_on_a_topic_however_they_are_asked_for(ask: Asker, question: str) -> None:
    """The same ones."""
    plain = ask("which papers are about quantization?")
    assert [each.paper.id for each in ask(question).papers] == [each.paper.id for each in plain.papers]
    assert plain.papers


def test_what_the_paper_before_says_of_a_topic(ask: Asker) -> None:
    """A topic of the conversation's paper is asked about, not looked for elsewhere."""
    answer = ask("what is Llumnix?", "anything about tail latencies?")
    assert answer.kind != "list"
    assert heads(answer)[0] == "Llumnix"


@pytest.mark.parametrize("which", ["which of those", "and which of them"])
def test_which_of_the_papers_listed_before(ask: Asker, which: str) -> None:
    """Only those, and of them only the ones that fit."""
    listed = ask("which papers are about LLM serving?")
    answer = ask("which papers are about LLM serving?", f"{which} report tail latency?")
    ids = {each.paper.id for each in answer.papers}
    assert answer.kind == "list"
    assert ids < {each.paper.id for each in listed.papers}
    assert "Llumnix" in heads(answer)
    assert not ask("which papers are about LLM serving?", f"{which} run on microcontrollers?").quotes


def test_which_of_them_is_no_list_after_another_question(ask: Asker) -> None:
    """Then they're things in the abstract."""
    assert ask("what is Llumnix?", "which of them is the fastest?").kind != "list"


def test_papers_on_what_is_not_wanted_are_left_out(ask: Asker) -> None:
    """By their titles."""
    with_it, without = (ask(f"papers on code completion or generation{rest}") for rest in ("", ", but not benchmarks"))
    assert "COFFE" in heads(with_it)
    assert without.quotes
    assert "COFFE" not in heads(without)


def test_the_code_of_the_paper_before_is_not_every_papers_code(ask: Asker) -> None:
    """Its abstract says where it is."""
    answer = ask("tell me about Llumnix", "is it open source?")
    assert "publicly available at https://github.com/AlibabaPAI/llumnix" in answer.quotes[0].text


def test_no_other_paper_is_quoted_where_one_is_clearly_meant(ask: Asker) -> None:
    """A number that one paper gives needs no sentence of another."""
    assert set(heads(ask("how much does CacheGen reduce bandwidth usage?"))) == {"CacheGen"}


def test_a_follow_up_that_refers_to_the_paper_stays_with_it(ask: Asker) -> None:
    """And is refused where its abstract doesn't say."""
    answer = ask("what is FoxTokenizer?", "what learning rate did they use?")
    assert answer.outcome is Outcome.UNANSWERED
    assert answer.papers[0].paper.title.startswith("FoxTokenizer")
