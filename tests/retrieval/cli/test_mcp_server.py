"""The Model Context Protocol server, called by the protocol's own client."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp_types import TextContent

from retrieval.cli.mcp_server import mcp_server
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.library import Library
from retrieval.settings import PROJECT, SEED_PAGE, LibrarySettings

NOW = datetime(2026, 3, 10, tzinfo=UTC)
BAD_ARGUMENTS = [
    ("search", {"query": "title:"}, "title:"),
    ("search", {"query": "x", "limit": 51}, "limit"),
    ("search", {"query": ""}, "query"),
    ("paper", {"named": "no such paper anywhere"}, "no such paper anywhere"),
    ("answer", {"question": "x" * 2_001}, "question"),
    ("trending", {"span": "decade"}, "span"),
]


@asynccontextmanager
async def connected() -> AsyncGenerator[Client]:
    """A client of a server over the seed page."""
    papers = read_page(SEED_PAGE.read_text(encoding="utf-8"))
    async with Library.of(papers, LibrarySettings(), lambda: NOW) as library, Client(mcp_server(library)) as client:
        yield client


async def result_of(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    """What a tool returns."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def test_every_tool_only_reads() -> None:
    """A client sees four tools with a description each, none of which changes anything."""
    async with connected() as client:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["search", "paper", "answer", "trending"]
        assert all(tool.description and tool.annotations and tool.annotations.read_only_hint for tool in tools)


async def test_an_answer_quotes_the_abstract() -> None:
    """The offsets of a quote are those of the abstract that the tool `paper` returns, and it has a link."""
    async with connected() as client:
        answer = await result_of(client, "answer", question="How many problems does COFFE have?")
        assert answer["outcome"] == "answered"
        quote = answer["quotes"][0]
        paper = await result_of(client, "paper", named=quote["title"])
        assert paper["abstract"][quote["start"] : quote["end"]] == quote["text"]
        assert quote["url"] == paper["url"]


async def test_a_follow_up_names_what_came_before() -> None:
    """A client that sends the earlier question and its papers is answered in their context."""
    async with connected() as client:
        first = await result_of(client, "answer", question="What is COFFE?")
        ids = [paper["paper_id"] for paper in first["papers"]]
        earlier = [{"question": "What is COFFE?", "paper_ids": ids}]
        second = await result_of(client, "answer", question="how many problems does it have?", earlier=earlier)
        assert "398 and 358 problems" in second["quotes"][0]["text"]


async def test_what_no_abstract_says_is_refused() -> None:
    """A question that nothing answers has no quotes."""
    async with connected() as client:
        answer = await result_of(client, "answer", question="How do I cook risotto?")
        assert answer["outcome"] == "unanswered"
        assert answer["quotes"] == []


async def test_a_search_has_pages() -> None:
    """`offset` continues where the page before ended."""
    async with connected() as client:
        first = await result_of(client, "search", query="models", limit=2)
        second = await result_of(client, "search", query="models", limit=2, offset=2)
        assert first["total"] > 2
        assert not {paper["id"] for paper in first["papers"]} & {paper["id"] for paper in second["papers"]}


async def test_trending_says_why() -> None:
    """A trending paper has its place and the reason for it."""
    async with connected() as client:
        found = await result_of(client, "trending", limit=3)
        assert len(found["papers"]) == 3
        assert all(each["why"] for each in found["papers"])


@pytest.mark.parametrize(("tool", "arguments", "named"), BAD_ARGUMENTS)
async def test_a_bad_argument_is_explained(tool: str, arguments: dict[str, Any], named: str) -> None:
    """The model reads what is wrong, and the server goes on."""
    async with connected() as client:
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        text = result.content[0]
        assert isinstance(text, TextContent)
        assert named in text.text
        assert await result_of(client, "search", query="models")


async def test_the_command_serves_standard_input_and_output(tmp_path: Path) -> None:
    """A program that starts the command gets answers, and nothing else on standard output."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "retrieval", "mcp", "--papers", str(SEED_PAGE)],
        cwd=PROJECT,
        env={"DAILY_PAPERS_DATA_FOLDER": str(tmp_path)},
    )
    async with Client(server, read_timeout_seconds=60) as client:
        assert (await result_of(client, "search", query="COFFE"))["papers"][0]["title"].startswith("COFFE")
