"""Whatever the mail server does and whenever the bot stops: each list is mailed at most once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.client import PaperBot
from bot.mail.errors import MailOutcomeUnknown, MailUnavailable, MessageRefused
from bot.mail.mailer import MailService
from bot.mail.messages import MailMessages
from bot.mail.smtp import BeforeData, no_action
from bot.settings import MailSettings
from bot.storage import Store
from bot.storage.deliveries import DeliveryKind, Status
from retrieval.library import Library
from tests.bot.conftest import FakeClock, settings_for
from tests.bot.daily_post.daily_world import TODAY, list_of
from tests.bot.inbox.test_sender import INBOX, Crash
from tests.bot.jobs.makers import mail_sender

CHOSEN = MailSettings(host="localhost", sender="papers@example.org")


class Fate(Enum):
    """What happens to one try."""

    TAKEN = "taken"
    DOWN = "the server cannot be reached"
    LATER = "not now"
    REFUSED = "never"
    LOST_TAKEN = "taken, and the line breaks"
    LOST = "not taken, and the line breaks"
    DIES_BEFORE = "the bot dies before the text leaves"
    DIES_AFTER = "the bot dies after the text was taken"


@dataclass
class Fates:
    """A mail server that follows a list of fates, try by try, and then accepts everything."""

    left: list[Fate]
    taken: list[str] = field(default_factory=list[str])

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[Fates]:
        """Itself, as a line."""
        if self.left and self.left[0] is Fate.DOWN:
            self.left.pop(0)
            raise MailUnavailable("down")
        yield self

    async def send(self, letter: EmailMessage, address: str, before_data: BeforeData = no_action) -> None:
        """One try."""
        fate = self.left.pop(0) if self.left else Fate.TAKEN
        if fate is Fate.LATER:
            raise MailUnavailable("later")
        if fate is Fate.DIES_BEFORE:
            raise Crash
        await before_data()
        if fate is Fate.REFUSED:
            raise MessageRefused("no")
        if fate is not Fate.LOST:
            self.taken.append(letter["Message-ID"])
        if fate in (Fate.LOST, Fate.LOST_TAKEN):
            raise MailOutcomeUnknown("broke off")
        if fate is Fate.DIES_AFTER:
            raise Crash


@settings(max_examples=20, deadline=None)
@given(fates=st.lists(st.sampled_from(Fate), max_size=5), pauses=st.lists(st.sampled_from((1, 6, 40)), min_size=14))
async def test_a_list_is_sent_once_and_lost_only_knowingly(
    tmp_path_factory: pytest.TempPathFactory, fates: list[Fate], pauses: list[int]
) -> None:
    """At most one mail; none only if it was refused, or if its outcome is unknown."""
    clock, fate = FakeClock(), Fates(list(fates))
    chosen = settings_for(tmp_path_factory.getbasetemp())
    async with (
        Library.of(list_of(TODAY, 5), chosen, clock) as library,
        Store.open(tmp_path_factory.mktemp("law") / "community.sqlite3") as store,
    ):
        office = MailService(fate, MailMessages(CHOSEN, None), None)
        bot = PaperBot(chosen, library, store, clock, office)
        await store.inboxes.save(INBOX)
        sender = mail_sender(bot, office)
        for pause in (*pauses[:14], 60, 60, 60):
            try:
                await sender.tick(clock())
            except Crash:
                sender = mail_sender(bot, office)
            clock.move(minutes=pause)
        [row] = await store.deliveries.recent(DeliveryKind.MAIL, INBOX.user_id, 5)
        assert len(fate.taken) <= 1
        if not fate.taken:
            assert row.status in (Status.DROPPED, Status.UNKNOWN)
            assert set(fates) & {Fate.REFUSED, Fate.LOST}
        elif row.status is not Status.SENT:
            assert row.status is Status.UNKNOWN
            assert set(fates) & {Fate.LOST_TAKEN, Fate.DIES_AFTER}
