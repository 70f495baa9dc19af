"""What messages contain: as text and HTML, for any paper, without loading anything."""

from __future__ import annotations

import email.policy
import re
from dataclasses import replace
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
from bot.texts import use_language
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
    title="Graphs of $\\alpha$ & <q>other</q> things",
    abstract="We study $\\alpha$-graphs. They are <q>new</q>. " + "This sentence is one of many, and is long. " * 20,
    authors=("Ada Lovelace", "Grace Hopper", "Alan Turing"),
    votes=54,
    published=datetime(2024, 7, 9, tzinfo=UTC),
    code_url="https://github.com/ada/graphs",
)


def digest_of(*papers: Paper, first: date | None = DAY, last: date | None = DAY, rules: str = "") -> Digest:
    """A digest of these papers."""
    return Digest("2026-11-24", first, last, papers, len(papers) + 5, rules)


def written(digest: Digest, leaving: UnsubscribeLinks | None = LEAVING, to: Recipient = ADA) -> EmailMessage:
    """A message as it is received."""
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


def test_a_paper_is_in_the_text_and_the_html() -> None:
    """Linked title, byline, votes, the first sentences word for word, with readable LaTeX."""
    plain, html = parts(written(digest_of(PAPER)))
    for text in (plain, Page(html).text):
        assert "Papers of Tuesday, 24 November 2026" in text
        assert "1. Graphs of α & <q>other</q> things" in text
        assert "Ada Lovelace et al., 2024 · 54 votes" in text
        assert "We study α-graphs. They are <q>new</q>. This sentence is one of many, and is long." in text
        assert "1 of 6 papers" in text
    links = Page(html).links
    assert links[:3] == [
        "https://arxiv.org/abs/2407.06723",
        "https://huggingface.co/papers/2407.06723",
        "https://github.com/ada/graphs",
    ]
    for link in links:
        assert link in plain


def test_one_paper_is_no_papers() -> None:
    """Where it is the only one."""
    plain, _ = parts(written(replace(digest_of(PAPER), total=1)))
    assert "1 of 1 paper" in plain
    assert "papers" not in plain.splitlines()[1]


def test_below_a_title_is_what_the_paper_does() -> None:
    """The sentence that says so, not the first one, which all papers of a field share."""
    abstract = "Graphs have become large. We introduce a store of graphs. It is fast."
    plain, html = parts(written(digest_of(PAPER.model_copy(update={"abstract": abstract}))))
    for text in (plain, Page(html).text):
        assert "We introduce a store of graphs." in text
        assert "Graphs have become large" not in text


def test_the_html_loads_and_runs_nothing() -> None:
    """No images, style sheets, scripts or fonts: opening it isn't visible to anybody."""
    _, html = parts(written(digest_of(PAPER)))
    page = Page(html)
    assert page.loads == []
    assert not page.elements & {"img", "link", "script", "iframe", "object", "embed", "video", "audio", "form"}
    assert "url(" not in html
    assert "@import" not in html
    assert "prefers-color-scheme: dark" in html


def test_the_headers_name_the_list_and_how_to_unsubscribe() -> None:
    """As mail programs and servers expect them."""
    letter = written(digest_of(PAPER))
    assert letter["From"] == "Daily Papers <papers@bot.example.org>"
    assert letter["To"] == ADA.address
    assert letter["Subject"] == "24 November: Graphs of α & <q>other</q> things"
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


def test_links_and_ids_are_not_split() -> None:
    """They are neither folded nor encoded in headers. Lines of the body are short."""
    head, _, body = wire_format(MailMessages(CHOSEN, LEAVING).digest(ADA, digest_of(PAPER), NOW)).partition(b"\r\n\r\n")
    link = LEAVING.link(ADA.user_id, ADA.address).encode()
    assert b"\r\nList-Unsubscribe: <" + link + b">, <mailto:" in head
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert max(map(len, body.split(b"\r\n"))) <= 78


def test_without_a_page_people_unsubscribe_by_mail() -> None:
    """There is no one-click header then."""
    letter = written(digest_of(PAPER), leaving=None)
    by_mail = "mailto:papers@bot.example.org?subject=unsubscribe%20ada%40example.org"
    assert letter["List-Unsubscribe"] == f"<{by_mail}>"
    assert letter["List-Unsubscribe-Post"] is None
    assert by_mail in Page(parts(letter)[1]).links


def test_the_message_id_depends_on_person_and_list() -> None:
    """It reveals neither."""
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
def test_subjects_of_weeks_and_undated_pages(first: date | None, last: date | None, heading: str, subject: str) -> None:
    """A subject names the newest day."""
    letter = written(digest_of(PAPER, PAPER, PAPER, first=first, last=last))
    assert heading in parts(letter)[0]
    assert letter["Subject"].startswith(subject)
    assert letter["Subject"].endswith("and 2 more papers")


def test_rules_are_shown_as_text() -> None:
    """The reader's own words can't be HTML."""
    plain, html = parts(written(digest_of(PAPER, rules="<script>x</script> author:ada")))
    assert "matching your rules: <script>x</script> author:ada" in plain
    assert "script" not in Page(html).elements


@given(
    title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
    abstract=st.text(st.characters(exclude_categories=["Cs"])),
    name=st.text(st.characters(exclude_categories=["Cs"])),
    link=st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])), st.just("javascript:alert(1)")),
)
def test_any_paper_can_be_mailed(title: str, abstract: str, name: str, link: str | None) -> None:
    """Whatever a source sends: links lead to the web, and text isn't HTML."""
    paper = Paper(id="t-1", title=title, abstract=abstract, authors=(name,), link=link)
    page = Page(parts(written(digest_of(paper)))[1])
    assert all(url.startswith(("https://", "http://")) for url in page.links)
    assert page.elements <= set("html head meta title style body div p h1 h2 a b".split())


def test_a_code_is_in_the_text_and_the_html() -> None:
    """With how long it's valid, and nothing about who asked."""
    letter = MailMessages(CHOSEN, None).code(ADA, "ABCD-2345", 15, NOW)
    for text in parts(letter):
        assert "ABCD-2345" in text
        assert "15 minutes" in text
    assert "ABCD" not in letter["Subject"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Dein Code für Daily Papers", "drück dort auf „Code eingeben“", "Er läuft in 15 Minuten ab.")),
        ("ja", ("Daily Papers の確認コード", "「コードを入力」を押して", "有効期限は 15 分です。")),
    ],
)
def test_a_code_comes_in_the_language_of_whoever_asked_for_it(language: str, words: tuple[str, str, str]) -> None:
    """The button is called as it is on Discord."""
    use_language(language)
    letter = MailMessages(CHOSEN, None).code(ADA, "ABCD-2345", 15, NOW)
    use_language("")
    subject, *rest = words
    assert letter["Subject"] == subject.replace("Daily Papers", CHOSEN.sender_name)
    plain, html = parts(letter)
    for each in rest:
        assert each in plain
        assert each in html
    assert f'<html lang="{language}">' in html


@needs_shared
def test_real_papers_can_be_mailed() -> None:
    """Fifty in a mail: every title, and no HTML elements from papers."""
    path = SHARED / "data" / "papers_500.jsonl.gz"
    papers = list(read_file(path, on_defect=lambda defect: pytest.fail(str(defect))))
    for start in range(0, len(papers), 50):
        plain, html = parts(written(digest_of(*papers[start : start + 50])))
        assert plain.count("https://huggingface.co/papers/") >= 1
        assert Page(html).elements <= set("html head meta title style body div p h1 h2 a b".split())


# --- addresses, codes, links -------------------------------------------------------------------


@pytest.mark.parametrize("text", ["ada@example.org", " Ada.L+papers@mail.Example.co.uk ", "o'hara_1@x-y.org"])
def test_valid_addresses(text: str) -> None:
    """As they were typed, without surrounding space."""
    assert parse_address(text) == text.strip()


def test_a_domain_in_other_letters_is_stored_in_punycode() -> None:
    """As mail servers know it."""
    assert parse_address("ada@münchen.de") == "ada@xn--mnchen-3ya.de"


@pytest.mark.parametrize("title", ["Ärger mit Öl, " * 12, "量子コンピュータ" * 20, "Über ünlü çift " * 9])
def test_encoded_words_of_a_subject_are_short_enough(title: str) -> None:
    """75 characters each (RFC 2047, 2), and together they are the subject."""
    letter = EmailMessage()
    letter["Subject"] = title.strip()
    raw = wire_format(letter)
    words = re.findall(rb"=\?utf-8\?.*?\?=", raw)
    assert words
    assert max(map(len, words)) <= 75
    assert message_from_bytes(raw, policy=email.policy.default)["Subject"] == title.strip()


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "ada@", "@example.org", "ada@example", "a@b@example.org", "ada@example..org", "ada@-x.org",
        "a..b@example.org", ".a@example.org", "ada@example.org\nBcc: all@example.org", "ada lovelace@example.org",
        "Ada <ada@example.org>", "ada@example.org,grace@example.org", "ädä@example.org", "ada@[127.0.0.1]",
        "a" * 65 + "@example.org", "ada@" + "x." * 130 + "org",
    ],
)  # fmt: skip
def test_invalid_addresses(text: str) -> None:
    """Nothing that could name two people or add a header."""
    with pytest.raises(InvalidInput, match=r"ada@example\.org"):
        parse_address(text)


def test_spellings_of_a_mailbox_have_one_digest() -> None:
    """Case and a plus tag make no difference, and the digest doesn't reveal the address."""
    assert mailbox_digest("Ada+1@Example.org") == mailbox_digest("ada@example.org")
    assert mailbox_digest("adb@example.org") != mailbox_digest("ada@example.org")
    assert "ada" not in mailbox_digest("ada@example.org")


async def test_a_code_is_checked_by_its_hash() -> None:
    """Case and dashes don't matter, another code doesn't match, and the hash doesn't contain it."""
    code = new_code()
    kept = await hash_code(code)
    assert await matches(f" {code.lower().replace('-', ' ')} ", kept)
    assert not await matches(new_code(), kept)
    assert not await matches("", kept)
    assert (await hash_code(code)).digest != kept.digest
    assert code.replace("-", "").encode() not in kept.salt + kept.digest
    assert isinstance(kept, CodeHash)


def test_an_unsubscribe_link_cannot_be_forged() -> None:
    """Only the key reads it. A changed, cut or foreign link isn't valid."""
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
def test_foreign_tokens_are_invalid(token: str) -> None:
    """They don't raise errors."""
    assert LEAVING.read(token) is None
    assert UnsubscribeToken(3, "x").matches("y") is False
