"""Questions to try, for people who don't know what to ask."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final = (
    "How much does CacheGen reduce bandwidth usage?",
    "What is hardware-aware neural architecture search?",
    "Which papers are about quantization?",
)
"""The seed page answers all of them, so a first try succeeds on a first run."""
