"""Short words of the bot itself: errors, confirmations, help, about."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from discord import ui
from discord.utils import format_dt

from bot.ui import theme
from bot.ui.components import card, spaced
from bot.ui.discord_limits import shorten
from bot.ui.markdown import bold, plain, quote_block, small, spoken
from retrieval.catalogue import SourceState
from retrieval.ingest.live import Source
from retrieval.search.results import Stats

_SENTENCE = 1_500


def error_card(sentence: str, reference: str | None = None) -> ui.LayoutView:
    """One plain sentence, and for a defect the reference under which the operator finds it.

    A sentence that points into a query (several lines) keeps its columns. The sentence may hold bold
    and code of the bot's own.
    """
    noted = [small(f"Reference {plain(reference)}, for whoever runs this bot")] if reference else []
    return card(theme.ERROR if reference else theme.NOTICE, [*mistake(sentence), *noted])


def mistake(sentence: str) -> list[str]:
    """The parts of a card that says a sentence; one that points into a query keeps its columns in a block of code."""
    first, *rest = sentence.strip().split("\n")
    shown = "\n".join(line.replace("`", "'")[:_SENTENCE] for line in rest[:2])
    pointed = [f"```\n{shown}\n```"] if shown.strip() else []
    return [spoken(shorten(first, _SENTENCE)) or "Something went wrong.", *pointed]


def notice_card(text: str) -> ui.LayoutView:
    """A short confirmation. ``text`` may hold Markdown of the bot's own."""
    return card(theme.NOTICE, [text])


def help_card(examples: Sequence[str]) -> ui.LayoutView:
    """What the bot can do, beginning with questions that work."""
    parts = [
        "## Ask the papers",
        "I answer questions with **word-for-word quotes** from the abstracts of papers, and say so when none "
        f"answers. Mention me, write to me directly, or use `/ask`:\n{quote_block(map(plain, examples))}",
        "**Go on asking** by replying to an answer: *is it faster?* · *on which benchmark?* "
        "`/forget` begins afresh.\n"
        "On anybody's message: Apps, then **Ask about this** or **Find papers on this**.",
        "`/search` finds papers by words, author, category and dates\n"
        "`/paper` opens one by arXiv id, link or title\n"
        "`/trending` shows what people vote for, by day, week or month; `/recap` looks back\n"
        "`/follow` tells you of new papers by direct message; `/following` shows what you follow\n"
        "`/save` keeps papers in private lists of yours, `/saved` shows, searches and exports them\n"
        "`/inbox` sends you the day's papers by mail\n"
        "`/privacy` shows all that I keep about you, and deletes it\n"
        "`/setup` and `/daily` post each day's list in a channel, `/status` says how that goes, `/links` makes cards "
        "of pasted links (for server managers)",
        small("`/about` tells what I have read and how answers are made."),
    ]
    return card(theme.NOTICE, spaced(parts))


def about_card(stats: Stats, keep_days: int, *, reads_messages: bool = False) -> ui.LayoutView:
    """What the bot has read, how new it is, how answers are made, and what is kept: for ``keep_days`` days.

    ``reads_messages``: Discord gives it the content of all messages.
    """
    how = (
        "Every answer is a **verbatim quote** from an abstract, and is compared with that abstract once more "
        "before I send it. No language model writes or rephrases anything. What the abstracts do not say, "
        "I do not say."
    )
    read = (
        "I look at messages for links to papers, where a server wants that, and for follow-ups in my threads; "
        "what I do not answer I do not keep."
        if reads_messages
        else "I read no messages but those that are addressed to me or that you point me at."
    )
    kept = (
        f"{read} Questions, answers and searches are kept for {theme.counted(keep_days, 'day')}, so that replies and "
        "buttons go on working. `/privacy` shows what I keep about you, and deletes it."
    )
    name = f"Daily Papers Bot {_version()}".strip()
    foot = small(theme.joined(name, "abstracts are arXiv metadata, titles lead to the papers"))
    after = small("`/help` shows what you can ask.")
    return card(theme.NOTICE, spaced(["## About me", _read(stats), how, kept, f"{foot}\n{after}"]))


def _read(stats: Stats) -> str:
    if not stats.papers:
        return "I have read no papers yet. Whoever runs me can bring some: `python -m retrieval import FILE…`"
    lists = f" from {theme.counted(stats.lists, 'list')}" if stats.lists else ""
    read = f"I have read {bold(theme.counted(stats.papers, 'abstract'))}{lists}."
    newest = stats.newest.day if stats.newest else None
    lines = [f"{read} The newest list is of {bold(theme.written(newest))}." if newest else read]
    return "\n".join([*lines, *map(_source, stats.sources)])


def _source(state: SourceState) -> str:
    """When a live source was last read, and whether it answers."""
    name = Source(state.source).display_name
    read = f"{name} was last read {format_dt(state.read_at, 'R')}." if state.read_at else f"{name} was not read yet."
    return f"{read} It isn't responding right now; I'll retry." if state.failures else read


def _version() -> str:
    try:
        return version("daily-papers-bot")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return ""
