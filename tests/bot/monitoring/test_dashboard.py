"""The dashboard for Grafana: it shows what the bot measures, and everything that it does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from bot import metrics

DASHBOARD: Final = Path(__file__).parents[3] / "deploy" / "grafana-dashboard.json"


def samples() -> dict[str, set[str]]:
    """The names under which Prometheus knows what is measured, each with its labels."""
    found = dict[str, set[str]]()
    for metric in metrics.REGISTRY.collect():
        collector: Any = metrics.REGISTRY._names_to_collectors[metric.name]  # pyright: ignore[reportPrivateUsage]
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(metric.type, ("",))
        names: tuple[str, ...] = collector._labelnames
        labels = {*names, *(["le"] if metric.type == "histogram" else [])}
        found |= dict.fromkeys((f"{metric.name}{ending}" for ending in endings), labels)
    return found


def expressions() -> list[str]:
    """Every query of the dashboard."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    variables = [each["query"]["query"] for each in dashboard["templating"]["list"] if each["type"] == "query"]
    return variables + [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def test_every_metric_of_the_dashboard_is_measured_and_every_measured_one_is_shown() -> None:
    """A metric that is renamed leaves no empty panel."""
    named = {name for each in expressions() for name in re.findall(r"daily_papers_\w+", each)}
    assert named - samples().keys() == set()
    families = {re.sub("_(total|bucket|sum|count)$", "", name) for name in samples()}
    assert {re.sub("_(total|bucket|sum|count)$", "", name) for name in named} == families


def test_every_label_that_a_panel_groups_by_is_there() -> None:
    """Prometheus calls the bot's own label ``job`` ``exported_job``, because it has one of that name itself."""
    known = samples()
    for each in expressions():
        labels = set[str]().union(*(known[name] for name in re.findall(r"daily_papers_\w+", each)))
        groups = {label for found in re.findall(r"by \(([^)]*)\)", each) for label in re.split(r",\s*", found)}
        assert {label.removeprefix("exported_") for label in groups} <= labels, each


def test_panels_have_their_own_ids_and_places() -> None:
    """None covers another one, and each has a title."""
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] for panel in panels)
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
