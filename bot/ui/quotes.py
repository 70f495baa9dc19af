"""Quotes in cards: shortened to fit, with the cuts marked, and each with its paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.ui.components import LINE, Entry, Spacing, spaced, title_and_byline
from bot.ui.latex import last_break, readable_with_marks
from bot.ui.markdown import fitted, quote_block, small
from retrieval.answering.types import Quote, Span
from retrieval.papers import Paper

TEXT: Final = 3_500
"""Characters of all quotes in a card, with their papers."""
LINE_OF_LIST: Final = 220
"""Characters of a quote in a list."""
_QUESTION: Final = 200
_QUOTE: Final = 800
_CUT: Final = r"\[…\]"
"""Marks omitted words of the abstract, as scholars do."""

Block = tuple[Paper, str]
"""A paper and its quotes."""


def asked(question: str) -> str:
    """A question as typed, on one line in small print."""
    return small(fitted(" ".join(question.split()), _QUESTION))


def paper_by_paper(quotes: Sequence[Quote]) -> list[Block]:
    """Quotes grouped by paper, best paper first; as many papers as fit in a card."""
    by_paper = dict[str, list[Quote]]()
    for quote in quotes:
        by_paper.setdefault(quote.paper.id, []).append(quote)
    blocks, left = list[Block](), TEXT
    for of_one in by_paper.values():
        paper, block = of_one[0].paper, _quoted(of_one)
        left -= len(block) + len(title_and_byline(paper))
        if left < 0 and blocks:
            break
        blocks.append((paper, block))
    return blocks


def _quoted(quotes: Sequence[Quote]) -> str:
    """The quotes of one paper as one block, in the order of the abstract, with the gaps marked."""
    in_order = sorted(quotes, key=lambda quote: quote.start)
    limit = max(LINE_OF_LIST, _QUOTE * 2 // (len(in_order) + 1))
    lines, used, end = list[str](), 0, None
    for quote in in_order:
        skipped = end is not None and quote.start > end + 1
        line = (f"{_CUT} " if skipped else "") + excerpt(quote, limit)
        used, end = used + len(line), quote.end
        if lines and used > TEXT - limit:
            break
        lines.append(line)
    return quote_block(lines)


def excerpt(quote: Quote, limit: int) -> str:
    """The quote in ``limit`` characters: its answering words, and what fits around them."""
    text, start, end = quote.paper.abstract, quote.start, quote.end
    if quote.highlights and quote.highlights[0][0] - start > limit * 2 // 3 and end - start > limit:
        start = last_break(text, start, quote.highlights[0][0] - limit // 3) + 1
    lead = f"{_CUT} " if start > quote.start else ""
    while len(shown := lead + _marked(quote, start, end)) > limit:
        end = min(last_break(text, start, end - max(1, (len(shown) - limit) // 2)), end - 1)
    return shown if end == quote.end else f"{shown.rstrip()} {_CUT}"


def _marked(quote: Quote, start: int, end: int) -> str:
    marks: list[Span] = [(max(first, start), min(last, end)) for first, last in quote.highlights]
    marks = [(first, last) for first, last in marks if first < last]
    return readable_with_marks(quote.paper.abstract, start, end, marks)


def sources_apart(blocks: Sequence[Block]) -> list[str | Spacing | Entry]:
    """Each quote above its paper."""
    return spaced([f"{block}\n\n{title_and_byline(paper)}" for paper, block in blocks])


def papers_apart(blocks: Sequence[Block]) -> list[str | Spacing | Entry]:
    """Each paper above its quotes, to compare papers."""
    return spaced([f"{title_and_byline(paper)}\n{block}" for paper, block in blocks], LINE)
