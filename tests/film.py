"""The moving picture of the README: the photograph of a conversation, shown message by message, as it came about."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

HEIGHT = 620
"""How much of a conversation is seen at once, in pixels."""
_COLOURS = 96
_QUESTION_MS, _ANSWER_MS, _LAST_MS = 1_600, 3_800, 5_000


@dataclass(frozen=True, slots=True)
class Frame:
    """What is seen of a photograph: from ``top`` to ``bottom``, in its pixels, for ``ms`` milliseconds."""

    top: int
    bottom: int
    ms: int


def frames(ends: Sequence[int], height: int = HEIGHT) -> Iterator[Frame]:
    """The frames of a conversation of questions and answers in turn, whose messages end at ``ends``.

    The newest message is at the bottom, as in a chat; one that is higher than a frame is seen from its top first.
    """
    start = 0
    for number, end in enumerate(ends):
        ms = _LAST_MS if number == len(ends) - 1 else _ANSWER_MS if number % 2 else _QUESTION_MS
        if end - start > height:
            yield Frame(start, start + height, ms)
        yield Frame(max(0, end - height), end, ms)
        start = end


def save(photograph: bytes, ends: Sequence[int], file: Path) -> Path:
    """Write the moving picture of a photographed conversation, as an endless GIF."""
    with Image.open(io.BytesIO(photograph)) as picture:
        whole = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    shown = list(frames(ends))
    images = [_image(whole, frame) for frame in shown]
    images[0].save(
        file, save_all=True, append_images=images[1:], duration=[each.ms for each in shown], loop=0, optimize=True
    )
    return file


def _image(whole: Image.Image, frame: Frame) -> Image.Image:
    """What a frame shows, on the colour of the page's corner."""
    image = Image.new("P", (whole.width, HEIGHT), whole.getpixel((0, 0)))
    image.putpalette(whole.palette or b"")
    image.paste(whole.crop((0, frame.top, whole.width, frame.bottom)), (0, 0))
    return image
