"""The project's Java sources, compiled once for each set of sources and jars and shared between checkouts."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from dateline.embedded import jars
from dateline.embedded.runtime import JAVA

_SOURCES = Path(__file__).with_name("java")
_SERVICES = {
    "java.text.spi.BreakIteratorProvider": "dateline.analysis.ThaiWords",
    "org.elasticsearch.foreign.LibraryProvider": "dateline.compression.Zstd",
}
"""What Java's service loader is to find in the compiled classes: interface → our class."""


class CompileError(Exception):
    """The Java sources do not compile; the message holds the compiler's words."""


def classes_dir() -> Path:
    """Where the classes of these sources and these jars are, compiled or not."""
    digest = hashlib.sha256(f"{jars.fingerprint(jars.locked())}{_SERVICES}".encode())
    for source in _sources():
        digest.update(str(source.relative_to(_SOURCES)).encode() + b"\0" + source.read_bytes())
    return jars.cache_dir() / "classes" / digest.hexdigest()[:16]


def compile_classes(compiler: list[Path], class_path: list[Path]) -> Path:
    """The folder of compiled classes, compiling them if it is not there. Safe to run from several processes at once."""
    target = classes_dir()
    if target.is_dir():
        return target
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    command = [str(JAVA), "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-jar", str(compiler[0])]
    command += [
        "-21",
        "-nowarn",
        "-proc:none",
        "-d",
        str(scratch),
        "-cp",
        os.pathsep.join(map(str, class_path)),
    ]
    done = subprocess.run([*command, *map(str, _sources())], capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(scratch, ignore_errors=True)
        raise CompileError(f"The Java sources in {_SOURCES} do not compile:\n{done.stdout}{done.stderr}")
    services = scratch / "META-INF/services"
    services.mkdir(parents=True)
    for interface, implementation in _SERVICES.items():
        (services / interface).write_text(f"{implementation}\n")
    try:
        scratch.rename(target)
    except OSError:  # another process was quicker
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _sources() -> list[Path]:
    return sorted(_SOURCES.rglob("*.java"))
