"""Set up, change, pause and leave the inbox. No Discord objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.client import PaperBot
from bot.jobs.local_time import local_day, next_time
from bot.mail import codes
from bot.mail.addresses import mailbox_digest
from bot.mail.errors import MailUnavailable
from bot.mail.mailer import MailService
from bot.mail.messages import Recipient
from bot.settings import Settings
from bot.storage import Store
from bot.storage.deliveries import Delivery, DeliveryKind
from bot.storage.inbox_codes import LIFE, TRIES
from bot.storage.inboxes import Inbox
from bot.storage.schedule import Frequency
from bot.texts import language_in_use, mark, tr_count
from retrieval.errors import InvalidInput
from retrieval.query.query import parse

FREQUENCIES: Final = (Frequency.DAILY, Frequency.WEEKLY)
MAX_RULES_LENGTH: Final = 300

_RECENT_MAILS: Final = 3
_NO_CODE: Final = mark(
    "There's no code to enter any more: it was used, has expired, or was tried too often. `/inbox` sends a new one."
)


@dataclass(frozen=True, slots=True)
class PendingCode:
    """A code that was mailed to ``address`` and can be entered until ``expires_at``, ``tries`` more times."""

    address: str
    expires_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class InboxStatus:
    """An inbox, its next mail (``None`` while paused), the papers in it at most, and the latest mails."""

    inbox: Inbox
    next_at: datetime | None
    max_papers: int
    recent: Sequence[Delivery]


@dataclass(frozen=True, slots=True)
class InboxService:
    """What ``/inbox``, its buttons and its forms do."""

    mail: MailService
    store: Store
    settings: Settings
    clock: Callable[[], datetime]

    async def get(self, user_id: int) -> Inbox:
        """The person's inbox. Raises ``InvalidInput`` if there is none."""
        inbox = await self.store.inboxes.get(user_id)
        if inbox is None:
            raise InvalidInput("You have no inbox. `/inbox` sets one up.")
        return inbox

    async def status(self, inbox: Inbox) -> InboxStatus:
        """The inbox with its next mail and the latest ones."""
        now = self.clock()
        deliveries = self.store.deliveries
        next_at = next_time(inbox, now, await deliveries.days(DeliveryKind.MAIL, inbox.user_id, local_day(inbox, now)))
        recent = await deliveries.recent(DeliveryKind.MAIL, inbox.user_id, _RECENT_MAILS)
        return InboxStatus(inbox, next_at, self.settings.mail.papers, recent)

    async def current(self, user_id: int) -> InboxStatus | PendingCode | None:
        """The code that the person has to enter, or else their inbox, or else ``None``."""
        code = await self.store.inbox_codes.pending(user_id, self.clock())
        if code is not None:
            return PendingCode(code.address, code.sent_at + LIFE, TRIES - code.tries)
        inbox = await self.store.inboxes.get(user_id)
        return await self.status(inbox) if inbox is not None else None

    async def check_pending(self, user_id: int) -> None:
        """Raise ``InvalidInput`` if there is no code to enter."""
        if await self.store.inbox_codes.pending(user_id, self.clock()) is None:
            raise InvalidInput(_NO_CODE)

    async def change(self, inbox: Inbox) -> InboxStatus:
        """Save a changed inbox. Raises ``InvalidInput`` if it was removed, or moved to another address."""
        changed = replace(inbox, changed_at=self.clock())
        if not await self.store.inboxes.change(changed):
            raise InvalidInput("Your inbox has changed in the meantime. `/inbox` shows it.")
        await self.store.languages.save(inbox.user_id, language_in_use())
        return await self.status(changed)

    async def leave(self, user_id: int) -> None:
        """Delete the inbox and its address."""
        await self.store.inboxes.forget_person(user_id)

    async def cancel_code(self, user_id: int) -> None:
        """Make the person's code unusable."""
        await self.store.inbox_codes.cancel(user_id)

    async def send_code(self, user_id: int, address: str) -> PendingCode:
        """Mail a new code to a checked address. Raises ``InvalidInput`` at the daily limits, and ``MailError``.

        If the mail server takes no mail now, the code doesn't count towards anybody's limit.
        """
        code, now, stored = codes.new_code(), self.clock(), self.store.inbox_codes
        hashed = await codes.hash_code(code)
        code_id = await stored.keep(user_id, address, mailbox_digest(address), hashed.salt, hashed.digest, now)
        try:
            await self.mail.send_code(Recipient(user_id, address), code, int(LIFE.total_seconds() // 60), now)
        except MailUnavailable:
            await stored.take_back(code_id)
            raise
        return PendingCode(address, self.clock() + LIFE, TRIES)

    async def confirm(self, user_id: int, typed: str) -> InboxStatus:
        """Check a code, and set up the inbox at the address it was mailed to. Raises ``InvalidInput``."""
        stored = self.store.inbox_codes
        code = await stored.attempt(user_id, self.clock())
        if code is None:
            raise InvalidInput(_NO_CODE)
        if not await codes.matches(typed, codes.CodeHash(code.salt, code.digest)):
            raise InvalidInput(_wrong_code(TRIES - code.tries))
        if not await stored.use_up(code.id):
            raise InvalidInput("This code was used already. `/inbox` shows your inbox.")
        inbox = await self._confirmed(user_id, code.address)
        await self.store.inboxes.save(inbox)
        await self.store.languages.save(user_id, language_in_use())
        return await self.status(inbox)

    async def _confirmed(self, user_id: int, address: str) -> Inbox:
        """The inbox with a new address; a new inbox has the time and zone of the settings."""
        now, daily = self.clock(), self.settings.daily
        inbox = await self.store.inboxes.get(user_id) or Inbox(
            user_id=user_id,
            address=address,
            frequency=Frequency.DAILY,
            weekday=0,
            hour=daily.time.hour,
            zone=daily.zone,
            rules="",
            paused=False,
            reason=None,
            confirmed_at=now,
            changed_at=now,
        )
        return replace(inbox, address=address, paused=False, reason=None, confirmed_at=now, changed_at=now)


def inbox_service(bot: PaperBot) -> InboxService:
    """The service with everything that the bot works with. Raises ``InvalidInput`` if the bot can't send mail."""
    if bot.mail is None:
        raise InvalidInput("This bot can't send mail. Whoever runs it can set that up: see docs/operator.md.")
    return InboxService(bot.mail, bot.store, bot.settings, bot.clock)


def check_rules(text: str) -> str:
    """A search that papers must match, on one line. Raises ``QueryError`` that points at a mistake."""
    rules = " ".join(text.split())
    if rules:
        parse(rules)
    return rules


def _wrong_code(left: int) -> str:
    if left <= 0:
        return mark("That's not the code, and you have no tries left. `/inbox` sends a new one.")
    return tr_count(
        "That's not the code. You have {number} more try.", "That's not the code. You have {number} more tries.", left
    )
