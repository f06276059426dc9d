"""Reading what Elasticsearch found."""

import pytest

from dateline.archive import hit_of
from dateline.errors import Unavailable


def test_an_archive_of_an_earlier_version_is_told_what_to_do() -> None:
    """Its articles have no card to list them by."""
    with pytest.raises(Unavailable, match=r"articles-g1-2026\.02 .*dateline rebuild"):
        hit_of({"_index": "articles-g1-2026.02", "_score": 1.0, "fields": {"id": ["a1"]}})
