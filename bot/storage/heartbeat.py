"""The state of the background jobs, and the file through which another process (``check``) reads it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

STALE = timedelta(minutes=2)
"""A heartbeat older than this comes from a bot that hangs or was killed; a running one writes every 30 seconds."""


class JobStatus(BaseModel):
    """How one background job is doing. The supervisor updates it.

    A job from which nothing is heard until ``expected_by`` is late. ``failures`` counts failed runs in a row.
    ``error`` is for the operator; people are shown its ``reference`` only.
    """

    name: str
    expected_by: AwareDatetime
    last_run: AwareDatetime | None = None
    last_success: AwareDatetime | None = None
    failures: int = 0
    restarts: int = 0
    error: str = ""
    reference: str = ""

    def is_late(self, now: datetime) -> bool:
        """Whether the job should have run, or should have finished, by ``now``."""
        return now > self.expected_by

    def is_healthy(self, now: datetime) -> bool:
        """Whether the last run succeeded (or is the first one) and the next one isn't late."""
        return not self.failures and not self.is_late(now)


class Heartbeat(BaseModel):
    """All background jobs of a running bot, as of ``written_at``."""

    model_config = ConfigDict(frozen=True)

    written_at: AwareDatetime
    jobs: Sequence[JobStatus]


def heartbeat_path(database: Path, shards: str = "") -> Path:
    """The heartbeat's file, beside the community database: one for each of several processes."""
    part = f".{shards.replace('/', '-of-')}" if shards else ""
    return database.with_suffix(f"{part}.jobs.json")


def heartbeat_paths(database: Path) -> list[Path]:
    """The heartbeats of all processes on this machine that run, or were killed."""
    return sorted(database.parent.glob(f"{database.stem}.*jobs.json"))


def write_heartbeat(path: Path, heartbeat: Heartbeat) -> None:
    """Replace the file in one step: a reader sees the old or the new heartbeat, never half of one."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.touch(0o600)
    temporary.write_text(heartbeat.model_dump_json(), encoding="utf-8")
    temporary.replace(path)


def read_heartbeat(path: Path) -> Heartbeat | None:
    """The heartbeat that was written last; ``None`` if there is none, or none of this version."""
    with contextlib.suppress(FileNotFoundError, ValidationError, UnicodeDecodeError):
        return Heartbeat.model_validate_json(path.read_bytes())
    return None
