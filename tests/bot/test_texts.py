"""Texts in Discord's languages: the catalogues are complete, and people read their own."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any, cast
from unittest.mock import MagicMock

import discord
import pytest
import simcord
from simcord import interactions

from bot import texts
from bot.client import FEATURES, PaperBot
from bot.daily_post.notice_cards import empty_day_line
from bot.daily_post.poster import post_now
from bot.settings import Settings
from bot.texts import (
    LANGUAGES,
    counted,
    in_every_language,
    listed,
    tr,
    translated,
    use_locale,
    with_weekday,
    written_number,
)
from bot.ui.translator import CatalogueTranslator
from tests import texts as catalogues
from tests.bot.conftest import START, World, said, seen, whispered
from tests.bot.daily_post.daily_world import list_of

BANDWIDTH = "How much does CacheGen reduce bandwidth usage?"
FIELD = re.compile(r"\{\w*\}|`/[^`]*`|\*\*")
OF_OPERATORS = re.compile(
    r"^bot/(cli|monitoring|storage/migrations|saved/export)/|^bot/(__main__|client|folder_lock|logs|metrics|settings)\.py"
    r"|connection/(gateway|refusals|requests)|jobs/(background|leased_jobs)|ui/(latex|discord_limits)|ask/(feedback_export|examples)"
)
"""Modules whose sentences only operators read, or programs, or that are questions to the bot."""
NO_SENTENCES = re.compile(
    r": ( ?`/(?:search|trending) | The first \[|Every week, on $| et al\.$)"
    r"|: (recap week|daily set|links on|reading list|reading setup)$"
    r"|(interactions/options|daily_post/(options|selection|service)|jobs/refusals)\.py: [^A-Z]*$"
    r"|(bot/errors|inbox/sender|web/site|storage/(reports|schedule))\.py: [^A-Z]*$"
    r"|components\.py: (empty space|a thin line)$"
    r"|command\.py: (Ask about this|Find papers on this|Cards for pasted links to papers|An arXiv id, a link.*)$"
    r"|command\.py: (Post each day's trending papers in a channel|Read papers together, one a week|Recaps of a week.*)$"
    r"|: (Reading list|Daily papers( of a Discord server)?|Votes for each day's list|Set \[mail\].*)$"
    r"|: \(agent OR agents\) has:code$"
)
"""Of commands, which discord.py translates; names of days that people type, stored names, parts of the log's lines,
searches, titles of feeds and of a picture."""
CODES = sorted(set(LANGUAGES.values()))


@pytest.fixture(scope="module")
def all_texts() -> list[catalogues.Text]:
    """Every text of the bot."""
    return catalogues.all_texts()


@pytest.mark.parametrize("language", CODES)
def test_every_text_is_translated(language: str, all_texts: list[catalogues.Text]) -> None:
    """With the same fields, commands and marks, and no longer than Discord allows. `make texts` brings new ones."""
    catalogue = catalogues.read(language)
    for text in all_texts:
        marks = sorted(FIELD.findall(text.message))
        for string in catalogues.translations(catalogue, text):
            assert string.strip(), f"{text.message!r} has no translation"
            assert len(string) <= (text.limit or 4_000), string
            assert sorted(FIELD.findall(string)) == marks or text.plural, string
    wanted = {(text.context, text.message) for text in all_texts}
    ids = cast("list[tuple[str | None, Any]]", [(each.context, each.id) for each in catalogue if each.id])
    assert {(context, id if isinstance(id, str) else id[0]) for context, id in ids} == wanted


def test_people_read_nothing_that_is_not_translated() -> None:
    """Every sentence of a card, form, mail, page or error is handed to what looks it up in the catalogues."""
    found = [
        f"{name}:{line}: {words}"
        for path in sorted((catalogues.ROOT / "bot").rglob("*.py"))
        if not OF_OPERATORS.search(name := path.relative_to(catalogues.ROOT).as_posix())
        for line, words in catalogues.untranslated_in(ast.parse(path.read_text(encoding="utf-8")))
        if not NO_SENTENCES.search(f"{name}: {words}")
    ]
    assert not found, "\n".join(found)
    for call in ("card([f'No paper of {name}.'])", "InvalidInput(f'You have {most} of them.')"):
        assert list(catalogues.untranslated_in(ast.parse(call)))


@pytest.mark.parametrize("language", CODES)
def test_what_runs_is_what_translators_wrote(language: str) -> None:
    """The compiled catalogue, which the bot reads, belongs to its source."""
    assert (catalogues.FOLDER / f"{language}.mo").read_bytes() == catalogues.compiled(catalogues.read(language))


async def test_commands_keep_discords_rules_in_every_language() -> None:
    """Names are short and in lower case, and nothing has two names alike."""
    bot = PaperBot(Settings(), MagicMock(processes=0), MagicMock(), MagicMock())
    for feature in FEATURES:
        await bot.load_extension(feature)
    translator = CatalogueTranslator()
    for locale in LANGUAGES:
        commands = cast("list[Any]", bot.tree.get_commands())
        check_names([await each.get_translated_payload(bot.tree, translator) for each in commands], locale)


def check_names(payloads: Sequence[Any], locale: str) -> None:
    """Discord's rules for commands of one level, and those below them.

    Source: https://discord.com/developers/docs/interactions/application-commands#application-command-object
    """
    names = [(each.get("type", 1), each["name_localizations"].get(locale, each["name"])) for each in payloads]
    assert len(set(names)) == len(names)
    for each, (_, name) in zip(payloads, names, strict=True):
        if "description" in each:
            assert re.fullmatch(r"[-_'\w]{1,32}", name), name
            assert name == name.lower()
            assert 0 < len(each["description_localizations"].get(locale, each["description"])) <= 100
        check_names(each.get("options", []), locale)
        choices = [choice["name_localizations"].get(locale, choice["name"]) for choice in each.get("choices", [])]
        assert all(0 < len(choice) <= 100 for choice in choices)


@pytest.mark.parametrize(
    ("locale", "votes", "day", "number", "names"),
    [
        ("de", "2 Stimmen", "Dienstag, 24. November 2026", "12.345", "A, B und C"),
        ("fr", "2 votes", "mardi 24 novembre 2026", "12\u202f345", "A, B et C"),
        ("es-ES", "2 votos", "martes, 24 de noviembre de 2026", "12.345", "A, B y C"),
        ("ja", "2 票", "2026年11月24日（火曜日）", "12,345", "A、B、C"),
        ("zh-CN", "2 票", "2026年11月24日（星期二）", "12,345", "A、B和C"),
        ("en-GB", "2 votes", "Tuesday, 24 November 2026", "12,345", "A, B and C"),
        ("xx", "2 votes", "Tuesday, 24 November 2026", "12,345", "A, B and C"),
        (None, "2 votes", "Tuesday, 24 November 2026", "12,345", "A, B and C"),
    ],
)
def test_counts_and_days_are_written_as_people_do(
    locale: str | None, votes: str, day: str, number: str, names: str
) -> None:
    """In each language; in English for other locales."""
    use_locale(locale)
    written = (counted(2, "vote"), with_weekday(START.date()), written_number(12_345), listed("ABC"))
    assert written == (votes, day, number, names)
    use_locale(None)


def test_what_is_not_in_the_catalogue_stays_english() -> None:
    """And commands have their own names in every sentence."""
    use_locale("de")
    assert tr("No such sentence.") == "No such sentence."
    assert "`/fragen`" in tr("This answer is too old, and I no longer have it. Ask again with `/ask`.")
    assert texts.translated_name("daily set", "de") == "täglich einstellen"
    use_locale(None)


Locale = Callable[[str], None]


@pytest.fixture
def client_locale(monkeypatch: pytest.MonkeyPatch) -> Locale:
    """Sets the language of the Discord client behind the next interactions: SimCord's clients are American."""
    made = interactions.base_payload

    def choose(locale: str) -> None:
        def base_payload(*args: Any, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
            record, payload = made(*args, **kwargs)
            payload["locale"] = locale
            return record, payload

        monkeypatch.setattr(interactions, "base_payload", base_payload)

    return choose


def labels(message: discord.Message | simcord.ResponseMessage | None) -> list[str]:
    """The labels of a message's buttons."""
    assert message is not None
    raw = message.message.components if isinstance(message, simcord.ResponseMessage) else message.components
    found = cast("list[dict[str, Any]]", [component.to_dict() for component in raw])
    return re.findall(r"'label': '([^']*)'", str(found))


async def test_a_german_member_reads_german_around_the_english_quote(world: World, client_locale: Locale) -> None:
    """The answer and what its buttons open follow the asker's Discord; the quote stays as it is."""
    client_locale("de")
    asked = await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    assert "3.7-4.3x" in said(asked)
    assert {"Speichern", "Paper", "Hilft", "Hilft nicht", "Mehr"} <= set(labels(asked.response))
    more = await world.member.click(world.last, label="Mehr")
    assert "Warum das?" in labels(more.response)
    client_locale("ja")
    more = await world.admin.click(world.last, label="Mehr")
    assert "なぜこの回答？" in labels(more.response)


async def test_an_error_is_read_in_the_persons_language(world: World, client_locale: Locale) -> None:
    """Also one that is raised far below the command."""
    client_locale("fr")
    refused = await world.member.slash(world.channel, "follow")
    assert "Donne-moi quelque chose à suivre" in whispered(refused)


async def test_what_is_stored_about_a_person_is_listed_in_their_language(world: World, client_locale: Locale) -> None:
    """The headings of /privacy; the file keeps its names, which programs read."""
    client_locale("de")
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    assert "Fragen und Antworten: **1**" in whispered(await world.member.slash(world.channel, "privacy"))


async def test_weekdays_are_offered_in_the_persons_language(world: World, client_locale: Locale) -> None:
    """What is sent for them is English, and is found by either name."""
    client_locale("fr")
    for typed in ("", "tous", "every"):
        offered = await world.admin.autocomplete(world.channel, "daily set", "weekdays", typed, channel=world.channel)
        assert (offered[0]["name"], offered[0]["value"]) == ("Tous les jours", "Every day")


async def test_a_language_is_stored_where_it_is_needed_later(world: World, client_locale: Locale) -> None:
    """When a paper is saved, of which updates come; not for questions, and not for English, which needs no record."""
    languages = world.bot.store.languages
    await world.bot.library.add(list_of(START.date(), 5))
    await world.admin.slash(world.channel, "save", paper="Paper 0 of 24 November")
    assert await languages.of_person(world.admin.id) == []
    client_locale("de")
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    assert await languages.of_person(world.member.id) == []
    await world.member.slash(world.channel, "save", paper="Paper 0 of 24 November")
    assert await languages.of(world.member.id) == "de"
    client_locale("en-US")
    await world.member.slash(world.channel, "save", paper="Paper 0 of 24 November")
    assert await languages.of(world.member.id) == ""


async def test_an_unknown_locale_reads_english(world: World, client_locale: Locale) -> None:
    """As do those who mention the bot in a server without a language of its own."""
    client_locale("fi")
    asked = await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    assert "Useful" in labels(asked.response)
    assert world.bot.user is not None
    await world.member.send(world.channel, f"{world.bot.user.mention} {BANDWIDTH}")
    assert "Useful" in labels(world.last)


async def test_a_japanese_servers_post_is_japanese(world: World) -> None:
    """Whoever set it up; other servers get it in English. Titles stay as they are."""
    await world.bot.library.add(list_of(START.date(), 5, 9))
    newest = await world.bot.library.lists.newest()
    guild = world.env.create_guild("読書室", preferred_locale="ja")
    japanese = guild.create_text_channel("論文")
    await world.env.settle()
    assert newest is not None
    for channel in (japanese, world.channel):
        posted_in = world.bot.get_channel(channel.id)
        assert isinstance(posted_in, discord.TextChannel)
        assert await post_now(world.bot, posted_in, newest)
    text = seen(japanese.last_message)
    assert "今日の論文\n-# 2026年11月24日（火曜日） · 2 件の論文" in text
    assert "Paper 1 of 24 November" in text
    assert {"投票", "論文を議論する", "リスト全体"} <= set(labels(japanese.last_message))
    assert "Tuesday, 24 November 2026 · 2 papers" in seen(world.last)


async def test_what_a_press_posts_for_everybody_is_in_the_servers_language(world: World, client_locale: Locale) -> None:
    """A paper's thread and a test post; what the person reads about them is in theirs."""
    await world.bot.library.add(list_of(START.date(), 5, 9))
    client_locale("de")
    await world.member.slash(world.channel, "paper", paper="Paper 1 of 24 November")
    pressed = await world.member.click(world.last, label="Diskutieren")
    assert "wird in" in said(pressed)
    [thread] = world.channel.threads
    assert {"Save", "Discuss"} <= set(labels(thread.history()[0]))
    setup = await world.admin.slash(world.channel, "setup")
    assert setup.response is not None
    await world.admin.click(setup.response, label="Testbeitrag")
    assert "Test post by" in seen(world.last)


def test_a_notice_is_recognised_in_whatever_language_it_was_written() -> None:
    """A server may change its language between a post and the look for it after a stop."""
    lines = in_every_language(lambda: empty_day_line(START.date()))
    assert "No new papers for Tuesday, 24 November 2026" in lines
    assert "2026年11月24日（火曜日） の新しい論文はありません" in lines
    assert len(lines) == 1 + len(CODES)
    assert tr("Save") == "Save"


SAID = {
    "de": ("Gern geschehen!", "Ich verstehe nur Fragen auf Englisch.", "2 Paper auf der Liste vom 24. November 2026"),
    "ja": ("どういたしまして！", "英語の質問だけがわかります。", "2026年11月24日のリストの2 件の論文"),
}
WHY = {
    "de": ("Mehr", "Warum das?", "Der Satz enthält deine Wörter."),
    "ja": ("その他", "なぜこの回答？", "文に質問の語が含まれています。"),
}


@pytest.mark.parametrize("language", SAID)
async def test_what_the_library_says_is_read_in_the_persons_language(
    world: World, client_locale: Locale, language: str
) -> None:
    """Small talk, a refusal and an answer from records, also when its card is drawn again."""
    await world.bot.library.add(list_of(START.date(), 5, 9))
    client_locale(language)
    questions = ("Thanks!", "Wie viele Parameter hat das Modell?", "What are the newest papers?")
    for question, words in zip(questions, SAID[language], strict=True):
        assert words in said(await world.member.slash(world.channel, "ask", question=question))
    stored = await world.bot.store.answers.by_message(world.last.id)
    assert stored is not None
    assert stored.reply is not None
    assert stored.reply == "2 papers on the list of 24 November 2026, trending first."
    use_locale(language)
    assert SAID[language][-1] in translated(stored.reply)
    use_locale(None)


@pytest.mark.parametrize("language", WHY)
async def test_why_is_explained_in_the_persons_language(world: World, client_locale: Locale, language: str) -> None:
    """With the reasons that the library gives."""
    client_locale(language)
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    more, why, reason = WHY[language]
    pressed = await world.member.click(world.last, label=more)
    assert pressed.response is not None
    assert reason in whispered(await world.member.click(pressed.response, label=why))
