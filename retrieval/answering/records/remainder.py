"""What is left of a question while it is being read."""

from __future__ import annotations

import re
from dataclasses import dataclass

CUT = "|"
"""Marks where something was cut out: the words on its two sides were not adjacent."""


@dataclass(slots=True)
class Remainder:
    """The words of a question that nothing was read from yet, one space between them."""

    text: str

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match, which is cut out."""
        found = pattern.search(self.text)
        if found is not None:
            self.cut(found.start(), found.end())
        return found

    def cut(self, start: int, end: int) -> None:
        """Cut a stretch out."""
        self.text = " ".join(f"{self.text[:start]} {CUT} {self.text[end:]}".split())
