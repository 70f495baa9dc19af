"""An adapter for each engine of the benchmark. An engine's package is imported when it's used.

All engines get the same terms. ``note`` says what can't be made equal: constants and formulas of BM25 that an engine
fixes. A hit is what the engine returns without extra cost: our ids, the others' document numbers.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from retrieval.index import Index
from retrieval.index.updates import add_documents

Document = tuple[str, list[str]]

_REVISION = 1  # of a catalogue that doesn't exist


class Engine(ABC):
    """An engine with a folder: ``build`` fills it; the other methods follow ``open``, in another process."""

    name: ClassVar[str]
    packages: ClassVar[tuple[str, ...]] = ()
    """Required packages, imported before the measurement."""
    note: ClassVar[str]
    most: ClassVar[int | None] = None
    """The number of documents above which it's left out because it would take too long."""
    most_queries: ClassVar[int | None] = None
    replaces: ClassVar[bool] = False
    """Whether added documents replace those with the same id."""
    ordered: ClassVar[bool] = False
    """Whether it gets documents as ``ordered_terms`` has them, because it keeps the order of words."""

    def __init__(self) -> None:
        self._engine: Any = None
        """What the package searches with, once the index is open."""

    @abstractmethod
    def build(self, documents: Sequence[Document], folder: Path) -> None:
        """Index all documents and store the index in ``folder``."""

    @abstractmethod
    def open(self, folder: Path) -> None:
        """Prepare for the first query."""

    @abstractmethod
    def search(self, terms: Sequence[str], limit: int) -> int:
        """Return the number of hits, at most ``limit``."""

    def add(self, documents: Sequence[Document], folder: Path) -> bool:
        """Add documents so that they're found and stored; false if the engine can't."""
        return False


class _Ours(Engine):
    """The index of this project, in plain NumPy."""

    name = "ours (NumPy)"
    note = "exact rank_bm25 scores, ties by id"
    replaces = ordered = True

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        add_documents(Index.empty(), documents).save(folder, _REVISION)

    def open(self, folder: Path) -> None:
        self._engine = Index.load(folder, _REVISION)

    def search(self, terms: Sequence[str], limit: int) -> int:
        return len(self._engine.search(terms, limit))

    def add(self, documents: Sequence[Document], folder: Path) -> bool:
        self._engine = add_documents(self._engine, documents).save(folder, _REVISION)
        return True


class _OursCompiled(_Ours):
    """The index of this project with the extra ``fast``."""

    name = "ours (numba)"
    packages = ("numba", "retrieval.index.numba_engine")

    def open(self, folder: Path) -> None:
        from retrieval.index.numba_engine import NumbaEngine  # noqa: PLC0415 - needs numba

        self._engine = Index.load(folder, _REVISION).with_engine(NumbaEngine())


class _RankBm25(Engine):
    """``rank_bm25.BM25Okapi``: a Python loop over all documents for each word."""

    name = "rank_bm25"
    packages = ("rank_bm25",)
    note = "stores nothing on disk: start is a build"
    most = 100_000
    most_queries = 60

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        # Stores the terms, because the index can't be stored.
        self._score(documents)
        lines = (" ".join(terms) for _, terms in documents)
        (folder / "terms").write_text("\n".join(lines), encoding="utf-8", newline="\n")

    def _score(self, documents: Sequence[Document]) -> None:
        self._engine = import_module("rank_bm25").BM25Okapi([terms for _, terms in documents])

    def open(self, folder: Path) -> None:
        lines = (folder / "terms").read_text(encoding="utf-8").split("\n")
        self._score([("", line.split(" ")) for line in lines])

    def search(self, terms: Sequence[str], limit: int) -> int:
        scores = np.asarray(self._engine.get_scores(list(terms)))
        best = np.argpartition(scores, -min(limit, len(scores)))[-limit:]
        return len(best[np.argsort(-scores[best])])


class _Bm25s(Engine):
    """``bm25s`` with its numba backend: scores of all documents from a sparse matrix."""

    name = "bm25s (numba)"
    packages = ("bm25s", "numba")
    note = "Lucene's idf, float32 scores"

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        scorer = import_module("bm25s").BM25(k1=1.5, b=0.75, backend="numba")
        scorer.index([terms for _, terms in documents], show_progress=False)
        scorer.save(str(folder), show_progress=False)

    def open(self, folder: Path) -> None:
        self._engine = import_module("bm25s").BM25.load(str(folder), show_progress=False)
        self._engine.backend = "numba"
        self._engine.activate_numba_scorer()

    def search(self, terms: Sequence[str], limit: int) -> int:
        found, _ = self._engine.retrieve([list(terms)], k=limit, show_progress=False, backend_selection="numba")
        return len(found[0])


class _Tantivy(Engine):
    """``tantivy``, a search library in Rust, through its Python package."""

    name = "tantivy"
    packages = ("tantivy",)
    note = "k1 1.2, lengths rounded"

    def __init__(self) -> None:
        super().__init__()
        self._searcher: Any = None

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        tantivy = import_module("tantivy")
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        self._engine = tantivy.Index(schema.build(), path=str(folder))
        self._write(documents)

    def _write(self, documents: Sequence[Document]) -> None:
        document = import_module("tantivy").Document
        writer = self._engine.writer(200_000_000, 0)  # bytes for all its threads, and its own choice of threads
        for _, terms in documents:
            writer.add_document(document(text=[" ".join(terms)]))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._engine = import_module("tantivy").Index.open(str(folder))
        self._searcher = self._engine.searcher()

    def search(self, terms: Sequence[str], limit: int) -> int:
        tantivy = import_module("tantivy")
        query, should = tantivy.Query, tantivy.Occur.Should
        parts = [(should, query.term_query(self._engine.schema, "text", term)) for term in terms]
        return len(self._searcher.search(query.boolean_query(parts), limit, count=False).hits)

    def add(self, documents: Sequence[Document], folder: Path) -> bool:
        self._write(documents)
        self._engine.reload()
        self._searcher = self._engine.searcher()
        return True


class _Fts5(Engine):
    """SQLite's full-text index, as included in Python."""

    name = "SQLite FTS5"
    note = "k1 1.2; accents folded"
    most_queries = 100

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        self.open(folder)
        signs = "tokenize=\"unicode61 tokenchars '.,’'''\""
        self._engine.execute(f"CREATE VIRTUAL TABLE papers USING fts5(text, content='', {signs})")
        self.add(documents, folder)
        self._engine.close()

    def open(self, folder: Path) -> None:
        self._engine = sqlite3.connect(folder / "papers.sqlite3")

    def search(self, terms: Sequence[str], limit: int) -> int:
        wanted = " OR ".join(f'"{term}"' for term in terms)
        select = "SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT ?"
        return len(self._engine.execute(select, (wanted, limit)).fetchall())

    def add(self, documents: Sequence[Document], folder: Path) -> bool:
        rows = ((" ".join(terms),) for _, terms in documents)
        self._engine.executemany("INSERT INTO papers(text) VALUES (?)", rows)
        self._engine.commit()
        return True


ENGINES: dict[str, type[Engine]] = {
    each.name: each for each in (_Ours, _OursCompiled, _RankBm25, _Bm25s, _Tantivy, _Fts5)
}


def missing_packages(engine: type[Engine]) -> list[str]:
    """Those of the engine's packages that are not installed."""
    return [name for name in engine.packages if find_spec(name) is None]
