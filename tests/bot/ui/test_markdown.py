"""Texts of papers and people have no effect in a message."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from simcord.preview._markdown import markdown_tokens  # pyright: ignore[reportPrivateUsage] - the preview's own renderer

from bot.ui.components import link_button
from bot.ui.discord_limits import shorten
from bot.ui.markdown import JOINER, fitted, link, plain, quote_block, small, spoken
from retrieval.papers import normalise
from tests.bot.ui.discord_markdown import read

BOMBS = [
    "**bold** __under__ *it* _it_ ~~gone~~ ||secret|| `code` ```py\nblock```",
    "@everyone @here <@123> <@!123> <@&123> <#123> </ask:123> <id:customize>",
    "<:pepe:123456> <a:pepe:123456> :smile: :+1: <t:1700000000:R>",
    "[click](https://evil.example) <https://evil.example> https://evil.example/a_b_c",
    "# heading", "## heading", "-# small", "> quote", ">>> quote", "- list", "* list", "+ list", "1. list", "23) list",
    "[unclosed ](x", "]] [[", r"\*already\* \\", "a_b_c snake_case __init__", "***", "|||", "~~~", "``", "<<@1>>",
]  # fmt: skip

nasty = st.text(alphabet=st.sampled_from(list("*_~|`[]()<>#@!&:/\\-+.1aé 你\u200b\u202e\u2060ש")), max_size=40)
texts = st.one_of(st.text(max_size=60), nasty, st.lists(st.sampled_from(BOMBS), max_size=3).map(" ".join))


def _bare(text: str) -> str:
    return re.sub(r"[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]", "", text).replace(JOINER, "")


@given(texts)
@example("@everyone")
@example("1. - # nested")
def test_plain_text_is_shown_character_for_character(text: str) -> None:
    """No formatting of any kind comes out of a text, and no visible character is lost."""
    text = normalise(text)
    reading = read(plain(text))
    assert reading.effects == []
    assert _bare(reading.shown) == "".join(each for each in _bare(text) if plain(each))


@pytest.mark.parametrize("bomb", BOMBS)
def test_every_construct_of_markdown_is_escaped(bomb: str) -> None:
    """It is shown as it was typed, even in a quote block."""
    bomb = normalise(bomb)
    for rendered in (plain(bomb), f"> {plain(bomb)}".removeprefix("> ")):
        reading = read(rendered)
        assert reading.effects == []
        assert _bare(reading.shown) == bomb
    assert read(quote_block([plain(bomb)])).effects == ["quote"]
    assert read(small(plain(bomb))).effects == ["small"]


@given(texts)
def test_a_third_renderer_agrees(text: str) -> None:
    """SimCord's renderer, which is based on CommonMark, finds only text too."""
    text = normalise(text).replace("&", "and")  # CommonMark decodes &amp;, Discord does not
    tokens = markdown_tokens(plain(text), "text_display", context={"everyone": True, "users": {"123": "ada"}})
    assert _kinds(tokens) <= {"paragraph", "inline", "text"}


def _kinds(tokens: list[dict[str, object]]) -> set[str]:
    kinds = set[str]()
    for token in tokens:
        children = token.get("children")
        kinds |= {str(token["type"])} | (_kinds(children) if isinstance(children, list) else set())  # pyright: ignore[reportUnknownArgumentType]
    return kinds


def test_without_escaping_the_readers_see_formatting() -> None:
    """The readers that these tests rely on work."""
    assert read(BOMBS[0].split("```")[0]).effects == [
        "bold", "underline", "italic", "slanted", "struck", "spoiler", "code",
    ]  # fmt: skip
    assert "mention" in read(BOMBS[1]).effects
    assert {"emoji", "time"} <= set(read(BOMBS[2]).effects)
    assert read(BOMBS[3]).effects == ["link", "address", "address"]
    assert "strong_open" in _kinds(markdown_tokens("**bold**", "text_display"))


@given(texts, st.sampled_from(["https://a.example/b", "https://a.example/b(c)_d?e=f g", 'https://a.example/"><x>']))
@example("an [unclosed bracket", "https://a.example/b")
@example("] backwards [", "https://a.example/b")
def test_a_linked_title_is_one_link(title: str, url: str) -> None:
    """Brackets, parentheses and addresses in a title neither end its link nor make another."""
    title = normalise(title)
    reading = read(link(title, url, 4_000))
    assert reading.effects == ["link"]
    assert reading.links[0].startswith("https://a.example/")
    assert letters(reading.shown) in (letters(title), "")


def letters(text: str) -> str:
    """Letters and digits alone: signs may be replaced by others that look alike."""
    return "".join(filter(str.isalnum, text))


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("S*: Test Time Scaling", "S∗: Test Time Scaling"),
        ("_init_ and snake_case", "＿init＿ and snake_case"),
        ("GPT-[n] and <image>", "GPT-［n］ and ‹image›"),
        (":smile: at 10:30", "∶smile: at 10:30"),
    ],
)
def test_a_links_text_has_no_backslash(title: str, shown: str) -> None:
    """Discord would show it; a sign that looks alike has no effect."""
    assert link(title, "https://a.example", 200) == f"[{shown}](<https://a.example>)"


def test_emoji_are_in_front_of_a_link() -> None:
    """Inside, they can break it."""
    assert link("🤗 Hugs 🚀", "https://a.example", 200) == "🤗🚀 [Hugs](<https://a.example>)"
    assert link("🤗", "https://a.example", 200) == "🤗 [↗](<https://a.example>)"


NO_ADDRESSES = (
    *(
        "javascript:alert(1)",
        "",
        "ftp://a.example",
        "file:///etc/passwd",
        "https://",
        "https://?x",
        "http://localhost/",
    ),
    *(
        "https://[::1]/x",
        "https://a b.example",
        "https://a.example:99999/",
        "https://user:word@a.example",
        "https://a..b",
    ),
    *("https://127.0.0.1/admin", "https://[code]", "//a.example", "HTTPS//a.example", "https://xn--\udcff.example"),
)


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_only_web_addresses_are_linked(url: str) -> None:
    """With any other address, the title is plain text."""
    assert link("Title", url, 200) == "Title"
    assert link_button("Code", url) == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://github.com/a/b[c]", "https://github.com/a/b%5Bc%5D"),
        (" https://a.example/x y\n", "https://a.example/x%20y"),
        ("https://a.example/{x}|(y)'<z>", "https://a.example/%7Bx%7D%7C%28y%29%27%3Cz%3E"),
        ("https://a.example/%5B%zz?q=[1]&r=a+b#f[]", "https://a.example/%5B%25zz?q=%5B1%5D&r=a+b#f%5B%5D"),
        ("https://münchen.example/ß", "https://xn--mnchen-3ya.example/%C3%9F"),
        ("HTTP://A.example:8080/~x", "http://a.example:8080/~x"),
        ("https://a.example/\ud83d", "https://a.example/?"),
    ],
)
def test_an_address_has_no_brackets_and_no_spaces(url: str, shown: str) -> None:
    """They end a link, and Discord refuses a whole message for such a button."""
    assert link("Title", url, 200) == f"[Title](<{shown}>)"
    [button] = link_button("Code", url)
    assert button.url == shown


def test_addresses_in_abstracts_are_links() -> None:
    """With their underscores, and without what follows them."""
    reading = read(plain("Code: https://a.example/x_y_z. More *soon*", links=True))
    assert reading.addresses == ["https://a.example/x_y_z"]
    assert reading.shown == "Code: https://a.example/x_y_z. More *soon*"


def test_only_bold_and_code_work_in_the_bots_sentences() -> None:
    """A person's words in an error can't become a link, a mention or a heading."""
    assert spoken("Set `[web] url_x`; [y](https://a.example/)").startswith("Set `[web] url_x`; \\[y\\]")
    reading = read(spoken("You need **Manage Server**; use `/ask`. [x](https://a.example) <@1> # no"))
    assert set(reading.effects) == {"bold", "code", "address"}
    assert "[x](" in reading.shown


@given(texts, st.integers(0, 40))
def test_shortened_text_fits_and_says_so(text: str, limit: int) -> None:
    """What is shortened is never longer than asked, is a beginning of the text, and ends in an ellipsis."""
    short = shorten(text, limit)
    assert len(short) <= max(limit, len("") if limit <= 0 else 1)
    assert short == text or (short == "" and limit <= 0) or (short.endswith("…") and text.startswith(short[:-1]))


@given(texts, st.integers(1, 60))
def test_fitted_text_fits_after_escaping(text: str, limit: int) -> None:
    """Escapes count: the rendered text keeps the limit and is still escaped."""
    rendered = fitted(normalise(text), limit)
    assert len(rendered) <= limit
    assert read(rendered).effects == []


def test_text_is_cut_between_words() -> None:
    """No half words where a space is near."""
    assert shorten("reading papers together", 16) == "reading papers…"
