"""Starts bots quickly: a process that has imported everything and forks one whenever a test asks for it.

A fork is a process like any other: it can be killed, gets signals and exits with a status. What it saves is the two
seconds of imports, so it isn't for tests of the start itself. Lines in: ``{"environment", "log", "arguments"}``; lines
out: ``{"pid"}``, and ``{"pid", "status"}`` when one ends.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from typing import Any

import bot.__main__ as program
from tests.wire.site import sitecustomize


def serve() -> None:
    """Fork bots until standard input ends; then end those that are left."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable)
    signal.signal(signal.SIGCHLD, _noted)
    running, waiting = set[int](), b""
    while True:
        ready, _, _ = select.select([0, readable], [], [])
        if readable in ready:
            os.read(readable, 1024)
            report_ended(running)
        if 0 in ready:
            chunk = os.read(0, 65536)
            if not chunk:
                break
            *lines, waiting = (waiting + chunk).split(b"\n")
            for line in lines:
                running.add(start(json.loads(line), readable, writable))
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _noted(_signum: int, _frame: object) -> None:
    """The wake-up descriptor has it."""


def start(order: dict[str, Any], *inherited: int) -> int:
    """Fork a bot; its process id."""
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in inherited:
            os.close(descriptor)
        status = 70
        try:
            status = be_a_bot(order)
        finally:
            os._exit(status)
    say({"pid": pid})
    return pid


def be_a_bot(order: dict[str, Any]) -> int:
    """Run the program as ``python -m bot`` would; its exit status."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = ["bot", *order["arguments"]]
    sitecustomize.apply_now()
    if "WIRE_CLOCK" in os.environ:
        program.now = sitecustomize.clock
    try:
        program.app()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def report_ended(running: set[int]) -> None:
    """Say which bots have ended, with their status as ``subprocess`` gives it."""
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        running.discard(pid)
        say({"pid": pid, "status": os.waitstatus_to_exitcode(status)})


def say(line: dict[str, int]) -> None:
    """One line of JSON."""
    os.write(1, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    serve()
