"""What letters say and how they are made: in both forms, from any paper, loading nothing from afar."""

from __future__ import annotations

import email.policy
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.mail.addresses import mailbox_digest, parse_address
from bot.mail.codes import CodeHash, hash_code, matches, new_code
from bot.mail.messages import Digest, MailMessages, Recipient
from bot.mail.smtp import wire_format
from bot.mail.unsubscribe_links import UnsubscribeLinks, UnsubscribeToken
from bot.settings import MailSettings
from retrieval.errors import InvalidInput
from retrieval.ingest.parsers.files import read_file
from retrieval.papers import Paper
from tests.shared_data import SHARED, needs_shared

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY = NOW.date()
ADA = Recipient(3, "ada@example.org")
CHOSEN = MailSettings(host="localhost", sender="papers@bot.example.org")
LEAVING = UnsubscribeLinks("https://papers.example.org/leave/", SecretStr("k" * 32))
PAPER = Paper(
    id="2407.06723",
    title="Graphs of $\\alpha$ & <b>other</b> things",
    abstract="We study $\\alpha$-graphs. They are <i>new</i>. " + "This sentence is one of many, and is long. " * 20,
    authors=("Ada Lovelace", "Grace Hopper", "Alan Turing"),
    votes=54,
    published=datetime(2024, 7, 9, tzinfo=UTC),
    code_url="https://github.com/ada/graphs",
)


def digest_of(*papers: Paper, first: date | None = DAY, last: date | None = DAY, rules: str = "") -> Digest:
    """A digest of these papers."""
    return Digest("2026-11-24", first, last, papers, len(papers) + 5, rules)


def written(digest: Digest, leaving: UnsubscribeLinks | None = LEAVING, to: Recipient = ADA) -> EmailMessage:
    """A letter as it comes out at the other end of the wire."""
    sent = wire_format(MailMessages(CHOSEN, leaving).digest(to, digest, NOW))
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    return message_from_bytes(sent, policy=email.policy.default)


def parts(letter: EmailMessage) -> tuple[str, str]:
    """Its plain text and its HTML."""
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


class Page(HTMLParser):
    """What a reader of the HTML gets: its text, where its links lead, and which elements there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.elements, self.loads = "", list[str](), set[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.loads += [f"{name}={value}" for name, value in attrs if name in {"src", "background", "srcset", "poster"}]
        self.loads += [value or "" for name, value in attrs if name == "style" and "url(" in (value or "")]

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


# --- what stands in it -------------------------------------------------------------------------


def test_a_paper_is_told_in_both_forms() -> None:
    """Title with its link, byline, votes, first sentences word for word, LaTeX readable."""
    plain, html = parts(written(digest_of(PAPER)))
    for text in (plain, Page(html).text):
        assert "Papers of Tuesday, 24 November 2026" in text
        assert "1. Graphs of α & <b>other</b> things" in text
        assert "Ada Lovelace et al., 2024 · 54 votes" in text
        assert "We study α-graphs. They are <i>new</i>. This sentence is one of many, and is long." in text
        assert "1 of 6 papers" in text
    links = Page(html).links
    assert links[:3] == [
        "https://arxiv.org/abs/2407.06723",
        "https://huggingface.co/papers/2407.06723",
        "https://github.com/ada/graphs",
    ]
    for link in links:
        assert link in plain


def test_the_html_loads_nothing_and_runs_nothing() -> None:
    """No picture, no style sheet, no script, no font: opening it tells nobody."""
    _, html = parts(written(digest_of(PAPER)))
    page = Page(html)
    assert page.loads == []
    assert not page.elements & {"img", "link", "script", "iframe", "object", "embed", "video", "audio", "form"}
    assert "url(" not in html
    assert "@import" not in html
    assert "prefers-color-scheme: dark" in html


def test_the_letter_says_whose_it_is_and_how_to_end_it() -> None:
    """The header lines that mail programs and servers look for."""
    letter = written(digest_of(PAPER))
    assert letter["From"] == "Daily Papers <papers@bot.example.org>"
    assert letter["To"] == ADA.address
    assert letter["Subject"] == "24 November: Graphs of α & <b>other</b> things"
    assert letter["Date"].datetime == NOW
    assert letter["Message-ID"].endswith("@bot.example.org>")
    link = LEAVING.link(ADA.user_id, ADA.address)
    assert letter["List-Unsubscribe"] == (
        f"<{link}>, <mailto:papers@bot.example.org?subject=unsubscribe%20ada%40example.org>"
    )
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, html = parts(letter)
    assert f"Unsubscribe: {link}" in plain
    assert link in Page(html).links


def test_links_and_ids_are_sent_in_one_piece() -> None:
    """As mail programs look for them: neither folded nor encoded. Lines of the body stay short."""
    head, _, body = wire_format(MailMessages(CHOSEN, LEAVING).digest(ADA, digest_of(PAPER), NOW)).partition(b"\r\n\r\n")
    link = LEAVING.link(ADA.user_id, ADA.address).encode()
    assert b"\r\nList-Unsubscribe: <" + link + b">, <mailto:" in head
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert max(map(len, body.split(b"\r\n"))) <= 78


def test_without_a_page_people_leave_by_mail() -> None:
    """No one-click is promised then."""
    letter = written(digest_of(PAPER), leaving=None)
    by_mail = "mailto:papers@bot.example.org?subject=unsubscribe%20ada%40example.org"
    assert letter["List-Unsubscribe"] == f"<{by_mail}>"
    assert letter["List-Unsubscribe-Post"] is None
    assert by_mail in Page(parts(letter)[1]).links


def test_the_message_id_is_the_persons_and_the_lists() -> None:
    """The same again for the same two, another for another, and it tells neither."""
    first = written(digest_of(PAPER))["Message-ID"]
    assert written(digest_of(PAPER, PAPER))["Message-ID"] == first
    assert written(digest_of(PAPER), to=Recipient(4, ADA.address))["Message-ID"] != first
    other = Digest("2026-11-25", DAY, DAY, (PAPER,), 1)
    assert written(other)["Message-ID"] != first
    assert "ada" not in first


@pytest.mark.parametrize(
    ("first", "last", "heading", "subject"),
    [
        (date(2026, 11, 18), DAY, "Papers from 18 November to 24 November 2026", "Week to 24 November: "),
        (date(2025, 12, 29), date(2026, 1, 4), "Papers from 29 December 2025 to 4 January 2026", "Week to 4 January: "),
        (None, None, "Trending papers", "Graphs"),
    ],
)
def test_a_week_and_an_undated_page_are_called_so(
    first: date | None, last: date | None, heading: str, subject: str
) -> None:
    """A subject says the newest day."""
    letter = written(digest_of(PAPER, PAPER, PAPER, first=first, last=last))
    assert heading in parts(letter)[0]
    assert letter["Subject"].startswith(subject)
    assert letter["Subject"].endswith("and 2 more papers")


def test_rules_are_told_and_do_nothing() -> None:
    """They are the reader's own words, and still no HTML."""
    plain, html = parts(written(digest_of(PAPER, rules="<script>x</script> author:ada")))
    assert "matching your rules: <script>x</script> author:ada" in plain
    assert "script" not in Page(html).elements


@given(
    title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
    abstract=st.text(st.characters(exclude_categories=["Cs"])),
    name=st.text(st.characters(exclude_categories=["Cs"])),
    link=st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])), st.just("javascript:alert(1)")),
)
def test_any_paper_can_be_written(title: str, abstract: str, name: str, link: str | None) -> None:
    """Whatever a source sends: a letter comes out, its links lead to the web, its text is no HTML."""
    paper = Paper(id="t-1", title=title, abstract=abstract, authors=(name,), link=link)
    page = Page(parts(written(digest_of(paper)))[1])
    assert all(url.startswith(("https://", "http://")) for url in page.links)
    assert page.elements <= set("html head meta title style body div p h1 h2 a b".split())


def test_a_code_is_told_in_both_forms() -> None:
    """With how long it works, and nothing of who asked."""
    letter = MailMessages(CHOSEN, None).code(ADA, "ABCD-2345", 15, NOW)
    for text in parts(letter):
        assert "ABCD-2345" in text
        assert "15 minutes" in text
    assert "ABCD" not in letter["Subject"]


@needs_shared
def test_real_papers_can_be_written() -> None:
    """Fifty a letter: each title and no element of the papers' own."""
    path = SHARED / "data" / "papers_500.jsonl.gz"
    papers = list(read_file(path, on_defect=lambda defect: pytest.fail(str(defect))))
    for start in range(0, len(papers), 50):
        plain, html = parts(written(digest_of(*papers[start : start + 50])))
        assert plain.count("https://huggingface.co/papers/") >= 1
        assert Page(html).elements <= set("html head meta title style body div p h1 h2 a b".split())


# --- addresses, codes, links -------------------------------------------------------------------


@pytest.mark.parametrize("text", ["ada@example.org", " Ada.L+papers@mail.Example.co.uk ", "o'hara_1@x-y.org"])
def test_addresses_that_are_taken(text: str) -> None:
    """As they were typed, but for the space around them."""
    assert parse_address(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "ada@", "@example.org", "ada@example", "a@b@example.org", "ada@example..org", "ada@-x.org",
        "a..b@example.org", ".a@example.org", "ada@example.org\nBcc: all@example.org", "ada lovelace@example.org",
        "Ada <ada@example.org>", "ada@example.org,grace@example.org", "ädä@example.org", "ada@[127.0.0.1]",
        "a" * 65 + "@example.org", "ada@" + "x." * 130 + "org",
    ],
)  # fmt: skip
def test_addresses_that_are_not(text: str) -> None:
    """Nothing that could name two people, or add a line to a letter."""
    with pytest.raises(InvalidInput, match=r"ada@example\.org"):
        parse_address(text)


def test_a_mailbox_is_counted_however_it_is_spelled() -> None:
    """Case and plus make no other mailbox, and the digest does not show it."""
    assert mailbox_digest("Ada+1@Example.org") == mailbox_digest("ada@example.org")
    assert mailbox_digest("adb@example.org") != mailbox_digest("ada@example.org")
    assert "ada" not in mailbox_digest("ada@example.org")


async def test_a_code_is_known_by_its_hash() -> None:
    """Copied sloppily it still fits; another does not; the hash does not hold it."""
    code = new_code()
    kept = await hash_code(code)
    assert await matches(f" {code.lower().replace('-', ' ')} ", kept)
    assert not await matches(new_code(), kept)
    assert not await matches("", kept)
    assert (await hash_code(code)).digest != kept.digest
    assert code.replace("-", "").encode() not in kept.salt + kept.digest
    assert isinstance(kept, CodeHash)


def test_a_link_names_a_person_and_nobody_can_make_another() -> None:
    """Read back by who has the key; changed, cut or of another key it is nothing."""
    link = LEAVING.link(ADA.user_id, ADA.address)
    token = link.removeprefix("https://papers.example.org/leave/")
    leaver = LEAVING.read(token)
    assert leaver is not None
    assert leaver.user_id == ADA.user_id
    assert leaver.matches("Ada@Example.org")
    assert not leaver.matches("eve@example.org")
    assert "ada" not in token
    other = UnsubscribeLinks("https://x.example.org", SecretStr("x" * 32))
    for wrong in (token[:-1], "A" + token, token[::-1], "", ".", "x" * 500, other.link(3, ADA.address).split("/")[-1]):
        assert LEAVING.read(wrong) is None


@given(st.text(max_size=50))
def test_any_token_that_was_not_made_here_is_nothing(token: str) -> None:
    """And raises nothing."""
    assert LEAVING.read(token) is None
    assert UnsubscribeToken(3, "x").matches("y") is False
