"""The inbox's mail, from the list to a real mail server: once for a list and a person, whatever is interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from bot.client import PaperBot
from bot.inbox.cards import inbox_card
from bot.inbox.sender import MAX_TRIES, MailSender
from bot.inbox.service import InboxStatus
from bot.jobs.leased_jobs import SharedJobs
from bot.mail.mailer import MailService
from bot.mail.messages import Digest
from bot.settings import MailSecrets
from bot.storage import Store
from bot.storage.deliveries import Deliveries, Delivery, DeliveryKind, Status
from bot.storage.inboxes import Inbox
from bot.storage.schedule import Frequency
from bot.texts import use_language
from retrieval.library import Library
from retrieval.papers import Paper
from tests.bot.conftest import START, FakeClock, settings_for
from tests.bot.daily_post.daily_world import TODAY, list_of
from tests.bot.jobs.makers import mail_sender
from tests.bot.mail.mail_server import PASSWORD, MailServer, mail_server, trusting

SECRETS = MailSecrets(smtp_password=SecretStr(PASSWORD), mail_signing_key=SecretStr("k" * 32))
LEASE = timedelta(minutes=10)
INBOX = Inbox(
    user_id=3,
    address="ada@example.org",
    frequency=Frequency.DAILY,
    weekday=0,
    hour=8,
    zone="UTC",
    rules="",
    paused=False,
    reason=None,
    confirmed_at=START - timedelta(days=30),
    changed_at=START - timedelta(days=30),
)


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Post:
    """A library, a store, a mail server, and the sender between them. It is Tuesday, 08:00 UTC."""

    library: Library
    store: Store
    server: MailServer
    clock: FakeClock
    sender: MailSender
    bot: PaperBot

    async def tick(self, **later: float) -> None:
        """One run of the sender, after some time."""
        self.clock.move(**later)
        await self.sender.tick(self.clock())

    def another_sender(self, *, shared: bool = False) -> MailSender:
        """As after a restart, or in another process, which may have ``shared`` jobs."""
        assert self.bot.mail is not None
        jobs = SharedJobs(self.store.leases, self.clock) if shared else None
        return MailSender(self.library, self.store, self.clock, self.bot.settings.mail, self.bot.mail, jobs)

    async def only_row(self) -> Delivery:
        """The only mail to the person."""
        [row] = await self.store.deliveries.recent(DeliveryKind.MAIL, INBOX.user_id, 10)
        return row

    def text(self, number: int = -1) -> str:
        """The plain text of a received mail."""
        body = self.server.received[number].get_body(("plain",))
        assert body is not None
        return str(body.get_content())


async def add_people(post: Post, number: int) -> None:
    """More people to whom mail is due now."""
    for each in range(number):
        await post.store.inboxes.save(replace(INBOX, user_id=100 + each, address=f"p{each}@example.org"))


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """One person with mail, due now, and a list of three papers for today."""
    clock = FakeClock()
    async with mail_server() as server:
        settings = settings_for(tmp_path, mail=server.settings())
        async with (
            Library.of(list_of(TODAY, 5, 9, 1), settings, clock) as library,
            Store.open(settings.community_database) as store,
        ):
            office = MailService.of(settings.mail, SECRETS, trusting())
            assert office is not None
            bot = PaperBot(settings, library, store, clock, office)
            await store.inboxes.save(INBOX)
            yield Post(library, store, server, clock, mail_sender(bot, office), bot)


# --- what is sent, and when --------------------------------------------------------------------


async def test_the_days_list_is_mailed_once(post: Post) -> None:
    """However often the job runs: one mail, best paper first, recorded as sent."""
    for _ in range(3):
        await post.tick(minutes=1)
    assert post.server.to == ["ada@example.org"]
    assert post.text().index("Paper 1 of") < post.text().index("Paper 0 of") < post.text().index("Paper 2 of")
    row = await post.only_row()
    assert (row.status, row.name, row.for_day) == (Status.SENT, "2026-11-24", TODAY)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Paper vom Dienstag, 24. November 2026", "Abbestellen")),
        ("ja", ("2026年11月24日（火曜日）の論文", "配信停止")),
    ],
)
async def test_a_mail_is_in_the_persons_language(post: Post, language: str, words: tuple[str, str]) -> None:
    """It has no interaction, so the language was stored when the inbox was set up; quotes stay as they are."""
    await post.store.languages.save(INBOX.user_id, language)
    await post.tick(minutes=1)
    for each in (*words, "Paper 1 of"):
        assert each in post.text()


async def test_nothing_is_mailed_before_the_hour(post: Post) -> None:
    """The person's own hour, in their zone."""
    await post.store.inboxes.save(replace(INBOX, hour=18, zone="Asia/Tokyo"))
    await post.tick(minutes=59)
    assert post.server.received == []
    await post.tick(minutes=1)
    assert len(post.server.received) == 1


async def test_the_next_list_is_mailed_the_next_day(post: Post) -> None:
    """A late list doesn't cause a second mail that day, and a day without a new list has none."""
    await post.tick()
    await post.library.add(list_of(TODAY + timedelta(days=1), 7))
    await post.tick(hours=3)
    assert len(post.server.received) == 1
    await post.tick(days=1)
    assert "Paper 0 of 25 November" in post.text(1)
    await post.tick(days=1)
    assert len(post.server.received) == 2
    assert post.server.commands["AUTH"] == 2  # for nothing new the server is not troubled


async def test_a_late_list_is_mailed_when_it_is_out(post: Post) -> None:
    """The bot checks again on the same day."""
    await post.tick()
    await post.tick(days=1)
    assert len(post.server.received) == 1
    await post.library.add(list_of(TODAY + timedelta(days=1), 7))
    await post.tick(minutes=20)
    assert len(post.server.received) == 2


async def test_a_weekly_mail_has_the_best_of_seven_days(post: Post) -> None:
    """It is sent on its weekday only, without older papers."""
    await post.store.inboxes.save(replace(INBOX, frequency=Frequency.WEEKLY, weekday=2))
    await post.library.add(list_of(TODAY - timedelta(days=5), 500) + list_of(TODAY - timedelta(days=6), 900))
    await post.tick()
    assert post.server.received == []
    await post.tick(days=1)
    assert "Papers from 19 November to 24 November 2026" in post.text()
    assert "Paper 0 of 19 November" in post.text()
    assert "Paper 0 of 18 November" not in post.text()
    assert (await post.only_row()).name == "week-2026-11-25"


async def test_only_papers_that_match_the_rules_are_mailed(post: Post) -> None:
    """In the search language."""
    await post.store.inboxes.save(replace(INBOX, rules="harpsichord"))
    await post.library.add([_paper("harpsichord tuning", 3), _paper("something else", 4)])
    await post.tick()
    assert "harpsichord tuning" in post.text()
    assert "something else" not in post.text()
    assert "matching your rules: harpsichord" in post.text()


async def test_nothing_is_mailed_if_no_paper_matches(post: Post) -> None:
    """No connection is opened. If a matching paper arrives that day, it is mailed."""
    await post.store.inboxes.save(replace(INBOX, rules="harpsichord"))
    await post.tick()
    assert post.server.commands == {}
    await post.library.add([_paper("harpsichord tuning", 3)])
    await post.tick(minutes=20)
    assert len(post.server.received) == 1


async def test_unreadable_rules_do_not_stop_other_mail(post: Post) -> None:
    """As after a change of the search language."""
    await post.store.inboxes.save(replace(INBOX, rules='"half a quote'))
    await post.store.inboxes.save(replace(INBOX, user_id=4, address="bob@example.org"))
    await post.tick()
    assert post.server.to == ["bob@example.org"]


async def test_a_paused_inbox_gets_nothing(post: Post) -> None:
    """Until it is resumed, and nothing for the time between."""
    await post.store.inboxes.save(replace(INBOX, paused=True))
    await post.tick()
    assert post.server.received == []


@pytest.mark.parametrize("where", ["one process", "two processes"])
async def test_two_senders_send_one_mail(post: Post, where: str) -> None:
    """Only the one with the claim sends."""
    other = post.sender if where == "one process" else post.another_sender()
    now = post.clock()
    await asyncio.gather(post.sender.tick(now), other.tick(now), other.tick(now))
    assert len(post.server.received) == 1


async def test_many_people_share_a_few_connections(post: Post) -> None:
    """Each gets their own mail."""
    for number in range(60):
        await post.store.inboxes.save(replace(INBOX, user_id=100 + number, address=f"p{number}@example.org"))
    await post.tick()
    assert len(set(post.server.to)) == 61
    assert post.server.commands["AUTH"] == 2


# --- refusals and failures ---------------------------------------------------------------------


async def test_an_inbox_with_a_refused_address_is_paused(post: Post) -> None:
    """It isn't tried again, and /inbox shows the reason."""
    post.server.answers["RCPT"] = "550 5.1.1 No such mailbox"
    await post.tick()
    await post.tick(days=1)
    assert post.server.commands["RCPT"] == 1
    row, inbox = await post.only_row(), await post.store.inboxes.get(INBOX.user_id)
    assert (row.status, row.reason) == (Status.DROPPED, "550 5.1.1 No such mailbox")
    assert inbox is not None
    assert inbox.paused
    assert "550 5.1.1 No such mailbox" in (inbox.reason or "")
    use_language("de")
    card = str(inbox_card(InboxStatus(inbox, None, 5, [row])).to_components())
    use_language("")
    assert "Der Mailserver nimmt für diese Adresse keine E-Mails an: 550 5.1.1 No such mailbox" in card


async def test_a_refused_mail_is_not_sent_again(post: Post) -> None:
    """The next day's mail is sent."""
    post.server.answers["DATA"] = "554 5.7.1 Looks like spam"
    await post.tick()
    await post.tick(hours=5)
    assert (post.server.commands["DATA"], (await post.only_row()).status) == (1, Status.DROPPED)
    post.server.answers.clear()
    await post.library.add(list_of(TODAY + timedelta(days=1), 7))
    await post.tick(days=1)
    assert len(post.server.received) == 1


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    "answer", ["550 5.4.5 Daily sending quota exceeded", "554 5.4.7 Delivery expired", "553 5.1.8 Bad sender domain"]
)
async def test_the_senders_own_trouble_stops_all_and_blames_no_address(
    post: Post, command: str, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Twenty inboxes: one try, the operator reads why, and once it's fixed everybody gets their mail of the day."""
    for number in range(19):
        await post.store.inboxes.save(replace(INBOX, user_id=100 + number, address=f"p{number}@example.org"))
    post.server.answers[command] = answer
    for _ in range(8):
        await post.tick(hours=1)
    assert post.server.commands["RCPT"] <= 16
    assert len(await post.store.inboxes.active()) == 20
    assert answer in caplog.text
    post.server.answers.clear()
    for _ in range(2):
        await post.tick(hours=1)
    assert len(set(post.server.to)) == len(post.server.to) == 20


async def test_a_full_mailbox_delays_nobody_else(post: Post) -> None:
    """Three of ten are full: the seven have their mail at once, the three when there is room."""
    for number in range(9):
        await post.store.inboxes.save(replace(INBOX, user_id=number + 10, address=f"p{number}@example.org"))
    full = {"ada@example.org", "p3@example.org", "p4@example.org"}
    post.server.of_recipients = dict.fromkeys(full, "452 4.2.2 Mailbox full")
    await post.tick()
    assert len(post.server.received) == 7
    post.server.of_recipients = {}
    await post.tick(minutes=6)
    assert sorted(post.server.to) == sorted(inbox.address for inbox in await post.store.inboxes.active())


async def test_an_address_refused_with_the_text_is_paused(post: Post) -> None:
    """As if the server had said it at RCPT."""
    post.server.answers["DATA"] = "550 5.1.1 No such mailbox"
    await post.tick()
    inbox = await post.store.inboxes.get(INBOX.user_id)
    assert inbox is not None
    assert inbox.paused
    assert (await post.only_row()).status is Status.DROPPED


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_a_temporary_refusal_is_retried_with_growing_pauses(post: Post, command: str) -> None:
    """After five, ten and twenty minutes; then the mail arrives, once."""
    post.server.answers[command] = "450 4.2.0 Greylisted"
    for tries, pause in enumerate((0, 5, 10, 20), 1):
        if pause:
            await post.tick(minutes=pause - 1)
            assert (await post.only_row()).tries == tries - 1
        await post.tick(minutes=1)
        row = await post.only_row()
        assert (row.tries, row.status, row.reason) == (tries, Status.WAITING, "450 4.2.0 Greylisted")
    post.server.answers.clear()
    for _ in range(3):
        await post.tick(minutes=45)
    assert len(post.server.received) == 1
    assert (await post.only_row()).status is Status.SENT


async def test_a_mail_is_given_up_after_several_tries(post: Post) -> None:
    """With the server's last reply as the reason."""
    post.server.answers["RCPT"] = "450 4.2.0 Greylisted"
    for _ in range(12):
        await post.tick(hours=1)
    row = await post.only_row()
    assert (row.status, row.tries) == (Status.DROPPED, MAX_TRIES)
    assert row.reason == f"Tried {MAX_TRIES} times: 450 4.2.0 Greylisted"


async def test_a_mail_is_retried_if_the_server_hangs_up_before_the_text(post: Post) -> None:
    """It was certainly not sent."""
    post.server.breaks_at = "RCPT"
    await post.tick()
    assert (await post.only_row()).status is Status.WAITING
    post.server.breaks_at = None
    await post.tick(minutes=6)
    assert len(post.server.received) == 1


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("how", ["breaks_at", "silent_at"])
async def test_a_mail_with_an_unknown_outcome_is_not_sent_again(post: Post, how: str, taken: bool) -> None:
    """The bot can't know whether the server accepted it, and two mails are worse than none."""
    setattr(post.server, how, "DATA")
    post.server.takes_before_breaking = taken
    await post.tick()
    assert (await post.only_row()).status is Status.UNKNOWN
    setattr(post.server, how, None)
    post.server.takes_before_breaking = False
    for _ in range(3):
        await post.tick(hours=1)
    assert len(post.server.received) == int(taken)


async def test_a_server_that_does_not_respond_is_tried_later(post: Post) -> None:
    """It is given up after the seconds in the settings."""
    post.server.silent_at = "RCPT"
    await post.tick()
    assert (await post.only_row()).status is Status.WAITING
    post.server.silent_at = None
    await post.tick(minutes=6)
    assert len(post.server.received) == 1


async def test_a_process_that_takes_over_waits_as_long(post: Post) -> None:
    """The pause after a failure holds for all processes, whichever of them does the job."""
    post.server.answers["MAIL"] = "421 Down"
    await add_people(post, 5)
    killed, second = (post.another_sender(shared=True) for _ in range(2))
    await killed.tick(post.clock())
    assert post.server.commands["MAIL"] == 3
    post.clock.move(minutes=4)
    await second.tick(post.clock())
    assert post.server.commands["MAIL"] == 3
    post.clock.move(minutes=1)
    await second.tick(post.clock())
    assert post.server.commands["MAIL"] > 3


async def test_a_server_that_is_down_is_tried_less_often(post: Post) -> None:
    """After five minutes, then ten. No mail is lost."""
    post.server.answers["MAIL"] = "421 Down"
    await add_people(post, 5)
    await post.tick()
    assert post.server.commands["MAIL"] == 3  # three in a row are enough to see it
    await post.tick(minutes=1)
    assert post.server.commands["MAIL"] == 3
    post.server.answers.clear()
    await post.tick(minutes=6)
    assert len(set(post.server.to)) == 6


async def test_a_waiting_mail_keeps_its_tries_while_the_server_is_down(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wasn't tried: the server couldn't be reached at all."""
    post.server.answers["RCPT"] = "450 Later"
    await post.tick()
    post.server.answers.clear()

    def no(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with monkeypatch.context() as patch:
        patch.setattr(post.server, "authenticate", no)
        for _ in range(MAX_TRIES + 1):
            await post.tick(hours=1)
    row = await post.only_row()
    assert (row.status, row.tries) == (Status.WAITING, 1)
    await post.tick(hours=2)
    assert len(post.server.received) == 1


async def test_a_mail_that_waited_for_days_is_dropped(post: Post) -> None:
    """Nobody wants last week's list."""
    post.server.answers["RCPT"] = "450 Later"
    await post.tick()
    post.server.answers.clear()
    await post.tick(days=3)
    assert post.server.received == []
    assert (await post.only_row()).status is Status.DROPPED


async def test_a_wrong_password_loses_no_mail(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the operator has fixed it, the same day's mail is sent."""

    def no(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with monkeypatch.context() as patch:
        patch.setattr(post.server, "authenticate", no)
        await post.tick()
    assert await post.store.deliveries.recent(DeliveryKind.MAIL, INBOX.user_id, 1) == []
    await post.tick(minutes=6)
    assert len(post.server.received) == 1


# --- interruptions -----------------------------------------------------------------------------


async def test_a_crash_before_the_text_loses_nothing(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claimed, not handed over, restarted: sent once the lease is over."""

    async def die(*_: object) -> bool:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(Deliveries, "hand_over", die)
        with pytest.raises(Crash):
            await post.tick()
    post.sender = post.another_sender()
    await post.tick()
    assert post.server.received == []
    await post.tick(seconds=LEASE.total_seconds() + 1)
    assert len(post.server.received) == 1
    assert (await post.only_row()).status is Status.SENT


async def test_a_crash_after_the_text_sends_nothing_twice(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent, not noted, restarted: it counts as sent."""

    async def die(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(Deliveries, "confirm", die)
        with pytest.raises(Crash):
            await post.tick()
    assert len(post.server.received) == 1
    post.sender = post.another_sender()
    for _ in range(3):
        await post.tick(hours=1)
    assert len(post.server.received) == 1
    assert (await post.only_row()).status is Status.UNKNOWN


async def test_a_sender_whose_lease_was_taken_over_does_not_send(post: Post) -> None:
    """It was slow, and only the other one hands over the text."""
    other = post.another_sender()

    async def take_over() -> None:
        post.clock.move(seconds=LEASE.total_seconds() + 1)
        await other.tick(post.clock())

    post.server.meanwhile = take_over
    await post.tick()
    assert post.server.commands["RCPT"] == 2
    assert len(post.server.received) == 1
    assert (await post.only_row()).status is Status.SENT


@pytest.mark.parametrize("gone", ["left", "paused"])
async def test_leaving_drops_a_waiting_mail(post: Post, gone: str) -> None:
    """There is no second try."""
    post.server.answers["RCPT"] = "450 Later"
    await post.tick()
    post.server.answers.clear()
    if gone == "left":
        await post.store.inboxes.forget_person(INBOX.user_id)
    else:
        await post.store.inboxes.save(replace(INBOX, paused=True))
    await post.tick(minutes=6)
    assert post.server.received == []
    assert (await post.only_row()).status is Status.DROPPED


async def test_a_defect_in_one_mail_does_not_stop_the_others(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged with a reference."""
    await post.store.inboxes.save(replace(INBOX, user_id=4, address="bob@example.org", rules="question"))

    def some(digest: Digest) -> str:
        return digest.rules or str(1 / 0)

    monkeypatch.setattr("bot.mail.messages._subject", some)
    await post.tick()
    assert post.server.to == ["bob@example.org"]
    assert "Reference" in ((await post.only_row()).reason or "")


# --- without a server --------------------------------------------------------------------------


async def test_the_preview_writes_mail_to_a_folder(post: Post, tmp_path: Path) -> None:
    """As it would be sent, and as a page to look at. Files of the last run are deleted."""
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "007.html").write_text("old", encoding="utf-8")
    office = MailService.in_folder(post.bot.settings.mail, folder)
    await mail_sender(post.bot, office).tick(post.clock())
    assert sorted(path.name for path in folder.iterdir()) == ["001.eml", "001.html"]
    assert "Paper 1 of 24 November" in (folder / "001.html").read_text(encoding="utf-8")
    assert (await post.only_row()).status is Status.SENT
    assert post.server.received == []


def _paper(title: str, votes: int) -> Paper:
    [paper] = list_of(TODAY, votes)
    listing = paper.listing
    assert listing is not None
    place = 10 + len(title)
    return paper.model_copy(
        update={"id": f"t-{place}", "title": title, "listing": listing.model_copy(update={"position": place})}
    )
