"""What asks for no paper: questions about the bot, other languages, letters at random."""

from __future__ import annotations

import pytest

from retrieval.answering.question.about_bot import AboutBot, about_bot
from retrieval.answering.question.languages import names_in, other_language, says_nothing
from retrieval.answering.question.small_talk import small_talk
from retrieval.answering.records.slips import slips_in, with_slips_repaired

WORDS = {"quantization", "robots", "diffusion", "paper"}


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("how many papers do you know?", AboutBot.SIZE),
        ("Hey, how big is your library?", AboutBot.SIZE),
        ("how up to date are you?", AboutBot.AGE),
        ("who made you?", AboutBot.MAKER),
        ("are you an LLM?", AboutBot.MAKER),
        ("what can you do?", AboutBot.HELP),
        ("how do I make the bot post daily?", AboutBot.DAILY_POST),
        ("how do I get notified about new papers?", AboutBot.FOLLOW),
        ("how do I save a paper?", AboutBot.SAVE),
        ("can I get the papers by email?", AboutBot.MAIL),
        ("how do I delete my data?", AboutBot.PRIVACY),
        ("how do I search?", AboutBot.SEARCH),
        ("how do I start over?", AboutBot.FRESH_START),
        ("what should I read first?", AboutBot.FIRST_READ),
        ("unfollow stuff", AboutBot.FOLLOW),
        ("bookmark a paper?", AboutBot.SAVE),
        ("what time do you post", AboutBot.DAILY_POST),
        ("what sources do you use", AboutBot.SOURCES),
        ("do you read the full papers?", AboutBot.ABSTRACTS),
        ("do you cost anything", AboutBot.MAKER),
        ("what does the strong match thing mean?", AboutBot.MATCH),
        ("weekly summary possible?", AboutBot.RECAP),
        ("report a bug", AboutBot.FEEDBACK),
        ("robot papers from 2025", None),
        ("search papers from 2025", None),
        ("how does gpt-5 do on it?", None),
        ("can you give me papers with code", None),
        ("do you have papers on alerts for robots", None),
        ("how many papers on robots do you have?", None),
        ("who made CacheGen?", None),
        ("what can robots do?", None),
        ("recommend me a paper on quantization", None),
    ],
)
def test_questions_about_the_bot_are_told_from_others(text: str, about: AboutBot | None) -> None:
    """Each has its reply."""
    assert about_bot(text) is about


@pytest.mark.parametrize(
    "text",
    [
        "COFFE 有多少个问题？",
        "これは何ですか",
        "как работает GRPO",
        "¿Cuántos parámetros tiene el modelo?",
        "Wie viele Parameter hat das Modell?",
        "Combien de paramètres a ce modèle ?",
        "FlatQuant 是什么？",
        "quais artigos saíram hoje?",
        "Hoeveel papers heb je?",
    ],
)
def test_other_languages_are_recognised(text: str) -> None:
    """By their script or by their commonest words."""
    assert other_language(text)


@pytest.mark.parametrize(
    "text",
    [
        "How many parameters does the model have?",
        "What is the α–β trade-off?",
        "is die casting mentioned in a paper?",
        "papers by de la Cruz",
        "GRPO vs PPO",
        "Poincaré embeddings",
        "😀",
    ],
)
def test_english_is_english(text: str) -> None:
    """Also with Greek letters, foreign names and words that other languages have, too."""
    assert not other_language(text)


def test_names_are_found_in_other_scripts() -> None:
    """So that the paper can be offered."""
    assert names_in("COFFE 有多少个问题？") == ["COFFE"]
    assert names_in("что такое DeepSeek-R1?") == ["DeepSeek-R1"]


@pytest.mark.parametrize("text", ["😀😀😀", ".", "é", "e.g.", "i.e.", "???", "asdfgh", "qwertz uiop", "xx", "🔥!!"])
def test_nothing_is_said_by_signs_and_letters_at_random(text: str) -> None:
    """Whatever they look like."""
    assert says_nothing(text, WORDS.__contains__)


@pytest.mark.parametrize(
    "text", ["why?", "quantization", "GRPO", "RL?", "and the second one?", "llama3", "asdfgh robots"]
)
def test_words_and_names_may_be_asked_about(text: str) -> None:
    """Even one alone."""
    assert not says_nothing(text, WORDS.__contains__)


def test_slips_in_cues_are_repaired_and_nothing_else() -> None:
    """A word that somebody wrote stays."""
    assert (
        with_slips_repaired(
            "papres by the authros of Papr", slips_in("papres by the authros of Papr", WORDS.__contains__)
        )
        == "papers by the authors of Papr"
    )
    assert (
        with_slips_repaired("may papers mention robots?", slips_in("may papers mention robots?", WORDS.__contains__))
        == "may papers mention robots?"
    )


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("pubished in febuary with most uptoves", "published in february with most upvotes"),
        ("Autors of OwlNet", "authors of OwlNet"),
        ("mots upvoted, top5, last 3 wks", "most upvoted, top 5, last 3 weeks"),
        ("in twenty twenty-four or on the third of May", "in 2024 or on the 3 May"),
        ("author=Ada Okafor year=2025", "author: Ada Okafor , year: 2025"),
        ("papers form Ji-Rong Wen", "papers from Ji-Rong Wen"),
    ],
)
def test_what_is_mistyped_or_shortened_is_written_out(text: str, repaired: str) -> None:
    """Cues, numbers and days; no names."""
    assert with_slips_repaired(text, slips_in(text, "form in the".split().__contains__)) == repaired


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("how often do you update?", AboutBot.AGE),
        ("where do you get the data", AboutBot.SOURCES),
        ("why do you only quote", AboutBot.ABSTRACTS),
        ("how certain are you usually", AboutBot.MATCH),
        ("help me get started", AboutBot.HELP),
        ("what else can you do", AboutBot.HELP),
        ("does it cost anything", AboutBot.MAKER),
        ("stop notifying me", AboutBot.FOLLOW),
        ("disable daily posts", AboutBot.DAILY_POST),
        ("how do i make a reading list", AboutBot.SAVE),
        ("who do I contact about a problem", AboutBot.FEEDBACK),
        ("do you sell my data", AboutBot.PRIVACY),
        ("how do you train a tokenizer?", None),
        ("does it cost more memory to cache keys?", None),
    ],
)
def test_what_people_say_to_the_bot_is_about_it(text: str, about: AboutBot | None) -> None:
    """In the words that people use."""
    assert about_bot(text) is about


@pytest.mark.parametrize(
    "text", ["you suck", "i love you!", "this bot sucks", "great answer", "how's the weather in berlin", "i'm bored"]
)
def test_feelings_ask_nothing(text: str) -> None:
    """They get a friendly line."""
    assert small_talk(text)


@pytest.mark.parametrize("text", ["Wie funktioniert LoRA?", "hola que tal"])
def test_few_words_of_another_language_are_enough(text: str) -> None:
    """Their first one tells it."""
    assert other_language(text)
