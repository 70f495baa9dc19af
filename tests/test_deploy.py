"""The service for systemd: hardened, and it doesn't restart what restarting can't fix."""

from __future__ import annotations

import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from bot.__main__ import CONFIGURATION_ERROR

DEPLOY = Path(__file__).parents[1] / "deploy"
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
