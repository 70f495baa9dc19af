"""The menu of authors on a paper's card."""

from __future__ import annotations

from pathlib import Path

from bot.papers.paper_card import paper_card
from bot.ui import custom_ids
from bot.ui.discord_limits import check
from retrieval.papers import Paper
from tests.bot.conftest import World, said, whispered
from tests.bot.daily_post.daily_world import daily_world
from tests.bot.hostile.forger import Forger

PAPERS = [
    Paper(id="2401.00001", title="First paper", authors=("Ada Lovelace", 'O\'Neil "Al" (Jr.)'), abstract="We count."),
    Paper(id="2401.00002", title="Second paper", authors=("Ada Lovelace",), abstract="We count more."),
    Paper(id="2401.00003", title="Third paper", authors=("Charles Babbage",), abstract="We build."),
]


async def test_choosing_an_author_shows_their_papers(tmp_path: Path) -> None:
    """Only to the person who chose, also after a restart, and for names with quotes and parentheses."""
    async with daily_world(tmp_path, PAPERS) as world:
        shown = await world.member.slash(world.channel, "paper", paper="2401.00001")
        assert shown.response is not None
        assert "First paper" in said(shown)
        await world.restart()
        found = whispered(
            await world.member.select(shown.response, ["Ada Lovelace"], custom_id=custom_ids.PAPER_AUTHOR())
        )
        assert ("First paper" in found, "Second paper" in found, "Third paper" in found) == (True, True, False)
        other = await world.member.select(shown.response, [PAPERS[0].authors[1]], custom_id=custom_ids.PAPER_AUTHOR())
        assert ("First paper" in whispered(other), "Second paper" in whispered(other)) == (True, False)


async def test_a_name_that_no_card_offered_is_refused_or_not_found(world: World) -> None:
    """A client of one's own can send anything."""
    forger = await Forger.of(world)
    assert "isn't a name" in whispered(await forger.press(custom_ids.PAPER_AUTHOR(), ['"']))
    assert "No papers found" in whispered(await forger.press(custom_ids.PAPER_AUTHOR(), ["Nobody OR votes:>0"]))


def test_many_long_and_repeated_names_fit_in_the_menu() -> None:
    """The first 25 names that Discord takes, each once; no menu without any."""
    names = ("Same Name", "Same Name", "x" * 101, "\u200b", *(f"{'Long name ' * 9}{n}" for n in range(40)))
    check(paper_card(Paper(id="t-1", title="A title", authors=names)))
    check(paper_card(Paper(id="t-1", title="A title", authors=("\u200b",))))
