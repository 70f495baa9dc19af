"""The input of a benchmark: papers as terms in one file, and queries as terms in another.

All engines read the same terms, so that engines are compared, not stemmers. Papers beyond those given are made of their
sentences and titles, queries of their words; the same seed makes the same files.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, TypeAdapter

from retrieval.index.documents import TITLE_WEIGHT
from retrieval.papers import Paper
from retrieval.search.parallel_analysis import Analysed, ParallelAnalyser
from retrieval.text import sentences, terms

ADDED = 50
"""Papers that are added to a finished index."""

_BATCH = 2_000  # papers analysed at once
_SEED = 20_260_301
_SENTENCES = (5, 9)  # in a made abstract; real ones have seven
_TITLE = 5  # words from each of the two titles that make up a new one
_QUESTION = (5, 10)  # words in a made question
_ASKING = ("what is", "how does", "why is", "which papers show that", "how much does", "can you explain")


class GeneratedQuery(BaseModel):
    """A query: the text that somebody would type, its kind, and its terms."""

    model_config = ConfigDict(frozen=True)

    kind: str
    text: str
    terms: tuple[str, ...]


QUERIES = TypeAdapter(list[GeneratedQuery])


@dataclass(frozen=True, slots=True)
class Material:
    """The files of a corpus of ``size`` papers.

    ``added`` are papers that aren't in the corpus, ``replaced`` the same ones with ids of papers from all parts of it.
    """

    size: int
    documents: Path
    added: Path
    replaced: Path
    queries: Path


def corpus_papers(real: Sequence[Paper], size: int) -> Iterator[Paper]:
    """``size`` papers: the real ones, then made ones with their own ids."""
    yield from real[:size]
    rng = random.Random(_SEED)  # noqa: S311 - repeatable, and no secret
    cut = [[paper.abstract[start:end] for start, end in sentences(paper.abstract)] for paper in real]
    for number in range(len(real), size):
        front, back = rng.choice(real).title.split()[:_TITLE], rng.choice(real).title.split()[-_TITLE:]
        abstract = " ".join(rng.choice(rng.choice(cut) or ["."]) for _ in range(rng.randint(*_SENTENCES)))
        yield Paper(id=f"made-{number}", title=" ".join([*front, *back]), abstract=abstract)


def corpus_queries(real: Sequence[Paper], questions: Sequence[str], count: int) -> list[GeneratedQuery]:
    """``count`` queries with terms: titles, questions and 1 to 3 words of an abstract, in turn.

    Without ``questions`` they're made of neighbouring words of an abstract.
    """
    rng = random.Random(_SEED)  # noqa: S311 - as above
    asked = list(questions)
    rng.shuffle(asked)
    made = list[GeneratedQuery]()
    for number in range(count * 20):  # papers without words make no query
        if len(made) == count:
            break
        paper, words = rng.choice(real), rng.choice(real).abstract.split()
        match number % 3:
            case 0:
                kind, text = "title", paper.title
            case 1 if asked:
                kind, text = "question", asked[number // 3 % len(asked)]
            case 1:
                start = rng.randrange(max(1, len(words) - _QUESTION[1]))
                span = " ".join(words[start : start + rng.randint(*_QUESTION)])
                kind, text = "question", f"{rng.choice(_ASKING)} {span}?" if terms(span) else ""
            case _:
                kind, text = "words", " ".join(rng.sample(words, min(len(words), rng.randint(1, 3))))
        found = tuple(terms(text))
        if found:
            made.append(GeneratedQuery(kind=kind, text=text, terms=found))
    return made


def write_material(folder: Path, real: Sequence[Paper], size: int, queries: Sequence[GeneratedQuery]) -> Material:
    """Write the files of a corpus of ``size`` papers to ``folder``: the id and the terms of a paper on each line."""
    documents, added, replaced = (folder / f"{size}.{name}" for name in ("terms", "added", "replaced"))
    material = Material(size, documents, added, replaced, folder / "queries.json")
    material.queries.write_bytes(QUERIES.dump_json(list(queries)))
    papers = corpus_papers(real, size + ADDED)
    with ParallelAnalyser(TITLE_WEIGHT) as analyser:
        ids = _analysed(analyser, islice(papers, size), material.documents)
        _analysed(analyser, papers, material.added)
    instead = zip(ids[:: max(1, size // ADDED)], read_documents(material.added), strict=False)
    with _writing(material.replaced) as file:
        _write(file, [(id, " ".join(words)) for id, (_, words) in instead])
    return material


def _analysed(analyser: ParallelAnalyser, papers: Iterator[Paper], path: Path) -> list[str]:
    """Write a line for each paper; returns their ids."""
    ids = list[str]()
    with _writing(path) as file:
        while batch := list(islice(papers, _BATCH)):
            ids += _write(file, analyser.submit(batch))
        for documents in analyser.rest():
            ids += _write(file, documents)
    return ids


def _writing(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="\n")


def _write(file: IO[str], documents: Sequence[Analysed]) -> list[str]:
    file.writelines(f"{id} {terms}\n" for id, terms in documents)
    return [id for id, _ in documents]


def read_documents(path: Path, *, ordered: bool = False) -> list[tuple[str, list[str]]]:
    """Read the papers of a file of ``write_material``: ids and terms; equal terms share one object.

    ``ordered``: with the breaks of ``ordered_terms``.
    """
    one: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="\n") as file:
        found = list[tuple[str, list[str]]]()
        for line in file:
            id, *words = line.rstrip("\n").split(" ")
            found.append((id, [one.setdefault(word, word) for word in words if word or ordered]))
    return found
