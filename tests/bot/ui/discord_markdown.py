r"""What Discord makes of a text: a second, independent reading to hold the cards against.

The rules are those of Discord's client, which builds on simple-markdown
(https://github.com/Khan/perseus/tree/main/packages/simple-markdown): each rule is tried where the reading
stands, in this order. SimCord's preview reads Markdown in a third way (CommonMark); tests use both.
Inside the text of a link, Discord shows backslashes, and an emoji can break the link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINE = re.compile(r"(?P<quote>(?:>>>|>) )|(?P<heading>#{1,3}\s)|(?P<small>-# )|(?P<list>\s*(?:[-*+]|\d+[.)])\s)")
_INSIDE = r"(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*"
_RULES = re.compile(
    rf"""
      \\(?P<escape>[^0-9A-Za-z\s])
    | <(?P<autolink>https?:[^\s>]+)>
    | (?P<url>https?://[^\s<]+[^<.,:;"')\]\s])
    | (?P<mention><(?:@[!&]?|\#)\d+>|@everyone|@here|</[^:>]+:\d+>|<id:\w+>)
    | (?P<emoji><a?:\w+:\d+>|:[\w+-]+:)
    | (?P<time><t:-?\d+(?::\w)?>)
    | \[(?P<title>{_INSIDE})\]\(\s*<?(?P<target>(?:\([^)]*\)|[^\s\\]|\\.)*?)>?\s*\)
    | (?P<ticks>`+)(?P<code>[\s\S]*?[^`])(?P=ticks)(?!`)
    | \|\|(?P<spoiler>[\s\S]+?)\|\|
    | \*\*(?P<bold>(?:\\[\s\S]|[^\\])+?)\*\*(?!\*)
    | __(?P<underline>(?:\\[\s\S]|[^\\])+?)__(?!_)
    | \*(?=\S)(?P<italic>(?:\\[\s\S]|[^\\*])+?)\*(?!\*)
    | \b_(?P<slanted>(?:__|\\[\s\S]|[^\\_])+?)_\b
    | ~~(?=\S)(?P<struck>(?:\\[\s\S]|[^\\])*?\S)~~
    """,
    re.VERBOSE,
)
_START = re.compile(r"[\\<h@:\[`|*_~]")  # what a rule can begin with
_EMOJI = re.compile("[\U0001f300-\U0001faff\ufe0f]")
_NESTED = ("title", "spoiler", "bold", "underline", "italic", "slanted", "struck")


@dataclass
class Reading:
    """What a person sees, the kinds of formatting met on the way, and where links and addresses lead."""

    shown: str = ""
    effects: list[str] = field(default_factory=list[str])
    links: list[str] = field(default_factory=list[str])
    addresses: list[str] = field(default_factory=list[str])


def read(text: str) -> Reading:
    """Read ``text`` as Discord would show it."""
    reading = Reading()
    lines = text.split("\n")
    for number, line in enumerate(lines):
        while start := _LINE.match(line):
            reading.effects.append(start.lastgroup or "")
            line = line[start.end() :]  # noqa: PLW2901 - a quote may hold a list
        _read_inline(line, reading)
        reading.shown += "\n" if number < len(lines) - 1 else ""
    return reading


def _read_inline(text: str, reading: Reading, *, in_link: bool = False) -> None:
    at = 0
    while start := _START.search(text, at):
        reading.shown += text[at : start.start()]
        at = start.start()
        found = _RULES.match(text, at)
        if found is None:
            reading.shown += text[at]
            at += 1
            continue
        _apply(found, reading, in_link=in_link)
        at = found.end()
    reading.shown += text[at:]


def _apply(found: re.Match[str], reading: Reading, *, in_link: bool) -> None:
    groups = {name: value for name, value in found.groupdict().items() if value is not None}
    if "escape" in groups:
        reading.shown += found[0] if in_link else groups["escape"]
        return
    kind = next(name for name in groups if name != "ticks")
    if kind in ("autolink", "url"):
        reading.effects.append("address")
        reading.addresses.append(groups[kind])
    else:
        reading.effects.append("link" if kind == "title" else kind)
    reading.links += [groups["target"]] if "target" in groups else []
    if kind == "title" and _EMOJI.search(groups[kind]):
        reading.effects.append("broken link")
    if kind in _NESTED:
        _read_inline(groups[kind], reading, in_link=in_link or kind == "title")
    else:
        reading.shown += groups[kind]
