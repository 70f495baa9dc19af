"""docs/architecture.md and CONTRIBUTING.md name files that exist."""

from __future__ import annotations

import re
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


def test_the_map_has_every_room() -> None:
    """The tree in CONTRIBUTING.md shows each package and each module at the top of `bot/` and `retrieval/`."""
    map_text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The map")[2]
    rooms = [
        path.name + ("/" if path.is_dir() else "")
        for package in ("bot", "retrieval")
        for path in sorted((ROOT / package).iterdir())
        if path.is_dir() and (path / "__init__.py").exists()
    ]
    assert [room for room in rooms if not re.search(rf"(?<!\w){re.escape(room)}", map_text)] == []
