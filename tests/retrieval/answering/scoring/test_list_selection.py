"""Which papers a list has."""

from __future__ import annotations

import numpy as np

from retrieval.answering import Answerer
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring import list_selection
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.scoring.model import probabilities
from retrieval.answering.scoring.ranking import rank
from retrieval.answering.types import Question, ScoredPaper
from retrieval.index import Index, document_terms
from retrieval.index.updates import add_documents
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.settings import SEED_PAGE, AnswerSettings, ReaderUse


def test_of_a_small_library_a_larger_part_is_listed() -> None:
    """The same papers are likelier to fit where there are few others."""
    answerer = Answerer.from_settings(AnswerSettings(reader=ReaderUse.OFF))
    papers = read_page(SEED_PAGE.read_text(encoding="utf-8"))
    index = add_documents(Index.empty(), ((paper.id, document_terms(paper, 2)) for paper in papers))
    analysis = answerer.analyse(Question("which papers are about language models?"), index)
    assert analysis.kind is Kind.LIST
    table = MatchTable.of(analysis, [ScoredPaper(paper, 1.0) for paper in papers], answerer.word_vectors)
    few = list_selection.describe(rank(table, answerer.model.paper, answerer.model.sentence))
    rivals = list_selection.NAMES.index("rivals")
    assert np.exp(few[:, rivals]).round().tolist() == [len(papers)] * len(papers)
    many = few.copy()
    many[:, rivals] = np.log(40)
    among_few, among_many = (probabilities(rows @ answerer.model.listed) for rows in (few, many))
    assert (among_few > among_many).all()
