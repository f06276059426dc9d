"""Real Kafka and real Elasticsearch on this machine: no Docker, no root, no Java of the system's.

The Java runtime comes as a Python package, the servers as jars that are pinned by `jars.lock`. `EmbeddedServers(data_dir).up()`
is all that a test, a demo or `dateline up` needs; `running(data_dir)` finds them again from any process.
"""

from typing import TYPE_CHECKING, Any

from dateline.embedded.state import Endpoints, running

if TYPE_CHECKING:
    from dateline.embedded.servers import EmbeddedServers, ServerStatus, Status

__all__ = ["EmbeddedServers", "Endpoints", "ServerStatus", "Status", "running"]


def __getattr__(name: str) -> Any:
    """What starts servers is imported when first used: every process of the pipeline imports this package."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dateline.embedded import servers

    return getattr(servers, name)
