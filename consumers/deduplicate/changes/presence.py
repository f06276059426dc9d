"""Whether the page is there at all: found gone (404 or 410), and back."""

from collections.abc import Iterator

from consumers.deduplicate.changes.edit import Finding
from schemas.records import Article


def find(old: Article, new: Article) -> Iterator[Finding]:
    """A removal or its end, with the time since when the page was gone. The text last known stays, so nothing else changed."""
    if old.removed is None and new.removed is not None:
        yield Finding(kind="removal", importance=0.95, after=new.removed, where="removed")
    elif old.removed is not None and new.removed is None:
        yield Finding(kind="restored", importance=0.7, before=old.removed, where="removed")
