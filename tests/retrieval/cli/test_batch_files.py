"""Files of questions and searches: read completely or refused with a line, follow-ups with their history."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from retrieval.answering.types import Answer, Fact, Outcome, Question, Quote, ScoredPaper, Turn
from retrieval.cli.batch_files import AnswerOut, Conversations, HitsOut, QuestionLine, SearchLine, read_lines
from retrieval.english import Text
from retrieval.errors import SourceError
from retrieval.papers import Paper

PAPER = Paper(id="2401.00001", title="Graphs", abstract="We study graphs. They are fast.")


def answered(question: Question) -> Answer:
    """An answer with one quote that has one highlight."""
    quote = Quote(PAPER, 17, 31, highlights=((26, 30),), score=0.75)
    return Answer(
        question,
        Outcome.ANSWERED,
        "result",
        (quote,),
        papers=(ScoredPaper(PAPER, 0.5),),
        confidence=0.9,
        elapsed_ms=1.23456,
    )


def written(folder: Path, text: str) -> Path:
    """A file with this text."""
    path = folder / "lines.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_come_in_order_and_keep_their_ids(tmp_path: Path) -> None:
    """Ids may be texts or numbers; blank lines and other fields don't matter."""
    path = written(tmp_path, '{"id": 2, "question": "a?", "kind": "x"}\n\n{"id": "1", "question": "b?", "after": 2}\n')
    assert read_lines(path, QuestionLine) == [
        QuestionLine(id=2, question="a?"),
        QuestionLine(id="1", question="b?", after=2),
    ]


def test_gzip_and_a_byte_order_mark_are_accepted(tmp_path: Path) -> None:
    """A file may be gzipped, and may begin as files of Windows programs do."""
    path = tmp_path / "lines.jsonl.gz"
    path.write_bytes(gzip.compress('\ufeff{"id": 1, "text": "one\u2028line"}\r\n'.encode(), mtime=0))
    assert read_lines(path, SearchLine) == [SearchLine(id=1, text="one\u2028line")]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ('{"id": 1, "text": "a"}\nno json\n', "line 2", '"id", "text"'),
        ('{"id": 1}\n', "line 1", "text: field required"),
        ('{"id": 1, "text": ""}\n', "line 1", "text: "),
        ('["id"]\n', "line 1", "JSON object"),
        ('{"id": 1, "text": "a"}\n\n{"id": 1, "text": "b"}\n', "line 3", "already used by an earlier line"),
    ],
)
def test_an_invalid_line_is_named(tmp_path: Path, text: str, place: str, reason: str) -> None:
    """The error says which file, which line, and what a line looks like."""
    path = written(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        read_lines(path, SearchLine)
    assert str(caught.value).startswith(f"{path}, {place}: ")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xff\xfe", id="no-utf-8"),
        pytest.param(gzip.compress(b"{}" * 999, mtime=0)[:-9], id="gzip-cut-short"),
        pytest.param(b"\x1f\x8bnonsense", id="gzip-in-name-only"),
    ],
)
def test_a_file_that_is_not_text_is_named(tmp_path: Path, content: bytes) -> None:
    """Bytes that aren't UTF-8, or aren't gzip although the name says so, are refused with a sentence."""
    path = tmp_path / ("lines.jsonl.gz" if content.startswith(b"\x1f") else "lines.jsonl")
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"lines\.jsonl"):
        read_lines(path, SearchLine)


def test_a_follow_up_knows_the_whole_conversation() -> None:
    """A follow-up of a follow-up gets both turns, oldest first, with their papers."""
    conversations = Conversations()
    for line in [
        QuestionLine(id="a", question="What is it?"),
        QuestionLine(id="other", question="Something else?"),
        QuestionLine(id="b", question="How fast?", after="a"),
    ]:
        conversations.remember(line, answered(conversations.question(line)))
    third = conversations.question(QuestionLine(id="c", question="And how small?", after="b"))
    assert third.history == (Turn("What is it?", (PAPER.id,)), Turn("How fast?", (PAPER.id,)))


def test_a_question_after_an_unknown_one_has_no_history() -> None:
    """A part of a question set can be answered although the first questions of its pairs are missing."""
    conversations = Conversations()
    line = QuestionLine(id="b", question="How fast?", after="a")
    assert not conversations.knows("a")
    assert conversations.question(line) == Question("How fast?")


def test_an_answer_line_is_as_documented() -> None:
    """Exactly the fields of an answer line; the quote is the slice between its offsets."""
    line = json.loads(AnswerOut.of("q1", answered(Question("How fast?"))).model_dump_json())
    assert line == {
        "id": "q1",
        "outcome": "answered",
        "quotes": [
            {
                "paper_id": "2401.00001",
                "title": "Graphs",
                "start": 17,
                "end": 31,
                "text": "They are fast.",
                "highlights": [[26, 30]],
                "score": 0.75,
            }
        ],
        "papers": [{"paper_id": "2401.00001", "title": "Graphs", "score": 0.5}],
        "confidence": 0.9,
        "elapsed_ms": 1.235,
        "facts": [],
        "query": "",
        "reply": None,
    }


def test_a_line_answered_from_records_has_facts_query_and_reply() -> None:
    """The value of a fact is that of the record; the number of papers doesn't belong to a paper."""
    facts = (Fact("2401.00001", "authors", ("Ada Lovelace",)), Fact(None, "count", 2))
    answer = Answer(Question("Who?"), Outcome.RECORD, "authors", reply=Text("By Ada."), facts=facts, query="author:ada")
    line = json.loads(AnswerOut.of(1, answer).model_dump_json())
    assert (line["outcome"], line["query"], line["reply"]) == ("record", "author:ada", "By Ada.")
    assert line["facts"] == [
        {"paper_id": "2401.00001", "field": "authors", "value": ["Ada Lovelace"]},
        {"paper_id": None, "field": "count", "value": 2},
    ]


def test_a_search_line_is_as_documented() -> None:
    """Exactly the fields of a search line."""
    line = json.loads(HitsOut.of(7, [ScoredPaper(PAPER, 3.5)], 12, 0.25).model_dump_json())
    paper = {"paper_id": "2401.00001", "title": "Graphs", "score": 3.5}
    assert line == {"id": 7, "hits": [paper], "total": 12, "elapsed_ms": 0.25}
