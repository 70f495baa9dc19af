"""HTML and JATS in titles and abstracts, as publishers' interfaces send them.

Titles are stored without it. Abstracts are stored as they came, because quotes are offsets into them; where they are
shown, ``bot.ui.latex`` leaves it out.
"""

from __future__ import annotations

import html
import re
from typing import Final

SCRIPT_PATTERN: Final = r"<(?:jats:)?su[pb]>[^<>]{1,40}</(?:jats:)?su[pb]>"
"""Raised or lowered text."""
TAG_PATTERN: Final = (
    r"</?(?:jats:|mml:)?(?:i|b|em|strong|u|p|br|span|div|sec|italic|bold|title|scp|sc|tt|code|math|mrow|mi|mn|mo|"
    r"inline-formula)(?:\s+[\w:-]+=[^<>]{0,200})?\s?/?>"
)
"""Markup that says nothing to readers."""
_SCRIPT: Final = re.compile(SCRIPT_PATTERN, re.IGNORECASE)
_TAG: Final = re.compile(TAG_PATTERN, re.IGNORECASE)
_WITHIN: Final = re.compile("<[^<>]*>")


def without_html(text: str) -> str:
    """Text with entities as characters, raised and lowered text as LaTeX, and without other markup."""
    if not re.search("[<&]", text):
        return text
    scripts = _SCRIPT.sub(lambda found: f"${script_sign(found[0])}{{{_WITHIN.sub('', found[0])}}}$", text)
    return html.unescape(_TAG.sub("", scripts))


def script_sign(source: str) -> str:
    """LaTeX's sign for ``<sup>`` or ``<sub>``."""
    return "^" if "sup>" in source.lower() else "_"
