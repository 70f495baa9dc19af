"""Texts as numbers of word pieces, which the reader's model takes. Needs the extra ``reader``."""

from __future__ import annotations

from typing import Final

from tokenizers import Tokenizer

from retrieval.answering.reader.inputs import ReaderPassage

_QUESTION_PIECES: Final = 64
_TITLE_PIECES: Final = 16
_PASSAGE_PIECES: Final = 112


class Pieces:
    """Cuts questions and passages into pieces."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._start, self._end, self._stop = (self._number(each) for each in ("[CLS]", "[SEP]", "."))

    def question(self, text: str) -> list[int]:
        """A question; of a long one the end, where the question itself is."""
        return [self._start, *self._ids(text)[-_QUESTION_PIECES:], self._end]

    def passage(self, passage: ReaderPassage) -> list[int]:
        """The start of the title, a full stop, and the sentence."""
        title, sentence = self._ids(passage.title)[:_TITLE_PIECES], self._ids(passage.sentence)
        return [self._start, *[*title, self._stop, *sentence][:_PASSAGE_PIECES], self._end]

    def _number(self, piece: str) -> int:
        number = self._tokenizer.token_to_id(piece)
        if number is None:
            raise ValueError(f"the tokenizer has no piece {piece}")
        return number

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids
