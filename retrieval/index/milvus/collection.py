"""The two collections of a library in Milvus: a row for each paper, and a row for each term with its count.

The row of the term with the key 0, which no term has, says what the collections hold (``CollectionState``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.errors import SearchUnavailable
from retrieval.index.milvus.connection import Client, MilvusConnection
from retrieval.index.milvus.rows import CATEGORIES, CATEGORY_BYTES, TERMS, Row, Vector, signed

T = TypeVar("T")

MOST: Final = 16_384
"""Rows that one search can return, at most."""
_ROWS_AT_ONCE: Final = 4_000
"""Rows that are read or written in one call, at most: some 10 MB."""
_ID_BYTES: Final = 256
_TERM_BYTES: Final = 1_024
_STATE: Final = 0
_SECONDS_OF_WRITES: Final = 6
"""How many times as long as a search a call that writes many rows may take."""

ChangedTerm = tuple[int, int, str]
"""The key of a term, how many papers contain it, and its spelling (empty: unknown)."""


class CollectionState(BaseModel):
    """What the collections hold: the papers of a catalogue at one of its revisions.

    ``written`` is the number of the last change of counts. ``mean`` is the mean length that the vectors were made
    with. ``writing``: a process began to write and hasn't finished, so the counts may be wrong.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    identity: str
    analysis: str
    revision: int
    changes: int
    mean: float
    documents: int = 0
    words: int = 0
    written: int = 0
    writing: bool = False


class StoredRow(BaseModel):
    """What a paper's row says of its terms."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    digest: str
    terms: list[int]
    length: int


class PaperCollection:
    """The collections ``name`` and ``name_terms`` of a server.

    Every method waits for the server, and raises ``SearchUnavailable``.
    """

    def __init__(self, connection: MilvusConnection, name: str) -> None:
        self.connection = connection
        self.name = name
        self._terms = f"{name}_terms"
        self._is_there = False

    # --- searches ------------------------------------------------------------------------------

    def search(self, vectors: Sequence[Vector], chosen: str, limit: int) -> list[list[str]]:
        """For each vector, the ids of the papers that fulfil an expression with the highest products, best first."""
        asked = [vector or {0: 1.0} for vector in vectors]  # which finds nothing: a vector can't be empty
        found = self._call(
            lambda client, seconds: client.search(
                self.name,
                asked,
                anns_field="weights",
                filter=chosen,
                limit=min(limit, MOST),
                output_fields=["id"],
                search_params={"metric_type": "IP"},
                timeout=seconds,
            )
        )
        return [[hit["id"] for hit in hits] for hits in found]

    def count(self, chosen: str) -> int:
        """How many papers fulfil an expression."""
        rows = self._query(self.name, chosen, ["count(*)"])
        return int(rows[0]["count(*)"])

    # --- the state, and counts of terms --------------------------------------------------------

    def state(self) -> CollectionState | None:
        """What the collections hold; ``None`` if nothing was written yet."""
        if not self._is_there and not self.connection.call(
            lambda client: client.has_collection(self._terms, timeout=self.connection.seconds)
        ):
            return None
        rows = self._get(self._terms, [_STATE], ["term"])
        try:
            return CollectionState.model_validate_json(rows[0]["term"]) if rows else None
        except ValidationError as error:
            raise SearchUnavailable(f"The collection {self._terms} wasn't written by this program.") from error

    def set_state(self, state: CollectionState) -> None:
        """Write the state, which makes it known to other processes."""
        self._upsert(self._terms, [_term_row((_STATE, 0, state.model_dump_json()), -1)])

    def terms_changed(self, after: int) -> Iterator[list[ChangedTerm]]:
        """The terms whose count changed after a number of ``CollectionState.written``, in batches."""
        for rows in self._every(self._terms, f"written > {after}", ["key", "papers", "term"], MOST):
            yield [(row["key"] % (1 << 64), row["papers"], row["term"]) for row in rows if row["key"] != _STATE]

    def terms(self, numbers: Sequence[int]) -> dict[int, ChangedTerm]:
        """The terms with these keys that there are."""
        rows = self._get(self._terms, [signed(number) for number in numbers], ["key", "papers", "term"])
        return {row["key"] % (1 << 64): (row["key"] % (1 << 64), row["papers"], row["term"]) for row in rows}

    def write_terms(self, terms: Sequence[ChangedTerm], written: int) -> None:
        """Write counts of terms."""
        self._upsert(self._terms, [_term_row(term, written) for term in terms])

    # --- papers --------------------------------------------------------------------------------

    def rows(self, ids: Sequence[str]) -> dict[str, StoredRow]:
        """The rows of the papers with these ids that there are."""
        rows = self._get(self.name, ids, list(StoredRow.model_fields))
        return {row["id"]: StoredRow.model_validate(dict(row)) for row in rows}

    def every_row(self) -> Iterator[list[StoredRow]]:
        """All rows, in batches."""
        for rows in self._every(self.name, 'id != ""', list(StoredRow.model_fields)):
            yield [StoredRow.model_validate(dict(row)) for row in rows]

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows of papers; those that are there are replaced."""
        self._upsert(self.name, [row.fields for row in rows])

    def delete(self, ids: Sequence[str]) -> None:
        """Delete the rows of these papers."""
        for start in range(0, len(ids), _ROWS_AT_ONCE):
            some = ids[start : start + _ROWS_AT_ONCE]
            self._write(lambda client, seconds, some=some: client.delete(self.name, ids=some, timeout=seconds))

    # --- calls ---------------------------------------------------------------------------------

    def _call(self, function: Callable[[Client, float], T], seconds: float | None = None) -> T:
        self._create_missing()
        try:
            return self.connection.call(function, seconds or self.connection.seconds)
        except SearchUnavailable:
            self._is_there = False  # somebody may have dropped them
            raise

    def _write(self, function: Callable[[Client, float], Any]) -> None:
        self._call(function, _SECONDS_OF_WRITES * self.connection.seconds)

    def _upsert(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[start : start + _ROWS_AT_ONCE]
            self._write(lambda client, seconds, some=some: client.upsert(name, some, timeout=seconds))

    def _query(self, name: str, chosen: str, fields: Sequence[str]) -> list[dict[str, Any]]:
        return self._call(
            lambda client, seconds: client.query(name, filter=chosen, output_fields=fields, timeout=seconds)
        )

    def _get(self, name: str, ids: Sequence[str] | Sequence[int], fields: Sequence[str]) -> list[dict[str, Any]]:
        """Rows by their keys, as the last write left them."""
        found = list[dict[str, Any]]()
        for start in range(0, len(ids), _ROWS_AT_ONCE):
            some = ids[start : start + _ROWS_AT_ONCE]
            found += self._call(
                lambda client, seconds, some=some: client.query(
                    name, ids=some, output_fields=fields, timeout=seconds, consistency_level="Strong"
                ),
                _SECONDS_OF_WRITES * self.connection.seconds,
            )
        return found

    def _every(
        self, name: str, chosen: str, fields: Sequence[str], at_once: int = _ROWS_AT_ONCE
    ) -> Iterator[list[dict[str, Any]]]:
        """All rows that fulfil an expression, in batches."""
        seconds = _SECONDS_OF_WRITES * self.connection.seconds
        rows = self._call(
            lambda client, seconds: client.query_iterator(
                name, batch_size=at_once, filter=chosen, output_fields=fields, timeout=seconds
            ),
            seconds,
        )
        while batch := self.connection.call(lambda _: rows.next()):
            yield batch
        rows.close()

    def _create_missing(self) -> None:
        if not self._is_there:
            self.connection.call(self._create, _SECONDS_OF_WRITES * self.connection.seconds)
            self._is_there = True

    def _create(self, client: Client, seconds: float) -> None:
        """Create what is missing, and have the server load it."""
        from pymilvus import MilvusException  # noqa: PLC0415  (only loaded to be used)

        kinds = {
            self.name: (_paper_schema, "weights", "SPARSE_INVERTED_INDEX", "IP", _FILTERED),
            self._terms: (_term_schema, "unused", "FLAT", "L2", ("written",)),
        }
        for name, (schema, vector, kind, metric, filtered) in kinds.items():
            if not client.has_collection(name, timeout=seconds):
                client.create_collection(name, schema=schema(client), consistency_level="Session", timeout=seconds)
            for field in (vector, *filtered):
                if client.list_indexes(name, field_name=field):
                    continue
                index = client.prepare_index_params()
                if field == vector:
                    index.add_index(field, kind, metric_type=metric)
                    client.create_index(name, index, timeout=seconds)
                else:
                    index.add_index(field, "INVERTED")
                    with suppress(MilvusException):  # Milvus Lite has none for arrays, and reads them instead
                        client.create_index(name, index, timeout=seconds)
            client.load_collection(name, timeout=seconds)


def _paper_schema(client: Client) -> Any:
    from pymilvus import DataType  # noqa: PLC0415  (only loaded to be used)

    text, numbers, schema = (
        DataType.VARCHAR,
        DataType.INT64,
        client.create_schema(auto_id=False, enable_dynamic_field=False),
    )
    schema.add_field("id", text, max_length=_ID_BYTES, is_primary=True)
    schema.add_field("weights", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_field("terms", DataType.ARRAY, element_type=numbers, max_capacity=TERMS)
    schema.add_field("length", numbers)
    schema.add_field(
        "categories", DataType.ARRAY, element_type=text, max_capacity=CATEGORIES, max_length=CATEGORY_BYTES
    )
    schema.add_field("day", DataType.INT32)
    schema.add_field("votes", DataType.INT32)
    schema.add_field("has_code", DataType.BOOL)
    schema.add_field("digest", text, max_length=32)
    return schema


def _term_schema(client: Client) -> Any:
    from pymilvus import DataType  # noqa: PLC0415  (only loaded to be used)

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field("papers", DataType.INT64)
    schema.add_field("term", DataType.VARCHAR, max_length=_TERM_BYTES)
    schema.add_field("written", DataType.INT64)
    schema.add_field("unused", DataType.FLOAT_VECTOR, dim=2)  # no collection goes without a vector
    return schema


_FILTERED: Final = ("terms", "categories", "day", "votes", "has_code")


def _term_row(term: ChangedTerm, written: int) -> dict[str, Any]:
    number, papers, spelling = term
    return {"key": signed(number), "papers": papers, "term": spelling, "written": written, "unused": [0.0, 0.0]}
