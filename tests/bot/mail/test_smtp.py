"""Sending messages to a real mail server on loopback: what is sent, and what each failure means."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from pydantic import SecretStr

from bot.mail.errors import (
    AddressRefused,
    MailError,
    MailOutcomeUnknown,
    MailUnavailable,
    MessageRefused,
    RecipientDelayed,
    SenderRefused,
)
from bot.mail.messages import MailMessages, Recipient
from bot.mail.smtp import SmtpTransport
from tests.bot.mail.mail_server import PASSWORD, MailServer, mail_server, trusting

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ADA = Recipient(3, "ada@example.org")


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """A mail server that accepts everything."""
    async with mail_server() as running:
        yield running


def mailer(server: MailServer, **changes: object) -> SmtpTransport:
    """A client of this server, which knows the password and trusts the certificate."""
    return SmtpTransport(server.chosen(**changes), SecretStr(PASSWORD), trusting())


def letter(server: MailServer) -> EmailMessage:
    """A message."""
    return MailMessages(server.chosen(), None).code(ADA, "ABCD-2345", 15, NOW)


async def send(server: MailServer, **changes: object) -> None:
    """Connect and send a message."""
    async with mailer(server, **changes).connect() as line:
        await line.send(letter(server), ADA.address)


async def test_a_message_arrives_unchanged(server: MailServer) -> None:
    """Over an encrypted connection, with a login."""
    await send(server)
    [came] = server.received
    assert server.commands["AUTH"] == 1
    body = came.get_body(("plain",))
    assert body is not None
    assert "ABCD-2345" in body.get_content()
    assert came["Message-ID"] == letter(server)["Message-ID"]


async def test_a_message_arrives_over_implicit_tls() -> None:
    """The other way that providers offer."""
    async with mail_server(implicit_tls=True) as server:
        await send(server, security="tls")
        assert server.to == [ADA.address]


async def test_messages_share_a_connection(server: MailServer) -> None:
    """One login for several. A refused message leaves nothing in the next."""
    async with mailer(server).connect() as line:
        await line.send(letter(server), ADA.address)
        server.answers["RCPT"] = "550 5.1.1 No such mailbox"
        with pytest.raises(AddressRefused):
            await line.send(letter(server), "nobody@example.org")
        server.answers.clear()
        await line.send(letter(server), ADA.address)
    assert (len(server.received), server.commands["AUTH"]) == (2, 1)


async def test_an_untrusted_certificate_is_refused(server: MailServer) -> None:
    """That server gets neither the password nor the message."""
    stranger = SmtpTransport(server.chosen(), SecretStr(PASSWORD), ssl.create_default_context())
    with pytest.raises(MailUnavailable) as caught:
        async with stranger.connect():
            pass
    assert "certificate" in caught.value.detail.lower()
    assert server.commands["AUTH"] == 0


async def test_a_certificate_for_another_name_is_refused(server: MailServer) -> None:
    """It must be for the server in the settings."""
    with pytest.raises(MailUnavailable):
        await send(server, host="127.0.0.1")
    assert server.commands["AUTH"] == 0


async def test_a_wrong_password_can_be_retried(server: MailServer) -> None:
    """Once the operator has fixed it."""
    wrong = SmtpTransport(server.chosen(), SecretStr("wrong"), trusting())
    with pytest.raises(MailUnavailable) as caught:
        async with wrong.connect():
            pass
    assert "535" in caught.value.detail
    assert "wrong" not in caught.value.detail


@pytest.mark.parametrize(
    ("command", "answer", "kind"),
    [
        ("MAIL", "550 5.7.1 Not from you", SenderRefused),
        ("MAIL", "451 Later", MailUnavailable),
        ("RCPT", "450 4.2.0 Greylisted", RecipientDelayed),
        ("RCPT", "452 4.2.2 Mailbox full", RecipientDelayed),
        ("RCPT", "421 4.3.2 Closing", MailUnavailable),
        ("RCPT", "550 5.1.1 No such mailbox", AddressRefused),
        ("RCPT", "552 5.2.2 Mailbox full", AddressRefused),
        ("RCPT", "550 No such user", AddressRefused),
        ("RCPT", "552 Mailbox full", AddressRefused),
        ("RCPT", "550 5.4.5 Daily sending quota exceeded", SenderRefused),
        ("RCPT", "554 5.7.1 Relay access denied", SenderRefused),
        ("RCPT", "553 5.1.8 Sender address rejected: domain not found", SenderRefused),
        ("RCPT", "501 5.1.7 Bad sender address syntax", SenderRefused),
        ("RCPT", "550 5.7.26 This mail is unauthenticated", SenderRefused),
        ("RCPT", "554 Relay access denied", SenderRefused),
        ("RCPT", "550 Sending limit exceeded", SenderRefused),
        ("DATA", "451 4.3.0 Later", RecipientDelayed),
        ("DATA", "421 Closing", MailUnavailable),
        ("DATA", "550 5.1.1 No such mailbox", AddressRefused),
        ("DATA", "552 5.2.2 Mailbox full", AddressRefused),
        ("DATA", "550 5.4.5 Daily sending quota exceeded", SenderRefused),
        ("DATA", "554 5.7.1 Looks like spam", MessageRefused),
        ("DATA", "552 5.3.4 Message too big", MessageRefused),
        ("DATA", "554 No", MessageRefused),
    ],
)
async def test_refusals(server: MailServer, command: str, answer: str, kind: type[MailError]) -> None:
    """Each is told apart: the address, the message, the sender, one recipient for now. The server's reply is stored."""
    server.answers[command] = answer
    with pytest.raises(kind) as caught:
        await send(server)
    assert type(caught.value) is kind
    assert answer in caught.value.detail
    assert server.received == []


@pytest.mark.parametrize(
    ("command", "kind"), [("MAIL", MailUnavailable), ("RCPT", MailUnavailable), ("DATA", MailOutcomeUnknown)]
)
async def test_lost_connections(server: MailServer, command: str, kind: type[MailError]) -> None:
    """Before the text is handed over, nothing was sent; afterwards the outcome is unknown."""
    server.breaks_at = command
    with pytest.raises(kind) as caught:
        await send(server)
    assert type(caught.value) is kind


@pytest.mark.parametrize(("command", "kind"), [("RCPT", MailUnavailable), ("DATA", MailOutcomeUnknown)])
async def test_a_server_that_does_not_respond_is_given_up(
    server: MailServer, command: str, kind: type[MailError]
) -> None:
    """After the seconds in the settings."""
    server.silent_at = command
    with pytest.raises(kind):
        await send(server)


async def test_a_server_that_cannot_be_reached_is_reported(server: MailServer) -> None:
    """Nothing listens at that port."""
    async with mail_server() as gone:
        pass
    with pytest.raises(MailUnavailable):
        await send(gone)


async def test_an_error_before_the_text_stops_the_message(server: MailServer) -> None:
    """What is called right before the text is sent can stop it."""

    async def stop() -> None:
        raise RuntimeError

    async with mailer(server).connect() as line:
        with pytest.raises(RuntimeError):
            await line.send(letter(server), ADA.address, stop)
        await line.send(letter(server), ADA.address)
    assert len(server.received) == 1
