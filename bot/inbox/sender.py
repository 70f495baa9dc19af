"""Sends the inbox's mail: each list and day once. A mail whose outcome is unknown counts as sent.

Right before the text of a mail leaves, that is recorded. So after a crash it's known which mails were certainly not
sent (they are sent then) and which may have been (they are not).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from bot.errors import explain
from bot.inbox.digest import Digests
from bot.jobs.background import Clock, run_logged
from bot.jobs.delivery import DeliveryJob, NotDelivered, label
from bot.jobs.leased_jobs import SharedJobs
from bot.jobs.local_time import Past, due_day
from bot.mail.errors import (
    AddressRefused,
    MailOutcomeUnknown,
    MailUnavailable,
    MessageRefused,
    RecipientDelayed,
    SenderRefused,
)
from bot.mail.mailer import MailService
from bot.mail.messages import Digest, Recipient
from bot.mail.smtp import MailSession
from bot.settings import MailSettings
from bot.storage import Store
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, Status
from bot.storage.inboxes import Inbox
from bot.texts import use_language
from retrieval.english import Text, data
from retrieval.errors import PaperBotError
from retrieval.library import Library

log = logging.getLogger(__name__)

MAX_TRIES: Final = 6
"""How often a mail is tried; with the pauses in between, for over two and a half hours."""

_FIRST_PAUSE: Final = timedelta(minutes=5)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_LOOK_AGAIN: Final = timedelta(minutes=15)  # for people without new papers: a list may still come, or get votes
_MAX_AGE: Final = timedelta(days=2)  # of a mail that could not be sent
_PER_CONNECTION: Final = 50  # mails; servers end long connections
_FAILED_IN_A_ROW: Final = 3
_MIN_LEASE: Final = timedelta(minutes=10)

Work = Callable[[], Awaitable[object]]


class MailSender(DeliveryJob[Inbox]):
    """Sends what is due, one mail after another over a few connections."""

    kind = DeliveryKind.MAIL

    def __init__(
        self,
        library: Library,
        store: Store,
        clock: Clock,
        settings: MailSettings,
        service: MailService,
        shared: SharedJobs | None = None,
    ) -> None:
        super().__init__(store, clock)
        self.lease = max(_MIN_LEASE, timedelta(seconds=16 * settings.seconds))
        self._library, self._settings, self._service = library, settings, service
        self._one_tick = asyncio.Lock()
        self._shared = shared
        self._session: MailSession | None = None  # ``None`` as soon as it can't be used any more
        self._digests = Digests(library, settings.papers)
        self._stopped = False  # the server refuses us, whoever a mail is for
        self._paused_until: datetime | None = None
        self._failures = 0  # ticks in a row in which the server could not be used
        self._nothing_until = dict[int, datetime]()

    async def tick(self, now: datetime) -> None:
        """Finish what was interrupted or waits for a retry, then send what is due at ``now`` (aware UTC)."""
        async with self._one_tick:
            if self._shared is not None and self._paused_until is None:
                self._paused_until = await self._shared.paused_until(self.kind)
            if self._paused_until is None or now >= self._paused_until:
                await self._send_due(now)

    async def _send_due(self, now: datetime) -> None:
        self._digests = Digests(self._library, self._settings.papers)
        work = deque[tuple[str, Work]]()
        for each in await self._deliveries.unfinished(self.kind, now, self.lease):
            work.append((label(each), partial(self.resume, each)))
        for user_id, inbox in (await self.targets(now)).items():
            await run_logged(f"choosing papers for the mail to {user_id}", self._prepare(inbox, now, work))
        await self._send_all(work)
        later = self._stopped or bool(work)
        self._failures = self._failures + 1 if later else 0
        self._paused_until = now + _pause(self._failures) if later else None
        if self._shared is not None and self._paused_until is not None:
            await self._shared.pause(self.kind, self._paused_until)

    async def targets(self, now: datetime) -> Mapping[int, Inbox]:
        """Everybody whose inbox isn't paused, except those who had nothing new a short time ago."""
        self._nothing_until = {user: until for user, until in self._nothing_until.items() if now < until}
        active = await self._store.inboxes.active()
        return {inbox.user_id: inbox for inbox in active if inbox.user_id not in self._nothing_until}

    async def due(self, target: Inbox, now: datetime) -> Claim | None:
        """The list that a person gets for their local day."""
        day = due_day(target, now, Past())
        if day is None or day in await self._deliveries.days(self.kind, target.user_id, day):
            return None
        had = await self._deliveries.names(self.kind, target.user_id)
        self._nothing_until[target.user_id] = now + _LOOK_AGAIN  # also if choosing papers fails
        digest = await self._digests.due(target, day, had)
        if digest is None:
            return None
        del self._nothing_until[target.user_id]
        return Claim(self.kind, target.user_id, digest.name, for_day=day)

    async def send(self, delivery: Delivery) -> None:
        """Send a mail over the open connection."""
        inbox, digest = await self._wanted(delivery)
        use_language(await self._store.languages.of(inbox.user_id))
        message, session = self._write(delivery, inbox, digest), self._session
        assert session is not None
        try:
            await session.send(message, inbox.address, partial(self._hand_over, delivery))
        except AddressRefused as refused:
            log.info("%s: the address was refused, its inbox is paused", delivery.number)
            await self._store.inboxes.pause(inbox, refused.text, self._clock())
            raise NotDelivered(Status.DROPPED, data(refused.detail)) from refused
        except MessageRefused as refused:
            log.warning("Mail %s was refused: %s", delivery.number, refused.detail)
            raise NotDelivered(Status.DROPPED, data(refused.detail)) from refused
        except MailOutcomeUnknown as unclear:
            log.warning("Whether mail %s was accepted is unknown: %s", delivery.number, unclear.detail)
            self._session = None
            raise NotDelivered(Status.UNKNOWN, data(unclear.detail)) from unclear
        except RecipientDelayed as delayed:  # the connection is fine for the others
            raise self._later(delivery, delayed) from delayed
        except SenderRefused as refused:
            self._session, self._stopped = None, True
            log.warning("The mail server doesn't accept our mail, whoever it is for: %s", refused.detail)
            retry_at = self._clock() + _pause(delivery.tries)
            raise NotDelivered(Status.WAITING, data(refused.detail), retry_at) from refused
        except MailUnavailable as unavailable:
            self._session = None
            raise self._later(delivery, unavailable) from unavailable

    async def find(self, delivery: Delivery) -> None:
        """Mail can't be looked for: after its text began to leave, it counts as sent."""
        if delivery.handed_at is not None:
            reason = Text("I was interrupted while it was being sent, and don't know whether it was.")
            raise NotDelivered(Status.UNKNOWN, reason)

    async def _prepare(self, inbox: Inbox, now: datetime, work: deque[tuple[str, Work]]) -> None:
        try:
            claim = await self.due(inbox, now)
        except ZoneInfoNotFoundError:
            reason = Text("I don't know your time zone {zone}. Choose another one with /inbox.", zone=inbox.zone)
            await self._store.inboxes.pause(inbox, reason, self._clock())
            return
        if claim is not None:
            work.append((f"mail to {inbox.user_id}", partial(self.deliver, claim)))

    async def _send_all(self, work: deque[tuple[str, Work]]) -> None:
        """Do the work until it's done or the server has failed several times in a row."""
        failed, self._stopped = 0, False
        while work and failed < _FAILED_IN_A_ROW and not self._stopped:
            try:
                async with self._service.transport.connect() as self._session:
                    for _ in range(min(_PER_CONNECTION, len(work))):
                        label, send = work.popleft()
                        await run_logged(label, _ignoring_result(send))
                        if self._is_broken():
                            break
                failed = failed + 1 if self._is_broken() else 0
            except MailUnavailable as unavailable:
                log.warning("The mail server cannot be used: %s", unavailable.detail)
                return

    def _is_broken(self) -> bool:
        return self._session is None

    async def _wanted(self, delivery: Delivery) -> tuple[Inbox, Digest]:
        """Whom it goes to and what it contains. Raises ``NotDelivered`` if it's no longer wanted, or too old."""
        inbox = await self._store.inboxes.get(delivery.target_id)
        recent = delivery.day >= self._clock().date() - _MAX_AGE
        try:
            wanted = inbox is not None and not inbox.paused and recent
            digest = await self._digests.named(delivery.name, inbox.rules) if inbox and wanted else None
        except PaperBotError as error:  # rules that can't be read any more
            explain(error, what=f"choosing papers for mail {delivery.number}")
            digest = None
        if inbox is None or digest is None:
            raise NotDelivered(Status.DROPPED, Text("Before it could be sent, it was no longer wanted or too old."))
        return inbox, digest

    def _write(self, delivery: Delivery, inbox: Inbox, digest: Digest) -> EmailMessage:
        """The mail's text. Raises ``NotDelivered`` with a reference to the log if there is a bug in writing it."""
        try:
            return self._service.messages.digest(Recipient(inbox.user_id, inbox.address), digest, self._clock())
        except Exception as error:
            explained = explain(error, what=f"writing mail {delivery.number}")
            said = {"sentence": explained.sentence, "reference": explained.reference}
            reason = Text("{sentence} Reference {reference}", **said)
            raise NotDelivered(Status.DROPPED, reason) from error

    async def _hand_over(self, delivery: Delivery) -> None:
        if not await self._deliveries.hand_over(delivery, self._clock()):
            raise NotDelivered(Status.UNKNOWN, Text("Another process sends it."))

    def _later(self, delivery: Delivery, unavailable: MailUnavailable) -> NotDelivered:
        if delivery.tries < MAX_TRIES:
            retry_at = self._clock() + _pause(delivery.tries)
            return NotDelivered(Status.WAITING, data(unavailable.detail), retry_at)
        log.warning("Mail %s was given up after %s tries: %s", delivery.number, delivery.tries, unavailable.detail)
        tried = Text.plural("Tried once: {why}", "Tried {number} times: {why}", delivery.tries, why=unavailable.detail)
        return NotDelivered(Status.DROPPED, tried)


async def _ignoring_result(work: Work) -> None:
    await work()


def _pause(failures: int) -> timedelta:
    """How long to wait after that many failures in a row (1 or more): doubled each time, up to an hour."""
    return min(_FIRST_PAUSE * 2 ** min(failures - 1, 10), _LONGEST_PAUSE)
