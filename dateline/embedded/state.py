"""What a data directory remembers of its servers, and what of that is true now. Imports little: every process asks."""

from pathlib import Path
from typing import Final

import msgspec

from dateline.embedded.daemon import Daemon
from dateline.errors import ServerError

LOOPBACK: Final = "127.0.0.1"
NAMES: Final = ("kafka", "elastic")


class Endpoints(msgspec.Struct, frozen=True):
    """Where clients find the two servers. Empty for one that does not run here."""

    kafka_bootstrap: str
    elastic_url: str


class Remembered(msgspec.Struct, frozen=True):
    """One server: its ports, so that a restart finds the same, and its process. Only the server itself uses `inner_port`."""

    port: int
    inner_port: int
    daemon: Daemon | None = None

    @property
    def runs(self) -> bool:
        return self.daemon is not None and self.daemon.process() is not None


def load(data_dir: Path) -> dict[str, Remembered]:
    """The servers that this data directory ever had, by name."""
    file = _file(data_dir)
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Remembered])
    except FileNotFoundError:
        return {}
    except msgspec.DecodeError as error:
        raise ServerError(
            f"{file} is damaged ({error}); end the servers that use {data_dir}, delete that file, and start them again"
        ) from error


def save(data_dir: Path, state: dict[str, Remembered]) -> None:
    """Replace what is remembered, in one step. The caller holds the lock of the directory."""
    scratch = _file(data_dir).with_suffix(".new")
    scratch.write_bytes(msgspec.json.format(msgspec.json.encode(state)))
    scratch.replace(_file(data_dir))


def running(data_dir: Path) -> Endpoints | None:
    """Where the servers of this data directory are, or None when neither of its processes lives. Opens no connection."""
    ports = {name: server.port for name, server in load(data_dir).items() if server.runs}
    if not ports:
        return None
    kafka, elastic = ports.get("kafka"), ports.get("elastic")
    return Endpoints(
        f"{LOOPBACK}:{kafka}" if kafka else "",
        f"http://{LOOPBACK}:{elastic}" if elastic else "",
    )


def _file(data_dir: Path) -> Path:
    return data_dir / "embedded.json"
