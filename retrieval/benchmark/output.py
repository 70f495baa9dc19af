"""What a terminal sees of a benchmark: a table a size, with ratios to its first row."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from retrieval.benchmark.running import Report, Row

_COLUMNS = (
    "engine", "build s", "start s", "p50 ms", "p99 ms", "p50 ms k=100", "p99 ms k=100", "memory MB", "bytes/paper",
    "50 added ms", "note",
)  # fmt: skip


def tables(report: Report) -> Iterator[Table]:
    """One table for each size. ``×3`` after a figure: three times that of the first row."""
    for size in dict.fromkeys(row.size for row in report.rows):
        rows = [row for row in report.rows if row.size == size]
        real = min(report.real, size)
        title = f"{size:,} papers ({real:,} real ones), {report.queries:,} queries: titles, questions, 1–3 words"
        table = Table(*_COLUMNS, title=title)
        first = _figures(rows[0])
        for row in rows:
            cells = [_cell(*pair) for pair in zip(_figures(row), first, strict=True)]
            table.add_row(row.engine, *cells, f"left out: {row.left_out}" if row.left_out else row.note)
        yield table


def _figures(row: Row) -> tuple[float | None, ...]:
    ten, hundred = row.top_10, row.top_100
    return (
        row.build_s,
        row.start_s,
        ten and ten.p50_ms,
        ten and ten.p99_ms,
        hundred and hundred.p50_ms,
        hundred and hundred.p99_ms,
        None if row.memory is None else row.memory / 1e6,
        None if row.disk is None else row.disk / row.size,
        row.add_ms,
    )


def _cell(value: float | None, first: float | None) -> str:
    if value is None:
        return "-"
    text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits are enough
    return text if not first or value == first else f"{text} ×{value / first:.2g}"
