"""A Milvus Lite server for tests: in this process, on a port of its own."""

from __future__ import annotations

import logging
import os
import socket
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

INSTALL = 'pip install "pymilvus>=3,<4" "milvus-lite>=3.2,<4"'


def installed() -> bool:
    """Whether Milvus Lite and the client are there; they bring 300 MB, so that they aren't in the environment."""
    return find_spec("milvus_lite") is not None and find_spec("pymilvus") is not None


class Server:
    """A server over a folder, which can be stopped and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = folder / "milvus.db"
        self._running: tuple[Any, Any] | None = None

    @property
    def uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen to calls."""
        os.environ["GRPC_VERBOSITY"] = "NONE"
        logging.getLogger("grpc").setLevel(logging.CRITICAL)  # it logs calls that Milvus Lite doesn't know
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # faiss
            from milvus_lite.adapter.grpc.server import start_server_in_thread

            server, data, _ = start_server_in_thread(data_dir=str(self._folder), host="127.0.0.1", port=self.port)
        self._running = server, data

    def stop(self) -> None:
        """Refuse calls; what was written stays."""
        if self._running is not None:
            server, data = self._running
            server.stop(grace=0).wait()
            data.close()
            self._running = None


@contextmanager
def running(folder: Path) -> Generator[Server]:
    """A server that runs until the end of the block."""
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
