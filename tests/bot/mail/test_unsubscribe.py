"""Unsubscribing by the link in a mail: by a person, by a mail program, and with invalid links."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.__main__ import app
from bot.mail.unsubscribe_links import UnsubscribeLinks
from bot.mail.unsubscribe_page import UnsubscribePage, serve_unsubscribe_page
from bot.settings import MailSettings
from bot.storage import Store
from retrieval.errors import SettingsError
from tests.bot.inbox.test_command import ADDRESS, INBOX

URL = "https://papers.example.org/mail/leave"
CHOSEN = MailSettings(host="localhost", sender="papers@example.org", unsubscribe_url=URL, listen_port=0)


@dataclass
class Page:
    """The page, served, and a browser."""

    store: Store
    leaving: UnsubscribeLinks
    port: int
    browser: aiohttp.ClientSession

    def link(self, address: str = ADDRESS) -> str:
        """The link of a mail, as the operator's web server passes it on."""
        return self.leaving.link(INBOX.user_id, address).replace("https://papers.example.org", self.here)

    @property
    def here(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    async def there(self) -> bool:
        """Whether the person still has an inbox."""
        return await self.store.inboxes.get(INBOX.user_id) is not None


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """A person with an inbox, and the page."""
    leaving = UnsubscribeLinks(URL, SecretStr("k" * 32))
    async with Store.open(tmp_path / "community.sqlite3") as store:
        await store.inboxes.save(INBOX)
        async with (
            serve_unsubscribe_page(UnsubscribePage(leaving, store, "Daily Papers"), CHOSEN) as port,
            aiohttp.ClientSession() as browser,
        ):
            yield Page(store, leaving, port, browser)


async def test_the_page_asks_before_unsubscribing(page: Page) -> None:
    """Opening the link changes nothing, because link checkers open it too."""
    async with page.browser.get(page.link()) as answer:
        text = await answer.text()
        assert answer.status == 200
        assert '<form method="post">' in text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    assert await page.there()
    async with page.browser.post(page.link()) as answer:
        assert answer.status == 200
        assert "You won&#39;t get any more papers by mail" in await answer.text()
    assert not await page.there()


@pytest.mark.parametrize(
    ("stored", "browser", "asks", "ended"),
    [
        ("de", "fr", "Du bekommst keine Paper mehr per E-Mail", "Du bekommst an a…@example.org keine Paper mehr"),
        ("", "ja,en;q=0.5", "論文のメールは届かなくなり", "a…@example.org には、もう論文のメールは届きません。"),
        ("", "fi", "You won&#39;t get any more papers", "You won&#39;t get any more papers by mail at"),
    ],
)
async def test_the_page_is_in_the_persons_language(
    page: Page, stored: str, browser: str, asks: str, ended: str
) -> None:
    """As stored, or else as the browser asks."""
    await page.store.languages.save(INBOX.user_id, stored)
    said = {"Accept-Language": browser}
    async with page.browser.get(page.link(), headers=said) as answer:
        text = await answer.text()
        assert asks in text
        assert f'<html lang="{stored or browser[:2].replace("fi", "en")}">' in text
    async with page.browser.post(page.link(), headers=said) as answer:
        assert ended in await answer.text()
    async with page.browser.get(page.link() + "x", headers={"Accept-Language": "es"}) as answer:
        assert "Este enlace está incompleto" in await answer.text()


async def test_a_mail_program_unsubscribes_with_one_request(page: Page) -> None:
    """RFC 8058: a POST with this body, no cookie, no redirect."""
    body = {"List-Unsubscribe": "One-Click"}
    async with page.browser.post(page.link(), data=body, allow_redirects=False) as answer:
        assert answer.status == 200
    assert not await page.there()
    async with page.browser.post(page.link(), data=body) as answer:
        assert answer.status == 200  # once more does no harm


async def test_a_link_for_an_older_address_does_not_unsubscribe_the_new_one(page: Page) -> None:
    """The old mailbox may belong to somebody else now. The page says that mail goes on, and where to."""
    async with page.browser.post(page.link("old@example.org")) as answer:
        assert answer.status == 200
        text = await answer.text()
    assert await page.there()
    assert "Mail still goes to your present address, a…@example.org" in text
    async with page.browser.post(page.link()) as answer:
        assert "by mail at a…@example.org" in await answer.text()


@pytest.mark.parametrize("cut", [slice(0, -2), slice(0, -20), slice(1, None)])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_invalid_link_does_nothing(page: Page, method: str, cut: slice) -> None:
    """Cut off at either end, or with something added."""
    start, _, token = page.link().rpartition("/")
    for wrong in (token[cut], token + "x"):
        async with page.browser.request(method, f"{start}/{wrong}") as answer:
            assert answer.status == 404
    assert await page.there()


async def test_nothing_else_is_served(page: Page) -> None:
    """No other path exists."""
    for path in ("", "/", "/mail", "/mail/leave", "/mail/leave/", "/mail/leave/a/b"):
        async with page.browser.get(page.here + path) as answer:
            assert answer.status == 404


async def test_a_port_in_use_is_reported(page: Page) -> None:
    """Before the bot starts, with the setting's name."""
    taken = CHOSEN.model_copy(update={"listen_port": page.port})
    with pytest.raises(SettingsError, match="listen_port"):
        async with serve_unsubscribe_page(UnsubscribePage(page.leaving, page.store, "x"), taken):
            pass


async def test_the_operator_can_unsubscribe_somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For people who ask by mail. The address's case doesn't matter."""
    monkeypatch.setenv("DAILY_PAPERS_DATA_FOLDER", str(tmp_path))
    async with Store.open(tmp_path / "community.sqlite3") as store:
        await store.inboxes.save(INBOX)
    for expected in (0, 1):
        status = await _run("unsubscribe", ADDRESS.upper())
        assert status == expected
    async with Store.open(tmp_path / "community.sqlite3") as store:
        assert await store.inboxes.get(INBOX.user_id) is None


async def _run(*arguments: str) -> int:
    """The program's exit status, run in a thread: it has an event loop of its own."""
    result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
    return result.exit_code
