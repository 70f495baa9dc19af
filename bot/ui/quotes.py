"""Quotes as cards show them: in as much room as there is, what is left out marked, each with its paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.ui.components import LINE, Entry, Spacing, byline, spaced, title_link
from bot.ui.latex import last_break, readable_with_marks
from bot.ui.markdown import bold, fitted, quote_block, small
from retrieval.answering.types import Quote, Span
from retrieval.papers import Paper

TEXT: Final = 3_500
"""Characters of a card that quotes and their papers may take."""
LINE_OF_LIST: Final = 220
"""Characters of a quote in a list."""
_QUESTION: Final = 200
_QUOTE: Final = 800
_CUT: Final = r"\[…\]"
"""Marks words of the abstract that are left out, as scholars do."""

Block = tuple[Paper, str]
"""A paper and what is quoted from it."""


def asked(question: str) -> str:
    """A question as it was typed, in small print and in one line."""
    return small(fitted(" ".join(question.split()), _QUESTION))


def paper_by_paper(quotes: Sequence[Quote]) -> list[Block]:
    """Quotes paper by paper, best paper first; as many papers as a card holds."""
    by_paper = dict[str, list[Quote]]()
    for quote in quotes:
        by_paper.setdefault(quote.paper.id, []).append(quote)
    blocks, left = list[Block](), TEXT
    for of_one in by_paper.values():
        paper, block = of_one[0].paper, _quoted(of_one)
        left -= len(block) + len(_source(paper))
        if left < 0 and blocks:
            break
        blocks.append((paper, block))
    return blocks


def _quoted(quotes: Sequence[Quote]) -> str:
    """Quotes of one paper as one block, in the order of the abstract; gaps between them are marked."""
    in_order = sorted(quotes, key=lambda quote: quote.start)
    room = max(LINE_OF_LIST, _QUOTE * 2 // (len(in_order) + 1))
    lines, used, end = list[str](), 0, None
    for quote in in_order:
        skipped = end is not None and quote.start > end + 1
        line = (f"{_CUT} " if skipped else "") + excerpt(quote, room)
        used, end = used + len(line), quote.end
        if lines and used > TEXT - room:
            break
        lines.append(line)
    return quote_block(lines)


def excerpt(quote: Quote, room: int) -> str:
    """The quote in ``room`` characters: its answering words, and what fits before and behind them."""
    text, start, end = quote.paper.abstract, quote.start, quote.end
    if quote.highlights and quote.highlights[0][0] - start > room * 2 // 3 and end - start > room:
        start = last_break(text, start, quote.highlights[0][0] - room // 3) + 1
    lead = f"{_CUT} " if start > quote.start else ""
    while len(shown := lead + _marked(quote, start, end)) > room:
        end = min(last_break(text, start, end - max(1, (len(shown) - room) // 2)), end - 1)
    return shown if end == quote.end else f"{shown.rstrip()} {_CUT}"


def _marked(quote: Quote, start: int, end: int) -> str:
    marks: list[Span] = [(max(first, start), min(last, end)) for first, last in quote.highlights]
    marks = [(first, last) for first, last in marks if first < last]
    return readable_with_marks(quote.paper.abstract, start, end, marks)


def sources_apart(blocks: Sequence[Block]) -> list[str | Spacing | Entry]:
    """Each quote with its source below it."""
    return spaced([text for paper, block in blocks for text in (f"{block}\n\n{_source(paper)}",)])


def papers_apart(blocks: Sequence[Block]) -> list[str | Spacing | Entry]:
    """Paper after paper, each title above what is quoted from it: for comparing them."""
    return spaced([f"{bold(title_link(paper))}\n{_signature(paper)}{block}" for paper, block in blocks], LINE)


def _source(paper: Paper) -> str:
    return f"{bold(title_link(paper))}\n{_signature(paper)}".rstrip()


def _signature(paper: Paper) -> str:
    signature = byline(paper)
    return f"{small(signature)}\n" if signature else ""
