"""Names and sentences are plain English: the field's nouns and verbs, and no phrase that nobody says."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "retrieval")
MODULES = sorted(path for package in (*PACKAGES, "tests") for path in (ROOT / package).rglob("*.py"))
GUIDES = sorted(
    path
    for pattern in (
        "*.md",
        "Makefile",
        "pyproject.toml",
        "docs/**/*.md",
        "config/*.toml",
        "bot/**/*.html",
        "bot/**/*.txt",
    )
    for path in ROOT.glob(pattern)
)

NOUNS_IN_ING = {
    "answering",
    "following",
    "matching",
    "ranking",
    "rendering",
    "sharing",
    "spelling",
    "training",
    "trending",
}
"""Module names in -ing that are nouns of the field (information retrieval, machine learning, computing)."""

BANNED_NAMES = {
    "anew", "drawer", "gerund", "leaver", "lot", "lots", "mend", "mends", "shelf", "told", "whisper", "wish", "wishes",
}  # fmt: skip
"""Words that no name is made of: metaphors, and what the field calls otherwise."""

BANNED_PHRASES = (
    r"\bmend(?:s|ed|ing)?\b",  # fix
    r"\banew\b",  # again
    r"\bof before\b",  # earlier, older
    r"\b(?:tell|tells|told|telling) of\b",  # say, notify
    r"\bis no \w+ that\b",  # isn't a … that
    r"\bstands? (?:in|on|at|below|above|beside|before|where|there|as)\b",  # is
    r"\b(?:it|that|which|what) stands?\b(?! for| out)",  # is
    r"\bholds? at once\b",  # applies immediately
    r"\bas it should\b",  # isn't responding
    r"\bjust now\b",  # right now
    r"\bmade up for\b",  # will still be posted
    r"\bnobody knows (?:yet|any|more)\b",  # unknown
    r"\bwhat(?:ever)? (?:became|becomes) of\b",  # what happened to
)


def words_of(name: str) -> set[str]:
    """The lower-case words of an identifier in snake or camel case."""
    return {part.casefold() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def defined(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Names of modules' classes, functions, arguments and variables, with their lines."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case _:
                pass


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """Comments and strings of a module, with their lines."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in {tokenize.STRING, tokenize.COMMENT}:
            yield token.start[0], token.string


def phrases(text: str) -> list[str]:
    """Banned phrases in a text, as they are written there."""
    folded = " ".join(text.split())
    return [found[0] for pattern in BANNED_PHRASES for found in re.finditer(pattern, folded, re.IGNORECASE)]


def test_modules_are_named_by_nouns_and_verbs() -> None:
    """No gerund but those that are nouns of the field."""
    last_words = {path: path.stem.removeprefix("test_").split("_")[-1] for path in MODULES}
    gerunds = [path for path, word in last_words.items() if word.endswith("ing") and word not in NOUNS_IN_ING]
    assert [str(path.relative_to(ROOT)) for path in gerunds] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_names_are_made_of_the_words_of_the_field(package: str) -> None:
    """Classes, functions, arguments, variables."""
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in MODULES
        if path.relative_to(ROOT).parts[0] == package
        for line, name in defined(ast.parse(path.read_text(encoding="utf-8")))
        if words_of(name) & BANNED_NAMES
    ]
    assert found == []


@pytest.mark.parametrize("package", PACKAGES)
def test_sentences_in_code_are_plain_english(package: str) -> None:
    """Docstrings, comments, and whatever a person reads."""
    found = [
        f"{path.relative_to(ROOT)}:{line} {phrase}"
        for path in MODULES
        if path.relative_to(ROOT).parts[0] == package
        for line, text in sentences(path.read_text(encoding="utf-8"))
        for phrase in phrases(text)
    ]
    assert found == []


def test_guides_are_plain_english() -> None:
    """README, docs, settings, templates of mails."""
    texts = [(path, path.read_text(encoding="utf-8")) for path in GUIDES]
    assert [f"{path.relative_to(ROOT)}: {phrase}" for path, text in texts for phrase in phrases(text)] == []


@pytest.mark.parametrize(
    "sentence", ["what would mend it", "the rows of before a moment", "it stands where abstracts say it", "made anew"]
)
def test_the_guard_sees_what_nobody_says(sentence: str) -> None:
    """It would find it in a file of ours."""
    assert phrases(sentence)
    assert not phrases("How to fix it: the acronym stands for what stands out; go on to the next page.")
