"""Questions to try, shown wherever somebody does not know what to ask."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final = (
    "How much does CacheGen reduce bandwidth usage?",
    "What is hardware-aware neural architecture search?",
    "Which papers are about quantization?",
)
"""The seed page answers each of them, so that a first try succeeds on a first run."""
