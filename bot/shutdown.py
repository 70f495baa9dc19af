"""SIGTERM, SIGINT and the end of the process that started this one: it ends with status 0 within ten seconds.

Signals are handled from the first import on. Imported before everything else, so it imports little.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Final

LONGEST_SECONDS: Final = 9.0
"""From the signal to the end of the process, whatever still runs; databases survive that as they do a power cut."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """Handles the signals once ``listen`` was called: before ``notify``, nothing is open, and the process just ends."""

    def __init__(self) -> None:
        self._notify: Callable[[], object] | None = None
        self._asked = False

    def listen(self) -> None:
        """Handle the signals from now on."""
        for signum in _SIGNALS:
            signal.signal(signum, self._received)

    def notify(self, callback: Callable[[], object]) -> None:
        """Call ``callback`` at the first signal, from any thread, between any two instructions."""
        self._notify = callback

    def listen_to_parent(self) -> None:
        """Stop as after a signal when the standard input ends: its other end is a pipe of the process that started us.

        Unlike signals at a parent's death, that works on all systems, whatever killed it.
        """
        threading.Thread(target=self._wait_for_parent, name="parent", daemon=True).start()

    def _wait_for_parent(self) -> None:
        with suppress(OSError):
            while os.read(0, 1024):
                pass
        self._stop()

    def ignore(self) -> None:
        """Leave the signals to Python again: the program is one that doesn't serve anybody."""
        if threading.current_thread() is not threading.main_thread():
            return  # only the main thread can, and only it has listened
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def _received(self, _signum: int, _frame: FrameType | None) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._notify is None:
            os._exit(0)
        if not self._asked:
            self._asked = True
            last = threading.Timer(LONGEST_SECONDS, os._exit, (0,))
            last.daemon = True
            last.start()
            self._notify()


stop_signals: Final = StopSignals()
"""A process has one set of signals."""
