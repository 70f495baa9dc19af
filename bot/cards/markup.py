"""Text of papers and people as Discord shows it: their own Markdown and mentions do nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.cards.limits import shorten

_INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_JOIN = "\u2060"  # word joiner: takes no room, and breaks what Discord would read as a mention or a link
_URL = re.compile(r"https?://[^\s<>()\[\]\ue000\ue001]*[\w/]", re.ASCII)
_INLINE = re.compile(r"([\\*_~|`\[\]<])")
_AT = re.compile(r"@(?=everyone|here)")
_LINE_START = re.compile(r"(?m)^(\s*\d*)([#>+\-.)])(?=\s|#)")  # headings, quotes, small print, lists


def plain(text: str, *, links: bool = False) -> str:
    """``text`` so that every character is shown as it is: no Markdown, mention, custom emoji or time stamp.

    Direction marks and other invisible characters are dropped: they can turn a whole card around.
    Web addresses can be followed with ``links``, and are mere text without (inside another link).
    """
    parts, at = list[str](), 0
    text = _INVISIBLE.sub("", text)
    for url in _URL.finditer(text):
        shown = f"<{url[0]}>" if links else _escaped(url[0]).replace("://", f":{_JOIN}//")
        parts += [_escaped(text[at : url.start()]), shown]
        at = url.end()
    return _LINE_START.sub(r"\1\\\2", "".join(parts) + _escaped(text[at:]))


def _escaped(text: str) -> str:
    return _AT.sub("@" + _JOIN, _INLINE.sub(r"\\\1", text))


def link(title: str, url: str) -> str:
    """``title`` (already made plain) linked to ``url``."""
    return f"[{title}](<{url}>)"


def quoted(text: str) -> str:
    """A Discord quote block of one or more lines."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def small(text: str) -> str:
    """Small print, line by line."""
    return "\n".join(f"-# {line}" for line in text.splitlines())


def fitted(text: str, limit: int, render: Callable[[str], str] = plain) -> str:
    """``render(text)`` in at most ``limit`` characters; what is too long is shortened before it is rendered.

    Escapes make text longer by an amount that only rendering tells, so it is tried, ever shorter.
    """
    room = limit
    while len(rendered := render(shorten(text, room))) > limit:
        room -= max(1, (len(rendered) - limit) // 2)
    return rendered
