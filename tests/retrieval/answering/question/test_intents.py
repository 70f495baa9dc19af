"""What messages want that ask for no paper, and which questions only look like them."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.question.intent_features import message_words
from retrieval.answering.question.intents import Intent, Recognised, load_intents, write_intents
from retrieval.answering.question.replies import REPLIES
from retrieval.answering.vectors.word_vectors import load_word_vectors
from retrieval.errors import SettingsError


def recognised(text: str) -> Recognised | None:
    """What the model that ships with the program takes a message for."""
    return load_intents().recognise(text, load_word_vectors())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("how many papers do you know?", Intent.SIZE),
        ("Hey, how big is your library?", Intent.SIZE),
        ("how up to date are you?", Intent.AGE),
        ("who made you?", Intent.MAKER),
        ("are you an LLM?", Intent.IDENTITY),
        ("hey, who are you?", Intent.IDENTITY),
        ("do you hallucinate?", Intent.METHOD),
        ("what can you do?", Intent.HELP),
        ("help", Intent.HELP),
        ("how do I make the bot post daily?", Intent.DAILY_POST),
        ("disable daily posts", Intent.DAILY_STOP),
        ("what time do you post", Intent.DAILY_STATUS),
        ("how do I get notified about new papers?", Intent.FOLLOW),
        ("unfollow stuff", Intent.UNFOLLOW),
        ("stop notifying me", Intent.UNFOLLOW),
        ("how do I save a paper?", Intent.SAVE),
        ("can I get the papers by email?", Intent.MAIL),
        ("how do I delete my data?", Intent.PRIVACY),
        ("do you sell my data", Intent.PRIVACY),
        ("how do I search?", Intent.SEARCH),
        ("how do I start over?", Intent.FRESH_START),
        ("what should I read first?", Intent.FIRST_READ),
        ("what sources do you use", Intent.SOURCES),
        ("do you read the full papers?", Intent.ABSTRACTS),
        ("do you cost anything", Intent.COST),
        ("what does the strong match thing mean?", Intent.MATCH),
        ("weekly summary possible?", Intent.RECAP),
        ("report a bug", Intent.FEEDBACK),
        ("how to cancel a follow?", Intent.UNFOLLOW),
        ("how can I undo my vote", Intent.VOTE_DISCUSS),
        ("how to cancel the recap", Intent.RECAP),
        ("quit emailing me", Intent.MAIL_STOP),
        ("which licence is your code under?", Intent.LICENCE),
        ("how many of your replies are wrong", Intent.TRUST),
        ("e.g. what can I ask", Intent.EXAMPLES),
        ("by what people were you developed", Intent.MAKER),
        ("how do I change the language?", Intent.LANGUAGE),
        ("THANK YOU SO MUCH", Intent.THANKS),
        ("thanks for the quick help, that’s very useful xD", Intent.THANKS),
        ("got it, ty <:owl:123456789012345678>", Intent.THANKS),
        ("hellooo everybody :D", Intent.GREETING),
        ("bye, see you tomorrow", Intent.GOODBYE),
        ("you suck", Intent.COMPLAINT),
        ("this bot sucks", Intent.COMPLAINT),
        ("i love you!", Intent.PRAISE),
        ("how's the weather in berlin", Intent.OFF_TOPIC),
        ("please write us another short poem!", Intent.OFF_TOPIC),
    ],
)
def test_what_is_said_to_the_bot_has_its_reply(text: str, intent: Intent) -> None:
    """However it is put."""
    found = recognised(text)
    assert found is not None
    assert found.intent is intent
    assert found.is_likely


@pytest.mark.parametrize(
    "text",
    [
        "robot papers from 2025",
        "how does gpt-5 do on it?",
        "do you have papers on alerts for robots",
        "how many papers on robots do you have?",
        "who made CacheGen?",
        "what can robots do?",
        "recommend me a paper on quantization",
        "how do you train a tokenizer?",
        "does it cost more memory to cache keys?",
        "how does privacy work in federated learning?",
        "Thanks, and how fast is it?",
        "thanks, what about the second one?",
        "Hello, which papers are about owls?",
        "hi, can you tell me what NAS is?",
        "help me understand attention",
        "what is a chatbot?",
        "hello world benchmark",
        "haha why does it fail",
        "what is a good job scheduler",
        "which models write stories?",
        "do you know DistServe?",
        "is FineWeb in your collection?",
        "do you know a paper called EquivPruner?",
        "are you aware of work on steganography?",
        "can you run a language model on a phone?",
        "can you give me a short overview of today's list, I have five minutes",
        "can bots write good poems",
        "how do you measure hallucinations",
        "how well do they translate Hindi to Finnish?",
        "owls",
        "",
    ],
)
def test_a_question_is_no_remark_however_it_begins(text: str) -> None:
    """Greeting and thanking first is what polite people do; the question behind it is answered."""
    found = recognised(text)
    assert found is None or not found.is_likely


def test_every_intent_has_a_reply() -> None:
    """And those that the model knows are intents or questions."""
    assert set(REPLIES) == set(Intent)
    assert set(Intent) <= set(load_intents().fitted.classes)


@given(st.text(alphabet=string.printable + "éß注意😀", max_size=300))
def test_any_text_may_be_said(text: str) -> None:
    """Signs, scripts and lengths raise no error, and what has no word of the bot's is no remark."""
    found = recognised(text)
    assert found is None or not load_intents().known.isdisjoint(message_words(text))


def test_a_model_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """To half a step of a byte."""
    model = load_intents()
    write_intents(tmp_path / "intents.npz", replace(model, vocabulary=frozenset({"owl"})))
    read = load_intents(tmp_path / "intents.npz")
    assert read.fitted == model.fitted
    assert read.vocabulary == {"owl"}
    assert np.abs(read.table - model.table).max() <= np.abs(model.table).max() / 254 + 1e-6


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_a_damaged_file_is_an_error_of_the_settings(tmp_path: Path, content: bytes) -> None:
    """It names the command that makes it again."""
    path = tmp_path / "intents.npz"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="fit-intents"):
        load_intents(path)
