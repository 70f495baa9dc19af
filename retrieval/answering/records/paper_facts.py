"""A field of one paper: which paper is meant, and what its record says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from retrieval.answering.question.analysis import picks_a_paper, selected_paper
from retrieval.answering.question.subjects import is_called
from retrieval.answering.records.field_questions import (
    FieldQuestion,
    read_field_follow_up,
    read_field_question,
)
from retrieval.answering.records.fields import Field, UnrecordedField
from retrieval.answering.records.lookup import RecordLookup
from retrieval.answering.records.paper_lists import PaperLists
from retrieval.answering.records.paper_names import looks_like_a_name, paper_name, quoted_name
from retrieval.answering.records.question_forms import asks_for_one
from retrieval.answering.records.results import facts, record
from retrieval.answering.records.sentence import Sentence
from retrieval.answering.types import Answer, Question, Turn
from retrieval.english import Text, counted, sentences
from retrieval.names import name_words
from retrieval.papers import Paper

_SEVERAL: Final = 5
"""How many papers' field is shown if several are meant."""
_OF_NO_OTHER_THING: Final = frozenset({Field.AUTHORS, Field.LAST_AUTHOR, Field.VOTES, Field.CATEGORY})
"""Fields that hardly anything but a paper has: what is asked about is one, whatever it is called."""
_OF_NO_PAPER: Final = frozenset({UnrecordedField.H_INDEX, UnrecordedField.PRODUCTIVITY})
_FEW: Final = 2  # words of what must be a paper's name
_SHORT: Final = 6  # words of a follow-up that names no paper
_SHORTEST_MISSPELT: Final = 5  # letters
_LONGEST_NAME: Final = 14
"""Words of what may be a paper's name, where only the place says so."""
_PERSON: Final = re.compile(r"[A-Z][a-z]+(?: [A-Z]\.?)? [A-Z][a-z]+(?:-[A-Z][a-z]+)?")
"""What is rather a person's name than a paper's: of an author it may be asked, too, whether a list had them."""
_IT: Final = re.compile(
    r"(?:it|its|the|this|that|he|she|(?:this|that|the|same) (?:one|paper|article|work|study|preprint|method|model))"
    r"(?: then)?",
    re.IGNORECASE,
)
_THEM: Final = re.compile(
    r"(?:they|them|these|those|(?:these|those|the) (?:papers|ones|works)|each(?: of them)?|all(?: of them)?|both)",
    re.IGNORECASE,
)
_PLACE: Final = re.compile(r"(?:the )?(first|second|third|fourth|fifth|last)(?: (?:one|paper|of them))?", re.IGNORECASE)
_ANOTHER: Final = re.compile(
    r"(?:(?:ok(?:ay)?|and|but|then)[, ]+)*(?:(?:what|how) about|and|the same for|same for|for)? ?(?:of |for "
    r"|with )?(\S.*?)(?: then| too)?",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"(?:which|what|how|list|show|any|papers|number|find|give|do|does|is|are|were?|where)\b", re.IGNORECASE
)
"""With these a question begins, and hardly a paper's name."""
_TELLS_OF_CODE: Final = re.compile(
    r"https?://|github|\b(?:we|are|is|be|will|fully) (?:\w+ )?open-?sourc"
    r"|\b(?:code|implementation|models?|weights)\b.{0,60}\b(?:available|released?|open-?sourced)\b"
    r"|\breleas\w+ .{0,40}\b(?:code|models?|weights)\b",
    re.IGNORECASE,
)


_ANY_OTHER: Final = re.compile(r"(?:an?|each|every|some|most|all|one)\b", re.IGNORECASE)
"""How what is no paper begins: "a post in the dataset"."""
_BEYOND: Final = re.compile(
    r"\bthe (?:(?P<second>second|2nd)|(?P<third>third|3rd)|(?P<fourth>fourth|4th)|(?P<fifth>fifth|5th))"
    r" (?:one|paper|work|article)\b",
    re.IGNORECASE,
)


def beyond_the_list(question: Question) -> Text | None:
    """What is said where a question picks a paper that the answer before doesn't have."""
    found = _BEYOND.search(question.text)
    earlier = next((turn.paper_ids for turn in reversed(question.history) if turn.paper_ids), ())
    if found is None or not earlier or selected_paper(question.text, question.history):
        return None
    named = counted(len(earlier), "paper")
    return Text("My last answer named {papers} only. Which one do you mean?", papers=named)


class PaperFacts:
    """Answers to questions about a field of a paper."""

    def __init__(self, lookup: RecordLookup, lists: PaperLists, is_word: Callable[[str], bool]) -> None:
        self._lookup = lookup
        self._is_word = is_word
        self._lists = lists

    async def answer(self, question: Question, today: date) -> Answer | Question | None:
        """What the record says; the question about that paper where its abstract says it; ``None`` for another one."""
        asked = read_field_question(question.text)
        if asked is not None and asked.field in _OF_NO_PAPER:
            return facts(question, asked.field, ())
        papers = await self._meant(asked, question.history, today) if asked else []
        if not papers and question.history and len(question.text.split()) <= _SHORT:
            earlier = next((turn.paper_ids for turn in reversed(question.history) if turn.paper_ids), ())
            going_on = read_field_follow_up(question.text, of_one=len(earlier) == 1)
            papers = await self._meant(going_on, question.history, today) if going_on else []
            asked = going_on if papers else asked
        if not papers and question.history:
            asked, papers = await self._same_field(question, today) or (asked, papers)
        if asked is None:
            return None
        if not papers:
            return await self._not_found(question, asked)
        has_the_word = _HAVE_THE_WORD.get(asked.field)
        if has_the_word is not None and not asked.further and not any(map(has_the_word, papers)):
            return replace(question, about=papers[0].id)
        return facts(question, asked.field, papers, asked.further)

    async def meant(self, asked: FieldQuestion, history: Sequence[Turn]) -> list[Paper]:
        """The papers that are called so, or that "it" means."""
        return await self._meant(asked, history, date.max)

    async def _same_field(self, question: Question, today: date) -> tuple[FieldQuestion, list[Paper]] | None:
        """The field of the question before, of another paper: "and WebRL?"."""
        other, last = _ANOTHER.fullmatch(question.text.strip(" ?!.")), question.history[-1]
        before = read_field_question(last.question) or read_field_follow_up(last.question)
        if other is None or before is None:
            return None
        is_name = len(other[1].split()) <= _SHORT and looks_like_a_name(other[1], lambda word: not self._is_word(word))
        asked = replace(before, paper=other[1], certain=is_name, names=(other[1],), asks=False)
        papers = await self._called(asked, other[1], (), today)
        papers = [paper for paper in papers if other[1] in paper.title] or ([] if is_name else papers)
        return (asked, papers) if papers else None

    async def _not_found(self, question: Question, asked: FieldQuestion) -> Answer | None:
        name = paper_name(asked.paper)
        if isinstance(asked.field, UnrecordedField):
            known = asked.certain and asked.field is UnrecordedField.CITATIONS
            is_one = known or bool(_IT.fullmatch(name) or _THEM.fullmatch(name)) or await self._is_author(asked)
            return facts(question, asked.field, ()) if is_one else None
        if (asked.field is Field.LISTED and _PERSON.fullmatch(name)) or await self._is_author(asked):
            return None
        is_quoted = quoted_name(question.text) is not None
        if not name or not (asked.certain or is_quoted or (asked.field is Field.CODE and asked.asks)):
            return None
        if _IT.fullmatch(name) or _THEM.fullmatch(name) or _PLACE.fullmatch(name):
            return record(question, Text("Which paper do you mean? Give me its title, its arXiv id or a link to it."))
        known = await self._lookup.numbers_of_papers(name_words(name))

        def is_unknown(word: str) -> bool:
            return not any(known.get(part) or self._is_word(part) for part in name_words(word))

        is_name = looks_like_a_name(name, is_unknown)
        words = len(name.split())
        may_be = words <= _FEW and asked.field in _OF_NO_OTHER_THING and not _ANY_OTHER.match(name)
        if not (is_quoted or may_be or (is_name and words <= _SHORT)):
            return None
        nearest = await self._lookup.nearest_title(name)
        hint = Text("The nearest title is “{title}”.", title=nearest) if nearest else ""
        return record(question, sentences(Text("I have no paper called “{name}”.", name=name[:200]), hint))

    async def _is_author(self, asked: FieldQuestion) -> bool:
        """Whether a name that no paper has is an author's: "what's Ada Okafor's affiliation?"."""
        names = {name for name in map(paper_name, asked.names or (asked.paper,)) if 1 < len(name.split()) <= _SHORT}
        known = await self._lookup.words_in_names([word for name in names for word in name_words(name)])
        likely = [name for name in names if all(len(word) == 1 or word in known for word in name_words(name))]
        return any([await self._lookup.has_author(name) for name in likely])

    async def _meant(self, asked: FieldQuestion, history: Sequence[Turn], today: date) -> list[Paper]:
        """The papers that the question means: one as a rule, several where it says so or where a name is theirs."""
        written, name = asked.paper.strip(), paper_name(asked.paper)
        earlier = next((turn.paper_ids for turn in reversed(history) if turn.paper_ids), ())
        place = _PLACE.fullmatch(written)
        if place or picks_a_paper(written):
            pointed = selected_paper(f"the {place[1]} one" if place else written, history)
            ids = [pointed] if pointed else []
        elif _IT.fullmatch(written) or _IT.fullmatch(name):
            ids = list(earlier[:1])
        elif _THEM.fullmatch(written):
            ids = list(earlier[:_SEVERAL])
        else:
            return await self._called(asked, name, history, today)
        found = await self._lookup.papers(ids)
        return [found[id] for id in ids if id in found]

    async def _called(self, asked: FieldQuestion, name: str, history: Sequence[Turn], today: date) -> list[Paper]:
        """The papers of a name; those that are described instead, as in "the newest paper on X"."""
        names = asked.names or (asked.paper,)
        for each in dict.fromkeys(each for name in names for each in (paper_name(name), name.strip("\"'“”* "))):
            if not each or len(each.split()) > _LONGEST_NAME or _reads_as_question(each):
                continue
            titled = await self._lookup.titled(each, exactly=True)
            if asked.field is Field.ABSTRACT and asked.asks:  # whether it is here
                titled = [paper for paper in titled if is_called(paper.title, each)]
            if titled:
                return list(titled[:_SEVERAL])
        if asked.certain or asks_for_one(Sentence.of(asked.paper)):
            request = await self._lists.request(Question(asked.paper, tuple(history)), today)
            if request is not None and request.most:
                found = await self._lists.run(Question(asked.paper), request, today)
                return [each.paper for each in found.papers[: request.most or _SEVERAL]]
        if not asked.certain or not name or _ANY_OTHER.match(name):
            return await self._misspelt(names[-1]) if asked.field is Field.CODE else []
        if asked.field is Field.ABSTRACT and asked.asks:
            return []
        found = await self._lookup.titled(name)
        return [paper for paper in found if _says(paper.title, name)][:_SEVERAL] or await self._misspelt(name)

    async def _misspelt(self, name: str) -> list[Paper]:
        """The paper that a name of one word calls with a typo in it: "CameraBnch"."""
        name = paper_name(name)
        if " " in name or len(name) < _SHORTEST_MISSPELT or self._is_word(name.lower()):
            return []
        found = await self._lookup.misspelt_title(name)
        return [found] if found else []


def _says(title: str, name: str) -> bool:
    """Whether a title has the words of a name side by side."""
    return f" {' '.join(name_words(name))} " in f" {' '.join(name_words(title))} "


def _reads_as_question(name: str) -> bool:
    """Whether what may be a name begins as questions do, without the capitals of a title."""
    return bool(_ASKS.match(name)) and len(re.findall(r"\b[A-Z]", name)) <= 1


def _has_the_word_on_code(paper: Paper) -> bool:
    """Whether the record is the one to ask about code: it has a link, or the abstract has nothing to say of it."""
    return bool(paper.code_url) or not _TELLS_OF_CODE.search(paper.abstract)


def _has_the_word_on_page(paper: Paper) -> bool:
    """As with code."""
    return bool(paper.project_url) or not _TELLS_OF_PAGE.search(paper.abstract)


_TELLS_OF_PAGE: Final = re.compile(r"https?://|\b(?:demos?|project page|web ?site|home ?page)\b", re.IGNORECASE)
_HAVE_THE_WORD: Final[Mapping[Field | UnrecordedField, Callable[[Paper], bool]]] = {
    Field.CODE: _has_the_word_on_code,
    Field.PROJECT: _has_the_word_on_page,
}
