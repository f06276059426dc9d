"""`dateline serve` as a process, for tests that need a real server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dateline.settings import Settings
from tests.environ import environ


@contextmanager
def served(settings: Settings, **variables: str) -> Iterator[tuple[str, Path]]:
    """(its address without a slash at the end, the file that its events go to), on a free port of loopback."""
    log = Path(settings.data_dir, "reader.log")
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "dateline", "serve", "--port", "0"],
            env=os.environ | environ(settings) | variables,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as serving,
    ):
        assert serving.stdout
        said = serving.stdout.readline()
        assert said.startswith("http://"), log.read_text()
        try:
            yield said.split("/ ")[0], log
        finally:
            serving.terminate()
