"""The whole suite: two processes of pytest beside each other, on the same servers.

    python -m tests.suite
    python -m tests.suite --maxfail 1 --durations 20    # options for both

What needs servers waits for them a good part of its time, which the other half uses. What a process prints comes line by line under its own
name. Exit code: pytest's own, or the number of the signal that ended it; the worse of the two.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final

from dateline.embedded import EmbeddedServers

_HERE: Final = Path(__file__).resolve().parent
_HALVES: Final = {
    "parts": ("unit", "golden", "contract", "integration"),
    "whole": ("browser", "dags", "faults"),
}


def _command(folders: tuple[str, ...], options: list[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *options, *(str(_HERE / one) for one in folders)]


def _told(name: str, lines: IO[str]) -> None:
    for line in lines:
        print(f"{name} | {line}", end="", flush=True)


def main(options: list[str]) -> int:
    """Run both halves; the exit code."""
    found = {one.name for one in _HERE.iterdir() if one.is_dir() and (one / "__init__.py").exists()}
    if missed := found ^ {folder for half in _HALVES.values() for folder in half}:
        sys.exit(f"tests.suite: in no half, or in none of the folders: {', '.join(sorted(missed))}")
    with tempfile.TemporaryDirectory(prefix="dateline-suite-") as folder, ThreadPoolExecutor() as pool:
        servers = EmbeddedServers(Path(folder))
        servers.up()
        try:
            halves = {
                name: subprocess.Popen(
                    _command(folders, options),
                    env=os.environ | {"DATELINE_TEST_SERVERS": folder},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
                for name, folders in _HALVES.items()
            }
            try:
                list(pool.map(_told, halves, [half.stdout for half in halves.values() if half.stdout]))
                return max(abs(half.wait()) for half in halves.values())  # a signal's number is negative
            finally:
                for half in halves.values():
                    half.terminate()
        finally:
            servers.down()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
