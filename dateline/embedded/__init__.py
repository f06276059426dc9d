"""Real Kafka and real Elasticsearch on this machine: no Docker, no root, no Java of the system's.

The Java runtime comes as a Python package, the servers as jars that are pinned by `jars.lock`. `EmbeddedServers(data_dir).up()`
is all that a test, a demo or `dateline up` needs.
"""

from dateline.embedded.jars import JarError
from dateline.embedded.servers import EmbeddedServers, Endpoints, ServerError, ServerStatus, Status, running

__all__ = ["EmbeddedServers", "Endpoints", "JarError", "ServerError", "ServerStatus", "Status", "running"]
