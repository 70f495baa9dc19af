"""The code that proves that a person reads the mail of an address. Only a hash of it is kept."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0/O, 1/I: it is copied by hand
_LENGTH: Final = 8
"""Forty bits: with the tries that there are, a guess is hopeless."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A code's scrypt hash (RFC 7914) and the random salt that went into it, 16 bytes each."""

    salt: bytes
    digest: bytes


def new_code() -> str:
    """A random code, as it stands in the mail: ``K7QM-3XRT``."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


async def hashed(code: str) -> Hashed:
    """What is kept of a code. Made in a thread: it is slow on purpose."""
    salt = secrets.token_bytes(16)
    return Hashed(salt, await asyncio.to_thread(_digest, code, salt))


async def fits(typed: str, kept: Hashed) -> bool:
    """Whether what was typed is the code; case, spaces and dashes do not count."""
    return hmac.compare_digest(await asyncio.to_thread(_digest, typed, kept.salt), kept.digest)


def _digest(code: str, salt: bytes) -> bytes:
    letters = re.sub(r"[\s\-–—]", "", code).upper()
    return hashlib.scrypt(letters[:64].encode(), salt=salt, n=2**13, r=8, p=1, dklen=16)
