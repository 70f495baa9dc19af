"""What a wheel holds, and which versions run, are tested and go into the container."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.texts import LANGUAGES
from retrieval import require_python
from retrieval.errors import install_command

ROOT = Path(__file__).resolve().parents[1]


def versions(lock: str) -> dict[str, str]:
    """The version of each package that a lock file names."""
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ]+)", text, re.MULTILINE))


def test_a_wheel_has_every_file_that_is_read() -> None:
    """What config/ and seeds/ hold goes into the wheel, apart from the operator's own settings and what people read."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    files = {
        path.relative_to(ROOT).as_posix()
        for folder in ("config", "seeds")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.name not in {"local.toml", "README.md"}
    }
    assert set(included) == files
    assert all(source == target for source, target in included.items())


def test_a_wheel_has_the_translations() -> None:
    """Compiled, as the bot reads them; the packages go into it whole, but for what git ignores."""
    kept = subprocess.run(
        ["git", "check-ignore", "--no-index", *(f"bot/locales/{language}.mo" for language in LANGUAGES.values())],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert kept.stdout == ""
    assert all((ROOT / "bot" / "locales" / f"{language}.mo").is_file() for language in LANGUAGES.values())


@pytest.mark.parametrize("lock", ["run", "discord"])
def test_what_runs_was_tested(lock: str) -> None:
    """Running installs the versions that the tests ran with."""
    assert versions(lock).items() <= versions("dev").items()


@pytest.mark.parametrize("heavy", ["av", "numba", "scipy", "scikit-learn", "pyright", "pytest"])
def test_running_needs_no_heavy_packages(heavy: str) -> None:
    """What only development needs stays out of an installation."""
    assert heavy not in versions("run")


def test_discord_alone_needs_no_preview() -> None:
    """A server without the page in the browser installs nothing for it."""
    assert "simcord" in versions("run")
    assert "simcord" not in versions("discord")


def test_the_packages_of_an_extra_can_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after ``make run``, which doesn't install the bot itself: there's no package of its name on PyPI."""
    assert install_command("mcp") == "pip install 'daily-papers-bot[mcp]'"
    monkeypatch.setattr(sys, "path", [])
    assert install_command("mcp") == "pip install --editable '.[mcp]'"


def test_an_older_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback of the first import that it doesn't know."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    monkeypatch.setattr(sys, "version", "3.10.13 (main)")
    with pytest.raises(SystemExit, match=re.escape("Python 3.11 or newer is needed, this is 3.10.13.")):
        require_python()
