"""Sending to addresses that people name."""

import pytest

from dateline.settings import Settings
from producers.post import Poster


@pytest.mark.parametrize("host", ["127.0.0.1:9", "localhost:9", "[::1]:9"])
def test_a_private_address_is_not_posted_to(host: str) -> None:
    """However it is written; the error names the switch for a receiver of one's own."""
    sent = Poster(Settings())(f"http://{host}/hook", b"{}", {})
    assert sent.result == "later"
    assert sent.error
    assert "not a public address" in sent.error
    assert "DATELINE_ALERTS_ALLOW_HOSTS" in sent.error
