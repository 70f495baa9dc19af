"""The Model Context Protocol server: what language models of other programs may ask of the library. It only reads.

The package ``mcp`` speaks the protocol: https://modelcontextprotocol.io/specification.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any, cast

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import AliasPath, BaseModel, ConfigDict, Field

from retrieval.answering.types import MatchLevel, Question, Turn
from retrieval.cli.batch_files import AnswerOut, PaperOut, QuoteOut
from retrieval.errors import PaperBotError
from retrieval.library import Library
from retrieval.settings import program_version
from retrieval.trending.results import Span

_INSTRUCTIONS = """
Papers and their abstracts. `answer` quotes abstracts verbatim, or says that none answers: cite its quotes with their
links, and don't add what they don't say. `search` takes words, "phrases", -exclusions, OR, author:, title:, category:,
after:, before:, votes:>20 and has:code. `paper` has the abstract and the record of one paper. `trending` ranks the
newest list, week or month.
"""
_READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_MOST_PAPERS = 50
_LONGEST_TEXT = 2_000  # characters, as in a message on Discord

Words = Annotated[str, Field(min_length=1, max_length=_LONGEST_TEXT)]
Limit = Annotated[int, Field(ge=1, le=_MOST_PAPERS, description="How many papers to return at most.")]
Tool = Callable[..., Coroutine[Any, Any, BaseModel]]


class _Result(BaseModel):
    """A part of a result; it is made of the attributes of what the library returns."""

    model_config = ConfigDict(from_attributes=True)


class PaperSummary(_Result):
    """A paper in a list. ``votes`` are those of its source; null where the source doesn't say."""

    id: str
    title: str
    url: str
    authors: tuple[str, ...]
    published: datetime | None
    votes: int | None


class PaperRecord(PaperSummary):
    """Everything that is stored about a paper."""

    abstract: str
    categories: tuple[str, ...]
    version: int | None
    withdrawn: datetime | None
    code_url: str | None
    project_url: str | None
    discussion_url: str | None


class TrendingPaper(_Result):
    """A paper of a trending list, and the reason for its rank."""

    paper: PaperSummary
    why: str


class SearchResult(_Result):
    """Papers that match a query, best first. ``note`` says which words were given up to find them."""

    papers: tuple[PaperSummary, ...]
    total: int
    note: str | None
    did_you_mean: str | None


class TrendingResult(_Result):
    """Trending papers of the days from ``first`` to ``last``, best first; both are null for a page without dates."""

    first: date | None
    last: date | None
    papers: tuple[TrendingPaper, ...]


class LinkedQuote(QuoteOut, frozen=True):
    """A verbatim quote and the link of its paper: ``text`` is the abstract from ``start`` to ``end``."""

    url: str = Field(validation_alias=AliasPath("paper", "url"))


class LinkedPaper(PaperOut, frozen=True):
    """A paper that an answer names, and its link."""

    url: str = Field(validation_alias=AliasPath("paper", "url"))


class LinkedAnswer(AnswerOut, frozen=True):
    """An answer. ``match`` is how certain its quotes are: at least 93% of strong matches are right."""

    quotes: tuple[LinkedQuote, ...]
    papers: tuple[LinkedPaper, ...]
    match: MatchLevel | None


class EarlierQuestion(BaseModel):
    """An earlier question of the same conversation, and the ids of the papers that its answer named."""

    question: Words
    paper_ids: tuple[str, ...] = ()


@contextmanager
def _errors_for_people() -> Generator[None]:
    """Turn an error that is meant for people into the tool's answer."""
    try:
        yield
    except PaperBotError as error:
        raise ToolError(str(error)) from error


def mcp_server(library: Library) -> MCPServer:
    """The server of a library. Run it with its ``run_stdio_async``."""
    server = MCPServer("daily-papers", instructions=_INSTRUCTIONS, version=program_version())
    for tool in _tools(library):
        server.tool(annotations=_READ_ONLY)(tool)
    return server


def _tools(library: Library) -> tuple[Tool, ...]:
    async def search(
        query: Words, limit: Limit = 10, offset: Annotated[int, Field(ge=0, le=10_000)] = 0
    ) -> SearchResult:
        """Find papers by words, "phrases", -exclusions, OR, author:, title:, category:, after:, votes:>20, has:code."""
        with _errors_for_people():
            page = await library.search(query, limit=limit, offset=offset)
        return SearchResult(
            papers=tuple(PaperSummary.model_validate(hit.paper) for hit in page.hits),
            total=page.total,
            note=page.note,
            did_you_mean=page.suggestion,
        )

    async def paper(named: Words) -> PaperRecord:
        """The abstract and the record of the paper with this arXiv id, link, title or part of a title."""
        with _errors_for_people():
            found = await library.find(named, limit=1)
        return PaperRecord.model_validate(found[0])

    async def answer(
        question: Words,
        about: Annotated[str | None, Field(description="The id of the paper that is asked about.")] = None,
        earlier: Annotated[tuple[EarlierQuestion, ...], Field(max_length=20, description="Oldest first.")] = (),
    ) -> LinkedAnswer:
        """Answer a question about papers with verbatim quotes from abstracts, or from records; else it says so."""
        history = tuple(Turn(turn.question, turn.paper_ids) for turn in earlier)
        with _errors_for_people():
            answered = await library.answer(Question(question, history, about))
        return LinkedAnswer.model_validate(answered)

    async def trending(span: Span = Span.DAY, limit: Limit = 10) -> TrendingResult:
        """What people vote for: the papers of the newest list, or of the week or month up to it, best first."""
        found = await library.lists.trending(span)
        ranked = tuple(TrendingPaper.model_validate(trend) for trend in found.ranked[:limit])
        return TrendingResult(first=found.first, last=found.last, papers=ranked)

    return cast("tuple[Tool, ...]", (search, paper, answer, trending))
