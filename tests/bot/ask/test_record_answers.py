"""Answers from records as members read them: papers, the asked field, the search to do it oneself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from retrieval.ingest.parsers.files import read_file
from tests.bot.ask.test_conversation import mention
from tests.bot.conftest import FakeClock, World, said, seen, whispered, world_of

PAPERS = Path(__file__).parents[2] / "data" / "record_papers.jsonl"


@pytest.fixture
async def catalogue(tmp_path: Path, clock: FakeClock, seeded: Path) -> AsyncIterator[World]:
    """A world whose library has authors, days, votes and code."""
    async with world_of(tmp_path, clock, seeded=seeded) as made:
        await made.bot.library.add(list(read_file(PAPERS, on_defect=lambda defect: pytest.fail(str(defect)))))
        yield made


async def test_an_authors_papers_are_listed_with_the_search_that_finds_them(catalogue: World) -> None:
    """Newest first, each with its day and votes; a menu opens their abstracts."""
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question="papers by Tomás Novák"))
    assert "5 papers by Tomás Novák, newest first." in text
    assert text.index("Diffusion Without Noise") < text.index("MolePool")
    assert "9 March 2026" in text
    assert "88 votes" in text
    assert 'Search: `author:"Tomás Novák"`' in text


async def test_a_field_of_a_paper_is_told_under_its_title(catalogue: World) -> None:
    """The fact, and the abstract one press away."""
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question="who wrote BeaverCache?"))
    assert "BeaverCache: Reusing Prompts Across Requests" in text
    assert "3 authors: Jonas Ekström, Wei Zhang and Priya Raman." in text
    assert "Abstract" in text


async def test_several_fields_are_told_at_once(catalogue: World) -> None:
    """One behind the other, in the order in which they were asked for."""
    text = said(
        await catalogue.member.slash(catalogue.channel, "ask", question="when was BeaverCache out and who wrote it?")
    )
    assert "Published on 20 May 2024. 3 authors: Jonas Ekström, Wei Zhang and Priya Raman." in text


async def test_with_whom_an_author_writes_is_counted(catalogue: World) -> None:
    """And the papers are listed, each with its authors."""
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question="who does Tomás Novák write with?"))
    assert "Tomás Novák wrote 5 papers with 7 other people. Most often with" in text
    assert "2 authors: Sofia Marin and Tomás Novák." in text


async def test_two_papers_are_compared_by_votes(catalogue: World) -> None:
    """Who has more, and how many each has."""
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question="has LynxLM more votes than ElkLM?"))
    assert "“LynxLM: Technical Report” has more votes, 150. “ElkLM: Long Context on One Card” has 101." in text


async def test_follow_ups_narrow_the_papers_down_and_ask_about_one(catalogue: World) -> None:
    """In a conversation by mention, also after a restart."""
    await catalogue.member.send(catalogue.channel, mention(catalogue, "papers by Ada Okafor"))
    await catalogue.member.send(catalogue.channel, mention(catalogue, "only from 2024"))
    assert "2 papers by Ada Okafor from 2024" in seen(catalogue.last)
    await catalogue.restart()
    await catalogue.member.send(catalogue.channel, mention(catalogue, "how many votes does the second one have?"))
    assert "41 votes." in seen(catalogue.last)


async def test_nobody_and_nothing_is_made_up(catalogue: World) -> None:
    """An unknown author is named with a likely one, and no other paper is shown."""
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question="papers by Mara Lindquist"))
    assert "I have no paper by Mara Lindquist. Did you mean Mara Lindqvist?" in text
    assert "Abstract" not in text


async def test_old_lists_say_how_old_they_are(catalogue: World) -> None:
    """The clock says November; the newest list is from March."""
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question="what's new today?"))
    assert "My newest list is from 12 March 2026." in text
    assert "ElkLM" in text


async def test_a_private_record_answer_can_be_shared(catalogue: World) -> None:
    """It is looked up again, and shows who shared it."""
    question = "who wrote BeaverCache?"
    answer = await catalogue.member.slash(catalogue.channel, "ask", question=question, private=True)
    assert "3 authors" in whispered(answer)
    assert answer.response is not None
    await catalogue.member.click(answer.response, label="Share in this channel")
    assert "3 authors" in seen(catalogue.last)
    assert f"Shared by <@{catalogue.member.id}>" in seen(catalogue.last)


@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        ("🦉🦉", "I couldn't find a question in that."),
        ("¿Cuántos votos tiene LynxLM?", "I only understand English. Do you mean “LynxLM: Technical Report”?"),
        ("how many papers do you know?", "I've read 39 abstracts from 23 lists."),
        ("how do I make the bot post daily?", "/setup"),
    ],
)
async def test_what_asks_for_no_paper_gets_one_friendly_line(catalogue: World, typed: str, answered: str) -> None:
    """No sentence of an abstract is quoted."""
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question=typed))
    assert answered in text.replace("\\", "")
    assert "Useful" not in text


async def test_a_long_list_says_how_many_there_are_and_which_search_shows_all(catalogue: World) -> None:
    """The card has room for eight."""
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question="papers from 2025"))
    assert "12 papers from 2025" in text
    assert "The first 8 are shown. See all: `/search words:after:2025 before:2025`" in text
    shown = await catalogue.member.slash(catalogue.channel, "search", words="after:2025 before:2025")
    assert "12 papers" in said(shown)


async def test_a_long_list_of_days_says_which_command_shows_all(catalogue: World) -> None:
    """``/trending`` has the papers of lists; a search can't tell on which list they were."""
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question="what was on the lists of 2025?"))
    assert "The first 8 are shown. See all: `/trending since:2025-01-01 until:2025-12-31`" in text
    shown = said(await catalogue.member.slash(catalogue.channel, "trending", since="2025-01-01", until="2025-12-31"))
    assert f"{text.split('**')[1].split()[0]} papers" in shown


async def test_a_topic_on_some_lists_names_no_command(catalogue: World) -> None:
    """A search for the topic would find papers of other days, and ``/trending`` those on other topics."""
    asked = "papers about tokenizers on the lists of 2025"
    text = said(await catalogue.member.slash(catalogue.channel, "ask", question=asked))
    assert "on the lists" in text
    assert "Search:" not in text
    assert "/trending" not in text


@pytest.mark.parametrize(
    "typed", ["2501.07707", "look: https://ar5iv.labs.arxiv.org/html/2501.07707v2", "arXiv:2501.07707 [cs.LG]"]
)
async def test_an_id_or_link_alone_is_the_papers_card_even_in_a_conversation(catalogue: World, typed: str) -> None:
    """By command, and by mention after a question about another paper."""
    assert "OtterRL" in said(await catalogue.member.slash(catalogue.channel, "ask", question=typed))
    await catalogue.member.send(catalogue.channel, mention(catalogue, "who wrote BeaverCache?"))
    await catalogue.member.send(catalogue.channel, mention(catalogue, typed))
    assert "OtterRL: Reward Models That Admit Doubt" in seen(catalogue.last)


async def test_a_paper_beyond_the_list_is_not_guessed(catalogue: World) -> None:
    """The answer before named one paper: there is no second one to quote."""
    await catalogue.member.send(catalogue.channel, mention(catalogue, "who wrote BeaverCache?"))
    await catalogue.member.send(catalogue.channel, mention(catalogue, "what does the second one propose?"))
    assert "My last answer named 1 paper only." in seen(catalogue.last)
