"""Mail addresses: which ones are valid, and which ones belong to the same mailbox."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from retrieval.english import Text
from retrieval.errors import InvalidInput

_LONGEST: Final = 254
"""Characters of an address that a mail server must accept (RFC 5321, 4.5.3.1.3, without the angle brackets)."""
_LOCAL: Final = 64

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS: Final = re.compile(
    rf"[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_LABEL}(?:\.{_LABEL})+",
    re.IGNORECASE | re.ASCII,
)


def parse_address(text: str) -> str:
    """The typed address, without surrounding space. Raises ``InvalidInput``.

    Valid is what HTML's email field accepts (https://html.spec.whatwg.org/#valid-e-mail-address), with a public
    domain: one with a dot. Two dots in a row are never valid. A domain with other letters is stored as mail servers
    know it (``xn--…``).
    """
    address = _in_ascii(text.strip())
    local = address.rpartition("@")[0]
    if len(address) <= _LONGEST and len(local) <= _LOCAL and _ADDRESS.fullmatch(address):
        return address
    wrong = Text("“{address}” isn't a valid email address. It should look like ada@example.org.", address=address[:60])
    raise InvalidInput(wrong)


def _in_ascii(address: str) -> str:
    """The address with its domain in Punycode; unchanged if that isn't possible."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return address


def masked(address: str) -> str:
    """An address that its owner recognises and nobody else learns: ``a…@example.org``."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def mailbox_digest(address: str) -> str:
    """16 hex digits for a mailbox. Case, and a ``+`` tag in the address, make no difference."""
    local, _, domain = address.casefold().rpartition("@")
    return hashlib.sha256(f"{local.partition('+')[0] or local}@{domain}".encode()).hexdigest()[:16]
