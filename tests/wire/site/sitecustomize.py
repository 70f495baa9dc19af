"""Leads a bot's process to the loopback Discord. Python imports this by itself when the folder is on PYTHONPATH.

So the process under test is ``python -m bot`` and nothing else; its modules are changed as soon as they are loaded:

    WIRE_API, WIRE_GATEWAY   where the loopback Discord is
    WIRE_CLOCK               a file with seconds to add to the clock; it may change at any time
    WIRE_PACE                the longest that a background job really sleeps, in seconds
    WIRE_READY               how long discord.py waits for another server before it is ready, in seconds
"""

from __future__ import annotations

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any


def _http(module: Any) -> None:
    module.Route.BASE = os.environ["WIRE_API"]


def _gateway(module: Any) -> None:
    import yarl

    module.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["WIRE_GATEWAY"])


def _state(module: Any) -> None:
    begin = module.ConnectionState.__init__

    def __init__(self: Any, **options: Any) -> None:  # noqa: N807
        begin(self, **options)
        self.guild_ready_timeout = float(os.environ.get("WIRE_READY", "0.1"))

    module.ConnectionState.__init__ = __init__


def _background(module: Any) -> None:
    pace = os.environ.get("WIRE_PACE")
    if pace is None:
        return
    import asyncio

    begin = module.Supervisor.__init__

    async def sleep(seconds: float) -> None:
        passed = asyncio.Event()
        asyncio.get_running_loop().call_later(min(seconds, float(pace)), passed.set)
        await passed.wait()

    def __init__(self: Any, *args: Any, **options: Any) -> None:  # noqa: N807
        begin(self, *args, **{"sleep": sleep, **options})

    module.Supervisor.__init__ = __init__


def clock() -> Any:
    """The present time, moved by what the test wrote into the file."""
    from datetime import UTC, datetime, timedelta
    from pathlib import Path

    return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ["WIRE_CLOCK"]).read_text(encoding="utf-8") or 0))


_CHANGES = {
    "discord.http": _http,
    "discord.gateway": _gateway,
    "discord.state": _state,
    "bot.jobs.background": _background,
}


class _Changed(Loader):
    """Loads a module and changes it."""

    def __init__(self, inner: Loader, change: Any) -> None:
        self._inner, self._change = inner, change

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        self._change(module)


class _Finder(MetaPathFinder):
    """Finds the modules that are to be changed."""

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname not in _CHANGES:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Changed(spec.loader, _CHANGES[fullname])
        return spec


def apply_now() -> None:
    """Change what is loaded already: for a process that was forked."""
    for name, change in _CHANGES.items():
        if name in sys.modules:
            change(sys.modules[name])


if "WIRE_API" in os.environ:
    sys.meta_path.insert(0, _Finder())
