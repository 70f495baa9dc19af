"""Cards of the reading list: the list, the week's paper, a reminder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.reading.service import ReadingOverview
from bot.storage.reading_lists import Reader
from bot.texts import counted, tr
from bot.ui import custom_ids, theme
from bot.ui.components import Entry, aim_words, button, byline, card, spaced, title_link
from bot.ui.markdown import bold, small
from retrieval.papers import Paper

_SHOWN: Final = 8
_TITLE: Final = 150
_WORDS: Final = 300


def reading_list_card(overview: ReadingOverview) -> ui.LayoutView:
    """What is on the list, each paper with a button to vote, and buttons to join and leave."""
    reading = overview.reading
    when = format_dt(overview.next_at, "F") if overview.next_at else "…"
    lines = [
        f"## {tr('Reading list')}",
        tr(
            "The next paper is chosen {when}, and its thread opens in {channel}.",
            when=when,
            channel=f"<#{reading.channel_id}>",
        ),
        small(theme.joined(counted(len(overview.papers), "paper"), counted(overview.readers, "reader"))),
    ]
    empty = (
        [] if overview.papers else [tr("No papers yet. Use `/reading add`, or **Suggest for reading** under a paper.")]
    )
    entries = [_entry(place, *each) for place, each in enumerate(overview.papers[:_SHOWN], 1)]
    label = tr("Leave") if overview.joined else tr("Join")
    row = [button(label, custom_ids.READING_JOIN("leave" if overview.joined else "join"), main=not overview.joined)]
    return card(theme.LIST, spaced(["\n".join(lines), *empty, *entries]), row)


def _entry(place: int, paper: Paper, votes: int) -> Entry:
    text = (
        f"{bold(f'{place}. {title_link(paper, _TITLE)}')}\n{small(theme.joined(counted(votes, 'vote'), byline(paper)))}"
    )
    return ui.Section(text, accessory=button("Vote", custom_ids.READING_VOTE(paper.id)))


def weekly_paper_card(paper: Paper, discussed: datetime, number: int) -> ui.LayoutView:
    """The paper of a week, above its thread. The button has the delivery's number, by which it is found again."""
    words = aim_words(paper, _WORDS)
    texts = [
        f"## {tr('This week we read')}\n{bold(title_link(paper))}",
        *([words] if words else []),
        small(theme.joined(byline(paper), tr("We discuss it {when}", when=format_dt(discussed, "F")))),
    ]
    row = [button("Abstract", custom_ids.READING(number)), button("Join", custom_ids.READING_JOIN("join"))]
    return card(theme.LIST, spaced(texts), row)


def reminder_card(paper: Paper, discussed: datetime, readers: Sequence[Reader], number: int) -> ui.LayoutView:
    """Reminds those who joined of a discussion, by mentioning them."""
    mentions = " ".join(f"<@{each.user_id}>" for each in readers)
    text = tr("We discuss {paper} {when}.", paper=bold(title_link(paper, _TITLE)), when=format_dt(discussed, "R"))
    return card(theme.NOTICE, spaced([text, small(mentions)]), [button("Leave", custom_ids.READING_LEAVE(number))])
