"""The guides show the pictures that ``make pictures`` makes, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from tests.film import HEIGHT, Frame, frames
from tests.pictures import FOLDER, PHONE, SCENES, file_name

ROOT = Path(__file__).resolve().parents[1]
MADE = {file_name(scene, width): width for scene in SCENES for width in scene.widths}
_SHOWN = re.compile(r"(?:\]\(|src=\")(?:docs/)?(pictures/)?([\w-]+\.(?:png|gif))")


def test_the_guides_show_what_the_command_makes() -> None:
    """Each picture that is named is one of a scene's, each of these is named somewhere, and all have their words."""
    guides = [
        (ROOT / "README.md").read_text("utf-8"),
        *(each.read_text("utf-8") for each in (ROOT / "docs").glob("*.md")),
    ]
    shown = {(folder, name) for text in guides for folder, name in _SHOWN.findall(text)}
    assert shown == {("pictures/", name) for name in MADE}
    assert {path.name for path in FOLDER.iterdir()} == set(MADE)
    assert not any(re.search(r"!\[\]|alt=\"\"|<img (?![^>]*alt=)", text) for text in guides)


def test_pictures_are_small_and_as_wide_as_they_say() -> None:
    """A clone stays quick; a phone's picture was taken at a phone's width."""
    for path in FOLDER.iterdir():
        assert path.stat().st_size < (500_000 if path.suffix == ".gif" else 100_000), path.name
        with Image.open(path) as picture:
            assert (picture.width <= PHONE) == (MADE[path.name] == PHONE), path.name


def test_a_moving_picture_shows_one_message_after_the_other() -> None:
    """Each message comes at the bottom; one that is higher than the picture is seen from its top first."""
    question, answer, post = 100, HEIGHT - 50, 3 * HEIGHT
    seen = list(frames([question, answer, post]))
    assert [(each.top, each.bottom) for each in seen] == [
        (0, question),
        (0, answer),
        (answer, answer + HEIGHT),
        (post - HEIGHT, post),
    ]
    assert all(isinstance(each, Frame) and each.bottom - each.top <= HEIGHT for each in seen)
