"""What can be done with an answer and with any message: show in context, share, find papers, forget."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from bot.ask.context_card import context_card
from bot.ask.service import Asker, ask_service
from bot.ui import discord_limits
from retrieval.answering.types import Quote
from retrieval.papers import Paper
from retrieval.text import sentences
from tests.bot.ask.test_conversation import BANDWIDTH, NEVER, bare, mention
from tests.bot.conftest import World, press_more, said, seen, whispered
from tests.bot.ui.card_samples import BIG, nasty_papers, quotes_of

DELAY = "and the total delay?"
CACHEGEN = "CacheGen: Fast Context Loading for Language Model Applications"


# --- show in context ---------------------------------------------------------------------------


async def test_show_in_context_opens_the_abstract_with_the_quoted_sentence_in_bold(world: World) -> None:
    """The whole abstract, to the person who pressed alone; what was quoted stands in it in bold, and nothing else."""
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    text = whispered(await press_more(world.admin, world.last, "Show in context"))
    [paper] = await world.bot.library.find(CACHEGEN)
    record = await world.bot.store.answers.by_message(world.last.id)
    assert record is not None
    abstract = text.split("\n")[-1]
    assert bare(abstract) == paper.abstract.replace("~", r"\~")
    marked = [part for number, part in enumerate(abstract.split("**")) if number % 2]
    quoted = sorted((quote.start, quote.end) for quote in record.quotes if quote.paper_id == paper.id)
    assert " ".join(marked).replace("\\", "").startswith(paper.abstract[slice(*quoted[0])][:40])
    assert "Quoted sentences are in bold." in text


async def test_several_papers_are_one_choice_apart(world: World) -> None:
    """A comparison quotes two: the menu turns to the other, in place, and works after a restart."""
    await world.member.slash(world.channel, "ask", question="Which papers are about quantization?")
    await world.restart()
    opened = await press_more(world.member, world.last, "Show in context")
    record = await world.bot.store.answers.by_message(world.last.id)
    assert record is not None
    first, other = list(dict.fromkeys(quote.paper_id for quote in record.quotes))[:2]
    titles = {id: (await world.bot.library.paper(id)).title for id in (first, other)}
    assert titles[first] in whispered(opened).split("\n")[0]
    assert opened.response is not None
    turned = await world.member.select(opened.response, [other])
    assert turned.response is not None
    assert titles[other] in seen(turned.response).split("\n")[0]


async def test_an_answer_that_is_gone_says_so(world: World) -> None:
    """Answers are kept for a set time."""
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    await world.bot.store.answers.forget(world.clock() + timedelta(days=1))
    assert "too old" in whispered(await world.member.click(world.last, label="More"))


def test_context_of_every_nasty_abstract_keeps_the_limits() -> None:
    """However long, escaped or broken an abstract is."""
    for paper in nasty_papers():
        if quotes := quotes_of(paper):
            other = quotes_of(paper.model_copy(update={"id": "other"}))
            view = context_card(BIG, {paper.id: quotes, "other": other}, paper.id)
            discord_limits.check(view)


def test_a_quote_far_down_a_long_abstract_is_in_sight() -> None:
    """What is cut are the words before and after it, and the cuts are marked."""
    abstract = f"{'We say much here. ' * 300}It is 12 times faster. {'And we say more. ' * 300}".strip()
    paper = Paper(id="2611.00001", title="Long", abstract=abstract)
    span = next((start, end) for start, end in sentences(abstract) if "12 times" in abstract[start:end])
    view = context_card(7, {paper.id: [Quote(paper, *span, ((*span,),), 1.0)]}, paper.id)
    discord_limits.check(view)
    text = "\n".join(item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay))
    assert "**It is 12 times faster.**" in text
    assert text.count("[…") == 2


# --- private answers and sharing ---------------------------------------------------------------


async def test_a_private_answer_is_shared_by_who_asked(world: World) -> None:
    """Others see nothing, then the same answer with who shared it; it can be replied to; once."""
    result = await world.member.slash(world.channel, "ask", question=BANDWIDTH, private=True)
    assert "3.7-4.3x" in whispered(result)
    assert world.channel.last_message is None
    assert result.response is not None
    await world.member.click(result.response, label="Share in this channel")
    shared = world.last
    assert f"Shared by <@{world.member.id}>" in seen(shared)
    assert "3.7-4.3x" in seen(shared)
    assert "Share" not in seen(shared).replace("Shared by", "")
    assert "Share in" not in seen(result.response)
    await world.admin.send(world.channel, mention(world, DELAY), reply_to=shared)
    assert "2.7-3x" in seen(world.last)


async def test_an_answer_is_shared_once(world: World) -> None:
    """A second press of a card that is still on the screen says that it is done."""
    result = await world.member.slash(world.channel, "ask", question=BANDWIDTH, private=True)
    assert result.response is not None
    record = (await world.bot.store.answers.of_person(world.member.id))[0]
    assert record.id is not None
    assert await world.bot.store.answers.share(record.id)
    again = await world.member.click(result.response, label="Share in this channel")
    assert "already shared" in seen(again.followups[-1])
    assert world.channel.last_message is None


async def test_who_may_not_write_in_a_channel_does_not_share_there(world: World) -> None:
    """An announcement channel stays as its administrators want it."""
    quiet = world.guild.create_text_channel(
        "announcements",
        overwrites={world.guild.default_role: discord.PermissionOverwrite(send_messages=False)},
    )
    result = await world.member.slash(quiet, "ask", question=BANDWIDTH, private=True)
    assert result.response is not None
    refused = await world.member.click(result.response, label="Share in this channel")
    assert "Send Messages" in whispered(refused)
    assert quiet.last_message is None


async def test_a_refusal_can_be_shared_too(world: World) -> None:
    """That no abstract says something is worth knowing."""
    result = await world.member.slash(world.channel, "ask", question=NEVER, private=True)
    assert result.response is not None
    await world.member.click(result.response, label="Share in this channel")
    assert "I couldn't find this in the abstracts." in seen(world.last)


async def test_a_public_answer_has_nothing_to_share(world: World) -> None:
    """It is there already."""
    assert "Share" not in said(await world.member.slash(world.channel, "ask", question=BANDWIDTH))


# --- find papers on this -----------------------------------------------------------------------


async def test_find_papers_on_what_somebody_wrote(world: World) -> None:
    """The nearest papers to a message, to the person who asked for them alone."""
    wrote = await world.admin.send(world.channel, "we lose so much time loading the KV cache over the network")
    text = whispered(await world.member.context_menu(world.channel, "Find papers on this", wrote))
    assert "Papers close to this message" in text
    assert "CacheGen" in text
    assert "loading the KV cache" in text


async def test_find_papers_on_an_answer_is_papers_like_it(world: World) -> None:
    """An answer of the bot's names a paper: what is like that one."""
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    text = whispered(await world.admin.context_menu(world.channel, "Find papers on this", world.last))
    assert f"Papers similar to **[{CACHEGEN}" in text


async def test_find_papers_on_nothing_says_what_to_do(world: World) -> None:
    """A picture has no words, and some words have no subject."""
    picture = await world.admin.send(world.channel, "", attachments=[("cat.png", b"\x89PNG\r\n\x1a\n")])
    assert "no text" in whispered(await world.member.context_menu(world.channel, "Find papers on this", picture))
    empty = await world.admin.send(world.channel, "and so it is")
    assert "/search" in whispered(await world.member.context_menu(world.channel, "Find papers on this", empty))


# --- forget ------------------------------------------------------------------------------------


async def test_forget_ends_the_conversation_of_one_person_in_one_channel(world: World) -> None:
    """The next question stands alone; other people's and other channels' conversations go on."""
    other = world.guild.create_text_channel("other")
    for channel, person in ((world.channel, world.member), (world.channel, world.admin), (other, world.member)):
        await person.slash(channel, "ask", question=BANDWIDTH)
    world.clock.move(seconds=1)
    assert "Started fresh." in whispered(await world.member.slash(world.channel, "forget"))
    places = [(world.member, world.channel), (world.admin, world.channel), (world.member, other)]
    askers = [Asker(person.id, channel.id, world.guild.id) for person, channel in places]
    assert [bool(await ask_service(world.bot).recent_history(each)) for each in askers] == [False, True, True]
    assert "2.7-3x" not in said(await world.member.slash(world.channel, "ask", question="and is it faster?"))


async def test_forget_without_a_conversation_says_so_and_a_reply_goes_on_all_the_same(world: World) -> None:
    """A reply names what it goes on from."""
    assert "nothing to forget" in whispered(await world.member.slash(world.channel, "forget"))
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    answer = world.last
    world.clock.move(seconds=1)
    await world.member.slash(world.channel, "forget")
    await world.member.send(world.channel, mention(world, DELAY), reply_to=answer)
    assert "2.7-3x" in seen(world.last)


@pytest.mark.parametrize("label", ["More", "Paper", "Useful"])
async def test_buttons_of_a_forgotten_conversation_still_work(world: World, label: str) -> None:
    """It is the context that is dropped, not what stands in the channel."""
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    world.clock.move(seconds=1)
    await world.member.slash(world.channel, "forget")
    assert "too old" not in whispered(await world.member.click(world.last, label=label))
