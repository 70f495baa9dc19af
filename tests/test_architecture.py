"""docs/architecture.md and CONTRIBUTING.md name files that exist, and draw the packages as they are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_NAMED = re.compile(r"`((?:bot|retrieval|tests|config|seeds|docs)/[\w/.]*\w/?)`")


@pytest.mark.parametrize("guide", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_file_that_a_guide_names_exists(guide: str) -> None:
    """A file that moved must move in the guide too."""
    named = _NAMED.findall((ROOT / guide).read_text(encoding="utf-8"))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("package", ["bot", "retrieval"])
def test_the_map_shows_which_package_may_import_which(package: str) -> None:
    """The picture in CONTRIBUTING.md has what import-linter checks, in its order."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each.get("containers") == [package])
    level = {name: number for number, layer in enumerate(layers) for name in layer.split(" | ")}
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = re.split(r"\n(?! {6})", guide.partition(f"    {package}/")[2].partition("\n")[2])[0]
    rows = [re.findall(r"(?<![\w/])(\w+)(?:/|\.py)(?= |$)", row) for row in picture.splitlines()]
    assert sorted(name for row in rows for name in row) == sorted(level)
    assert [{level[name] for name in row} for row in rows if len({level[name] for name in row}) > 1] == []
    drawn = [level[name] for row in rows for name in row]
    assert drawn == sorted(drawn)
