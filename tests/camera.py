"""Photographs of the preview's page: a Chromium without a window, spoken to by its DevTools protocol.

The protocol: https://chromedevtools.github.io/devtools-protocol/ (Page, Runtime, Emulation).
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import re
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")

_TALL: Final = 3_000
"""Height of the page, in which all messages of a scene stand."""
_SMALL: Final = 600
_SECONDS: Final = 60.0
_SETTLED: Final = """
new Promise(done => {
  const look = () => {
    const status = document.querySelector("#action-status");
    const drawn = document.querySelectorAll("#channel-timeline > *").length > 0;
    const loaded = [...document.images].every(image => image.complete && image.naturalWidth > 0);
    const written = document.fonts.status === "loaded";  // text is invisible while its font comes in
    if (drawn && loaded && written && status && status.textContent.trim() === "Viewport updated") {
      requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
    } else setTimeout(look, 50);
  };
  look();
})
"""
"""The page has drawn its messages for the width that it has now."""
_MESSAGES: Final = """
(() => {
  const rows = [...document.querySelectorAll("#channel-timeline article, #channel-timeline .message")];
  const boxes = rows.map(row => row.getBoundingClientRect()).filter(box => box.height > 0);
  const column = document.querySelector("#channel-timeline").getBoundingClientRect();
  const top = Math.min(...boxes.map(box => box.top)), bottom = Math.max(...boxes.map(box => box.bottom));
  return {x: column.left, y: top - 8, width: column.width, height: bottom - top + 24};
})()
"""
"""Where the messages stand, in pixels of the page."""

_ENDS: Final = """
(() => {
  const rows = [...document.querySelectorAll("#channel-timeline article, #channel-timeline .message")];
  const boxes = rows.map(row => row.getBoundingClientRect()).filter(box => box.height > 0);
  const top = Math.min(...boxes.map(box => box.top)) - 8;
  return [...new Set(boxes.map(box => Math.round(box.bottom - top + 8)))].sort((one, other) => one - other);
})()
"""
"""Where each message ends, in pixels below the top of the photograph."""

_HEIGHT: Final = """
new Promise(done => {
  const look = () => document.readyState === "complete" && document.body.children.length
    ? done(document.documentElement.scrollHeight) : setTimeout(look, 50);
  look();
})
"""


class CameraError(Exception):
    """There is no browser, or it did not do what it was asked to."""


class Camera:
    """A page of a browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def photograph(self, url: str, width: int) -> bytes:
        """The messages of a preview's page at a width in pixels, as a PNG."""
        await self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=_TALL, deviceScaleFactor=1, mobile=False
        )
        await self._call("Page.navigate", url=url)
        await self._evaluate(_SETTLED)
        clip = {**await self._evaluate(_MESSAGES), "scale": 1}
        taken = await self._call("Page.captureScreenshot", format="png", clip=clip)
        return base64.b64decode(taken["data"])

    async def ends(self) -> list[int]:
        """Where the messages of the photographed page end, in pixels below the photograph's top."""
        return await self._evaluate(_ENDS)

    async def photograph_letter(self, html: str, width: int) -> bytes:
        """A page of HTML at a width in pixels, as a PNG: what a mail program shows where people like it dark."""
        dark = [{"name": "prefers-color-scheme", "value": "dark"}]
        await self._call("Emulation.setEmulatedMedia", features=dark)
        await self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=_SMALL, deviceScaleFactor=1, mobile=False
        )
        address = "data:text/html;charset=utf-8;base64," + base64.b64encode(html.encode()).decode()
        await self._call("Page.navigate", url=address)
        height = await self._evaluate(_HEIGHT)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        taken = await self._call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(taken["data"])

    async def _evaluate(self, script: str) -> Any:
        said = await self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in said:
            raise CameraError(f"The page failed: {said['exceptionDetails']}")
        return said["result"]["value"]

    async def _call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser for something, and wait for its answer among what else it tells."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(_SECONDS):
            while True:
                said = await self._socket.receive_json()
                if said.get("id") == number:
                    break
        if "error" in said:
            raise CameraError(f"{method}: {said['error']['message']}")
        return said["result"]


def browser() -> str:
    """The browser on the PATH. Raises ``CameraError`` naming what is missing."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise CameraError(f"No browser on the PATH. Install Chromium; I look for {', '.join(BROWSERS)}.")
    return found


@asynccontextmanager
async def camera(folder: Path) -> AsyncGenerator[Camera]:
    """A browser with an empty page and its profile in ``folder``; it ends with the block."""
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0")
    process = await asyncio.create_subprocess_exec(
        browser(), *options, f"--user-data-dir={folder}", "about:blank", stderr=asyncio.subprocess.PIPE
    )
    try:
        address = await _address(process)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://{address}/json/list") as pages:
                page = next(each for each in await pages.json() if each["type"] == "page")
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield Camera(socket)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    """Host and port under which the browser takes orders: it says so in the first lines of its log."""
    assert process.stderr is not None
    async with asyncio.timeout(_SECONDS):
        async for line in process.stderr:
            if found := re.search(rb"DevTools listening on ws://([^/]+)/", line):
                return found[1].decode()
    raise CameraError("The browser ended before it took orders.")
