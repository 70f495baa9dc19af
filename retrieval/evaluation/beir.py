"""Search quality on test collections in the BEIR layout: how well a search ranks the documents judged relevant.

Source: N. Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information
Retrieval Models", 2021; the layout is that of https://github.com/beir-cellar/beir.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from retrieval.errors import SourceError
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.query.conditions import Words
from retrieval.query.query import Query
from retrieval.text import terms

DEPTH = 100
"""Hits per query, as recall@100 needs."""

_NDCG = 10
_EXPECTED = "corpus.jsonl, queries.jsonl and qrels/test.tsv, each may end in .gz (qrels_test.tsv will do)"


def _joined(value: object) -> object:
    return " ".join(map(str, cast("list[object]", value))) if isinstance(value, list) else value


class _Line(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True, populate_by_name=True)

    id: str = Field(alias="_id")


class _Document(_Line):
    """A line of the corpus; the text may be a list of sentences."""

    title: str = ""
    text: Annotated[str, BeforeValidator(_joined)] = ""
    sentences: Annotated[str, BeforeValidator(_joined)] = ""

    def paper(self) -> Paper:
        """The document as a paper. A missing title is replaced by the id, which no query contains."""
        return Paper(id=self.id, title=self.title.strip() or f"[{self.id}]", abstract=self.text or self.sentences)


class _Query(_Line):
    text: str


class Quality(BaseModel):
    """Means over the judged queries, 0..1. Source of nDCG: K. Järvelin, J. Kekäläinen, 2002."""

    documents: int
    queries: int
    ndcg_at_10: float
    mrr_at_10: float
    recall_at_10: float
    recall_at_100: float


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, queries and judgements: the grade of each judged document, by query id."""

    papers: list[Paper]
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]


def read_collection(folder: Path) -> Collection:
    """Read the test split of a folder. Raises ``SourceError`` that says what's missing or wrong, and where."""
    grades = _grades(_file(folder, "qrels/test.tsv", "qrels_test.tsv"))
    queries = {line.id: line.text for line in _lines(_file(folder, "queries.jsonl"), _Query)}
    papers = [line.paper() for line in _lines(_file(folder, "corpus.jsonl"), _Document)]
    judged = {id: text for id, text in queries.items() if any(grade > 0 for grade in grades.get(id, {}).values())}
    if not judged:
        raise SourceError("no query has a relevant document.", path=folder)
    return Collection(papers, judged, grades)


async def measure_quality(library: Library, collection: Collection) -> Quality:
    """Search for each judged query and compare the hits with the judgements. Queries are plain words."""
    rankings = dict[str, list[str]]()
    for id, text in collection.queries.items():
        words = tuple(terms(text))
        page = await library.search(Query(text, Words(words), words), limit=DEPTH)
        rankings[id] = [hit.paper.id for hit in page.hits]
    return mean_quality(rankings, collection.grades, documents=len(collection.papers))


def mean_quality(
    rankings: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, int]], documents: int
) -> Quality:
    """The means over all ``rankings``: document ids, best first, by query id."""
    pairs = [(ranking, grades[id]) for id, ranking in rankings.items()]
    return Quality(
        documents=documents,
        queries=len(pairs),
        ndcg_at_10=_mean([ndcg(ranking, judged, _NDCG) for ranking, judged in pairs]),
        mrr_at_10=_mean([_reciprocal_rank(ranking, judged, _NDCG) for ranking, judged in pairs]),
        recall_at_10=_mean([_recall(ranking, judged, _NDCG) for ranking, judged in pairs]),
        recall_at_100=_mean([_recall(ranking, judged, DEPTH) for ranking, judged in pairs]),
    )


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """The discounted gain of the first ``depth``, relative to the best ranking's; gains are grades, as in trec_eval."""
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    ideal = _gain(best[:depth])
    return _gain([max(0, grades.get(id, 0)) for id in ranking[:depth]]) / ideal if ideal else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def _reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    places = (place for place, id in enumerate(ranking[:depth], start=1) if grades.get(id, 0) > 0)
    return 1 / next(places, math.inf)


def _recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    relevant = {id for id, grade in grades.items() if grade > 0}
    return len(relevant & set(ranking[:depth])) / len(relevant)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


L = TypeVar("L", bound=_Line)


def _file(folder: Path, *names: str) -> Path:
    for name in names:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return path
    raise SourceError(f"{names[0]} is missing. A collection has {_EXPECTED}.", path=folder)


def _opened(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _text_lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with _opened(path) as file:
            yield from enumerate(file, start=1)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read ({error}).", path=path) from error


def _lines(path: Path, kind: type[L]) -> Iterator[L]:
    for number, line in _text_lines(path):
        try:
            row = json.loads(line)
            yield kind.model_validate({"_id": row["id"], **row} if "id" in row else row)
        except (ValidationError, ValueError, TypeError) as error:
            raise SourceError("isn't a document or query of a BEIR collection.", path=path, line=number) from error


def _grades(path: Path) -> dict[str, dict[str, int]]:
    """Read lines of query, document and grade after a line of headings."""
    found = dict[str, dict[str, int]]()
    numbers, lines = zip(*_text_lines(path), strict=True) if path.stat().st_size else ((), ())
    for number, row in zip(numbers[1:], csv.reader(lines[1:], delimiter="\t"), strict=True):
        try:
            query, document, grade = row
            found.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise SourceError(
                "expected query-id, corpus-id and score, separated by tabs.", path=path, line=number
            ) from error
    return found
