"""Small talk: greetings, thanks and questions about the bot, answered as talk."""

from __future__ import annotations

import re
from typing import Final

_LEFT_OVER: Final = 4  # words beside the greeting with which a message is still only a greeting

_TALK: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(r"\b(?:thanks?|thank you|thx|ty|cheers|much appreciated|merci|danke)\b", re.IGNORECASE),
        "You are welcome. Reply to an answer of mine to ask more about it.",
    ),
    (
        re.compile(
            r"^(?:who|what) (?:are|r) (?:you|u)\b|\bwhat can (?:you|u) do\b|\bhow do (?:you|u) work\b|"
            r"\bare (?:you|u) (?:a |an )?(?:bot|human|ai|robot|llm|chatgpt)\b|^help\W*$",
            re.IGNORECASE,
        ),
        "I read abstracts of papers and answer with their own words, with the source. Ask me what a paper "
        "found, how it works or which papers are on a topic. /help shows more.",
    ),
    (
        re.compile(r"\b(?:good ?(?:bye|night)|bye|see (?:you|ya)|cya)\b", re.IGNORECASE),
        "See you. The papers will be here.",
    ),
    (
        re.compile(
            r"\b(?:hello|hi|hey|hiya|yo|greetings|good (?:morning|afternoon|evening|day)|hallo|howdy|sup)\b",
            re.IGNORECASE,
        ),
        "Hello! Ask me about a paper, for example what it found or how it works. /trending shows what is read today.",
    ),
    (
        re.compile(
            r"\bhow are (?:you|u)\b|\bhow'?s it going\b|\b(?:lol|haha+)\b|"
            r"\b(?:good|nice|great|cool|awesome) (?:bot|job|work|one)\b",
            re.IGNORECASE,
        ),
        "Thank you, I am well and full of abstracts. What would you like to know?",
    ),
)


def small_talk(text: str) -> str | None:
    """A reply to small talk; ``None`` where the message asks something."""
    words = re.findall(r"\w+", text)
    for pattern, reply in _TALK:
        found = pattern.search(text)
        if found and len(words) - len(re.findall(r"\w+", found[0])) <= _LEFT_OVER:
            return reply
    return None
