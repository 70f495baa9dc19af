"""Files to send; large ones are zipped."""

from __future__ import annotations

import io
import zipfile
from typing import Final

import discord

from retrieval.errors import InvalidInput

LARGEST: Final = 10 * 2**20
"""Bytes that Discord accepts from a bot. Source: https://discord.com/developers/docs/reference#uploading-files"""


def attached(name: str, content: bytes) -> discord.File:
    """The content as a file, zipped if it is too large. Raises ``InvalidInput`` if the archive is too large as well."""
    if len(content) <= LARGEST:
        return discord.File(io.BytesIO(content), name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    if packed.tell() > LARGEST:
        raise InvalidInput("This is too much for one file on Discord. Export your lists one by one.")
    packed.seek(0)
    return discord.File(packed, f"{name}.zip")
