"""What is no question in English: other languages, letters at random; and slips and politeness around questions."""

from __future__ import annotations

import pytest

from retrieval.answering.question.languages import names_in, other_language, says_nothing, thanks
from retrieval.answering.records.slips import slips_in, with_slips_repaired

WORDS = {"quantization", "robots", "diffusion", "paper"}


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


@pytest.mark.parametrize("text", ["Wie funktioniert LoRA?", "hola que tal", "was kannst du?", "tak for hjælpen"])
def test_few_words_of_another_language_are_enough(text: str) -> None:
    """Their first one tells it."""
    assert other_language(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dziękuję bardzo",
        "Grazie mille!",
        "Teşekkürler",
        "Muito obrigado",
        "спасибо большое",
        "감사합니다",
        "شكرا",
        "谢谢",
        "धन्यवाद",
    ],
)
def test_thanks_are_understood_in_many_languages(text: str) -> None:
    """Where nothing else is said."""
    assert thanks(text)


@pytest.mark.parametrize(
    "text", ["thank you", "gracias, ¿cuántos parámetros tiene?", "so much", "谢谢，COFFE 有多少个问题？"]
)
def test_what_says_more_is_no_thanks(text: str) -> None:
    """Nor is English, which the model recognises."""
    assert not thanks(text)
