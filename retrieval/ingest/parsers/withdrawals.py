"""Whether a paper on arXiv was withdrawn: there is no field for it, only words.

Source: https://info.arxiv.org/help/withdraw.html: the reason is in the comments; older papers have it instead of their
abstract.
"""

from __future__ import annotations

import re

_SELF = r"(?:paper|article|manuscript|submission|preprint|work|note|version|document|report|letter|thesis)"
_SENTENCE = re.compile(
    rf"(?:^|[.;:!?]\s+|^\[)(?:this|the)\s+(?:\w+\s+)?{_SELF}\s+(?:(?:has|have)\s+(?:now\s+)?been|is|was)\s+"
    r"(?:\w+\s+)?withdrawn\b(?!\s+from\s+(?!arxiv\b))",
    re.IGNORECASE,
)
_HEAD = re.compile(
    rf"\s*[\[(*]*(?:{_SELF}\s+(?:has\s+been\s+|is\s+)?)?withdrawn\b"
    r"(?=\W*$|\s*[.,;:!)\]*]|\s+(?:by|due|because|since|as|for|owing)\b)",
    re.IGNORECASE,
)


def says_withdrawn(comments: str, abstract: str) -> bool:
    """Whether one of the texts says so clearly: in a sentence about the paper itself, or as its first word.

    Products withdrawn from a market, papers withdrawn from a journal, and patients who withdrew don't count.
    """
    texts = (" ".join(text.split()) for text in (comments, abstract) if "withdrawn" in text.lower())
    return any(_SENTENCE.search(text) is not None or _HEAD.match(text) is not None for text in texts)
