"""The project's Java sources, compiled once for each set of sources and jars into a jar that all checkouts share."""

import hashlib
import os
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from dateline.embedded import jars
from dateline.embedded.daemon import JAVA
from dateline.errors import ServerError

_SOURCES: Final = Path(__file__).with_name("java")
_SERVICES: Final = {
    "java.text.spi.BreakIteratorProvider": "dateline.analysis.ThaiWords",
    "org.elasticsearch.foreign.LibraryProvider": "dateline.compression.Zstd",
}
"""What Java's service loader is to find: interface → our class."""


def classes_jar() -> Path:
    """Where the classes of these sources and these jars are, compiled or not."""
    digest = hashlib.sha256(f"{jars.fingerprint()}{_SERVICES}".encode())
    for source in _sources():
        digest.update(str(source.relative_to(_SOURCES)).encode() + b"\0" + source.read_bytes())
    return jars.cache_dir() / "classes" / f"{digest.hexdigest()[:16]}.jar"


def compile_classes(compiler: list[Path], class_path: list[Path]) -> Path:
    """The jar of compiled classes, made if it is not there. Safe to run from several processes at once.

    Raises ServerError with the compiler's words.
    """
    target = classes_jar()
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        classes = Path(folder) / "classes"
        command = [str(JAVA), "-XX:TieredStopAtLevel=1", "-jar", str(compiler[0])]
        command += ["-21", "-nowarn", "-proc:none", "-d", str(classes)]
        command += ["-cp", os.pathsep.join(map(str, class_path)), *map(str, _sources())]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerError(f"the Java sources in {_SOURCES} do not compile:\n{done.stdout}{done.stderr}")
        jar = Path(folder) / target.name
        with zipfile.ZipFile(jar, "w") as archive:
            for file in sorted(classes.rglob("*.class")):
                archive.write(file, file.relative_to(classes).as_posix())
            for interface, implementation in _SERVICES.items():
                archive.writestr(f"META-INF/services/{interface}", f"{implementation}\n")
        jar.replace(target)
    return target


def _sources() -> list[Path]:
    return sorted(_SOURCES.rglob("*.java"))
