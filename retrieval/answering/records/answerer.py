"""``RecordAnswerer``: questions that the catalogue's records answer, in front of the answers from abstracts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final

from retrieval.answering.question.analysis import without_dropped_context
from retrieval.answering.question.another_name import another_name, asked_of, looks_like_a_system
from retrieval.answering.question.commands import asked_commands
from retrieval.answering.question.intents import Intent, Recognised
from retrieval.answering.question.kinds import asks_for_list
from retrieval.answering.question.languages import names_in, other_language, says_nothing, thanks
from retrieval.answering.question.replies import REPLIES
from retrieval.answering.question.requests import held_name
from retrieval.answering.question.subjects import (
    Wanted,
    is_called,
    read_subject,
    without_courtesy,
)
from retrieval.answering.records.field_questions import asks_for_paper, read_field_follow_up, read_field_question
from retrieval.answering.records.fields import FieldQuestion
from retrieval.answering.records.lookup import RecordLookup
from retrieval.answering.records.named_ids import NamedIds, impossible_id, named_ids
from retrieval.answering.records.paper_facts import PaperFacts, beyond_the_list
from retrieval.answering.records.paper_lists import PaperLists
from retrieval.answering.records.paper_relations import PaperRelations, read_comparison
from retrieval.answering.records.reply_text import known_days_text
from retrieval.answering.records.results import chat, compared, facts, record
from retrieval.answering.records.slips import slips_in, with_slips_repaired, written_out
from retrieval.answering.records.spans import find_span
from retrieval.answering.types import Answer, Question, Turn
from retrieval.english import Text, counted, sentences, written
from retrieval.errors import PaperNotFound
from retrieval.names import name_words
from retrieval.papers import Paper
from retrieval.text import tokens

_REMEMBERED: Final = 64  # messages
_INITIALS: Final = 2  # letters that are no name by themselves
_TWO: Final = 2
_ASKED_OF_IT: Final = re.compile(
    r"\W*(?:and |but |so |ok )*"
    r"(?:(?:what|who|how|when|where|which|why)\b.*|(?:is|are|was|were|does|do|did|can|has|have))"
    r"\s(?:it|they|its|their|them)\b",
    re.IGNORECASE,
)
_ANNOUNCED: Final = re.compile(r"^\W*(?:new|another|different) question\b\W*", re.IGNORECASE)
_BY_ME: Final = re.compile(
    r"\W*(?:and |but |so |ok )*(?:how|where) (?:do|can|could|would|should|may) (?:i|we)\b", re.IGNORECASE
)
_ON_A_PAPER: Final = frozenset(
    {Intent.SAVE, Intent.VOTE_DISCUSS, Intent.FOLLOW, Intent.READING, Intent.PAPER_CARD, Intent.FEEDBACK}
)
"""What is done with a paper: "how do I vote for it?" asks nothing of the paper."""
_ASK_ME: Final = Text("Ask me what a paper found, which papers are on a topic, or who wrote one: /help has examples.")
_ONLY_ENGLISH: Final = Text("I only understand English.")


class RecordAnswerer:
    """Answers out of the records that a ``RecordLookup`` finds, and to what is no question about papers.

    ``is_word`` tells whether any abstract ever had a lowered word; ``recognise`` what a message wants that asks for no
    paper, if that's likely.
    """

    def __init__(
        self, lookup: RecordLookup, is_word: Callable[[str], bool], recognise: Callable[[str], Recognised | None]
    ) -> None:
        self._lookup = lookup
        self._recognise = lru_cache(_REMEMBERED)(recognise)  # asked again where the abstracts have no answer
        self._is_word = is_word
        self._lists = PaperLists(lookup, is_word, self._repaired)
        self._facts = PaperFacts(lookup, self._lists, is_word)
        self._relations = PaperRelations(self._facts, self._lists)

    async def answer(self, question: Question, today: date) -> Answer | Question:
        """The answer; else the question that the abstracts are to answer, which names the paper that it is about."""
        question = without_dropped_context(question)
        beyond = beyond_the_list(question)
        if beyond:
            return chat(question, beyond)
        ids = named_ids(question.text)
        if ids.ids:
            return await self._about_ids(question, ids)
        impossible = impossible_id(question.text)
        if impossible:
            said = Text("I don't have {id}. arXiv ids begin with year and month, like 2501.12948.", id=impossible)
            return record(question, said)
        commands = asked_commands(question.text)
        if commands:
            return chat(question, sentences(*[await self._reply(intent) for intent in commands]))
        wanted = self._wanted(question)
        question = replace(question, text=without_courtesy(question.text))
        found = await self._remark_or_record(question, wanted, today)
        return found or await self._about_subject(await self._about_another(question))

    async def remark(self, question: Question) -> Answer | None:
        """The reply to a message that no abstract answers and that may ask for none.

        What has nothing to do with papers is refused like any question that they don't answer.
        """
        wanted = self._wanted(question)
        if wanted is None or wanted.intent is Intent.OFF_TOPIC:
            return None
        return chat(question, await self._reply(wanted.intent))

    def _wanted(self, question: Question) -> Recognised | None:
        """What a message may want that asks for no paper; "is it free?" asks for that of the conversation."""
        found = self._recognise(question.text)
        in_conversation = any(turn.paper_ids for turn in question.history)
        if not (found and in_conversation and _ASKED_OF_IT.match(question.text)):
            return found
        is_done_with_it = found.is_certain and found.intent in _ON_A_PAPER and _BY_ME.match(question.text)
        return found if is_done_with_it else None

    async def _remark_or_record(
        self, question: Question, wanted: Recognised | None, today: date
    ) -> Answer | Question | None:
        repaired = await self._repaired(question.text)
        answer: Answer | Question | None = await self._without_question(
            question, repaired, today, is_remark=wanted is not None
        )
        if answer is None and not (wanted and wanted.is_certain and not asks_for_paper(repaired)):
            asked = replace(question, text=repaired)
            for read in (self._relations, self._facts, self._lists):
                answer = answer or await read.answer(asked, today)
        if answer is None and wanted and wanted.is_likely:
            asked = await self._about_subject(question)
            asks = asked.about or (asks_for_list(question.text) and not wanted.is_certain)
            return asked if asks else chat(question, await self._reply(wanted.intent))
        return answer

    async def _repaired(self, text: str) -> str:
        """The text with slips put right, unless authors are called so."""
        slips = slips_in(text, self._is_word)
        if not slips:
            return with_slips_repaired(text, slips)
        names = await self._lookup.words_in_names(list(slips))
        return with_slips_repaired(text, {slip: cue for slip, cue in slips.items() if slip not in names})

    # --- what asks for no paper ----------------------------------------------------------------

    async def _without_question(
        self, question: Question, repaired: str, today: date, *, is_remark: bool
    ) -> Answer | None:
        """That another language isn't understood, or that nothing is asked."""
        if thanks(question.text):
            return chat(question, REPLIES[Intent.THANKS])
        if other_language(written_out(question.text)):
            return await self._in_other_language(question)
        text = _ANNOUNCED.sub("", repaired)
        if (
            not is_remark
            and says_nothing(text, self._is_word)
            and not read_field_follow_up(text)
            and not (find_span(text, today) or await self._is_name(text))
        ):
            return chat(question, sentences(Text("I couldn't find a question in that."), _ASK_ME))
        return None

    async def _reply(self, intent: Intent) -> Text:
        """What is said to an intent; of the papers and the lists with what there is."""
        reply = REPLIES[intent]
        if intent not in {Intent.SIZE, Intent.AGE, Intent.SOURCES}:
            return reply
        holdings = await self._lookup.holdings()
        newest = holdings.newest_list and Text("The newest list is from {day}.", day=written(holdings.newest_list))
        if intent is Intent.AGE:
            return sentences(newest or "", known_days_text(holdings))
        lists = counted(holdings.lists, "list") if holdings.lists else Text("no list yet")
        said = reply.with_fields(papers=counted(holdings.papers, "abstract"), lists=lists)
        return sentences(said, newest or "")

    async def _in_other_language(self, question: Question) -> Answer:
        """That the bot reads English; a paper that the question names is offered."""
        for name in names_in(question.text):
            papers = await self._lookup.titled(name)
            if papers:
                reply = Text("Do you mean “{title}”? Ask me about it in English.", title=papers[0].title)
                return chat(question, sentences(_ONLY_ENGLISH, reply), papers[:1])
        return chat(question, sentences(_ONLY_ENGLISH, _ASK_ME))

    async def _is_name(self, text: str) -> bool:
        return bool(await self._lookup.words_in_names([word for word in name_words(text) if len(word) > _INITIALS]))

    async def _about_another(self, question: Question) -> Question:
        """The question before, if this one only names what the paper before doesn't: "and GaLore?" after COAT."""
        name = another_name(question)
        if name is None:
            return question
        before = await self._lookup.papers(question.history[-1].paper_ids[:1])
        if any(name.casefold() in f"{paper.title} {paper.abstract}".casefold() for paper in before.values()):
            return question
        is_of_a_system = looks_like_a_system(name) or not all(self._is_word(token.text) for token in tokens(name))
        return asked_of(question, name) if is_of_a_system else question

    async def _about_subject(self, question: Question) -> Question:
        """The question about the paper that is its subject as a whole, if a paper has that name."""
        subject = read_subject(question.text)
        if subject is None:
            return await self._about_held(question)
        for name in subject.titles:
            papers = [paper for paper in await self._lookup.titled(name, exactly=True) if paper.withdrawn is None]
            if papers and (subject.wanted is Wanted.SUMMARY or is_called(papers[0].title, name)):
                return Question(question.text, about=papers[0].id)
        return question

    async def _about_held(self, question: Question) -> Question:
        """What the paper is that somebody asks for by its name, if there is one: "do you know EMOVA?"."""
        name = held_name(question.text)
        for called in (name, f"the {name}") if name else ():
            papers = [paper for paper in await self._lookup.titled(called, exactly=True) if paper.withdrawn is None]
            if papers:
                return Question(f"What is {name}?", about=papers[0].id)
        return question

    # --- papers that are named by their ids ----------------------------------------------------

    async def _about_ids(self, question: Question, named: NamedIds) -> Answer | Question:
        found, missing = dict(await self._lookup.papers(named.ids)), list[Text]()
        for id in (id for id in named.ids if id not in found):
            try:
                found[id] = await self._lookup.paper_from_source(id)
            except PaperNotFound as error:
                missing.append(error.text)
        papers = [found[id] for id in named.ids if id in found]
        if not papers:
            return record(question, sentences(*missing))
        text = await self._repaired(named.text)
        comparison = read_comparison(text) if len(papers) == _TWO else None
        if comparison is not None:
            return compared(question, comparison.field, papers, most=comparison.most)
        asked = read_field_question(text)
        asked = (
            asked if asked is not None and any(_is_of(asked, id) for id in named.ids) else _asked_beside(text, named)
        )
        if asked is not None:
            return facts(question, asked.field, papers, asked.further)
        if not named.is_question:
            these = Text.plural("Here is the paper.", "Here are {number} papers.", len(papers))
            return record(question, sentences(these, *missing), papers)
        return _put_to_abstracts(named, papers, question)


def _asked_beside(text: str, named: NamedIds) -> FieldQuestion | None:
    """The field that the words before or behind the ids ask for: "look at 2501.12948 who made it"."""
    before, _, behind = text.partition(named.ids[0])
    behind = behind.rpartition(named.ids[-1])[2]
    asked = (read_field_follow_up(part.strip(" ,;:.?!-–—")) for part in (behind, before))
    return next((each for each in asked if each is not None), None)


def _is_of(asked: FieldQuestion, id: str) -> bool:
    """Whether a field is asked of a paper that is named by its id, by itself or in another clause."""
    by_clause = asked.names[:1] == (asked.paper,)
    return id in asked.paper if not asked.names or by_clause else id in asked.names


def _put_to_abstracts(named: NamedIds, papers: Sequence[Paper], question: Question) -> Question:
    """The question as it is put to the abstracts: "it" for the one paper, short titles for several."""
    text = named.text
    for paper in papers:
        text = text.replace(paper.id, "it" if len(papers) == 1 else paper.title.partition(":")[0])
    if len(papers) > 1:
        return replace(question, text=text)
    return Question(text, (Turn("", (papers[0].id,)),), about=papers[0].id)
