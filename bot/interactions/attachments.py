"""Files that are sent: one that Discord would not take as it is goes into an archive."""

from __future__ import annotations

import io
import zipfile
from typing import Final

import discord

from retrieval.errors import InvalidInput

LARGEST: Final = 10 * 2**20
"""Bytes that Discord takes of a bot. Source: https://discord.com/developers/docs/reference#uploading-files"""


def attached(name: str, content: bytes) -> discord.File:
    """The content as a file to be sent; zipped where it is too large. Raises ``InvalidInput`` where that is too."""
    if len(content) <= LARGEST:
        return discord.File(io.BytesIO(content), name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    if packed.tell() > LARGEST:
        raise InvalidInput("That is more than Discord lets me send in one file. Export your lists one by one.")
    packed.seek(0)
    return discord.File(packed, f"{name}.zip")
