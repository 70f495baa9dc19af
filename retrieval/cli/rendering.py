"""Terminal output for answers, hits and lists: pure functions from results to rich text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby

from rich.text import Text

from retrieval.answering.output.explanation import Explanation
from retrieval.answering.types import Answer, FactValue, Outcome, Quote, ScoredPaper
from retrieval.catalogue import Added
from retrieval.english import counted
from retrieval.ingest.live import Source, SyncResult
from retrieval.papers import Paper
from retrieval.search.results import SearchPage
from retrieval.trending.results import Trending
from retrieval.trending.score import Trend

_LISTED = 25
"""Papers of a record answer that are printed."""
NO_ANSWER = "I couldn't find this in the abstracts."

Readable = Callable[[str], str]
"""Makes LaTeX readable, where a terminal is for reading rather than for copying."""


def answer_text(answer: Answer, readable: Readable = str) -> Text:
    """An answer: its quotes with the answering words in bold; or a refusal with the nearest papers."""
    if answer.outcome is Outcome.CHAT:
        return Text(answer.reply or "")
    if answer.outcome is Outcome.RECORD:
        return _record_text(answer, readable)
    if answer.outcome is Outcome.ANSWERED:
        groups = groupby(answer.quotes, key=lambda quote: quote.paper.id)
        quotes = [_quotes_of_a_paper(list(group), readable) for _, group in groups]
        level = f"{answer.match}. " if answer.match else ""
        foot = f"{level}Confidence {_share(answer.confidence)}, {answer.elapsed_ms:.0f} ms"
        return _paragraphs([*quotes, *([Text(answer.reply)] if answer.reply else []), Text(foot, "dim")])
    not_found = answer.reply or NO_ANSWER
    if not answer.papers:
        return Text(not_found)
    nearest = [_paper_line(each.paper, f"{place}. ", readable) for place, each in enumerate(answer.papers, start=1)]
    also = [Text("What the nearest paper says:"), _quotes_of_a_paper(answer.also, readable)] if answer.also else []
    return _paragraphs([Text(not_found), *also, Text("Nearest papers:"), *nearest])


def _record_text(answer: Answer, readable: Readable) -> Text:
    """What the records say: the sentence, the papers with what was asked of them, the search that finds them."""
    facts = {fact.paper_id: fact.value for fact in answer.facts}
    papers = [
        Text.assemble(_paper_line(each.paper, f"{place}. ", readable), _fact_line(facts.get(each.paper.id)))
        for place, each in enumerate(answer.papers[:_LISTED], start=1)
    ]
    query = [Text(f"Search: {answer.query}", "dim")] if answer.query else []
    return _paragraphs([Text(answer.reply or "", "bold"), *papers, *query])


def _fact_line(value: FactValue) -> Text:
    said = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return Text(f"\n   {said}") if said else Text()


def why_text(why: Explanation) -> Text:
    """The explanation of an answer."""
    words = [each.asked if each.same else f"{each.asked} (as “{each.found}”)" for each in why.matched]
    lines = [
        f"Looking for: {why.wanted}",
        *why.understood,
        f"Paper: {why.paper.title}",
        f"Found in its sentence: {', '.join(words) or 'none of your words'}",
        *([f"Found in its title: {', '.join(why.titled)}"] if why.titled else []),
        *([f"Not found in any quote: {', '.join(why.missing)}"] if why.missing else []),
        *(f"• {reason}" for reason in why.reasons),
    ]
    rivals = [Text.assemble("Next: ", _quote_line(each), f" ({each.paper.title})") for each in why.rivals]
    return _paragraphs([Text("\n" + "\n".join(lines), "dim"), *rivals])


def search_text(page: SearchPage) -> Text:
    """A page of hits, numbered from its offset, and their total number."""
    meant = [Text(f"Did you mean: {page.suggestion}")] if page.suggestion else []
    if not page.hits:
        lacking = [Text(f"{each.sentence} {each.fix}") for each in page.missing]
        among = f" among the {page.read:,} likeliest; I didn't check the others" if page.read else ""
        return _paragraphs([Text(f"No paper matches{among}."), *lacking, *meant])
    places = range(page.offset + 1, page.offset + 1 + len(page.hits))
    lines = [_hit_line(place, scored) for place, scored in zip(places, page.hits, strict=True)]
    more = "" if page.counted or page.read else "more than "
    among = f" among the {page.read:,} likeliest" if page.read else ""
    total = Text(f"{len(page.hits)} of {more}{counted(page.total, 'paper')}{among}", "dim")
    note = [Text(page.note)] if page.note else []
    return _paragraphs([*note, *lines, total, *meant])


def similar_text(paper: Paper, near: Sequence[ScoredPaper]) -> Text:
    """Papers near a paper, best first."""
    if not near:
        return Text(f"I found no papers like “{paper.title}”.")
    lines = [_hit_line(place, scored) for place, scored in enumerate(near, start=1)]
    return _paragraphs([Text(f"Papers like “{paper.title}”", "bold"), *lines])


def trending_text(trending: Trending, ranked: Sequence[Trend]) -> Text:
    """The best of a trending list, each with the reason for its rank."""
    if not ranked:
        return Text("There are no lists yet.")
    papers = [
        Text.assemble(_paper_line(trend.paper, f"{place}. "), "\n   ", (trend.why, "dim"))
        for place, trend in enumerate(ranked, start=1)
    ]
    return _paragraphs([Text(_heading(trending), "bold"), *papers])


def added_text(added: Added) -> Text:
    """What an import changed."""
    return Text(f"{counted(added.new, 'new paper')}, {added.changed:,} changed, {added.unchanged:,} unchanged.")


def sync_text(source: Source, result: SyncResult) -> Text:
    """What was read from a live source."""
    if not result.pages:
        return Text(f"{source.display_name}: nothing new to read.")
    skipped = f" {counted(result.defects, 'defect')} skipped (see the log)." if result.defects else ""
    return Text.assemble(
        f"{source.display_name}: {counted(result.pages, 'page')} read. ", added_text(result.added), skipped
    )


def _quotes_of_a_paper(quotes: Sequence[Quote], readable: Readable) -> Text:
    """Quotes of one paper, one below the other, and then the paper."""
    lines = [_quote_line(quote, readable) for quote in quotes]
    return Text("\n").join([*lines, _paper_line(quotes[0].paper, "— ", readable)])


def _quote_line(quote: Quote, readable: Readable = str) -> Text:
    """A quote in quotation marks, its highlights in bold."""
    text, at, abstract = Text("“"), quote.start, quote.paper.abstract
    for start, end in quote.highlights:
        text.append(readable(abstract[at:start])).append(readable(abstract[start:end]), "bold")
        at = end
    return text.append(readable(abstract[at : quote.end])).append("”")


def _share(probability: float) -> str:
    """A probability in percent, never 100%."""
    return "over 99%" if probability > 0.99 else f"{probability:.0%}"  # noqa: PLR2004 - the step itself


def _heading(trending: Trending) -> str:
    if trending.last is None:
        return "Papers of the page"
    if trending.first is None or trending.first == trending.last:
        return f"Trending on {_day(trending.last)}"
    return f"Trending from {_day(trending.first)} to {_day(trending.last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _hit_line(place: int, scored: ScoredPaper) -> Text:
    return Text.assemble(_paper_line(scored.paper, f"{place}. "), (f"\n   score {scored.score:.2f}", "dim"))


def _paper_line(paper: Paper, lead: str, readable: Readable = str) -> Text:
    """``lead`` and the title, and the link on the next line."""
    return Text.assemble(lead, (readable(paper.title), "italic"), "\n", " " * len(lead), (paper.url, "cyan"))


def _paragraphs(parts: Iterable[Text]) -> Text:
    return Text("\n\n").join(parts)
