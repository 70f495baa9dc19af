"""Short words of the bot itself: errors, help, about."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from discord import ui

from bot.cards import look
from bot.cards.building import card, counted
from bot.cards.markup import plain, small
from retrieval.library import Stats


def error_card(sentence: str, reference: str | None = None) -> ui.LayoutView:
    """One plain sentence, and for a defect the reference under which the operator finds it.

    A sentence that points into a query (several lines) keeps its columns.
    """
    first, *rest = sentence.splitlines()
    pointed = ["```\n" + "\n".join(line.replace("`", "'") for line in rest) + "\n```"] if rest else []
    noted = [small(f"Reference {reference}")] if reference else []
    return card(look.ERROR if reference else look.NOTICE, [f"{look.SIGN_WARNING} {first}", *pointed, *noted])


def notice_card(text: str) -> ui.LayoutView:
    """A short confirmation. ``text`` may hold Markdown of the bot's own."""
    return card(look.NOTICE, [text])


def help_card(examples: Sequence[str]) -> ui.LayoutView:
    """What the bot can do, beginning with questions that work."""
    questions = "\n".join(f"> {plain(example)}" for example in examples)
    return card(
        look.NOTICE,
        [
            "## What I can do",
            "**Answer questions** from the abstracts of papers, word for word, with the source. Mention me, "
            f"write to me directly, or use `/ask`. Try:\n{questions}",
            "**Follow up** by replying to an answer: “is it faster?”, “which benchmark?” "
            "On any message: *Apps → Ask about this*.",
            "**Find papers**: `/search` words, author, category, dates · `/paper` id, link or part of a title · "
            "`/trending` day, week or month.",
            "**Post the day's list** in a channel: `/daily set` (for administrators).",
            small("Where no abstract answers, I say so. /about tells what I have read."),
        ],
    )


def about_card(stats: Stats) -> ui.LayoutView:
    """What the bot has read, how new it is, and how answers are made."""
    newest = f"{stats.newest.day:%d %B %Y}" if stats.newest and stats.newest.day else "a page without a date"
    read = f"I have read **{counted(stats.papers, 'abstract')}** from {counted(stats.lists, 'list')}"
    return card(
        look.NOTICE,
        [
            "## About me",
            f"{read}; the newest list is {newest}." if stats.papers else "I have no papers yet.",
            "Every answer is a **verbatim quote** from an abstract. Code checks each quote against the abstract "
            "before I send it; no model writes anything. What the abstracts do not say, I do not say.",
            small(f"Daily Papers Bot {_version()}{look.DOT}Abstracts are arXiv metadata; titles lead to the papers."),
        ],
    )


def _version() -> str:
    try:
        return version("daily-papers-bot")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "from a checkout"
