"""What a snapshot notes of topics, and what follows from it when it is restored."""

from dateline.noted import Mark, since
from dateline.positions import Extent

BEFORE = Extent(id="a", begins={0: 0, 1: 0}, ends={0: 40_000, 1: 7})


def test_a_mark_is_short_and_says_each_partition() -> None:
    """It comes back as it was noted; a partition in which nothing was committed begins at its beginning."""
    mark = Mark.of(BEFORE, {0: 39_999})
    assert mark.offsets == {0: 39_999, 1: 0}
    assert len(mark.at) == 5
    assert Mark.of(BEFORE, {}).offsets == {}


def test_a_topic_is_read_on_from_its_mark() -> None:
    """The same topic, which holds all since: nothing is lost."""
    begin, gaps = since({"t": Mark.of(BEFORE, {0: 30, 1: 7})}, {"t": BEFORE})
    assert begin == {"t": {0: 30, 1: 7}}
    assert not gaps


def test_messages_that_were_deleted_since_are_counted() -> None:
    """Of each partition, those between the mark and where the topic begins now."""
    now = Extent(id="a", begins={0: 35, 1: 7}, ends={0: 90, 1: 7})
    assert since({"t": Mark.of(BEFORE, {0: 30, 1: 7})}, {"t": now})[1].trimmed == {"t": 5}


def test_a_topic_that_was_made_again_or_emptied_is_read_from_its_beginning() -> None:
    """Its offsets mean other messages: another id under the same name, or fewer messages than it had."""
    mark = Mark.of(BEFORE, {0: 30})
    for now in (Extent(id="b", begins={0: 0}, ends={0: 99}), Extent(id="a", begins={0: 0}, ends={0: 29})):
        begin, gaps = since({"t": mark}, {"t": now})
        assert begin == {}
        assert gaps.replaced == ("t",)
