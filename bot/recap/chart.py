"""The chart of a recap. Numbers are written out, and nothing is said by colour alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT = 640, 380  # still readable on a phone, where it is 260 wide
_LEFT, _RIGHT, _TOP, _BOTTOM = 20, 20, 60, 60
_SCALE: Final = 2  # drawn larger and scaled down, for smooth edges
_GROUND, _INK, _FAINT, _BAR = "#1f2329", "#f2f3f5", "#aab0b8", "#e0662f"
_HALF_LABEL: Final = 45  # half the width of a day's label
_MAX_LABELLED_BARS: Final = 10
MAX_BARS: Final = 62


def votes_by_day(days: Sequence[tuple[date, int]]) -> bytes:
    """A PNG of 640 × 380 pixels: one bar for each of the last ``MAX_BARS`` days at most."""
    days = days[-MAX_BARS:]
    size = (_WIDTH * _SCALE, _HEIGHT * _SCALE)
    picture = Image.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(picture)
    _text(draw, _LEFT, 26, "Votes for each day's list", 30, _INK, "lm")
    most = max((votes for _, votes in days), default=0)
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(days))
    floor = _HEIGHT - _BOTTOM
    for place, (day, votes) in enumerate(days):
        middle = _LEFT + step * (place + 0.5)
        top = floor - (floor - _TOP - 30) * votes / max(1, most)
        box = [(middle - step * 0.35) * _SCALE, top * _SCALE, (middle + step * 0.35) * _SCALE, floor * _SCALE]
        draw.rectangle(box, fill=_BAR)
        few = len(days) <= _MAX_LABELLED_BARS
        if few or votes == most:
            _text(draw, middle, top - 20, f"{votes:,}", 26, _INK, "mm")
        if few or place % 7 == 0:
            inside = min(max(middle, _HALF_LABEL), _WIDTH - _HALF_LABEL)
            _text(draw, inside, floor + 26, f"{day.day} {day:%b}", 24, _FAINT, "mm")
    line = [_LEFT * _SCALE, floor * _SCALE, (_WIDTH - _RIGHT) * _SCALE, floor * _SCALE]
    draw.line(line, fill=_FAINT, width=2 * _SCALE)
    written = io.BytesIO()
    picture.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()


def _text(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, size: int, fill: str, anchor: str) -> None:
    font = ImageFont.load_default(size * _SCALE)
    draw.text((x * _SCALE, y * _SCALE), text, fill=fill, font=font, anchor=anchor)
