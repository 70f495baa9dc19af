"""The bot's settings, including the library's. Secrets come from the environment only."""

from __future__ import annotations

import base64
import datetime as dt
import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, TypeVar, cast
from zoneinfo import available_timezones

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL

from retrieval.errors import SettingsError
from retrieval.settings import (
    ENV_NESTED,
    ENV_PREFIX,
    LibrarySettings,
    Section,
    load,
    secrets_file,
    secrets_of,
    server_url,
)


@cache
def known_zones() -> frozenset[str]:
    """The names of IANA's time zones. Cached: looking for them walks folders on disk."""
    return frozenset(available_timezones())


class DiscordSettings(Section):
    """``[discord]``"""

    development_guild: int = Field(default=0, ge=0)
    message_content: bool = False

    @model_validator(mode="before")
    @classmethod
    def _no_token(cls, table: object) -> object:
        if isinstance(table, dict) and "token" in table:
            belongs = "the token belongs in the environment variable DISCORD_TOKEN, never in the settings"
            line = InitErrorDetails(type=PydanticCustomError("token", belongs), loc=("token",), input=None)
            raise ValidationError.from_exception_data(cls.__name__, [line])  # a ValueError would not name the setting
        return cast("object", table)


class ChatSettings(Section):
    """``[chat]``"""

    questions: int = Field(default=5, ge=1, le=1_000)
    per_seconds: float = Field(default=20.0, gt=0, le=3_600)
    context_minutes: int = Field(default=30, ge=0, le=1_440)
    context_turns: int = Field(default=4, ge=1, le=20)
    keep_days: int = Field(default=365, ge=1, le=36_500)
    link_card_hours: int = Field(default=24, ge=1, le=8_760)


class DailySettings(Section):
    """``[daily]``"""

    time: dt.time = dt.time(9, 0)
    zone: str = "UTC"
    papers: int = Field(default=10, ge=1, le=25)
    minimum_votes: int = Field(default=0, ge=0)
    edit_seconds: int = Field(default=10, ge=1, le=3_600)
    refresh_days: int = Field(default=7, ge=0, le=365)

    @field_validator("time", mode="before")
    @classmethod
    def _hours_and_minutes(cls, time: object) -> object:
        # pydantic would also accept seconds since midnight, and a zone that could contradict `zone`.
        if not isinstance(time, str) or not re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", time):
            raise ValueError('must be a time of day as "HH:MM", from 00:00 to 23:59')
        return time

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in known_zones():
            raise ValueError("must be an IANA time zone such as Europe/Berlin")
        return zone


class Security(StrEnum):
    """How the connection to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def _https_url(url: str) -> str:
    """The URL without a slash at its end. Raises ``ValueError``."""
    if url and not re.fullmatch(r"https://[\w.-]+(?::\d+)?(?:/[\w./~-]*)?", url, re.ASCII):
        raise ValueError("must be a URL that begins with https://, without ? and #")
    return url.rstrip("/")


class MailSettings(Section):
    """``[mail]``. Without a ``host`` there's no mail, and the other settings are ignored."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65_535)
    security: Security = Security.STARTTLS
    user: str = ""
    sender: str = ""
    sender_name: str = Field(default="Daily Papers", min_length=1, max_length=60)
    seconds: float = Field(default=30.0, gt=0, le=300)
    papers: int = Field(default=10, ge=1, le=50)
    unsubscribe_url: str = ""
    listen_host: str = "127.0.0.1"
    listen_port: int = Field(default=8322, ge=0, le=65_535)

    @field_validator("security")
    @classmethod
    def _unencrypted_only_locally(cls, security: Security, info: ValidationInfo) -> Security:
        local = info.data.get("host", "") in {"", "localhost", "127.0.0.1", "::1"}
        if security is Security.NONE and not local:
            raise ValueError('must be "starttls" or "tls": only a server on this machine may go unencrypted')
        return security

    @field_validator("sender")
    @classmethod
    def _an_address(cls, sender: str) -> str:
        if sender and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", sender):
            raise ValueError("must be an email address such as papers@example.org")
        return sender

    @field_validator("sender_name")
    @classmethod
    def _one_line(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError("must be one line of text")
        return name

    @field_validator("unsubscribe_url")
    @classmethod
    def _secure(cls, url: str) -> str:
        return _https_url(url)

    @model_validator(mode="before")
    @classmethod
    def _no_secrets(cls, table: object) -> object:
        for name, variable in (("password", "SMTP_PASSWORD"), ("signing_key", "MAIL_SIGNING_KEY")):
            if isinstance(table, dict) and name in table:
                belongs = "it belongs in the environment variable {variable}, never in the settings"
                kind = PydanticCustomError("secret", belongs, {"variable": variable})
                line = InitErrorDetails(type=kind, loc=(name,), input=None)
                raise ValidationError.from_exception_data(cls.__name__, [line])
        return cast("object", table)


class WebSettings(Section):
    """``[web]``. Without a ``public_url`` there are no web pages but those of mail and metrics."""

    public_url: str = ""
    listen_host: str = "127.0.0.1"
    listen_port: int = Field(default=8323, ge=0, le=65_535)

    @field_validator("public_url")
    @classmethod
    def _secure(cls, url: str) -> str:
        return _https_url(url)


class FollowSettings(Section):
    """``[follows]``"""

    most: int = Field(default=25, ge=1, le=500)
    papers: int = Field(default=10, ge=1, le=25)


class PrivacySettings(Section):
    """``[privacy]``"""

    left_server_days: int = Field(default=30, ge=0, le=3_650)


class MetricsSettings(Section):
    """``[metrics]``"""

    listen_host: str = "127.0.0.1"
    listen_port: int = Field(default=0, ge=0, le=65_535)


class PreviewSettings(Section):
    """``[preview]``"""

    port: int = Field(default=8321, ge=0, le=65_535)


class Level(StrEnum):
    """The least severe messages that are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a line of the log looks. ``AUTO``: colours on a terminal, otherwise JSON."""

    AUTO = "auto"
    TEXT = "text"
    JSON = "json"


class LogSettings(Section):
    """``[log]``"""

    level: Level = Level.INFO
    format: LogFormat = LogFormat.AUTO


class Settings(LibrarySettings):
    """All settings. Unknown names are refused."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter=ENV_NESTED, extra="forbid", frozen=True
    )

    discord: DiscordSettings = DiscordSettings()
    chat: ChatSettings = ChatSettings()
    daily: DailySettings = DailySettings()
    mail: MailSettings = MailSettings()
    web: WebSettings = WebSettings()
    follows: FollowSettings = FollowSettings()
    privacy: PrivacySettings = PrivacySettings()
    metrics: MetricsSettings = MetricsSettings()
    preview: PreviewSettings = PreviewSettings()
    log: LogSettings = LogSettings()

    @property
    def community_database(self) -> Path:
        """The file of what servers and people set up, asked and saved, unless that is in PostgreSQL. Back it up."""
        return self.data_folder / "community.sqlite3"

    @property
    def community_location(self) -> Path | URL:
        """Where that is: the PostgreSQL database of the settings, or the file."""
        return server_url(self.database.url) if self.database.url else self.community_database

    @property
    def backups(self) -> Path:
        """The folder of backups, unless another one is named."""
        return self.data_folder / "backups"

    @property
    def preview_database(self) -> Path:
        """The browser preview's community database."""
        return self.data_folder / "preview.sqlite3"

    @property
    def preview_mail(self) -> Path:
        """The folder to which the browser preview writes mail instead of sending it."""
        return self.data_folder / "preview-mail"


_TOKEN: Final = re.compile(r"(?P<id>[\w-]{18,40})\.[\w-]{4,12}\.[\w-]{20,100}", re.ASCII)
_NO_TOKENS: Final = {
    r"\d{15,20}": "the application's id",
    r"[0-9a-f]{64}": "the application's public key",
    r"[\w-]{32}": "the client secret",
    r"(?i:Bot) .+": "a token with “Bot” before it, which has to go",
}
"""What else can be copied from Discord's pages, by its shape."""


class Token(BaseSettings):
    """``DISCORD_TOKEN``, from the environment or a ``.env`` file in the working directory; never from TOML."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    discord_token: SecretStr | None = None


class MailSecrets(BaseSettings):
    """``SMTP_PASSWORD`` and ``MAIL_SIGNING_KEY``, from the same places as the token."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    smtp_password: SecretStr | None = None
    mail_signing_key: SecretStr | None = None


def load_settings() -> Settings:
    """All settings. Raises ``SettingsError``."""
    return load(Settings)


def load_token() -> SecretStr | None:
    """The bot's token; ``None`` if it's missing or empty. Raises ``SettingsError``, also for what can't be a token."""
    token, file = _secret(Token).discord_token, Path(".env").absolute()
    if token is None and file.is_file() and secrets_file() is None:
        raise SettingsError(f"{file} can't be read by the user who runs the bot. Give that user the right to read it.")
    text = token.get_secret_value().strip() if token else ""
    if text and not _is_token(text):
        instead = next(
            (f" It looks like {name}." for shape, name in _NO_TOKENS.items() if re.fullmatch(shape, text)), ""
        )
        raise SettingsError(
            "DISCORD_TOKEN isn't a bot token, which has three parts with dots between them, and no spaces or quotes."
            f"{instead} Copy it again: discord.com/developers/applications → Bot → Reset Token."
        )
    return SecretStr(text) if text else None


def _is_token(text: str) -> bool:
    """Whether a text has the shape of a bot token; its first part is the bot's id in base64.

    Source: https://discord.com/developers/docs/reference#authentication
    """
    parts = _TOKEN.fullmatch(text)
    if parts is None:
        return False
    try:
        id = base64.urlsafe_b64decode(parts["id"] + "=" * (-len(parts["id"]) % 4))
    except ValueError:
        return False
    return id.isdigit()


def load_mail_secrets() -> MailSecrets:
    """The mail server's password and the key that signs unsubscribe links. Raises ``SettingsError``."""
    return _secret(MailSecrets)


S = TypeVar("S", bound=BaseSettings)


def _secret(kind: type[S]) -> S:
    file = secrets_file()
    try:
        if file is not None:
            _check_lines(file)
        return secrets_of(kind)
    except UnicodeDecodeError:
        raise SettingsError(f"{file} isn't UTF-8 text. Save it in that encoding.") from None  # it contains secrets


def _check_lines(file: Path) -> None:
    """Raise ``SettingsError`` for a line that would be ignored. The text has no content of the file: it has secrets."""
    with file.open(encoding="utf-8") as lines:
        for binding in parse_stream(lines):
            if binding.error or (binding.key is not None and binding.value is None):
                raise SettingsError(
                    f"{file}, line {binding.original.line}: write NAME=value, with quotes at both ends."
                )
