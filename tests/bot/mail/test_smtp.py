"""The way to the mail server, against a real one on loopback: what is sent, and what each failure means."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from pydantic import SecretStr

from bot.mail.errors import AddressRefused, MailError, MailOutcomeUnknown, MailUnavailable, MessageRefused
from bot.mail.messages import MailMessages, Recipient
from bot.mail.smtp import SmtpTransport
from tests.bot.mail.mail_server import PASSWORD, MailServer, mail_server, trusting

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ADA = Recipient(3, "ada@example.org")


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """A mail server that takes everything."""
    async with mail_server() as running:
        yield running


def mailer(server: MailServer, **changes: object) -> SmtpTransport:
    """A client of this server, which knows the password and trusts the certificate."""
    return SmtpTransport(server.chosen(**changes), SecretStr(PASSWORD), trusting())


def letter(server: MailServer) -> EmailMessage:
    """Some letter."""
    return MailMessages(server.chosen(), None).code(ADA, "ABCD-2345", 15, NOW)


async def send(server: MailServer, **changes: object) -> None:
    """Connect and send a letter."""
    async with mailer(server, **changes).connect() as line:
        await line.send(letter(server), ADA.address)


async def test_a_letter_arrives_as_it_was_written(server: MailServer) -> None:
    """Encrypted and logged in on the way."""
    await send(server)
    [came] = server.received
    assert server.commands["AUTH"] == 1
    body = came.get_body(("plain",))
    assert body is not None
    assert "ABCD-2345" in body.get_content()
    assert came["Message-ID"] == letter(server)["Message-ID"]


async def test_a_letter_arrives_over_implicit_tls() -> None:
    """The other way that providers offer."""
    async with mail_server(implicit_tls=True) as server:
        await send(server, security="tls")
        assert server.to == [ADA.address]


async def test_letters_share_a_connection(server: MailServer) -> None:
    """One log-in for several; and a refused one leaves nothing behind in the next."""
    async with mailer(server).connect() as line:
        await line.send(letter(server), ADA.address)
        server.answers["RCPT"] = "550 5.1.1 No such mailbox"
        with pytest.raises(AddressRefused):
            await line.send(letter(server), "nobody@example.org")
        server.answers.clear()
        await line.send(letter(server), ADA.address)
    assert (len(server.received), server.commands["AUTH"]) == (2, 1)


async def test_a_certificate_that_nobody_vouches_for_is_refused(server: MailServer) -> None:
    """Neither the password nor the letter is told to that server."""
    stranger = SmtpTransport(server.chosen(), SecretStr(PASSWORD), ssl.create_default_context())
    with pytest.raises(MailUnavailable) as caught:
        async with stranger.connect():
            pass
    assert "certificate" in caught.value.detail.lower()
    assert server.commands["AUTH"] == 0


async def test_a_certificate_of_another_name_is_refused(server: MailServer) -> None:
    """It must be the server's that the settings name."""
    with pytest.raises(MailUnavailable):
        await send(server, host="127.0.0.1")
    assert server.commands["AUTH"] == 0


async def test_a_wrong_password_is_told(server: MailServer) -> None:
    """As something that can be mended and tried again."""
    wrong = SmtpTransport(server.chosen(), SecretStr("wrong"), trusting())
    with pytest.raises(MailUnavailable) as caught:
        async with wrong.connect():
            pass
    assert "535" in caught.value.detail
    assert "wrong" not in caught.value.detail


@pytest.mark.parametrize(
    ("command", "answer", "kind"),
    [
        ("MAIL", "550 5.7.1 Not from you", MailUnavailable),
        ("MAIL", "451 Later", MailUnavailable),
        ("RCPT", "450 4.2.0 Greylisted", MailUnavailable),
        ("RCPT", "550 5.1.1 No such mailbox", AddressRefused),
        ("RCPT", "552 Mailbox full", AddressRefused),
        ("DATA", "451 4.3.0 Later", MailUnavailable),
        ("DATA", "554 5.7.1 Looks like spam", MessageRefused),
    ],
)
async def test_what_a_refusal_means(server: MailServer, command: str, answer: str, kind: type[MailError]) -> None:
    """5xx is definite, 4xx is not; what the server said is kept."""
    server.answers[command] = answer
    with pytest.raises(kind) as caught:
        await send(server)
    assert type(caught.value) is kind
    assert answer in caught.value.detail
    assert server.received == []


@pytest.mark.parametrize(
    ("command", "kind"), [("MAIL", MailUnavailable), ("RCPT", MailUnavailable), ("DATA", MailOutcomeUnknown)]
)
async def test_what_a_hang_up_means(server: MailServer, command: str, kind: type[MailError]) -> None:
    """Before the text was handed over nothing was sent; after it nobody knows."""
    server.breaks_at = command
    with pytest.raises(kind) as caught:
        await send(server)
    assert type(caught.value) is kind


@pytest.mark.parametrize(("command", "kind"), [("RCPT", MailUnavailable), ("DATA", MailOutcomeUnknown)])
async def test_a_server_that_does_not_answer_is_given_up(
    server: MailServer, command: str, kind: type[MailError]
) -> None:
    """After the settings' seconds, rather than waiting forever."""
    server.silent_at = command
    with pytest.raises(kind):
        await send(server)


async def test_a_server_that_is_not_there_is_told(server: MailServer) -> None:
    """Nobody listens at that port."""
    async with mail_server() as gone:
        pass
    with pytest.raises(MailUnavailable):
        await send(gone)


async def test_what_stops_the_handing_over_stops_the_letter(server: MailServer) -> None:
    """Who is called right before the text leaves has the last word."""

    async def stop() -> None:
        raise RuntimeError

    async with mailer(server).connect() as line:
        with pytest.raises(RuntimeError):
            await line.send(letter(server), ADA.address, stop)
        await line.send(letter(server), ADA.address)
    assert len(server.received) == 1
