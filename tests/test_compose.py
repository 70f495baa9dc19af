"""``deploy/compose.yaml``: what can be checked without a container engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from typer.testing import CliRunner

from bot.__main__ import app
from bot.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "deploy" / "compose.yaml"


@pytest.fixture
def services() -> dict[str, Any]:
    """The services, with the defaults of variables."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", FILE.read_text(encoding="utf-8"))
    return cast("dict[str, Any]", yaml.safe_load(text)["services"])


def test_its_settings_are_settings(services: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot reads them, and finds the database of the other service."""
    for name, value in services["bot"]["environment"].items():
        monkeypatch.setenv(name, value)
    url = load_settings().database.url
    database = services["db"]["environment"]
    assert url == f"postgresql://{database['POSTGRES_USER']}@db/{database['POSTGRES_DB']}"


def test_its_command_is_understood(services: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a token, the bot says what several processes need, and not that it knows no such option."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    result = CliRunner().invoke(app, [str(each) for each in services["bot"]["command"]])
    assert "Several processes need DISCORD_TOKEN" in result.output


def test_its_files_and_variables_are_there(services: dict[str, Any]) -> None:
    """The container file, and the password's name in the example of .env."""
    built = services["bot"]["build"]
    assert (FILE.parent / built["context"] / built["dockerfile"]).is_file()
    assert "PGPASSWORD=" in (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(services["bot"]["depends_on"]) <= set(services)
