"""Mail addresses: which are taken, and which of them lead to one mailbox."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from retrieval.errors import InvalidInput

_LONGEST: Final = 254
"""Characters of an address that a mail server must take (RFC 5321, 4.5.3.1.3, without the angle brackets)."""
_LOCAL: Final = 64

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS: Final = re.compile(
    rf"[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_LABEL}(?:\.{_LABEL})+",
    re.IGNORECASE | re.ASCII,
)


def checked_address(text: str) -> str:
    """The address that was typed, without the space around it. Raises ``InvalidInput``.

    Taken is what HTML's field for addresses takes (https://html.spec.whatwg.org/#valid-e-mail-address) and
    what a public mail server can be reached by: a domain with a dot, no two dots in a row.
    """
    address = text.strip()
    local = address.rpartition("@")[0]
    if len(address) <= _LONGEST and len(local) <= _LOCAL and _ADDRESS.fullmatch(address):
        return address
    raise InvalidInput(f"“{address[:60]}” isn't a valid email address. It should look like ada@example.org.")


def mailbox_digest(address: str) -> str:
    """16 hex digits that stand for a mailbox: case and what follows a ``+`` in the address do not count."""
    local, _, domain = address.casefold().rpartition("@")
    return hashlib.sha256(f"{local.partition('+')[0] or local}@{domain}".encode()).hexdigest()[:16]
