"""A bot's mail: the transport to the mail server, the messages, and the unsubscribe links."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot.mail.file_transport import FileTransport
from bot.mail.messages import MailMessages, Recipient
from bot.mail.smtp import MailTransport, SmtpTransport
from bot.mail.unsubscribe_links import UnsubscribeLinks
from bot.settings import MailSecrets, MailSettings
from retrieval.errors import SettingsError

_KEY = 32  # characters; a shorter key could be guessed


@dataclass(frozen=True, slots=True)
class MailService:
    """``unsubscribe_links`` is ``None`` if mail has no one-click link."""

    transport: MailTransport
    messages: MailMessages
    unsubscribe_links: UnsubscribeLinks | None

    @classmethod
    def of(
        cls, settings: MailSettings, secrets: MailSecrets, trusted: ssl.SSLContext | None = None
    ) -> MailService | None:
        """The service for these settings; ``None`` without a mail server. Raises ``SettingsError``.

        ``trusted`` holds the certificates to trust; by default those that this machine trusts.
        """
        if not settings.host:
            return None
        if not settings.sender:
            raise SettingsError('mail.host is set: set mail.sender too, for example "papers@example.org".')
        if settings.user and not (secrets.smtp_password and secrets.smtp_password.get_secret_value()):
            raise SettingsError("mail.user is set: set the environment variable SMTP_PASSWORD too.")
        links = UnsubscribeLinks(settings.unsubscribe_url, _key(secrets)) if settings.unsubscribe_url else None
        return cls(SmtpTransport(settings, secrets.smtp_password, trusted), MailMessages(settings, links), links)

    @classmethod
    def in_folder(cls, settings: MailSettings, folder: Path) -> MailService:
        """A service that writes its messages to a folder and sends nothing."""
        named = settings.model_copy(update={"sender": settings.sender or "papers@example.org"})
        return cls(FileTransport(folder), MailMessages(named, None), None)

    async def send_code(self, to: Recipient, code: str, minutes: int, at: datetime) -> None:
        """Mail a code. Raises ``MailError``."""
        async with self.transport.connect() as session:
            await session.send(self.messages.code(to, code, minutes, at), to.address)


def _key(secrets: MailSecrets) -> SecretStr:
    key = secrets.mail_signing_key
    if key is None or len(key.get_secret_value().strip()) < _KEY:
        raise SettingsError(
            f"mail.unsubscribe_url is set: set the environment variable MAIL_SIGNING_KEY to {_KEY} random characters "
            "or more. To generate some: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return key
