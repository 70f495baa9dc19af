"""How arXiv's papers say that their authors took them back: in words, for there is no field for it.

Source: https://info.arxiv.org/help/withdraw.html: the reason stands in the comments; older papers have it in
place of their abstract.
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
    """Whether one of the two says so plainly: in a sentence on the paper itself, or as its very first word.

    What is withdrawn from a market or a journal, and patients who are, take no paper back.
    """
    texts = (" ".join(text.split()) for text in (comments, abstract))
    return any(_SENTENCE.search(text) is not None or _HEAD.match(text) is not None for text in texts)
