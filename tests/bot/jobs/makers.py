"""The background jobs of a bot, each with what it uses."""

from __future__ import annotations

from bot.client import PaperBot
from bot.daily_post.refresher import PostRefresher
from bot.daily_post.test_posts import TestPostSweeper
from bot.follows.sender import AlertSender
from bot.inbox.sender import MailSender
from bot.mail.mailer import MailService
from bot.paper_updates.notifier import ChangeNotifier
from bot.recap.poster import RecapPoster


def alert_sender(bot: PaperBot) -> AlertSender:
    """Sends alerts."""
    return AlertSender(bot, bot.library, bot.store, bot.clock, bot.settings.follows.papers)


def change_notifier(bot: PaperBot) -> ChangeNotifier:
    """Notifies people of changes."""
    return ChangeNotifier(bot, bot.library, bot.store, bot.clock)


def mail_sender(bot: PaperBot, service: MailService) -> MailSender:
    """Sends mail."""
    return MailSender(bot.library, bot.store, bot.clock, bot.settings.mail, service)


def post_refresher(bot: PaperBot) -> PostRefresher:
    """Updates posts."""
    return PostRefresher(bot, bot.library, bot.store, bot.settings.daily, bot.clock)


def recap_poster(bot: PaperBot) -> RecapPoster:
    """Posts recaps."""
    return RecapPoster(bot, bot.library, bot.store, bot.clock, bot.settings.daily)


def sweeper_of(bot: PaperBot) -> TestPostSweeper:
    """Deletes test posts."""
    return TestPostSweeper(bot, bot.store)
