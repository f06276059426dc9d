"""Floors of a measurement: what it must reach. Kept in a file, raised with the results, never lowered by accident."""

import json
import math
from collections.abc import Mapping
from pathlib import Path

_BELOW = 0.002  # a floor is set this much under what was reached


class LowerFloorError(ValueError):
    """A floor would become lower than it is."""


def read(path: Path) -> dict[str, float]:
    """The floors by row."""
    floors: dict[str, float] = json.loads(path.read_text("utf-8"))
    return floors


def missed(floors: Mapping[str, float], reached: Mapping[str, float]) -> list[str]:
    """The rows below their floor; a row that was not measured is none."""
    return [row for row, floor in floors.items() if reached.get(row, floor) < floor]


def follow(path: Path, reached: Mapping[str, float], *, lower: bool = False) -> dict[str, float]:
    """Write floors just under what was reached, and give them back.

    A floor that would fall stays as it is while what was reached is above it. Below it, raises `LowerFloorError`, unless
    `lower` says that it may fall.
    """
    floors = read(path)
    fallen = missed(floors, reached)
    if fallen and not lower:
        named = ", ".join(f"{row} from {floors[row]:.3f} to {reached[row]:.3f}" for row in fallen)
        raise LowerFloorError(f"would lower {named}; --lower-floors says that this is meant")
    for row in floors:
        if row in reached:
            just_under = math.floor((reached[row] - _BELOW) * 1000) / 1000
            floors[row] = just_under if row in fallen else max(floors[row], just_under)
    path.write_text(json.dumps(floors, indent=2) + "\n", "utf-8")
    return floors
