"""Sending the inbox's mail: claimed in the ledger, handed over, settled; never twice.

The claim is kept before anything is sent, and once more it is noted right before the text leaves. So after a
crash it is known which mails were certainly not sent (they are sent then), and which may have been (they are not).
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Final

from bot.client import PaperBot
from bot.errors import explain
from bot.inbox.digest import Digests
from bot.jobs.local_time import Past, due_day
from bot.mail.errors import AddressRefused, MailOutcomeUnknown, MailUnavailable, MessageRefused
from bot.mail.mailer import MailService
from bot.mail.messages import Digest, Recipient
from bot.mail.smtp import MailSession
from bot.storage.inbox_mails import Mail
from bot.storage.inboxes import Inbox
from retrieval.errors import PaperBotError

log = logging.getLogger(__name__)

MOST_TRIES: Final = 6
"""How often a mail is tried; with the pauses between, over two and a half hours."""

_FIRST_PAUSE: Final = timedelta(minutes=5)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_LOOK_AGAIN: Final = timedelta(minutes=15)  # for whom there was nothing: a list may still come, or get votes
_OLDEST: Final = timedelta(days=2)  # a mail that could not be sent for so long is dropped
_ON_A_LINE: Final = 50  # letters over one connection: servers end long ones
_FAILED_IN_A_ROW: Final = 3
_LEAST_LEASE: Final = timedelta(minutes=10)


class _TakenOverError(Exception):
    """Another sender took the claim for abandoned, and over."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A mail to be sent; ``mail`` is its row where it waits for one more try."""

    inbox: Inbox
    digest: Digest
    day: date
    mail: Mail | None = None


class MailSender:
    """Sends what is due. Several of them, in one process or in many, still send one mail."""

    def __init__(self, bot: PaperBot, office: MailService) -> None:
        self._bot = bot
        self._office = office
        self._lease = max(_LEAST_LEASE, timedelta(seconds=16 * bot.settings.mail.seconds))
        self._quiet_until: datetime | None = None
        self._away = 0  # times in a row that the server was away
        self._nothing_until = dict[int, datetime]()

    async def tick(self, now: datetime) -> None:
        """Settle what was interrupted, then send what is due at ``now`` (aware UTC), one mail after the other."""
        await self._settle(now)
        if self._quiet_until is not None and now < self._quiet_until:
            return
        work = deque([*await self._again(now), *await self._due(now)])
        failed = 0
        while work and failed < _FAILED_IN_A_ROW:
            try:
                async with self._office.transport.connect() as line:
                    failed = 0 if await self._send_over(line, work) else failed + 1
            except MailUnavailable as away:
                log.warning("The mail server cannot be used: %s", away.detail)
                break
        if work:
            self._away += 1
            self._quiet_until = now + _pause(self._away)
        else:
            self._away, self._quiet_until = 0, None

    # --- what is to be sent --------------------------------------------------------------------

    async def _settle(self, now: datetime) -> None:
        """Mails whose sender has gone: not handed over, they are sent again; handed over, they are not."""
        mails = self._bot.store.inbox_mails
        for mail in await mails.abandoned(now - self._lease):
            if mail.handed_at is None:
                await mails.wait(mail, "I was interrupted before it was sent.", now)
            else:
                await mails.unknown(mail, "I was interrupted while it was sent, and do not know whether it was.", now)

    async def _again(self, now: datetime) -> list[_Work]:
        store, digests, work = self._bot.store, self._digests(), list[_Work]()
        for waiting in await store.inbox_mails.waiting(now):
            inbox = await store.inboxes.get(waiting.user_id)
            wanted = inbox is not None and not inbox.paused and waiting.for_day >= now.date() - _OLDEST
            digest = await self._named(digests, waiting, inbox.rules) if inbox and wanted else None
            if inbox is None or digest is None:
                mail = await store.inbox_mails.try_again(waiting, now)
                if mail is not None:
                    await store.inbox_mails.refused(
                        mail, "Before it could be sent it was no longer wanted, or too old.", now
                    )
            else:
                work.append(_Work(inbox, digest, waiting.for_day, waiting))
        return work

    async def _named(self, digests: Digests, waiting: Mail, rules: str) -> Digest | None:
        """What a waiting mail holds; ``None`` also where the rules cannot be used any more."""
        try:
            return await digests.named(waiting.list_name, rules)
        except PaperBotError as error:
            explain(error, what=f"choosing papers for mail {waiting.id}")
            return None

    async def _due(self, now: datetime) -> list[_Work]:
        """People whose hour has come and who had no mail for their local day."""
        ran = await self._bot.store.inbox_mails.days_run((now.astimezone(UTC) - timedelta(days=1)).date())
        self._nothing_until = {user: until for user, until in self._nothing_until.items() if now < until}
        digests, work = self._digests(), list[_Work]()
        for inbox in await self._bot.store.inboxes.active():
            day = due_day(inbox, now, Past(ran_on=ran.get(inbox.user_id, ())))
            if day is None or inbox.user_id in self._nothing_until:
                continue
            digest = await self._drawn(digests, inbox, day)
            if digest is None:
                self._nothing_until[inbox.user_id] = now + _LOOK_AGAIN
            else:
                work.append(_Work(inbox, digest, day))
        return work

    async def _drawn(self, digests: Digests, inbox: Inbox, day: date) -> Digest | None:
        """What the person gets; rules that cannot be used stop nobody else's mail."""
        try:
            return await digests.owed(inbox, day, await self._bot.store.inbox_mails.lists_of(inbox.user_id))
        except PaperBotError as error:
            explain(error, what="choosing papers for a mail")
            return None

    def _digests(self) -> Digests:
        return Digests(self._bot.library, self._bot.settings.mail.papers)

    # --- sending -------------------------------------------------------------------------------

    async def _send_over(self, line: MailSession, work: deque[_Work]) -> bool:
        """Send over one connection as many as it bears; ``False`` where the server sent one away."""
        for _ in range(min(_ON_A_LINE, len(work))):
            each = work.popleft()
            now = self._bot.clock()
            mail = await self._taken(each, now)
            if mail is not None and not await self._send(line, each, mail, now):
                return False
        return True

    async def _taken(self, work: _Work, now: datetime) -> Mail | None:
        """The claim of a mail, or of one more try; ``None`` where somebody else has it."""
        mails = self._bot.store.inbox_mails
        if work.mail is not None:
            return await mails.try_again(work.mail, now)
        return await mails.claim(work.inbox.user_id, work.digest.name, work.day, now)

    async def _send(self, line: MailSession, work: _Work, mail: Mail, now: datetime) -> bool:
        """Send a claimed mail and settle the claim; ``False`` where the server takes none just now."""
        mails, inbox = self._bot.store.inbox_mails, work.inbox

        async def handing() -> None:
            if not await mails.hand_over(mail, self._bot.clock()):
                raise _TakenOverError

        letter = await self._written(work, mail, now)
        if letter is None:
            return True
        try:
            await line.send(letter, inbox.address, handing)
        except AddressRefused as refused:
            await mails.refused(mail, refused.detail, self._bot.clock())
            await self._bot.store.inboxes.pause(inbox, str(refused), self._bot.clock())
            log.info("Mail %s: the address was refused, its inbox is paused", mail.id)
        except MessageRefused as refused:
            log.warning("Mail %s was refused: %s", mail.id, refused.detail)
            await mails.refused(mail, refused.detail, self._bot.clock())
        except MailOutcomeUnknown as unclear:
            log.warning("Whether mail %s was taken is unknown: %s", mail.id, unclear.detail)
            await mails.unknown(mail, unclear.detail, self._bot.clock())
            return False
        except MailUnavailable as away:
            await self._later(mail, away)
            return False
        except _TakenOverError:
            log.info("Mail %s is in other hands", mail.id)
        else:
            await mails.sent(mail, self._bot.clock())
        return True

    async def _written(self, work: _Work, mail: Mail, now: datetime) -> EmailMessage | None:
        """The letter; a defect in writing one is logged, and holds up nobody else's."""
        to = Recipient(work.inbox.user_id, work.inbox.address)
        try:
            return self._office.messages.digest(to, work.digest, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other letters go out
            told = explain(error, what=f"writing mail {mail.id}")
            await self._bot.store.inbox_mails.refused(mail, f"{told.sentence} Reference {told.reference}", now)
            return None

    async def _later(self, mail: Mail, away: MailUnavailable) -> None:
        now = self._bot.clock()
        if mail.tries < MOST_TRIES:
            await self._bot.store.inbox_mails.wait(mail, away.detail, now + _pause(mail.tries))
        else:
            log.warning("Mail %s was given up after %s tries: %s", mail.id, mail.tries, away.detail)
            await self._bot.store.inbox_mails.refused(mail, f"Tried {mail.tries} times: {away.detail}", now)


def _pause(times: int) -> timedelta:
    """How long to wait after that many failures in a row (1 or more): twice as long each time, up to an hour."""
    return min(_FIRST_PAUSE * 2 ** min(times - 1, 10), _LONGEST_PAUSE)
