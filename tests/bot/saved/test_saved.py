"""Saved papers in a simulated Discord: save, find, change, move, remove, undo, export; and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import discord
import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

import bot.interactions.attachments
from bot.interactions.attachments import attached
from bot.privacy.retention import UNDO, delete_expired
from bot.saved.cards import code_card, export_card, removed_card, save_card, saved_page_card
from bot.saved.export.formats import ExportFormat
from bot.saved.service import MAX_LIST_NAME, MAX_TAG, MAX_TAGS, SavedPage, SavedView, parse_list_name, parse_tags
from bot.storage.saved_papers import MOST_SAVES, SavedPaper
from bot.ui import discord_limits
from bot.ui.pages import Page
from retrieval.errors import InvalidInput
from tests.bot.ask.test_commands import numbered
from tests.bot.conftest import World, seen, whispered
from tests.bot.ui.card_samples import BIG, NOW, nasty_papers

FIRST, SECOND = "2611.00000", "2611.00001"


async def saved(world: World, paper: str = FIRST, **options: str) -> simcord.ResponseMessage:
    """The card that the member sees after ``/save``."""
    result = await world.member.slash(world.channel, "save", paper=paper, **options)
    whispered(result)
    assert result.response is not None
    return result.response


async def content(message: discord.Message | simcord.ResponseMessage | None) -> bytes:
    """The content of a message's only file."""
    assert message is not None
    [file] = message.attachments
    return await file.read()


# --- save --------------------------------------------------------------------------------------


async def test_a_paper_is_saved_from_its_card(world: World) -> None:
    """Only the person sees it, a second press changes nothing, and the button works after a restart."""
    await world.bot.library.add(numbered(2))
    await world.member.slash(world.channel, "paper", paper=FIRST)
    card = world.last
    await world.restart()
    text = whispered(await world.member.click(card, label="Save"))
    assert "Saved in **Reading list**" in text
    assert "Quaternion networks, part 0" in text
    assert "Already saved in **Reading list**" in whispered(await world.member.click(card, label="Save"))
    assert [each.paper_id for each in await world.bot.store.saved_papers.of_list(world.member.id)] == [FIRST]


async def test_a_paper_opened_from_a_list_can_be_saved(world: World) -> None:
    """Save is on every card of a paper."""
    await world.bot.library.add(numbered(2))
    await world.member.slash(world.channel, "trending")
    opened = await world.member.select(world.last, [FIRST])
    assert opened.response is not None
    assert "Saved in" in whispered(await world.member.click(opened.response, label="Save"))


async def test_save_takes_list_note_and_tags(world: World) -> None:
    """The next paper goes into the list that was used last."""
    await world.bot.library.add(numbered(2))
    text = seen(await saved(world, list="To  read", note="Compare\nwith ours", tags="survey, #KV cache, Survey"))
    assert "Saved in **To read**" in text
    assert "> Compare\n> with ours" in text
    assert "Tags: survey, KV cache" in text
    assert "Saved in **To read**" in seen(await saved(world, SECOND))


async def test_saving_again_changes_only_what_was_typed(world: World) -> None:
    """A new tag doesn't remove the note, and a list's name ignores case."""
    await world.bot.library.add(numbered(2))
    await saved(world, list="To read", note="Mine")
    text = seen(await saved(world, list="to READ", tags="x"))
    assert "Already saved in **To read**" in text
    assert "> Mine" in text
    assert "Tags: x" in text


async def test_an_ambiguous_title_asks_which_paper(world: World) -> None:
    """Nothing is saved before that."""
    await world.bot.library.add(numbered(3))
    assert "Which one?" in seen(await saved(world, "Quaternion networks"))
    assert await world.bot.store.saved_papers.lists(world.member.id) == {}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"paper": "2611.99999"}, "I haven't read the paper 2611.99999"),
        ({"paper": FIRST, "list": " \u200b "}, "A list needs a name"),
        ({"paper": FIRST, "tags": "x" * (MAX_TAG + 1)}, f"{MAX_TAG} characters at most"),
        ({"paper": FIRST, "tags": ",".join(map(str, range(MAX_TAGS + 1)))}, f"a paper can have at most {MAX_TAGS}"),
    ],
)
async def test_what_cannot_be_saved_is_explained(world: World, options: dict[str, str], said: str) -> None:
    """Only to the person who typed it."""
    await world.bot.library.add(numbered(1))
    assert said in whispered(await world.member.slash(world.channel, "save", **options))
    assert await world.bot.store.saved_papers.lists(world.member.id) == {}


async def test_lists_and_papers_are_completed(world: World) -> None:
    """A person's own lists, the last used one first, and titles of papers."""
    await world.bot.library.add(numbered(2))
    await saved(world, list="Done")
    world.clock.move(minutes=1)
    await saved(world, SECOND, list="To read")
    for command in ("save", "saved"):
        choices = await world.member.autocomplete(world.channel, command, "list", "")
        assert [each["value"] for each in choices] == ["To read", "Done"]
    assert [each["value"] for each in await world.member.autocomplete(world.channel, "save", "list", "DO")] == ["Done"]
    assert await world.admin.autocomplete(world.channel, "saved", "list", "") == []
    assert await world.member.autocomplete(world.channel, "save", "paper", "quaternion")


# --- view --------------------------------------------------------------------------------------


async def test_without_saved_papers_the_card_says_how_to_begin(world: World) -> None:
    """It names the command."""
    text = whispered(await world.member.slash(world.channel, "saved"))
    assert "haven't saved any papers yet" in text
    assert "/save" in text


async def test_saved_papers_have_pages_that_only_their_owner_sees(world: World) -> None:
    """The last saved paper comes first."""
    await world.bot.library.add(numbered(7))
    for number in range(7):
        await saved(world, f"2611.{number:05}", note=f"note {number}")
        world.clock.move(minutes=1)
    result = await world.member.slash(world.channel, "saved")
    text = whispered(result)
    assert "7 papers · page 1 of 2 · only you see this" in text
    assert [line for line in text.splitlines() if line.startswith("> ")] == [f"> note {n}" for n in (6, 5, 4, 3, 2)]
    assert result.response is not None
    await world.member.click(result.response, label="Next")
    assert [line for line in seen(result.response).splitlines() if line.startswith("> ")] == ["> note 1", "> note 0"]
    assert "haven't saved any papers yet" in whispered(await world.admin.slash(world.channel, "saved"))


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ('"of size 1"', 1),
        ("ablation", 1),
        ("survey", 2),
        ("-survey", 1),
        ("author:lovelace", 1),
        ("quaternions votes:>98", 2),
    ],
)
async def test_saved_papers_are_searched_with_the_search_language(world: World, words: str, count: int) -> None:
    """Notes and tags are searched like the abstract."""
    await world.bot.library.add(numbered(3))
    await saved(world, note="See the ablation", tags="survey")
    await saved(world, SECOND, tags="Survey")
    await saved(world, "2611.00002", list="Done")
    text = whispered(await world.member.slash(world.channel, "saved", words=words))
    assert f"{count} paper" in text


async def test_a_search_without_results_leads_back_to_the_list(world: World) -> None:
    """It says what was searched, and a button shows the whole list."""
    await world.bot.library.add(numbered(1))
    await saved(world)
    result = await world.member.slash(world.channel, "saved", words="zebrafish", list="reading LIST")
    assert "Nothing in **Reading list** matches **zebrafish**" in whispered(result)
    assert result.response is not None
    await world.member.click(result.response, label="Show the whole list")
    assert "Quaternion networks, part 0" in seen(result.response)


async def test_a_mistake_in_a_query_is_pointed_at(world: World) -> None:
    """As in ``/search``."""
    assert "never closed" in whispered(await world.member.slash(world.channel, "saved", words='"open'))


async def test_a_withdrawn_paper_stays_in_its_list_and_says_so(world: World) -> None:
    """Nothing disappears from a private list or from a search in it."""
    [paper] = numbered(1)
    await world.bot.library.add([paper])
    await saved(world)
    await world.bot.library.add([paper.model_copy(update={"withdrawn": NOW, "version": 2})])
    for options in ({}, {"words": "quaternions"}):
        text = whispered(await world.member.slash(world.channel, "saved", **options))
        assert "Withdrawn by its authors" in text


async def test_another_list_is_chosen_in_the_menu(world: World) -> None:
    """All lists together, too. A list that became empty says so."""
    await world.bot.library.add(numbered(2))
    await saved(world, list="To read")
    await saved(world, SECOND, list="Done")
    result = await world.member.slash(world.channel, "saved")
    assert "All saved papers" in whispered(result)
    shown = result.response
    assert shown is not None
    await world.member.select(shown, ["=Done"])
    assert "## Done" in seen(shown)
    assert "part 1" in seen(shown)
    assert "part 0" not in seen(shown)
    [done] = await world.bot.store.saved_papers.of_list(world.member.id, "Done")
    await world.bot.store.saved_papers.change(world.member.id, done.id or 0, list_name="To read")
    await world.member.slash(world.channel, "saved", list="Done")
    assert "**Done** is empty" in whispered(await world.member.slash(world.channel, "saved", list="Done"))
    await world.member.select(shown, ["="])
    assert "## All saved papers" in seen(shown)


# --- change ------------------------------------------------------------------------------------


async def test_a_saved_paper_is_opened_and_edited(world: World) -> None:
    """One form has its list, note and tags, even after a restart."""
    await world.bot.library.add(numbered(1))
    await saved(world, note="old", tags="a, b")
    listed = await world.member.slash(world.channel, "saved")
    assert listed.response is not None
    await world.restart()
    opened = await world.member.click(listed.response, label="Open")
    assert "In **Reading list**" in whispered(opened)
    assert opened.response is not None
    form = await world.member.click(opened.response, label="Edit")
    assert form.modal is not None
    fields = [label["component"] for label in form.modal["components"]]
    assert [field.get("value") for field in fields] == ["Reading list", "old", "a, b"]
    ids = [field["custom_id"] for field in fields]
    await world.member.submit_modal(form, dict(zip(ids, ["Done", "new", ""], strict=True)))
    text = seen(opened.response)
    assert "Changed, in **Done**" in text
    assert "> new" in text
    assert "Tags" not in text


async def test_a_refused_edit_is_explained_and_changes_nothing(world: World) -> None:
    """Not even the fields that were right."""
    await world.bot.library.add(numbered(1))
    card = await saved(world, note="old")
    form = await world.member.click(card, label="Edit")
    assert form.modal is not None
    ids = [label["component"]["custom_id"] for label in form.modal["components"]]
    refused = await world.member.submit_modal(form, dict(zip(ids, ["Done", "new", "x" * 99], strict=True)))
    assert "too long" in whispered(refused)
    [save] = await world.bot.store.saved_papers.of_list(world.member.id)
    assert (save.list_name, save.note) == ("Reading list", "old")


async def test_a_paper_is_moved_with_the_menu(world: World) -> None:
    """The menu appears only if there is another list."""
    await world.bot.library.add(numbered(2))
    card = await saved(world, list="To read")
    assert "Move to another list" not in str(card.message.components)
    card = await saved(world, SECOND, list="Done")
    await world.member.select(card, ["To read"])
    assert "Moved to **To read**" in seen(card)
    assert await world.bot.store.saved_papers.lists(world.member.id) == {"To read": 2}


async def test_a_removal_can_be_undone(world: World) -> None:
    """The note comes back, even after a restart."""
    await world.bot.library.add(numbered(1))
    card = await saved(world, note="keep me")
    await world.member.click(card, label="Remove")
    assert "Removed from **Reading list**" in seen(card)
    assert await world.bot.store.saved_papers.lists(world.member.id) == {}
    await world.restart()
    await world.member.click(card, label="Undo")
    assert "Restored to **Reading list**" in seen(card)
    assert "> keep me" in seen(card)


async def test_a_removal_is_final_after_a_day(world: World) -> None:
    """The button then says so."""
    await world.bot.library.add(numbered(1))
    card = await saved(world)
    await world.member.click(card, label="Remove")
    world.clock.move(seconds=UNDO.total_seconds())
    assert await delete_expired(world.bot.store, world.bot.settings, world.clock()) == 0
    world.clock.move(seconds=1)
    assert await delete_expired(world.bot.store, world.bot.settings, world.clock()) == 1
    assert "Too late to undo" in whispered(await world.member.click(card, label="Undo"))


async def test_buttons_of_a_removed_paper_say_so(world: World) -> None:
    """A second card of the paper may still be open."""
    await world.bot.library.add(numbered(1))
    old, new = await saved(world), await saved(world)
    await world.member.click(new, label="Remove")
    for label in ("Edit", "Remove"):
        assert "You've removed that paper" in whispered(await world.member.click(old, label=label))


# --- export ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ExportFormat)
async def test_a_list_is_exported_as_a_file(world: World, form: ExportFormat) -> None:
    """Only its owner gets the file, which is named after the list and has their notes."""
    await world.bot.library.add(numbered(2))
    await saved(world, list="To read", note="Mind the gap")
    await saved(world, SECOND, list="Done")
    listed = await world.member.slash(world.channel, "saved", list="To read")
    assert listed.response is not None
    asked = await world.member.click(listed.response, label="Export")
    assert "Export: To read\n1 paper, with" in whispered(asked)
    assert asked.response is not None
    sent = await world.member.click(asked.response, label=form.label)
    whispered(sent)
    assert sent.response is not None
    assert [file.filename for file in sent.response.attachments] == [f"to-read.{form}"]
    text = (await content(sent.response)).decode()
    assert "part 0" in text
    assert "part 1" not in text
    assert "Mind the gap" in text


async def test_the_results_of_a_search_are_exported(world: World) -> None:
    """Once the query has expired, the button says so."""
    await world.bot.library.add(numbered(2))
    await saved(world, tags="survey")
    await saved(world, SECOND, tags="other")
    listed = await world.member.slash(world.channel, "saved", words="survey")
    assert listed.response is not None
    asked = await world.member.click(listed.response, label="Export")
    assert "1 paper" in whispered(asked)
    assert asked.response is not None
    sent = await world.member.click(asked.response, label="JSON")
    assert [each["id"] for each in json.loads(await content(sent.response))["papers"]] == [FIRST]
    world.clock.move(days=world.bot.settings.chat.keep_days + 1)
    await delete_expired(world.bot.store, world.bot.settings, world.clock())
    assert "search again" in whispered(await world.member.click(asked.response, label="JSON"))


async def test_bibtex_of_a_paper_can_be_copied(world: World) -> None:
    """From its card, as a code block."""
    await world.bot.library.add(numbered(1))
    await world.member.slash(world.channel, "paper", paper=FIRST)
    text = whispered(await world.member.click(world.last, label="BibTeX"))
    assert "```\n@misc{godel2026quaternion-2611.00000,\n" in text
    assert r"author = {G{\"{o}}del, Kurt and Hopper, Grace}" in text


async def test_a_very_long_entry_is_sent_as_a_file(world: World) -> None:
    """The authors of a large collaboration don't fit in a message."""
    [paper] = numbered(1)
    await world.bot.library.add([paper.model_copy(update={"authors": tuple(f"Person Number{n}" for n in range(900))})])
    await world.member.slash(world.channel, "paper", paper=FIRST)
    result = await world.member.click(world.last, label="BibTeX")
    assert "as a file" in whispered(result)
    assert (await content(result.response)).startswith(b"@misc{")


def test_a_large_file_is_zipped_and_a_larger_one_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord limits the size of files."""
    monkeypatch.setattr(bot.interactions.attachments, "LARGEST", 1_000)
    assert attached("a.csv", b"x" * 1_000).filename == "a.csv"
    packed = attached("a.csv", b"x" * 9_000)
    assert packed.filename == "a.csv.zip"
    with zipfile.ZipFile(io.BytesIO(packed.fp.read())) as archive:
        assert archive.read("a.csv") == b"x" * 9_000
    with pytest.raises(InvalidInput, match="one by one"):
        attached("a.csv", bytes((n * n * 7 + n // 3) % 251 for n in range(60_000)))


# --- properties and limits ---------------------------------------------------------------------------


@given(st.text())
def test_tags_are_few_short_and_unique(typed: str) -> None:
    """Or they are refused. Shown tags can be typed again."""
    try:
        tags = parse_tags(typed)
    except InvalidInput:
        return
    assert len(tags) <= MAX_TAGS
    assert all(0 < len(tag) <= MAX_TAG and "," not in tag and tag == tag.strip() for tag in tags)
    assert len({tag.casefold() for tag in tags}) == len(tags)
    assert [tag.lstrip("# ") for tag in parse_tags(", ".join(tags))] == [tag.lstrip("# ") for tag in tags]


@given(st.text())
def test_a_list_keeps_its_first_spelling(typed: str) -> None:
    """Whatever the case in which it is typed later."""
    try:
        name = parse_list_name(typed, [])
    except InvalidInput:
        return
    assert 0 < len(name) <= MAX_LIST_NAME
    assert parse_list_name(name.upper(), [name]) in (name, name.upper())
    assert parse_list_name(f" {name} ", [name]) == name


def test_every_card_keeps_discords_limits() -> None:
    """For the nastiest papers and the longest notes, tags, lists and queries, on every page."""
    longest, lists = "W" * MAX_LIST_NAME, {f"{'*' * (MAX_LIST_NAME - 3)}{n:03}": BIG for n in range(100)}
    tags = tuple("*" * (MAX_TAG - 2) + f"{n:02}" for n in range(MAX_TAGS))
    kept = [
        (SavedPaper(1, paper.id, longest, "# *note* @everyone\n" * 52, tags, NOW, None, BIG - n), paper)
        for n, paper in enumerate(nasty_papers())
    ]
    for save, paper in kept:
        discord_limits.check(save_card(save, paper, list(lists), heading="Already saved in"))
        discord_limits.check(removed_card(save, paper))
    for query in ("", "*q* " * 120):
        for start in range(0, len(kept), 5):
            view = SavedView(longest if start % 2 else None, query, BIG if query else 0)
            page = kept[start : start + 5]
            discord_limits.check(
                saved_page_card(SavedPage(view, Page.of(999, MOST_SAVES, 5), page, lists | {longest: 1}))
            )
            discord_limits.check(saved_page_card(SavedPage(view, Page.of(0, 0, 5), [], lists)))
            discord_limits.check(export_card(view, BIG))
    discord_limits.check(saved_page_card(SavedPage(SavedView(None), Page.of(0, 0, 5), [], {})))
    discord_limits.check(code_card("x" * 3_500, "Copy it."))


def test_undo_works_for_as_long_as_the_card_says() -> None:
    """One day."""
    assert timedelta(days=1) == UNDO
