"""Links with which a person leaves without logging in: signed, so that nobody can make one for somebody else."""

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
    """Whose mail a link ends: that to this person, at the address of this digest."""

    user_id: int
    digest: str

    def uses(self, address: str) -> bool:
        """Whether the link was sent to this address."""
        return address_digest(address) == self.digest


class UnsubscribeLinks:
    """Makes and reads the links. ``url`` is where they lead, without the token; ``key`` signs them.

    A link has no end: the one of an old mail must still work.
    """

    def __init__(self, url: str, key: SecretStr) -> None:
        self.url = url.rstrip("/")
        self._serializer = URLSafeSerializer(key.get_secret_value(), salt=_SALT)

    def link(self, user_id: int, address: str) -> str:
        """The link that stands in a mail to this person at this address."""
        return f"{self.url}/{self._serializer.dumps((user_id, address_digest(address)))}"

    def read(self, token: str) -> UnsubscribeToken | None:
        """Whom a token is about; ``None`` where it was not made here, or was changed."""
        try:
            user_id, digest = _PAYLOAD.validate_python(self._serializer.loads(token[:_LONGEST]))
        except (BadSignature, ValidationError):
            return None
        return UnsubscribeToken(user_id, digest)


def address_digest(address: str) -> str:
    """16 hex digits that stand for an address in a link, which then shows it to nobody."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:16]
