"""The output of a benchmark: a Markdown table for each size, printed row by row, with ratios to the first row."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.benchmark.goals import Goal, goals, library_goals
from retrieval.benchmark.runner import Report, Row, machine
from retrieval.benchmark.searches import LibrarySpeed, SearchSpeed

_ENGINE = 13  # characters of the longest name
_COLUMNS = (
    "build s", "start s", "p50 ms", "p99 ms", "p50 ms k=100", "p99 ms k=100", "memory MB", "bytes/paper", "50 added ms",
    "50 changed ms",
)  # fmt: skip
_CELL = 13  # characters: four digits, and a ratio of four more


def last_lines(report: Report) -> str:
    """The last row, after the head of the table if it's the first of a size. ``×3`` is three times the first row's."""
    row = report.rows[-1]
    rows = [each for each in report.rows if each.size == row.size]
    cells = [_cell(*pair) for pair in zip(_figures(row), _figures(rows[0]), strict=True)]
    line = _line(row.engine, cells, _note(row, report.queries))
    return _head(report, row.size) + line if len(rows) == 1 else line


def summary(report: Report) -> str:
    """The machine and the goals."""
    return "\n".join(["", report.machine, *_goal_table(goals(report))])


def library_text(speed: LibrarySpeed) -> str:
    """A table of a library's searches, and a line with the rest."""
    rows = [
        f"| {each.kind} | {each.queries} | {each.p50_ms:.2f} | {each.p99_ms:.2f} | {_reference(each)} "
        f"| {each.found:,} |"
        for each in speed.searches
    ]
    head = [
        "| search | queries | p50 ms | p99 ms | rank_bm25, p50 ms | papers found, median |",
        "|---|---|---|---|---|---|",
    ]
    memory = "" if speed.memory is None else f", {speed.memory / 1e6:,.0f} MB of memory"
    disk = "" if speed.disk is None else f", {speed.disk / max(speed.papers, 1):,.0f} bytes of index a paper"
    imported = "" if speed.import_s is None else f"{speed.import_s:,.0f} s to import, "
    last = f"{speed.papers:,} papers: {imported}{speed.open_s:.2f} s from opening to the first search{memory}{disk}."
    return "\n".join([*head, *rows, "", *map(str, speed.answering), last])


def library_summary(speed: LibrarySpeed) -> str:
    """``library_text``, the machine, and the goals."""
    return "\n".join([library_text(speed), "", machine(), *_goal_table(library_goals(speed))])


def _reference(speed: SearchSpeed) -> str:
    if speed.rank_bm25 is None:
        return "–"
    return f"{speed.rank_bm25.p50_ms:.1f} ×{_ratio(speed.rank_bm25.p50_ms / speed.p50_ms)}"


def _goal_table(found: Sequence[Goal]) -> list[str]:
    rows = [
        f"| {goal.size:,} | {goal.what} | {'≥' if goal.least else '≤'} {goal.limit:g} | {goal.measured:.3g} "
        f"| {'yes' if goal.met else 'no'} |"
        for goal in found
    ]
    return ["", "| papers | goal | limit | measured | met |", "|---|---|---|---|---|", *rows] if rows else []


def _head(report: Report, size: int) -> str:
    real = min(report.real, size)
    title = f"{size:,} papers ({real:,} real ones), {report.queries:,} queries: titles, questions, 1–3 words"
    rule = ["-" * _CELL for _ in _COLUMNS]
    return f"\n{title}\n\n" + _line("engine", _COLUMNS, "note") + "\n" + _line("-" * _ENGINE, rule, "----") + "\n"


def _line(engine: str, cells: list[str] | tuple[str, ...], note: str) -> str:
    return f"| {engine:{_ENGINE}} | " + " | ".join(f"{cell:{_CELL}}" for cell in cells) + f" | {note} |"


def _note(row: Row, queries: int) -> str:
    if row.left_out:
        return f"left out: {row.left_out}"
    counts = [times.queries for times in (row.top_10, row.top_100) if times is not None]
    fewer = " and ".join(f"{count:,}" for count in dict.fromkeys(counts)) if counts and min(counts) < queries else ""
    parts = [f"failed: {row.failed}" if row.failed else "", row.note, f"over {fewer} queries" if fewer else ""]
    return "; ".join(part for part in parts if part)


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
        row.replace_ms,
    )


def _cell(value: float | None, first: float | None) -> str:
    if value is None:
        return "-"
    text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits are enough
    return text if not first or value == first else f"{text} ×{_ratio(value / first)}"


def _ratio(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"  # noqa: PLR2004 - two digits are enough
