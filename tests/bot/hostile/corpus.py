"""Values that break programs, and a generator of more."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from retrieval.papers import Paper
from tests.bot.ui.card_samples import nasty_papers

TEXTS: Final = (
    *("", " ", "\t\n", "\x00", "a\x00b", "\ud83d", "half \udc00 a pair", "\u202eright to left"),
    *("\u200b\u200d", "\ufeff"),
    *("@everyone", "@here", "<@1>", "<@&2>", "<#3>", "@\u200beveryone", "<@!456>", "[x](https://a.example)", "||s||"),
    *("'; DROP TABLE answers; --", "%s%n%d", "{0.__class__}", "${jndi:ldap://a}", "../../etc/passwd", "\\", '"', "'"),
    *("1" * 5_000, "a " * 150, "x" * 1_001, "e\u0301" * 300, "İ" * 200, "ß" * 90, "𝕬" * 50, "深度学习" * 40, "🤗" * 40),
    *('author:"' + "a " * 120 + '"', 'title:"', "((((((((((", ")" * 90, "- - -", "OR OR OR", "NOT"),
    *("-" * 300, '"' * 99),
    *("year:99999999999999999999", "votes:>" + "9" * 40, "votes:>-1", "year:0", "after:0000-00-00", "after:9999-12-31"),
    *("before:2026-02-30", "#", "#" * 50, "has:nothing", "category:", "*", "a*" * 60, "?" * 200, "quant*" * 30, "::::"),
    *("2310.07240", "arXiv:9999.99999", "https://arxiv.org/abs/" + "1" * 300, "https://[::1", "http://"),
    *("doi:10.48550/",),
    *("25:00", "-1:00", "99999999999:1", "٠٩:٠٠", "09:00", "Europe/Berlin", "../../UTC", "localtime"),
    *("mon,wed", "day" * 99),
    *("ada@example.org", "a" * 300 + "@example.org", "ada@@example"),
    *("ada@exam\nple.org\nBcc: eve@example.org", "K7QM-3XRT"),
    *("0", "-1", "1e309", "NaN", "∞", "²", "٣", "null", "true", "[]", "{}", "=cmd|' /C calc'!A0", "$\\frac{" * 60),
)  # fmt: skip

NUMBERS: Final = (
    *(0, -1, 1, 2, 7, 24, 25, 26, 2**31 - 1, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30),
    *(1_456_074_443_980_800_023,),
)
OTHER_VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    1.5,
    float("1e308"),
    -0.0,
    [],
    {},
    [1],
    {"a": 1},
    [None],
    ["a"] * 30,
)
"""Values of types that no option has."""

LINKS: Final = (
    *("https://github.com/a/b[c]", "https://a.example/{x}|y", "https://a b.example", "https://", "javascript:alert(1)"),
    *(
        "http://[::1]:99999/",
        "https://a.example/" + "x" * 600,
        "//a.example",
        "https://a.example/)",
        "data:text/html,x",
    ),
    *(
        "https://user:word@a.example",
        "ftp://a.example",
        "https://a.example/\nX: y",
        "https://münchen.example/ä ö",
        "🤗",
    ),
)


def text(random: Random) -> str:
    """A text of the corpus, two of them, or a mutation of one."""
    chosen = random.choice(TEXTS)
    match random.randrange(5):
        case 0:
            return chosen + random.choice(TEXTS)
        case 1 if chosen:
            at = random.randrange(len(chosen))
            return (
                chosen[:at] + chr(random.choice((random.randrange(0x110000), random.randrange(128)))) + chosen[at + 1 :]
            )
        case 2:
            return chosen[: random.randrange(len(chosen) + 1)]
        case _:
            return chosen


def value(random: Random) -> Any:
    """A value of any type."""
    return random.choice((text(random), text(random), random.choice(NUMBERS), random.choice(OTHER_VALUES)))


def number(random: Random) -> int:
    """A number that an id or a page might have: often a small one, which exists."""
    return random.choice((random.randrange(1, 12), random.choice(NUMBERS)))


def papers() -> list[Paper]:
    """Nasty papers, and one for each nasty link."""
    linked = (
        Paper(
            id=f"link-{place}",
            title=f"Links of owls {place}",
            abstract="Owls.",
            link=url,
            code_url=url,
            project_url=url,
        )
        for place, url in enumerate(LINKS)
    )
    return [*nasty_papers(), *linked]
