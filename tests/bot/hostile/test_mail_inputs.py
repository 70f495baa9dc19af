"""Hostile addresses, codes, tokens and papers in mail: refused in words, and no header that we didn't write."""

from __future__ import annotations

from email import message_from_bytes
from random import Random

import pytest
from pydantic import SecretStr

from bot.mail.addresses import parse_address
from bot.mail.messages import Digest, MailMessages, Recipient
from bot.mail.smtp import wire_format
from bot.mail.unsubscribe_links import UnsubscribeLinks
from bot.settings import MailSettings
from retrieval.errors import InvalidInput
from tests.bot.conftest import START
from tests.bot.hostile import corpus

CHOSEN = MailSettings(host="localhost", sender="papers@example.org", unsubscribe_url="https://papers.example.org/leave")
LINKS = UnsubscribeLinks(CHOSEN.unsubscribe_url, SecretStr("k" * 32))
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-ID", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "MIME-Version", "Content-Type"),
}


@pytest.mark.parametrize("seed", range(5))
def test_addresses_and_tokens(seed: int) -> None:
    """An address is one word that a header can carry, or it is refused; a token is read, or it isn't ours."""
    random = Random(seed)
    for _ in range(300):
        typed = corpus.text(random)
        try:
            address = parse_address(typed)
        except InvalidInput:
            address = ""
        assert not address or (address.isprintable() and " " not in address)
        assert LINKS.read(typed) is None


@pytest.mark.parametrize("seed", range(5))
def test_mails_of_hostile_papers(seed: int) -> None:
    """Their titles, names, links and the person's rules stay in the body."""
    random, papers = Random(seed), corpus.papers()
    for _ in range(20):
        chosen = random.sample(papers, 5)
        rules = corpus.text(random).encode(errors="replace").decode()
        digest = Digest("2026-11-24", None, None, chosen, 5, rules)
        message = MailMessages(CHOSEN, LINKS).digest(Recipient(1, "ada@example.org"), digest, START)
        sent = message_from_bytes(wire_format(message))
        assert set(sent.keys()) <= HEADERS
        assert sent["To"] == "ada@example.org"
        assert sent["Bcc"] is None
