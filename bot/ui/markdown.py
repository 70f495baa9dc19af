r"""Markdown for Discord, with text from papers and people escaped: their own Markdown and mentions have no effect.

A backslash before any character other than a letter, digit or space makes Discord show it literally. What a
backslash can't stop (``@everyone``) is broken by a word joiner, which has no width.
Source: https://support.discord.com/hc/en-us/articles/210298617 and
https://discord.com/developers/docs/reference#message-formatting
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from bot.ui.discord_limits import shorten

JOINER: Final = "\u2060"
"""Word joiner: invisible, and breaks what Discord would read as a mention or a web address."""

URL: Final = r"https?://[^\s<>()\[\]{}\"'`|\\\ue000\ue001]*[\w/]"
"""A web address in running text, without a full stop or bracket after it."""

# Control characters; zero-width space, direction marks, embeddings and isolates; fillers and tags.
_INVISIBLE: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
_BLANK: Final = re.compile("[\u200c\u200d\u2800\ufe00-\ufe0f]")
_URL: Final = re.compile(URL)
_INLINE: Final = re.compile(r"[\\*_~|`\[\]<]|:(?=[\w+-]+:)")
_LOOKS_LIKE: Final = {
    "\\": "∖", "*": "∗", "_": "＿", "~": "∼", "|": "∣", "`": "‵", "[": "［", "]": "］", "<": "‹", ">": "›", ":": "∶",
}  # fmt: skip
_LOOK_ALIKE: Final = re.compile(r"[\\*~|`\[\]<>]|(?<![^\W_])_|_(?![^\W_])|:(?=[\w+-]+:)")
_EMOJI: Final = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u26ff\u2705\u270a-\u270d\u2728\u274c\u2753-\u2757\u2764\u2b50\ufe0f\u200d]"
)
_HOST: Final = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE | re.ASCII
)
_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MOST_EMOJI: Final = 8
_NO_TEXT: Final = "↗"  # the text of a link to something without a name
_SCHEME: Final = re.compile(r"https?:(?=//)", re.IGNORECASE)
_CODE: Final = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
_BACKSLASH: Final = re.compile(r"\\([^A-Za-z0-9\s])")
_MENTION: Final = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_LINE_START: Final = re.compile(r"^(\s*)(?:(-#|[#>+=-])|(\d+)([.)]))", re.MULTILINE)  # headings, quotes, lists


def plain(text: str, *, links: bool = False) -> str:
    """``text`` escaped so that every character is shown literally: no Markdown, mention, emoji or timestamp.

    Invisible characters are dropped: direction marks could reverse a whole card. Web addresses become links only
    with ``links``; inside another link they can't.
    """
    parts, at = list[str](), 0
    text = visible(text)
    for url in _URL.finditer(text):
        shown = f"<{url[0]}>" if links else _escaped(url[0])
        parts += [_escaped(text[at : url.start()]), shown]
        at = url.end()
    return _LINE_START.sub(_escaped_start, "".join(parts) + _escaped(text[at:]))


def visible(text: str) -> str:
    """``text`` without invisible characters, for places without Markdown, such as a menu."""
    return _INVISIBLE.sub("", text)


def has_name(text: str) -> bool:
    """Whether anything of ``text`` can be seen: a title of only joiners or blank patterns can't be clicked."""
    return bool(_BLANK.sub("", visible(text)).strip())


def _escaped(text: str) -> str:
    escaped = _INLINE.sub(r"\\\g<0>", text)
    return _SCHEME.sub(rf"\g<0>{JOINER}", _MENTION.sub("@" + JOINER, escaped))


def _escaped_start(found: re.Match[str]) -> str:
    indent, sign, number, dot = found.groups()
    if sign == "-#":
        return f"{indent}\\-{JOINER}#"  # SimCord's preview treats an escaped -# as small print
    return f"{indent}\\{sign}" if sign else f"{indent}{number}\\{dot}"


def spoken(text: str) -> str:
    """A sentence of the bot that can quote a person's words: only bold and code have an effect.

    In code, Discord shows backslashes.
    """
    shown = plain(text, links=True).replace(r"\*\*", "**").replace(r"\`", "`")
    return _CODE.sub(lambda code: _BACKSLASH.sub(r"\1", code[0]), shown)


def bold(text: str) -> str:
    """Escaped ``text`` in bold."""
    return f"**{text}**"


def code(text: str) -> str:
    """``text`` as inline code. Backticks become apostrophes: Discord has no escape for them in code."""
    shown = visible(text).replace("`", "'")
    return f"`{shown}`"


def link(title: str, url: str, limit: int) -> str:
    """``title`` in about ``limit`` characters, linked to ``url``; only the title if ``url`` isn't a web address.

    In the text of a link Discord shows backslashes, and an emoji can break the link. So Markdown's characters are
    replaced by others that look alike, and emoji are put in front of the link.
    """
    target = web_address(url)
    if target is None:
        return fitted(title, limit)
    emoji = "".join(_EMOJI.findall(visible(title)))[:_MOST_EMOJI]
    text = fitted(_EMOJI.sub("", visible(title)), limit, _link_text).strip()
    return f"{emoji}{' ' if emoji else ''}[{text or _NO_TEXT}](<{target}>)"


def _link_text(text: str) -> str:
    alike = _LOOK_ALIKE.sub(lambda found: _LOOKS_LIKE[found[0]], text)
    return _SCHEME.sub(rf"\g<0>{JOINER}", _MENTION.sub("@" + JOINER, alike))


@lru_cache(maxsize=2048)  # a card names the same address several times
def web_address(url: str | None) -> str | None:
    """``url`` as Discord accepts it in links and buttons; ``None`` if it isn't the address of a public web page.

    Every character that could end a link is percent-encoded: brackets, quotes, spaces. A button with such an address
    makes Discord refuse the whole message.
    """
    try:
        parts = urlsplit(visible(url or "").strip())
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:  # also for a host that can't be encoded
        return None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    path, query, fragment = (_encoded(part) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host if port is None else f"{host}:{port}", path, query, fragment))


def _encoded(part: str) -> str:
    return quote(_PERCENT.sub("%25", part), safe="/%:@!$&*+,;=?~-._", errors="replace")


def quote_block(lines: Iterable[str]) -> str:
    """A quote block of escaped lines."""
    return "\n".join(f"> {line}" for line in lines)


def small(text: str) -> str:
    """Small print, line by line."""
    return "\n".join(f"-# {line}" for line in text.split("\n"))


def fitted(text: str, limit: int, render: Callable[[str], str] = plain) -> str:
    """``render(text)`` in at most ``limit`` characters; ``text`` is shortened before it is rendered.

    Only rendering shows how much longer escapes make a text, so this tries ever shorter texts.
    """
    length = limit
    while len(rendered := render(shorten(text, length))) > limit and length > 0:
        length -= max(1, (len(rendered) - limit) * length // len(rendered))
    return rendered
