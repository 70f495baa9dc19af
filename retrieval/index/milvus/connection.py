"""Calls to a Milvus server, each with a timeout, and a sentence for people when it doesn't respond."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from retrieval.english import Text
from retrieval.errors import SearchUnavailable, SettingsError, install_command

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

Client = Any
"""A ``pymilvus.MilvusClient``: the package is only loaded to be used, and may not be installed."""

_PAUSE: Final = 5.0
"""Seconds after a failure in which nothing is sent: nobody waits for a timeout that somebody else just had."""
_NO_ANSWER: Final = 2
"""pymilvus' codes up to this one are its own: no connection, or no answer in time. The server's are higher."""
_REASON: Final = 300
DOWN: Final = Text("The search engine isn't responding right now. Please try again in a few minutes.")


def is_installed() -> bool:
    """Whether the extra ``milvus`` is installed."""
    return find_spec("pymilvus") is not None


class MilvusConnection:
    """A server, which is connected to when it is first needed, and again after a failure. Thread-safe.

    ``token`` is ``user:password`` or an API key; empty: none. Raises ``SettingsError`` if pymilvus isn't installed.
    """

    def __init__(self, uri: str, *, token: str, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        if not is_installed():
            raise SettingsError(
                "[retrieval] engine is milvus, but its package isn't installed. "
                f"To install it: {install_command('milvus')}."
            )
        self._uri, self._token, self._clock = uri, token, clock
        self.seconds = seconds
        self._client: Client | None = None
        self._connecting = threading.Lock()
        self._failed_at = float("-inf")

    def __repr__(self) -> str:
        return "MilvusConnection()"  # without the token

    @property
    def is_paused(self) -> bool:
        """Whether a call failed so recently that no other one is tried."""
        return self._clock() - self._failed_at < _PAUSE

    def call(self, function: Callable[Concatenate[Client, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a function that is handed the client. Raises ``SearchUnavailable``.

        The function passes ``seconds`` as the timeout of whatever it calls.
        """
        if self.is_paused:
            raise SearchUnavailable(DOWN)
        from pymilvus import MilvusException  # noqa: PLC0415  (only loaded to be used: it brings pandas)

        try:
            return function(self._connected(), *args, **kwargs)
        except (MilvusException, OSError, ValueError) as error:  # ValueError: of a channel that another thread closed
            self._note_failure(error, refused=getattr(error, "code", 0) > _NO_ANSWER)
            raise SearchUnavailable(DOWN) from None  # the cause may print the address and the token

    def close(self) -> None:
        """Close the connection; the next call opens another one."""
        with self._connecting:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> Client:
        with self._connecting:
            if self._client is None:
                from pymilvus import MilvusClient  # noqa: PLC0415  (see ``call``)

                logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs what we raise, with tracebacks
                self._client = MilvusClient(self._uri, token=self._token, timeout=self.seconds, dedicated=True)
            return self._client

    def _note_failure(self, error: Exception, *, refused: bool) -> None:
        """Log an error. Unless the server ``refused`` the call, the next one uses a new connection.

        That is because gRPC waits longer and longer before it tries an old one again.
        """
        reason = str(error).replace(self._token, "…") if self._token else str(error)
        if refused:
            log.error("Milvus refused a call: %s", reason[:_REASON])
            return
        self._failed_at = self._clock()
        log.warning("Milvus isn't responding: %s", reason[:_REASON])
        self.close()
