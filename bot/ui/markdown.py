r"""Text of papers and people as Discord shows it: their own Markdown and mentions do nothing.

Discord takes a backslash before any character that is neither letter, digit nor space as "show it as it
is". What a backslash cannot stop (``@everyone``) is broken by a word joiner, which takes no room.
Source: https://support.discord.com/hc/en-us/articles/210298617 and
https://discord.com/developers/docs/reference#message-formatting
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from bot.ui.discord_limits import shorten

JOINER: Final = "\u2060"
"""Word joiner: takes no room, and breaks what Discord would read as a mention or a web address."""

URL: Final = r"https?://[^\s<>()\[\]{}\"'`|\\\ue000\ue001]*[\w/]"
"""A web address in running text, without the full stop or bracket after it."""

# Control characters; zero-width space, direction marks, embeddings and isolates; fillers and tags.
_INVISIBLE: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
_URL: Final = re.compile(URL)
_INLINE: Final = re.compile(r"[\\*_~|`\[\]<]|:(?=[\w+-]+:)")
_SCHEME: Final = re.compile(r"https?:(?=//)", re.IGNORECASE)
_MENTION: Final = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_LINE_START: Final = re.compile(r"^(\s*)(?:(-#|[#>+=-])|(\d+)([.)]))", re.MULTILINE)  # headings, quotes, lists


def plain(text: str, *, links: bool = False) -> str:
    """``text`` so that every character is shown as it is: no Markdown, mention, emoji or time stamp.

    Direction marks and other invisible characters are dropped: they can turn a whole card around.
    Web addresses can be followed with ``links``, and are mere text without (inside another link).
    """
    parts, at = list[str](), 0
    text = visible(text)
    for url in _URL.finditer(text):
        shown = f"<{url[0]}>" if links else _escaped(url[0])
        parts += [_escaped(text[at : url.start()]), shown]
        at = url.end()
    return _LINE_START.sub(_escaped_start, "".join(parts) + _escaped(text[at:]))


def visible(text: str) -> str:
    """``text`` without characters that take no room; for places that show no Markdown, such as a menu."""
    return _INVISIBLE.sub("", text)


def _escaped(text: str) -> str:
    escaped = _INLINE.sub(r"\\\g<0>", text)
    return _SCHEME.sub(rf"\g<0>{JOINER}", _MENTION.sub("@" + JOINER, escaped))


def _escaped_start(found: re.Match[str]) -> str:
    indent, sign, number, dot = found.groups()
    if sign == "-#":
        return f"{indent}\\-{JOINER}#"  # SimCord's preview reads small print behind a backslash too
    return f"{indent}\\{sign}" if sign else f"{indent}{number}\\{dot}"


def spoken(text: str) -> str:
    """A sentence of the bot's own, in which a person's words may stand: bold and code stay, no more."""
    return plain(text, links=True).replace(r"\*\*", "**").replace(r"\`", "`")


def bold(text: str) -> str:
    """``text`` (already made plain) in bold."""
    return f"**{text}**"


def code(text: str) -> str:
    """``text`` letter for letter, as code in a line; Discord knows no escape for a back tick in there."""
    shown = visible(text).replace("`", "'")
    return f"`{shown}`"


def link(title: str, url: str) -> str:
    """``title`` (already made plain) linked to ``url``; the title alone where ``url`` is no web address.

    An opening bracket that is never closed ends a link even behind a backslash, so that such a
    title gets full-width brackets instead.
    """
    if not url.startswith(("https://", "http://")):
        return title
    if not _balanced(title):
        title = title.replace(r"\[", "［").replace(r"\]", "］")
    return f"[{title}](<{address(url)}>)"


def address(url: str) -> str:
    """``url`` with what would end a link percent-encoded."""
    return re.sub(r"[\s<>()\"\\`|\x00-\x1f]", lambda found: f"%{ord(found[0]):02X}", url)


def _balanced(text: str) -> bool:
    depth = 0
    for sign in re.findall(r"[\[\]]", text):
        depth += 1 if sign == "[" else -1
        if depth < 0:
            return False
    return depth == 0


def quote_block(lines: Iterable[str]) -> str:
    """A Discord quote block of lines that are already made plain."""
    return "\n".join(f"> {line}" for line in lines)


def small(text: str) -> str:
    """Small print, line by line."""
    return "\n".join(f"-# {line}" for line in text.split("\n"))


def fitted(text: str, limit: int, render: Callable[[str], str] = plain) -> str:
    """``render(text)`` in at most ``limit`` characters; what is too long is shortened before it is rendered.

    Escapes make text longer by an amount that only rendering tells, so it is tried, ever shorter.
    """
    room = limit
    while len(rendered := render(shorten(text, room))) > limit and room > 0:
        room -= max(1, (len(rendered) - limit) // 2)
    return rendered
