"""What can go wrong between a bot and Discord's REST API, as rules that a test gives to the loopback Discord."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass
class Fault:
    """The next ``times`` requests that match get this answer. ``path`` is a shell pattern below ``/api/v10``.

    ``performed``: the request is carried out before (a lost answer). ``cut``: the connection ends without an answer.
    ``delay``: seconds before the answer. Without ``status`` and ``cut``, the answer is the right one.
    """

    method: str
    path: str
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    performed: bool = False
    cut: bool = False
    delay: float = 0.0
    times: int = 1
    met: int = 0

    def matches(self, method: str, path: str) -> bool:
        """Whether it applies to this request."""
        return self.met < self.times and self.method in {"*", method} and fnmatchcase(path, self.path)


def rate_limited(method: str, path: str, seconds: float = 0.05, *, everywhere: bool = False, times: int = 1) -> Fault:
    """429 of a bucket, or of everything that the bot sends."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    headers = {"Via": "1.1 google", "X-RateLimit-Scope": "global" if everywhere else "user"}
    return Fault(method, path, 429, body, headers, times=times)


def banned_by_cloudflare(method: str, path: str, times: int = 1) -> Fault:
    """429 of Cloudflare: no ``Via``, and no JSON."""
    return Fault(method, path, 429, "error code: 1015", {"Content-Type": "text/plain"}, times=times)


def server_error(method: str, path: str, status: int, *, performed: bool = False, times: int = 1) -> Fault:
    """A 5xx, whether or not the request was carried out."""
    return Fault(method, path, status, {"message": f"{status}", "code": 0}, performed=performed, times=times)


def lost_answer(method: str, path: str, times: int = 1) -> Fault:
    """The request is carried out, and the connection ends before the answer."""
    return Fault(method, path, performed=True, cut=True, times=times)
