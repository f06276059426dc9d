"""The files under docker/ as data."""

import json
import re
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

ROOT: Final = Path(__file__).parents[3]
DOCKER: Final = ROOT / "docker"
_VARIABLE: Final = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")


class Instruction(msgspec.Struct, frozen=True):
    """One line of a Dockerfile: in which stage (its number, from 0), what, with what."""

    stage: int
    word: str
    rest: str


class Variable(msgspec.Struct, frozen=True):
    """One `${NAME}` of the compose file; `kind` is "?" where it must be set, "-" where it has a default."""

    name: str
    kind: str


def compose() -> dict[str, Any]:
    """The compose file, merge keys resolved, variables as they are written."""
    tree: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    return tree


def services() -> dict[str, dict[str, Any]]:
    """Its services by name."""
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def variables() -> set[Variable]:
    """Every variable that compose fills in from the environment."""
    text = (DOCKER / "compose.yaml").read_text()
    return {Variable(name, kind) for name, kind, _ in _VARIABLE.findall(text)}


def filled(value: str) -> str:
    """The value with its variables at their defaults (those without one at "x")."""
    return _VARIABLE.sub(lambda match: match[3] if match[2] == "-" else "x", value)


def instructions() -> list[Instruction]:
    """The Dockerfile, line by line."""
    text = re.sub(r"^\s*#.*\n", "", (DOCKER / "Dockerfile").read_text(), flags=re.MULTILINE)
    found: list[Instruction] = []
    stage = -1
    for line in text.replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            stage += word == "FROM"
            found.append(Instruction(stage, word, rest.strip()))
    return found


def stages() -> dict[str, int]:
    """The names of the Dockerfile's stages and their numbers."""
    return {i.rest.split()[-1]: i.stage for i in instructions() if i.word == "FROM"}


def copied() -> set[str]:
    """What the Dockerfile copies from the repository."""
    lines = [i.rest.split() for i in instructions() if i.word == "COPY"]
    return {source for words in lines if not words[0].startswith("--from") for source in words[:-1]}


def as_arguments(rest: str) -> list[str]:
    """The JSON form of ENTRYPOINT and CMD."""
    words: list[str] = json.loads(rest)
    return words
