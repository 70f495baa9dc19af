"""All that a bot with mail has: the way to the server, the letters, the links to leave with."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot.mail.file_transport import FileTransport
from bot.mail.messages import MailMessages, Recipient
from bot.mail.smtp import Mailer, MailTransport
from bot.mail.unsubscribe_links import UnsubscribeLinks
from bot.settings import MailSecrets, MailSettings
from retrieval.errors import SettingsError

_KEY = 32  # characters: shorter ones can be guessed


@dataclass(frozen=True, slots=True)
class MailService:
    """``mailer`` is the way to the server; ``leaving`` is ``None`` where mails have no one-click link."""

    mailer: MailTransport
    letters: MailMessages
    leaving: UnsubscribeLinks | None

    @classmethod
    def of(
        cls, settings: MailSettings, secrets: MailSecrets, trusted: ssl.SSLContext | None = None
    ) -> MailService | None:
        """The office of these settings; ``None`` without a mail server. Raises ``SettingsError``.

        ``trusted`` says which certificates are; default: those that this machine trusts.
        """
        if not settings.host:
            return None
        if not settings.sender:
            raise SettingsError('Setting mail.sender: with a mail.host it must be set, as "papers@example.org".')
        if settings.user and not (secrets.smtp_password and secrets.smtp_password.get_secret_value()):
            raise SettingsError("mail.user is set: set the environment variable SMTP_PASSWORD too.")
        leaving = UnsubscribeLinks(settings.unsubscribe_url, _key(secrets)) if settings.unsubscribe_url else None
        return cls(Mailer(settings, secrets.smtp_password, trusted), MailMessages(settings, leaving), leaving)

    @classmethod
    def in_folder(cls, settings: MailSettings, folder: Path) -> MailService:
        """An office whose letters go into a folder, and nowhere else."""
        named = settings.model_copy(update={"sender": settings.sender or "papers@example.org"})
        return cls(FileTransport(folder), MailMessages(named, None), None)

    async def send_code(self, to: Recipient, code: str, minutes: int, at: datetime) -> None:
        """Mail a code. Raises ``MailError``."""
        async with self.mailer.connected() as line:
            await line.send(self.letters.code(to, code, minutes, at), to.address)


def _key(secrets: MailSecrets) -> SecretStr:
    key = secrets.mail_signing_key
    if key is None or len(key.get_secret_value()) < _KEY:
        raise SettingsError(
            f"mail.unsubscribe_url is set: set the environment variable MAIL_SIGNING_KEY to {_KEY} random characters "
            "or more. This makes them: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return key
