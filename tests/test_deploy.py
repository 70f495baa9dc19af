"""The service for systemd, hardened, which doesn't restart what restarting can't fix; and the container file."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from bot.__main__ import CONFIGURATION_ERROR
from bot.settings import load_settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "daily-papers-bot.service"
MOST_EXPOSED = 20  # tenths, of 100


def service() -> dict[str, str]:
    """The settings of the service; of those that are there twice, the last one."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # pyright: ignore[reportAttributeAccessIssue] - names keep their case
    parser.read(UNIT, encoding="utf-8")
    return dict(parser["Service"])


def test_a_wrong_setting_is_not_tried_again() -> None:
    """The program's exit status for it is the one that the service names, and its end is waited for."""
    found = service()
    assert found["RestartPreventExitStatus"] == str(CONFIGURATION_ERROR)
    assert found["Restart"] == "on-failure"
    assert int(found["TimeoutStopSec"]) > 10
    assert found["ExecStart"].endswith("python -m bot")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze, which is not here")
def test_the_service_is_hardened() -> None:
    """Systemd's own measure of what a taken-over service could do: at most 2.0 of 10."""
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", UNIT]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if "Unknown command" in run.stderr or "unrecognized option" in run.stderr:
        pytest.skip("this systemd-analyze can't look at a file")
    assert run.returncode == 0, run.stdout[-300:] + run.stderr
    assert "Overall exposure level" in run.stdout


def test_the_container_has_what_it_copies_and_no_rights() -> None:
    """Nothing that it copies is missing or ignored, nor a secret; it runs as a user without a name on the host."""
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [
        name for line in lines if line.startswith("COPY ") and "--from" not in line for name in line.split()[1:-1]
    ]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert [name for name in copied if not (ROOT / name).exists() or f"!{name.split('/')[0]}" not in ignored] == []
    assert ".env" not in copied
    assert "USER 10001:10001" in lines
    assert [line for line in lines if line.startswith("VOLUME")] == ["VOLUME /data"]


def test_the_health_check_asks_the_page_that_the_bot_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the port that the container's environment sets, at an address that the monitoring has."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    name, port = re.findall(r"(DAILY_PAPERS_METRICS__LISTEN_PORT)=(\d+)", text)[0]
    monkeypatch.setenv(name, port)
    assert load_settings().metrics.listen_port == int(port)
    assert f"http://{load_settings().metrics.listen_host}:{port}/healthz" in text
