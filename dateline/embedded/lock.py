"""Makes `jars.lock`: which jars the embedded servers need, each pinned by version, sha256 and size.

Run `python -m dateline.embedded.lock` after changing a version below. It resolves the coordinates with jgo, downloads every jar
once to hash it and rewrites the lock; the product itself never resolves anything.
"""

import hashlib
import sys
from typing import Any

import jgo
import msgspec

from dateline.embedded.jars import LOCK_FILE, Group, Jar

COORDINATES: dict[Group, tuple[str, ...]] = {
    "kafka": ("org.apache.kafka:kafka_2.13:4.4.0", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5"),
    "elastic": (
        "org.elasticsearch:elasticsearch:9.5.3",
        "org.elasticsearch.plugin:transport-netty4:9.5.3",
        "com.ibm.icu:icu4j:77.1",
    ),
    "zstd": ("com.github.luben:zstd-jni:1.5.7-17",),
    "compiler": ("org.eclipse.jdt:ecj:3.46.100",),
}
"""What each class path starts from. Resolved one by one, and the first to name an artifact decides its version."""

NOT_NEEDED = {"scala-reflect": "only the Scala compiler and macros use it"}
"""Artifacts that the resolved class paths name and the servers run without, each with the reason."""


def resolve(group: Group) -> list[Jar]:
    """The jars of one class path, in class path order, with hash and size taken from the repository's own files."""
    artifacts: dict[tuple[str, str], Any] = {}
    for coordinate in COORDINATES[group]:
        for artifact in jgo.resolve(coordinate):
            if artifact.packaging == "jar" and artifact.artifactId not in NOT_NEEDED:
                artifacts.setdefault((artifact.groupId, artifact.artifactId), artifact)
    return [_pin(group, artifact) for artifact in artifacts.values()]


def _pin(group: Group, artifact: Any) -> Jar:
    content = artifact.resolve().read_bytes()
    folder = "/".join([*artifact.groupId.split("."), artifact.artifactId, artifact.version])
    return Jar(
        group=group,
        path=f"{folder}/{artifact.filename}",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )


def main() -> None:
    """Write the lock: one JSON object a line, so that a changed version is a changed line."""
    jars = [jar for group in COORDINATES for jar in resolve(group)]
    LOCK_FILE.write_bytes(b"".join(msgspec.json.encode(jar) + b"\n" for jar in jars))
    total = sum(jar.size for jar in jars) / 1e6
    print(f"{LOCK_FILE.name}: {len(jars)} jars, {total:.0f} MB", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
