"""The code that verifies a person's address. Only its hash is stored."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0/O, 1/I: people copy it by hand
_LENGTH: Final = 8
"""Forty bits: with the number of tries limited, it can't be guessed."""


@dataclass(frozen=True, slots=True)
class CodeHash:
    """A code's scrypt hash (RFC 7914) and its random salt, 16 bytes each."""

    salt: bytes
    digest: bytes


def new_code() -> str:
    """A random code, as in the mail: ``K7QM-3XRT``."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"{code[:4]}-{code[4:]}"


async def hash_code(code: str) -> CodeHash:
    """The code's hash, computed in a thread: scrypt is slow on purpose."""
    salt = secrets.token_bytes(16)
    return CodeHash(salt, await asyncio.to_thread(_digest, code, salt))


async def matches(typed: str, kept: CodeHash) -> bool:
    """Whether ``typed`` is the code. Case, spaces and dashes make no difference."""
    return hmac.compare_digest(await asyncio.to_thread(_digest, typed, kept.salt), kept.digest)


def _digest(code: str, salt: bytes) -> bytes:
    characters = re.sub(r"[\s\-–—]", "", code).upper()
    return hashlib.scrypt(characters[:64].encode(), salt=salt, n=2**13, r=8, p=1, dklen=16)
