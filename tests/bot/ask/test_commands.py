"""Search, papers, trending, help and the buttons of all cards, as a member uses them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import discord
import pytest

from bot.daily_post.poster import post_now
from bot.interactions.viewer import Viewer
from bot.papers.list_cards import search_card
from bot.papers.service import paper_service
from bot.privacy.retention import delete_expired
from retrieval.answering.output.explanation import Explanation
from retrieval.answering.types import Answer, Question
from retrieval.errors import Busy
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from tests.bot.conftest import World, press_more, said, seen, whispered

DAY = date(2026, 11, 23)


def numbered(count: int, *, day: date | None = DAY) -> list[Paper]:
    """Papers on one list, on quaternions, by two authors, in two categories, with falling votes."""
    return [
        Paper(
            id=f"2611.{number:05d}",
            title=f"Quaternion networks, part {number}",
            abstract=f"We study quaternions of size {number}. Our method reaches {number} points.",
            authors=("Ada Lovelace",) if number % 2 else ("Kurt Gödel", "Grace Hopper"),
            categories=("cs.LG",) if number % 3 else ("cs.CL", "cs.LG"),
            published=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=number),
            listing=Listing(name=day.isoformat(), day=day, position=number) if day else None,
            votes=100 - number,
        )
        for number in range(count)
    ]


async def test_search_finds_papers_page_by_page(world: World) -> None:
    """Five at a time; Next and Previous turn the same message."""
    await world.bot.library.add(numbered(12))
    result = await world.member.slash(world.channel, "search", words="quaternion")
    first = said(result)
    assert "12 papers" in first
    await world.member.click(world.last, label="Next")
    second = seen(world.last)
    assert second != first
    await world.member.click(world.last, label="Next")
    await world.member.click(world.last, label="Previous")
    assert seen(world.last) == second


async def test_pages_turn_after_a_restart(world: World) -> None:
    """The search is kept in the database, so its buttons outlive the process."""
    await world.bot.library.add(numbered(12))
    await world.member.slash(world.channel, "search", words="quaternion")
    first = seen(world.last)
    await world.restart()
    await world.member.click(world.last, label="Next")
    assert seen(world.last) != first


async def test_papers_that_were_not_all_counted_are_more_than_a_number(world: World) -> None:
    """Of a phrase that very many papers say a page tells no last page, and Next goes on to where it is told."""
    papers = [Paper(id=f"owl-{number}", title=f"Owl night {number}") for number in range(508)]
    await world.bot.library.add(papers)
    await world.member.slash(world.channel, "search", words='"owl night"')
    assert "more than 500 papers · page 1" in seen(world.last)
    assert "page 1 of" not in seen(world.last)
    await world.member.click(world.last, label="Next")
    assert "more than 500 papers · page 2" in seen(world.last)
    last_page = search_card(await paper_service(world.bot).search_page(1, 99, Viewer(world.member.id, None, ())))
    assert "508 papers · page 100 of 102" in str(last_page.to_components())


async def test_the_pages_of_a_forgotten_search_say_so(world: World) -> None:
    """Searches are kept as long as answers are."""
    await world.bot.library.add(numbered(12))
    await world.member.slash(world.channel, "search", words="quaternion")
    world.clock.move(days=world.bot.settings.chat.keep_days + 1)
    assert await delete_expired(world.bot.store, world.bot.settings, world.clock()) == 1
    assert "Search again" in whispered(await world.member.click(world.last, label="Next"))


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"words": "quaternion", "author": "godel"}, 6),
        ({"words": "quaternion", "category": "cs.CL"}, 4),
        ({"words": "quaternion", "after": "2026-11-10"}, 3),
        ({"words": "quaternion", "before": "2026-11-03"}, 3),
        ({"author": "Lovelace"}, 6),
        ({"words": '"of size 7"'}, 1),
        ({"words": 'quaternion -"size 7"'}, 11),
    ],
)
async def test_search_filters(world: World, options: dict[str, str], count: int) -> None:
    """Authors without accents or case, categories, days with both ends, phrases and exclusions."""
    await world.bot.library.add(numbered(12))
    result = await world.member.slash(world.channel, "search", **options)
    assert f"{count} paper" in said(result)


async def test_search_without_anything_says_what_to_give(world: World) -> None:
    """An empty form is answered with what may be filled in."""
    result = await world.member.slash(world.channel, "search")
    assert "words, an author, a category or a date" in said(result)


async def test_a_mistake_in_a_query_is_pointed_at(world: World) -> None:
    """The query comes back with a caret under the mistake."""
    result = await world.member.slash(world.channel, "search", words='graph "networks')
    text = said(result)
    assert "quotation mark" in text
    assert 'graph "networks\n      ^' in text


async def test_a_mistake_is_mended_by_a_press(world: World) -> None:
    """The mended query is one press away, its options included, for the one who made the mistake."""
    await world.bot.library.add(numbered(12))
    result = await world.member.slash(world.channel, "search", words='"of size 7', author="lovelace")
    assert "never closed" in whispered(result)
    assert result.response is not None
    await world.member.click(result.response, label='Did you mean: "of size 7" author:lovelace')
    assert "1 paper" in seen(result.response)


async def test_a_slip_is_mended_by_a_press(world: World) -> None:
    """What nobody wrote is replaced by what is like it."""
    await world.bot.library.add(numbered(12))
    result = await world.member.slash(world.channel, "search", words="author:lovelase -quaternoin")
    assert "No papers found" in said(result)
    result = await world.member.slash(world.channel, "search", words="networks @lovelase")
    await world.member.click(world.last, label="Did you mean: networks @lovelace")
    assert "6 papers" in seen(world.last)


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "12.05.2026"])
async def test_a_day_that_is_none_is_refused_with_an_example(world: World, day: str) -> None:
    """The example shows how a day is written, to nobody else."""
    result = await world.member.slash(world.channel, "search", words="graph", after=day)
    assert "2024-01-31" in whispered(result)


async def test_a_search_that_finds_nothing_says_what_to_try(world: World) -> None:
    """An empty page would leave people alone."""
    result = await world.member.slash(world.channel, "search", words="zebrafish")
    assert "zebrafish" in said(result)
    assert "/trending" in said(result)


async def test_a_search_for_what_no_paper_has_says_so(world: World) -> None:
    """Whoever filters by votes should not look for a slip where no paper has any; commands are for operators."""
    text = said(await world.member.slash(world.channel, "search", words="microservice votes:>3"))
    assert "No paper here has votes." in text
    assert "retrieval fetch" not in text


@pytest.mark.parametrize("typed", ["2611.00003", "https://arxiv.org/abs/2611.00003v2", "networks, part 3"])
async def test_paper_by_id_link_or_part_of_its_title(world: World, typed: str) -> None:
    """Whatever people have at hand leads to the paper."""
    await world.bot.library.add(numbered(5))
    result = await world.member.slash(world.channel, "paper", paper=typed)
    text = said(result)
    assert "Quaternion networks, part 3" in text
    assert "Ada Lovelace" in text
    assert "97 votes" in text


async def test_several_titles_are_offered_as_buttons(world: World) -> None:
    """An ambiguous title is not guessed."""
    await world.bot.library.add(numbered(4))
    result = await world.member.slash(world.channel, "paper", paper="Quaternion networks")
    assert "Quaternion networks, part 0" in said(result)
    assert "Quaternion networks, part 3" in said(result)


async def test_a_paper_that_is_not_there_says_what_would_be_understood(world: World) -> None:
    """The mend and the nearest title, for that person alone."""
    result = await world.member.slash(world.channel, "paper", paper="fast context loading for zebras")
    assert "CacheGen" in whispered(result)


async def test_titles_complete_while_typing(world: World) -> None:
    """Parts of words in any order find the title; the choice leads to the paper."""
    result = await world.member.autocomplete(world.channel, "paper", "paper", "loading cache")
    choices = getattr(result, "autocomplete_choices", result)
    assert choices
    assert choices[0]["name"].startswith("CacheGen")
    shown = await world.member.slash(world.channel, "paper", paper=choices[0]["value"])
    assert "CacheGen" in said(shown)


async def test_trending_of_a_page_without_days_keeps_its_order(world: World) -> None:
    """The seed page has neither votes nor a date: it is shown as it was printed."""
    result = await world.member.slash(world.channel, "trending")
    text = said(result)
    assert text.index("Hardware-Aware Neural") < text.index("Value-Driven") < text.index("DeeR-VLA")


async def test_trending_of_any_days(world: World) -> None:
    """Dates reach beyond a month, pages keep them, and what is no day is said."""
    await world.bot.library.add([*numbered(12, day=DAY - timedelta(days=200)), *numbered(1)])
    until = str(DAY - timedelta(days=100))
    await world.member.slash(world.channel, "trending", until=until)
    first = seen(world.last)
    assert "12 papers" in first
    await world.member.click(world.last, label="Next")
    assert "page 2 of 2" in seen(world.last)
    await world.member.click(world.last, label="Day")
    assert "1 paper" in seen(world.last)
    assert "have a list for these days" in said(await world.member.slash(world.channel, "trending", until="1999"))
    assert "isn't a date" in said(await world.member.slash(world.channel, "trending", since="soon"))
    assert "is after" in said(await world.member.slash(world.channel, "trending", since="2026", until="2025"))


async def test_trending_spans_and_pages(world: World) -> None:
    """Day, week and month are one press apart; long lists have pages."""
    week_before = [
        each.model_copy(update={"id": f"old-{each.id}", "title": f"Old {each.title}"})
        for each in numbered(3, day=DAY - timedelta(days=5))
    ]
    await world.bot.library.add([*numbered(12), *week_before])
    await world.member.slash(world.channel, "trending", span="day")
    assert "Old" not in seen(world.last)
    await world.member.click(world.last, label="Week")
    assert "15 papers" in seen(world.last)
    first = seen(world.last)
    await world.member.click(world.last, label="Next")
    assert seen(world.last) != first
    await world.member.click(world.last, label="Day")
    assert "12 papers" in seen(world.last)


async def test_help_shows_questions_that_work(world: World) -> None:
    """Each example of the help is answered on a first run."""
    from bot.ask.examples import EXAMPLES

    result = await world.member.slash(world.channel, "help")
    text = said(result)
    for command in ("/ask", "/search", "/paper", "/trending", "/daily"):
        assert command in text
    for example in EXAMPLES:
        answered = await world.member.slash(world.channel, "ask", question=example)
        assert "no abstract" not in said(answered).lower()


async def test_about_says_what_was_read(world: World) -> None:
    """How many abstracts, how new, how answers are made."""
    result = await world.member.slash(world.channel, "about")
    assert "15 abstracts" in said(result)
    assert "verbatim" in said(result).lower() or "word for word" in said(result).lower()


async def _asked(world: World) -> None:
    await world.member.slash(world.channel, "ask", question="How much does CacheGen reduce bandwidth usage?")


def _labels(world: World) -> list[str]:
    labels = list[str]()
    for component in world.last.components:
        labels += _of(cast("dict[str, Any]", component.to_dict()))
    return labels


def _of(component: dict[str, Any]) -> list[str]:
    own = [str(component["label"])] if component.get("type") == 2 and "label" in component else []
    return own + [label for child in component.get("components", []) for label in _of(child)]


@pytest.mark.parametrize("restart", [False, True])
async def test_the_buttons_of_an_answer_work_also_after_a_restart(world: World, *, restart: bool) -> None:
    """Other quotes, the paper, similar ones: shown to who pressed."""
    await _asked(world)
    message = world.last
    labels = _labels(world)
    if restart:
        await world.restart()
    for label in labels:
        pressed = await world.member.click(message, label=label)
        assert pressed.acknowledged, label
        if pressed.response is not None:
            assert "Reference" not in seen(pressed.response), label


@pytest.mark.parametrize("restart", [False, True])
async def test_why_an_answer_is_told_to_who_asks(world: World, *, restart: bool) -> None:
    """What was looked for, the words that matched, what came next; also after a restart."""
    await _asked(world)
    message = world.last
    if restart:
        await world.restart()
    why = whispered(await press_more(world.admin, message, "Why this?"))
    assert "Looking for:** a number" in why
    assert re.search("Your words in the (first )?quote:.*bandwidth", why)
    assert "Strong match" in why
    assert "Runners-up" in why
    assert "CacheGen: Fast Context Loading" in why
    assert "have changed" not in why


@pytest.mark.parametrize("restart", [False, True])
async def test_why_there_is_no_answer_is_told(world: World, *, restart: bool) -> None:
    """What was missing, and the sentences that came nearest."""
    await world.member.slash(world.channel, "ask", question="What will the weather be like in Vienna tomorrow?")
    message = world.last
    if restart:
        await world.restart()
    why = whispered(await world.member.click(message, label="Why this?"))
    assert "What was missing:" in why
    assert re.search("Not found in the closest sentences:.*vienna", why, re.IGNORECASE)
    assert "Closest sentences" in why


async def test_why_asks_the_same_question_in_the_same_conversation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A follow-up alone would be another question; what is explained stands in the channel already."""
    asked, explained = list[Question](), list[Question]()
    answer, explain = Library.answer, Library.explain

    async def answering(self: Library, question: Question) -> Answer:
        asked.append(question)
        return await answer(self, question)

    async def explaining(self: Library, question: Question) -> tuple[Answer, Explanation | None]:
        explained.append(question)
        return await explain(self, question)

    monkeypatch.setattr(Library, "answer", answering)
    monkeypatch.setattr(Library, "explain", explaining)
    await _asked(world)
    await world.member.slash(world.channel, "ask", question="and the total delay?")
    assert "2.7-3x" in seen(world.last)
    assert "have changed" not in whispered(await press_more(world.member, world.last, "Why this?"))
    assert explained == asked[-1:]
    assert explained[0].history


async def test_why_of_an_answer_that_would_be_another_now_says_so(world: World) -> None:
    """Papers were added since; what would be said now is shown with its reasons."""
    question = "What do we know of the breeding of zebrafish, and of its evaluation?"
    await world.member.slash(world.channel, "ask", question=question)
    message = world.last
    assert "I couldn't find this in the abstracts." in seen(message)
    told = "The breeding of zebrafish is known to depend on light: zebrafish breed at dawn."
    await world.bot.library.add([Paper(id="2611.00001", title="The breeding of zebrafish", abstract=told)])
    why = whispered(await world.member.click(message, label="Why this?"))
    assert "have changed" in why
    assert "at dawn" in why
    assert "Your words in the quote:" in why


async def test_why_of_an_answer_that_is_gone_says_so(world: World) -> None:
    """Answers are kept for so long and no longer."""
    await _asked(world)
    world.clock.move(days=world.bot.settings.chat.keep_days + 1)
    assert await delete_expired(world.bot.store, world.bot.settings, world.clock()) == 1
    assert "too old" in whispered(await world.member.click(world.last, label="More"))


async def test_why_from_a_busy_bot_is_refused_in_its_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """To nobody but the one who pressed."""

    async def busy(self: Library, question: Question) -> None:
        raise Busy("Too many people ask at once. Try again in a moment.")

    await _asked(world)
    monkeypatch.setattr(Library, "explain", busy)
    assert "Too many people" in whispered(await press_more(world.member, world.last, "Why this?"))


async def test_a_verdict_is_one_for_each_person_and_can_be_taken_back(world: World) -> None:
    """Useful, not useful, and useful pressed twice: the last word counts."""
    await _asked(world)
    message = world.last
    await world.member.click(message, label="Useful")
    await world.admin.click(message, label="Not useful")
    assert await world.bot.store.feedback.counts(1) == (1, 1)
    await world.member.click(message, label="Not useful")
    assert await world.bot.store.feedback.counts(1) == (0, 2)
    await world.member.click(message, label="Not useful")
    assert await world.bot.store.feedback.counts(1) == (0, 1)


async def test_the_whole_list_of_a_post_is_one_press_away(world: World) -> None:
    """The button of a post shows the list that was posted, even when a newer one is there."""
    await world.bot.library.add(numbered(12))
    posted, channel = await world.bot.library.lists.newest(), world.bot.get_channel(world.channel.id)
    assert posted is not None
    assert isinstance(channel, discord.TextChannel)
    await post_now(world.bot, channel, posted, papers=3)
    post = world.last
    assert "part 2" in seen(post)
    assert "part 3" not in seen(post)
    newer = [
        each.model_copy(update={"id": f"new-{each.id}", "title": f"New {each.title}"})
        for each in numbered(2, day=DAY + timedelta(days=1))
    ]
    await world.bot.library.add(newer)
    pressed = await world.member.click(post, label="Whole list")
    whole = whispered(pressed)
    assert "12 papers" in whole
    assert "New" not in whole
    assert pressed.response is not None
    await world.member.click(pressed.response, label="Next")
    second = seen(pressed.response)
    assert "12 papers · page 2 of 2" in second
    assert "part 11" in second
    assert "New" not in second


@pytest.mark.parametrize("restart", [False, True])
async def test_a_paper_of_a_list_is_one_choice_away(world: World, *, restart: bool) -> None:
    """The menu under a list shows the abstract to who chose; also after a restart."""
    await world.bot.library.add(numbered(12))
    await world.member.slash(world.channel, "trending")
    message = world.last
    if restart:
        await world.restart()
    shown = whispered(await world.member.select(message, ["2611.00003"]))
    assert "We study quaternions of size 3." in shown


async def test_help_is_short_and_its_commands_can_be_clicked(world: World) -> None:
    """Discord makes a link of a command's id, here of every command but the message menus."""
    text = whispered(await world.admin.slash(world.channel, "help"))
    assert len(re.sub(r":\d+>", ">", text)) < 750  # characters that people see, or little more
    ids = {command.name: command.id for command in await world.bot.tree.fetch_commands()}
    shown = re.findall(r"</([a-z ]+):(\d+)>", text)
    assert {name for name, _ in shown} >= {"ask", "search", "trending", "follow", "setup", "daily set", "privacy"}
    assert all(ids[name.partition(" ")[0]] == int(id) for name, id in shown)
    assert "`/" not in text
    others = whispered(await world.member.slash(world.channel, "help"))
    assert "`/setup`" in others  # Discord would show a mention of what they can't use as broken
    assert "</ask:" in others
