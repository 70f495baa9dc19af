"""``/inbox`` in a simulated Discord, with a real mail server on loopback."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import simcord
from pydantic import SecretStr

from bot.client import PaperBot
from bot.inbox.cards import confirm_leave_card, inbox_card, left_card, offer_card, pending_card
from bot.inbox.service import InboxStatus, PendingCode
from bot.mail.mailer import MailService
from bot.settings import MailSecrets
from bot.storage import Store
from bot.storage.deliveries import Claim, DeliveryKind, Status
from bot.storage.inbox_codes import BY_PERSON, LIFE, TO_MAILBOX, TRIES
from bot.storage.inboxes import Inbox
from bot.storage.schedule import Frequency
from bot.ui.discord_limits import check
from retrieval.english import Text
from retrieval.library import Library
from tests.bot.conftest import START, FakeClock, World, seen, settings_for, whispered
from tests.bot.daily_post.daily_world import TODAY, delivery, list_of
from tests.bot.jobs.makers import mail_sender
from tests.bot.mail.mail_server import PASSWORD, MailServer, mail_server, trusting

ADDRESS = "ada@example.org"
INBOX = Inbox(3, ADDRESS, Frequency.DAILY, 0, 9, "UTC", "", False, None, START, START)


@dataclass
class MailWorld(World):
    """A world with a mail server."""

    server: MailServer
    store: Store

    async def restart(self) -> None:
        """The process ends and a new one begins: the databases are all that it knows."""
        self.bot = PaperBot(self.bot.settings, self.bot.library, self.bot.store, self.clock, self.bot.mail)
        await self.env.restart_bot(self.bot)

    async def inbox(self, who: simcord.MemberActor | None = None, **options: Any) -> simcord.InteractionResult:
        """Use /inbox."""
        return await (who or self.member).slash(self.channel, "inbox", **options)

    async def press(
        self, shown: simcord.InteractionResult, label: str, who: simcord.MemberActor | None = None
    ) -> simcord.InteractionResult:
        """Press a button of a card."""
        assert shown.response is not None
        return await (who or self.member).click(shown.response, label=label)

    async def fill_in(
        self, shown: simcord.InteractionResult, label: str, who: simcord.MemberActor | None = None, **values: Any
    ) -> simcord.InteractionResult:
        """Press a button that opens a form, fill it in and send it."""
        form = await self.press(shown, label, who)
        assert form.modal is not None
        return await (who or self.member).submit_modal(form, values)

    def code(self) -> str:
        """The code in the newest mail."""
        body = self.server.received[-1].get_body(("plain",))
        assert body is not None
        found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", str(body.get_content()))
        assert found
        return found[0]

    async def saved(self) -> Inbox:
        """The member's inbox, which must be there."""
        inbox = await self.store.inboxes.get(self.member.id)
        assert inbox is not None
        return inbox

    async def subscribed(self) -> simcord.InteractionResult:
        """The member with an inbox; what they see of it."""
        shown = await self.inbox()
        await self.fill_in(shown, "Get papers by mail", address=ADDRESS)
        await self.fill_in(shown, "Enter the code", code=self.code())
        return shown


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[MailWorld]:
    """A server with a member, a mail server and today's list. It is Tuesday, 24 November 2026, 08:00 UTC."""
    clock = FakeClock()
    async with mail_server() as server:
        settings = settings_for(tmp_path, mail=server.settings())
        async with (
            Library.of(list_of(TODAY, 5, 9, 1), settings, clock) as library,
            Store.open(settings.community_database) as store,
        ):
            office = MailService.of(settings.mail, MailSecrets(smtp_password=SecretStr(PASSWORD)), trusting())
            bot = PaperBot(settings, library, store, clock, office)
            env = simcord.Env(bot, shard_count=1, check_errors=False, settle_timeout=60)  # real mail, on a slow machine
            await env.start()
            try:
                guild = env.create_guild("Reading room")
                channel = guild.create_text_channel("papers")
                member, other = guild.add_member(env.create_user("ada")), guild.add_member(env.create_user("eve"))
                yield MailWorld(env, bot, clock, guild, channel, member, other, server, store)
            finally:
                await env.shutdown()


# --- setting up --------------------------------------------------------------------------------


async def test_a_person_confirms_an_address_and_gets_papers(world: MailWorld) -> None:
    """The whole way: offer, address, code, and the next mail."""
    shown = await world.inbox()
    assert "Papers by mail" in whispered(shown)
    await world.fill_in(shown, "Get papers by mail", address=f" {ADDRESS} ")
    assert f"I've sent a code to **{ADDRESS}**" in seen(shown.response)
    assert world.server.to == [ADDRESS]
    assert await world.store.inboxes.get(world.member.id) is None
    await world.fill_in(shown, "Enter the code", code=world.code())
    assert "Your inbox is set up." in seen(shown.response)
    assert "every day at 09:00" in seen(shown.response)
    assert world.bot.mail is not None
    world.clock.move(hours=1)
    await mail_sender(world.bot, world.bot.mail).tick(world.clock())
    assert world.server.received[-1]["Subject"].startswith("24 November: Paper 1")
    assert "24 November 2026 · sent" in whispered(await world.inbox())


async def test_only_the_hash_of_a_code_is_stored(world: MailWorld, tmp_path: Path) -> None:
    """Nobody can read a code in the database."""
    await world.fill_in(await world.inbox(), "Get papers by mail", address=ADDRESS)
    code = world.code()
    files = b"".join((tmp_path / f"community.sqlite3{end}").read_bytes() for end in ("", "-wal"))
    assert ADDRESS.encode() in files
    assert code.encode() not in files
    assert code.replace("-", "").encode() not in files


async def test_setting_up_continues_after_a_restart(world: MailWorld) -> None:
    """The buttons work, and the code is still valid."""
    shown = await world.inbox()
    await world.restart()
    await world.fill_in(shown, "Get papers by mail", address=ADDRESS)
    await world.restart()
    await world.fill_in(shown, "Enter the code", code=world.code())
    assert (await world.saved()).address == ADDRESS


async def test_a_pending_code_is_asked_for_again(world: MailWorld) -> None:
    """``/inbox`` continues after Discord was closed, or cancels the code."""
    await world.fill_in(await world.inbox(), "Get papers by mail", address=ADDRESS)
    shown = await world.inbox()
    assert "Check your inbox" in whispered(shown)
    await world.press(shown, "Cancel")
    assert "Papers by mail" in seen(shown.response)
    assert "Papers by mail" in whispered(await world.inbox())


# --- refusals ----------------------------------------------------------------------------------


async def test_without_a_mail_server_the_bot_says_that_it_cannot_send_mail(world: MailWorld) -> None:
    """The command does, and old buttons do."""
    shown = await world.inbox()
    world.bot.mail = None
    assert "This bot can't send mail" in whispered(await world.inbox())
    assert "This bot can't send mail" in whispered(await world.press(shown, "Get papers by mail"))


async def test_an_invalid_address_is_refused(world: MailWorld) -> None:
    """Nothing is sent, and the card stays as it is."""
    shown = await world.inbox()
    result = await world.fill_in(shown, "Get papers by mail", address="ada at example")
    assert "isn't a valid email address" in whispered(result)
    assert world.server.received == []
    assert "Papers by mail" in seen(shown.response)


async def test_wrong_codes_are_refused_and_counted(world: MailWorld) -> None:
    """After the last try the right one is refused, too."""
    shown = await world.inbox()
    await world.fill_in(shown, "Get papers by mail", address=ADDRESS)
    for left in range(TRIES - 1, -1, -1):
        result = await world.fill_in(shown, "Enter the code", code="AAAA-AAAA")
        said = seen(result.followups[-1])
        assert "That's not the code" in said
        assert (f"You have {left} more" in said) if left else ("no tries left" in said)
    refused = await world.press(shown, "Enter the code")
    assert "There's no code to enter any more" in whispered(refused)
    assert await world.store.inboxes.get(world.member.id) is None


async def test_tries_in_forms_opened_together_are_all_counted(world: MailWorld) -> None:
    """Opening several forms first doesn't get around the limit."""
    shown = await world.inbox()
    await world.fill_in(shown, "Get papers by mail", address=ADDRESS)
    forms = [await world.press(shown, "Enter the code") for _ in range(TRIES + 1)]
    for form in forms[:-1]:
        await world.member.submit_modal(form, {"code": "AAAA-AAAA"})
    last = await world.member.submit_modal(forms[-1], {"code": world.code()})
    assert "There's no code to enter any more" in seen(last.followups[-1])
    assert await world.store.inboxes.get(world.member.id) is None


async def test_every_form_works_over_a_restart(world: MailWorld) -> None:
    """An address, its code and the settings are typed while the bot restarts."""
    shown = await world.inbox()
    filled: list[tuple[str, dict[str, Any]]] = [
        ("Get papers by mail", {"address": ADDRESS}),
        ("Enter the code", {}),
        ("Change", {"often": ["daily"], "hour": ["7"], "zone": "UTC", "rules": "owls"}),
    ]
    for label, values in filled:
        form = await world.press(shown, label)
        await world.restart()
        await world.member.submit_modal(form, values or {"code": world.code()})
    inbox = await world.saved()
    assert (inbox.address, inbox.hour, inbox.rules) == (ADDRESS, 7, "owls")


async def test_a_code_expires(world: MailWorld) -> None:
    """After a quarter of an hour."""
    shown = await world.inbox()
    await world.fill_in(shown, "Get papers by mail", address=ADDRESS)
    form = await world.press(shown, "Enter the code")
    world.clock.move(seconds=LIFE.total_seconds())
    result = await world.member.submit_modal(form, {"code": world.code()})
    assert "There's no code to enter any more" in seen(result.followups[-1])


async def test_a_code_works_once_and_only_for_its_person(world: MailWorld) -> None:
    """Neither somebody else's form nor a second one accepts it."""
    shown, others = await world.inbox(), await world.inbox(world.admin)
    await world.fill_in(shown, "Get papers by mail", address=ADDRESS)
    mine = world.code()
    await world.fill_in(others, "Get papers by mail", world.admin, address="eve@example.org")
    stolen = await world.fill_in(others, "Enter the code", world.admin, code=mine)
    assert "That's not the code" in seen(stolen.followups[-1])
    again = await world.press(shown, "Enter the code")
    await world.fill_in(shown, "Enter the code", code=mine)
    twice = await world.member.submit_modal(again, {"code": mine})
    assert "There's no code to enter any more" in seen(twice.followups[-1])
    assert (await world.saved()).address == ADDRESS


async def test_a_newer_code_replaces_the_older(world: MailWorld) -> None:
    """Only the last address can be confirmed."""
    shown = await world.inbox()
    await world.fill_in(shown, "Get papers by mail", address="old@example.org")
    old = world.code()
    await world.fill_in(shown, "Send another", address=ADDRESS)
    assert "That's not the code" in seen((await world.fill_in(shown, "Enter the code", code=old)).followups[-1])
    await world.fill_in(shown, "Enter the code", code=world.code())
    assert (await world.saved()).address == ADDRESS


async def test_a_mailbox_gets_few_codes_a_day(world: MailWorld) -> None:
    """Whoever asks, however the address is spelled, and even after ``/privacy``; the limit ends the next day."""
    spelled = [ADDRESS, "Ada+x@Example.org", "ADA@example.org"]
    assert len(spelled) == TO_MAILBOX
    for address in spelled:
        await world.fill_in(await world.inbox(), _first(await world.inbox()), address=address)
        await world.store.forget_person(world.member.id)
    shown = await world.inbox(world.admin)
    refused = await world.fill_in(shown, "Get papers by mail", world.admin, address=ADDRESS)
    assert f"sent {TO_MAILBOX} codes to that address" in seen(refused.followups[-1])
    assert len(world.server.received) == TO_MAILBOX
    world.clock.move(days=1)
    await world.fill_in(shown, "Get papers by mail", world.admin, address=ADDRESS)
    assert len(world.server.received) == TO_MAILBOX + 1


async def test_a_person_gets_few_codes_a_day(world: MailWorld) -> None:
    """Whatever the addresses: the bot can't be used to mail strangers."""
    shown = await world.inbox()
    for number in range(BY_PERSON):
        await world.fill_in(shown, _first(shown), address=f"p{number}@example.org")
    refused = await world.fill_in(shown, "Send another", address="more@example.org")
    assert f"asked for {BY_PERSON} codes" in seen(refused.followups[-1])
    assert len(world.server.received) == BY_PERSON


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"RCPT": "550 5.1.1 No such mailbox"}, "doesn't accept mail for this address: 550 5.1.1 No such mailbox"),
        ({"DATA": "554 Spam"}, "rejected the message"),
        ({"MAIL": "451 Later"}, "isn't accepting mail right now"),
    ],
)
async def test_a_code_that_cannot_be_sent_is_explained(world: MailWorld, answers: dict[str, str], said: str) -> None:
    """A failure of the server doesn't count towards the person's limit."""
    world.server.answers = answers
    shown = await world.inbox()
    for _ in range(BY_PERSON + 1 if "MAIL" in answers else 1):
        result = await world.fill_in(shown, "Get papers by mail", address=ADDRESS)
        assert said in seen(result.followups[-1])
    assert "Papers by mail" in seen(shown.response)


# --- changing ----------------------------------------------------------------------------------


async def test_settings_are_changed_in_a_form(world: MailWorld) -> None:
    """Weekly on a weekday, at an hour, in a zone, with rules."""
    shown = await world.subscribed()
    await world.fill_in(shown, "Change", often=["4"], hour=["18"], zone="europe/berlin", rules=" diffusion  -medical ")
    assert "every Friday at 18:00 (Europe/Berlin)**: up to 10 papers that match `diffusion -medical`" in seen(
        shown.response
    )
    moment = world.clock() + timedelta(days=3, hours=9)
    assert f"<t:{int(moment.timestamp())}:F>" in seen(shown.response)
    inbox = await world.saved()
    assert (inbox.frequency, inbox.weekday, inbox.hour, inbox.zone) == (Frequency.WEEKLY, 4, 18, "Europe/Berlin")
    assert inbox.rules == "diffusion -medical"
    await world.fill_in(shown, "Change", often=["daily"], hour=["0"], zone="UTC", rules="")
    assert "every day at 00:00 (UTC)**: up to 10 papers." in seen(shown.response)


@pytest.mark.parametrize(
    ("values", "said"),
    [({"zone": "Atlantis"}, "I don't recognise the time zone"), ({"rules": '"half a quote'}, "half a quote")],
)
async def test_a_change_with_a_mistake_changes_nothing(world: MailWorld, values: dict[str, str], said: str) -> None:
    """The sentence says what is wrong."""
    shown = await world.subscribed()
    before = await world.saved()
    typed: dict[str, Any] = {"often": ["4"], "hour": ["18"], "zone": "UTC", "rules": ""} | values
    assert said in whispered(await world.fill_in(shown, "Change", **typed))
    assert await world.saved() == before


async def test_settings_are_changed_with_options(world: MailWorld) -> None:
    """Other settings stay. A dash removes the rules."""
    await world.subscribed()
    said = whispered(await world.inbox(often="2", hour=7, zone="asia/tokyo", rules="author:ada"))
    assert "every Wednesday at 07:00 (Asia/Tokyo)**: up to 10 papers that match `author:ada`" in said
    said = whispered(await world.inbox(rules="-"))
    assert "Wednesday at 07:00 (Asia/Tokyo)**: up to 10 papers." in said
    assert "every day at 07:00" in whispered(await world.inbox(often="daily"))
    assert "recognise the time zone" in whispered(await world.inbox(zone="Atlantis"))


async def test_options_need_an_inbox(world: MailWorld) -> None:
    """The error says how to get one."""
    assert "You have no inbox" in whispered(await world.inbox(hour=7))


async def test_another_address_is_confirmed_before_it_is_used(world: MailWorld) -> None:
    """Until then mail goes to the old one. The settings stay."""
    shown = await world.subscribed()
    await world.inbox(hour=7)
    await world.fill_in(shown, "Change address", address="new@example.org")
    assert (await world.saved()).address == ADDRESS
    await world.fill_in(shown, "Enter the code", code=world.code())
    assert ((await world.saved()).address, (await world.saved()).hour) == ("new@example.org", 7)


async def test_an_inbox_is_paused_and_resumed(world: MailWorld) -> None:
    """If the bot itself paused it, the card says why."""
    shown = await world.subscribed()
    await world.press(shown, "Pause")
    assert (await world.saved()).paused
    assert "You get no mail until you press Resume" in seen(shown.response)
    await world.press(shown, "Resume")
    assert not (await world.saved()).paused
    await world.store.inboxes.pause(await world.saved(), Text("The server said: 550 No such mailbox"), world.clock())
    assert "550 No such mailbox" in whispered(await world.inbox())


async def test_leaving_asks_first_and_deletes_the_address(world: MailWorld, tmp_path: Path) -> None:
    """Stay changes nothing."""
    shown = await world.subscribed()
    await world.press(shown, "Leave")
    assert "Leave the inbox?" in seen(shown.response)
    await world.press(shown, "Stay")
    assert "Your inbox" in seen(shown.response)
    await world.press(shown, "Leave")
    await world.press(shown, "Leave")
    assert "You've left the inbox" in seen(shown.response)
    assert await world.store.inboxes.get(world.member.id) is None
    assert ADDRESS not in str([await group.of_person(world.member.id) for _, group in world.store.personal])
    refused = await world.inbox(hour=3)
    assert "You have no inbox" in whispered(refused)


async def test_a_persons_data_is_shown_and_deleted(world: MailWorld) -> None:
    """For ``/privacy``: inbox, codes without their hashes, mails."""
    await world.subscribed()
    await world.store.deliveries.claim(Claim(DeliveryKind.MAIL, world.member.id, "x", for_day=TODAY), world.clock())
    groups = (world.store.inboxes, world.store.inbox_codes, world.store.deliveries)
    assert [len(await group.of_person(world.member.id)) for group in groups] == [1, 1, 1]
    await world.store.forget_person(world.member.id)
    assert [len(await group.of_person(world.member.id)) for group in groups] == [0, 0, 0]


# --- the cards ---------------------------------------------------------------------------------


def test_every_card_keeps_discords_limits() -> None:
    """With the longest values possible."""
    long = replace(INBOX, address="a" * 64 + "@" + "x" * 180 + ".org", rules="`" * 300, reason="*_`" * 500, paused=True)
    mails = [replace(delivery(status), kind=DeliveryKind.MAIL, retry_at=START, reason="*" * 900) for status in Status]
    for card in (
        offer_card(),
        left_card(),
        pending_card(PendingCode(long.address, START, 1)),
        confirm_leave_card(long),
        inbox_card(InboxStatus(long, None, 50, mails), done="Changed."),
        inbox_card(InboxStatus(INBOX, START, 1, [])),
    ):
        check(card)


def _first(shown: simcord.InteractionResult) -> str:
    """The button that asks for an address."""
    return "Send another" if "Check your inbox" in seen(shown.response) else "Get papers by mail"
