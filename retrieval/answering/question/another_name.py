"""Follow-ups that ask the question before of another name: "what is COAT?", then "and GaLore?"."""

from __future__ import annotations

import re
from typing import Final

from retrieval.answering.question.analysis import written_names
from retrieval.answering.question.subjects import read_subject
from retrieval.answering.types import Question

_NAME: Final = r"(?=\S*[A-Z])[A-Za-z][\w.+-]*(?: (?=\S*[A-Z0-9])[\w.+-]+){0,2}"
_ANOTHER: Final = re.compile(
    rf"(?i:(?:ok(?:ay)?,? )?(?:and|or|(?:and |but )?(?:what|how) about|and what of)(?: for| in)? )(?P<name>{_NAME})\W*"
)


def another_name(question: Question) -> str | None:
    """The name in a follow-up that says nothing else: "and GaLore?"."""
    found = _ANOTHER.fullmatch(" ".join(question.text.split()))
    return found["name"] if found and question.history else None


def looks_like_a_system(name: str) -> bool:
    """Whether a name is spelled as only systems, models and acronyms are: "GaLore", "RLHF", "FP8", not "Chinese"."""
    return bool(re.search(r"\w[A-Z]|\d", name))


def asked_of(question: Question, name: str) -> Question:
    """The question before, with the name in place of the one that it asked about; "what is …?" if it had none."""
    before = question.history[-1].question
    subject = read_subject(before)
    names = {subject.name} if subject is not None and subject.is_name else set(written_names(before))
    if len(names) != 1:
        return Question(f"what is {name}?")
    return Question(before.replace(names.pop(), name))
