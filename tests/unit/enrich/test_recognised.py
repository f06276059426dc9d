"""Bodies that were read before are not read again, and nobody can tell."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.enrich import enrich
from consumers.enrich.recognize import Recognised
from tests.unit.enrich.articles import HARBOUR, article

_WITHOUT = ("embedding", "topics", "summary", "keywords")
_SENTENCES = st.sampled_from(
    [
        *HARBOUR,
        "LONDON — Ada Brandt met Oskar Vahtra of the Dockworkers Union in Oslo.",
        "Brandt said: “I have nothing to add to what was said in Tallinn.”",
        "",
        "Estonia",
    ]
)
_BODIES = st.lists(st.lists(_SENTENCES, max_size=8), min_size=1, max_size=4)


@given(_BODIES, st.integers(min_value=1, max_value=4))
@settings(max_examples=8, deadline=None)
def test_with_and_without_memory_the_result_is_the_same(bodies: list[list[str]], limit: int) -> None:
    """Whatever came before, in whatever order, and however little is kept."""
    articles = [article(*body) for body in bodies]
    recognised = Recognised(limit)
    alone = [enrich([one], without=_WITHOUT)[0] for one in articles]
    for _ in range(2):
        assert enrich(articles, without=_WITHOUT, recognised=recognised) == alone
    assert len(recognised) <= limit


def test_a_version_with_the_same_body_is_not_read_again() -> None:
    """A new headline costs the model nothing, a new paragraph does."""
    recognised = Recognised()
    first = article(*HARBOUR)
    enrich([first], without=_WITHOUT, recognised=recognised)
    retitled = msgspec.structs.replace(first, headline="Docks to be rebuilt after all")
    enrich([retitled], without=_WITHOUT, recognised=recognised)
    assert (len(recognised), recognised.hits) == (1, 1)
    enrich([article(*HARBOUR, "It rained.")], without=_WITHOUT, recognised=recognised)
    assert (len(recognised), recognised.hits) == (2, 1)
