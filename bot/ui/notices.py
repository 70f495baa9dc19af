"""Errors, confirmations, help and about."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui
from discord.utils import format_dt

from bot.texts import counted, tr, written
from bot.ui import theme
from bot.ui.command_mentions import CommandMentions
from bot.ui.components import card, spaced
from bot.ui.discord_limits import shorten
from bot.ui.markdown import bold, plain, quote_block, small, spoken
from retrieval.catalogue import SourceState
from retrieval.ingest.live import Source
from retrieval.search.results import Stats
from retrieval.settings import program_version

_MAX_SENTENCE = 1_500


def error_card(sentence: str, reference: str | None = None) -> ui.LayoutView:
    """One sentence; for a defect also the reference that the operator finds in the log.

    The sentence can contain bold and code. Lines after the first, which point into a query, keep their columns.
    """
    reference_line = (
        [small(tr("Reference {reference}, for whoever runs this bot", reference=plain(reference)))] if reference else []
    )
    return card(theme.ERROR if reference else theme.NOTICE, [*mistake(sentence), *reference_line])


def mistake(sentence: str) -> list[str]:
    """The parts of a card for a sentence; lines that point into a query go into a code block."""
    first, *rest = tr(sentence).strip().split("\n")
    shown = "\n".join(line.replace("`", "'")[:_MAX_SENTENCE] for line in rest[:2])
    pointed = [f"```\n{shown}\n```"] if shown.strip() else []
    return [spoken(shorten(first, _MAX_SENTENCE)) or tr("Something went wrong."), *pointed]


def notice_card(text: str) -> ui.LayoutView:
    """A short confirmation in Markdown, in the reader's language."""
    return card(theme.NOTICE, [tr(text)])


def help_card(examples: Sequence[str], command: CommandMentions) -> ui.LayoutView:
    """What the bot can do, starting with questions to try; ``command`` mentions a command."""
    parts = [
        "## Ask the papers",
        "I answer with **word-for-word quotes** from abstracts. Mention me, send me a direct message, or use "
        f"{command('ask')}:\n{quote_block(map(plain, examples))}",
        f"Reply to an answer to follow up: *is it faster?* {command('forget')} starts fresh.\n"
        "On any message: Apps, then **Ask about this** or **Find papers on this**.",
        *(
            f"**{group}**\n{theme.joined(*map(command, names))}"
            for group, names in (
                ("Find papers", ("search", "paper", "trending", "recap week")),
                ("Keep up", ("follow", "following", "save", "saved", "inbox")),
                ("For server managers", ("setup", "status", "daily set", "discussions", "links on")),
            )
        ),
        small(f"{command('about')} says how I answer, {command('privacy')} what I store about you."),
    ]
    return card(theme.NOTICE, spaced(parts))


def about_card(stats: Stats, keep_days: int, *, reads_messages: bool = False) -> ui.LayoutView:
    """What the bot has read, how it answers, and what it stores, for ``keep_days`` days.

    ``reads_messages``: it gets the content of all messages from Discord.
    """
    how = (
        "Every answer is a **verbatim quote** from an abstract, checked against that abstract before I send it. "
        "No language model writes or rephrases anything. If the abstracts don't say it, neither do I."
    )
    read = (
        "I check messages for links to papers, in servers that want that, and for follow-up questions in my threads. "
        "I store only what I answer."
        if reads_messages
        else "I read only messages that are addressed to me or that you use me on."
    )
    kept = (
        f"{read} Questions, answers and searches are stored for {counted(keep_days, 'day')}, so that replies "
        "and buttons keep working. `/privacy` shows what I store about you, and deletes it."
    )
    name = f"Daily Papers Bot {program_version()}"
    foot = small(theme.joined(name, "abstracts are arXiv metadata, titles link to the papers"))
    after = small("`/help` shows what you can ask.")
    return card(theme.NOTICE, spaced(["## About me", _read(stats), how, kept, f"{foot}\n{after}"]))


def _read(stats: Stats) -> str:
    if not stats.papers:
        return "I haven't read any papers yet. Whoever runs this bot can add some: `python -m retrieval import FILE…`"
    lists = f" from {counted(stats.lists, 'list')}" if stats.lists else ""
    read = f"I've read {bold(counted(stats.papers, 'abstract'))}{lists}."
    newest = stats.newest.day if stats.newest else None
    lines = [f"{read} The newest list is from {bold(written(newest))}." if newest else read]
    return "\n".join([*lines, *map(_source, stats.sources)])


def _source(state: SourceState) -> str:
    """When a live source was last read, and whether it responds."""
    name = Source(state.source).display_name
    read = (
        f"{name} was last read {format_dt(state.read_at, 'R')}." if state.read_at else f"{name} hasn't been read yet."
    )
    return f"{read} It isn't responding right now; I'll retry." if state.failures else read
