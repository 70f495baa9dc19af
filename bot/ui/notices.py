"""Errors, confirmations, help and about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.texts import counted, mark, tr, translated, written
from bot.ui import theme
from bot.ui.command_mentions import CommandMentions
from bot.ui.components import card, spaced
from bot.ui.discord_limits import shorten
from bot.ui.markdown import bold, plain, quote_block, small, spoken
from retrieval.answering.types import NO_PAPERS
from retrieval.catalogue import SourceState
from retrieval.english import Text
from retrieval.errors import PaperBotError, QueryError
from retrieval.ingest.live import Source
from retrieval.search.results import Stats
from retrieval.settings import program_version

_MAX_SENTENCE = 1_500

HOW_TO_ADD: Final = mark("Whoever runs this bot can add some: `python -m retrieval import FILE…`")
"""What follows the news that there are no papers, or no lists."""


def error_card(sentence: str, reference: str | None = None) -> ui.LayoutView:
    """One sentence; for a defect also the reference that the operator finds in the log.

    The sentence can contain bold and code. Lines after the first, which point into a query, keep their columns.
    """
    reference_line = (
        [small(tr("Reference {reference}, for whoever runs this bot", reference=plain(reference)))] if reference else []
    )
    return card(theme.ERROR if reference else theme.NOTICE, [*mistake(sentence), *reference_line])


def error_text(error: PaperBotError) -> str:
    """What an error says, in the reader's language."""
    if isinstance(error, QueryError):
        return translated(error.reason) + str(error).removeprefix(error.reason)
    said = error.args[0] if error.args else ""
    return translated(said) if isinstance(said, Text) else tr(str(error))


def mistake(sentence: str) -> list[str]:
    """The parts of a card for a sentence; lines that point into a query go into a code block."""
    first, *rest = tr(sentence).strip().split("\n")
    shown = "\n".join(line.replace("`", "'")[:_MAX_SENTENCE] for line in rest[:2])
    pointed = [f"```\n{shown}\n```"] if shown.strip() else []
    return [spoken(shorten(first, _MAX_SENTENCE)) or tr("Something went wrong."), *pointed]


def notice_card(text: str) -> ui.LayoutView:
    """A short confirmation in Markdown, in the reader's language."""
    return card(theme.NOTICE, [tr(text)])


def help_card(examples: Sequence[str], command: CommandMentions, *, manages: bool = False) -> ui.LayoutView:
    """What the bot can do, starting with questions to try; ``command`` mentions a command.

    Discord shows mentions of commands that a person can't use as broken: those of managers are
    plain, unless the person ``manages`` the server.
    """
    setting_up = command if manages else CommandMentions()
    quotes = tr(
        "I answer with **word-for-word quotes** from abstracts. Mention me, send me a direct message, or use {ask}:",
        ask=command("ask"),
    )
    fresh = tr("Reply to an answer to follow up: *is it faster?* {forget} starts fresh.", forget=command("forget"))
    ask, find = bold(tr("Ask about this")), bold(tr("Find papers on this"))
    apps = tr("On any message: Apps, then {ask} or {find}.", ask=ask, find=find)
    about, privacy = command("about"), command("privacy")
    stored = tr("{about} says how I answer, {privacy} what I store about you.", about=about, privacy=privacy)
    parts = [
        f"## {tr('Ask the papers')}",
        f"{quotes}\n{quote_block(map(plain, examples))}",
        f"{fresh}\n{apps}",
        *(
            f"{bold(group)}\n{theme.joined(*map(mention, names))}"
            for group, mention, names in (
                (tr("Find papers"), command, ("search", "paper", "trending", "recap week")),
                (tr("Keep up"), command, ("follow", "following", "save", "saved", "inbox", "reading list")),
                (
                    tr("For server managers"),
                    setting_up,
                    ("setup", "status", "daily set", "discussions", "links on", "reading setup"),
                ),
            )
        ),
        small(stored),
    ]
    return card(theme.NOTICE, spaced(parts))


def about_card(stats: Stats, keep_days: int, *, reads_messages: bool = False) -> ui.LayoutView:
    """What the bot has read, how it answers, and what it stores, for ``keep_days`` days.

    ``reads_messages``: it gets the content of all messages from Discord.
    """
    how = tr(
        "Every answer is a **verbatim quote** from an abstract, checked against that abstract before I send it. "
        "No language model writes or rephrases anything. If the abstracts don't say it, neither do I."
    )
    read = (
        tr(
            "I check messages for links to papers, in servers that want that, and for follow-up questions in my "
            "threads. I store only what I answer."
        )
        if reads_messages
        else tr("I read only messages that are addressed to me or that you use me on.")
    )
    kept = tr(
        "Questions, answers and searches are stored for {days}, so that replies and buttons keep working. `/privacy` "
        "shows what I store about you, and deletes it.",
        days=counted(keep_days, "day"),
    )
    name = f"Daily Papers Bot {program_version()}"
    foot = small(theme.joined(name, tr("abstracts are arXiv metadata, titles link to the papers")))
    after = small(tr("`/help` shows what you can ask."))
    heading = f"## {tr('About me')}"
    return card(theme.NOTICE, spaced([heading, _read(stats), how, f"{read} {kept}", f"{foot}\n{after}"]))


def _read(stats: Stats) -> str:
    if not stats.papers:
        return f"{tr(NO_PAPERS)} {tr(HOW_TO_ADD)}"
    abstracts = bold(counted(stats.papers, "abstract"))
    lists = counted(stats.lists, "list")
    read = tr("I've read {abstracts} from {lists}.", abstracts=abstracts, lists=lists)
    read = read if stats.lists else tr("I've read {abstracts}.", abstracts=abstracts)
    newest = stats.newest.day if stats.newest else None
    if newest:
        read = f"{read} {tr('The newest list is from {day}.', day=bold(written(newest)))}"
    return "\n".join([read, *map(_source, stats.sources)])


def _source(state: SourceState) -> str:
    """When a live source was last read, and whether it responds."""
    name = Source(state.source).display_name
    when = format_dt(state.read_at, "R") if state.read_at else ""
    read = tr("{source} was last read {when}.", source=name, when=when)
    read = read if when else tr("{source} hasn't been read yet.", source=name)
    retry = tr("It isn't responding right now; I'll retry.")
    return f"{read} {retry}" if state.failures else read
