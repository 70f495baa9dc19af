"""Unsubscribe links that need no login. They're signed, so that nobody can make one for somebody else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import SecretStr, TypeAdapter, ValidationError

_SALT: Final = "unsubscribe"
_LONGEST: Final = 200
_PAYLOAD: Final = TypeAdapter(tuple[int, str])


@dataclass(frozen=True, slots=True)
class UnsubscribeToken:
    """The subscription that a link ends: this person's, at the address with this digest."""

    user_id: int
    digest: str

    def matches(self, address: str) -> bool:
        """Whether the link was sent to this address."""
        return address_digest(address) == self.digest


class UnsubscribeLinks:
    """Makes and reads the links. ``url`` is the link without its token; ``key`` signs the tokens.

    A link never expires: one in an old mail must still work.
    """

    def __init__(self, url: str, key: SecretStr) -> None:
        self.url = url.rstrip("/")
        self._serializer = URLSafeSerializer(key.get_secret_value(), salt=_SALT)

    def link(self, user_id: int, address: str) -> str:
        """The link in a mail to this person at this address."""
        return f"{self.url}/{self._serializer.dumps((user_id, address_digest(address)))}"

    def read(self, token: str) -> UnsubscribeToken | None:
        """The token's content; ``None`` if it wasn't signed with our key, or was changed."""
        try:
            user_id, digest = _PAYLOAD.validate_python(self._serializer.loads(token[:_LONGEST]))
        except (BadSignature, ValidationError, UnicodeError):
            return None
        return UnsubscribeToken(user_id, digest)


def address_digest(address: str) -> str:
    """16 hex digits for an address, so that a link doesn't reveal it."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:16]
