"""How `dateline serve` listens."""

import socket
from contextlib import closing

import pytest

from dateline.errors import UsageError
from reader.command import listen


def test_answers_are_sent_at_once() -> None:
    """The body of an answer does not wait until its head is acknowledged."""
    with closing(listen("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_in_use_is_named() -> None:
    """Who asks for a port that another program has is told which option to change."""
    with closing(listen("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}.*--port"):
            listen("127.0.0.1", port)
