"""Makes static/world.svg, the outline that places are drawn on: `python -m reader.outline land-110m.json`.

The file is the 1:110m land of Natural Earth (public domain) as TopoJSON, as the npm package world-atlas 2 has it. Made
smaller by Douglas and Peucker's rule with a third of a degree; Antarctica and the smallest islands are left out.
"""

from __future__ import annotations

import sys
from itertools import accumulate, pairwise
from math import hypot
from pathlib import Path
from typing import Any, Final

import msgspec

Point = tuple[float, float]

NORTH: Final = 84.0
"""Degrees of latitude at the upper edge; the drawing has ten units a degree, from 180° W and 84° N to 180° E and 58° S."""
SOUTH: Final = -58.0
SCALE: Final = 10

_TOLERANCE: Final = 0.33  # degrees
_SMALLEST: Final = 1.0  # square degrees


def project(lon: float, lat: float) -> tuple[int, int]:
    """Where a place lies in the drawing (plate carrée)."""
    return round((lon + 180) * SCALE), round((NORTH - lat) * SCALE)


def drawing(topology: dict[str, Any]) -> str:
    """The SVG, with one symbol `land`."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [
        [
            (x * scale_x + move_x, y * scale_y + move_y)
            for x, y in accumulate(arc, lambda one, step: [one[0] + step[0], one[1] + step[1]])
        ]
        for arc in topology["arcs"]
    ]
    rings = [
        _ring(arcs, ring)
        for land in topology["objects"]["land"]["geometries"]
        for polygon in (land["arcs"] if land["type"] == "MultiPolygon" else [land["arcs"]])
        for ring in polygon
    ]
    kept = [ring for ring in rings if _area(ring) >= _SMALLEST and min(lat for _, lat in ring) > -60]
    path = "".join(_path(_simplified(one)) for ring in kept for one in _around(ring))
    width, height = project(180, SOUTH)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<symbol id="land" viewBox="0 0 {width} {height}"><path d="{path}"/></symbol><use href="#land"/></svg>\n'
    )


def _ring(arcs: list[list[Point]], numbers: list[int]) -> list[Point]:
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def _around(ring: list[Point]) -> list[list[Point]]:
    """A ring over the 180th meridian is drawn twice, each half beyond an edge of the drawing."""
    turned = [ring[0]]
    for (x1, _), (x2, y) in pairwise(ring):
        step = (x2 - x1 + 180) % 360 - 180
        turned.append((turned[-1][0] + step, y))
    if all(-180 <= x <= 180 for x, _ in turned):
        return [turned]
    away = -360 if max(x for x, _ in turned) > 180 else 360
    return [turned, [(x + away, y) for x, y in turned]]


def _area(ring: list[Point]) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]))) / 2


def _simplified(points: list[Point]) -> list[Point]:
    (x1, y1), (x2, y2) = points[0], points[-1]
    far, at = 0.0, 0
    for number, (x, y) in enumerate(points[1:-1], start=1):
        length = hypot(x2 - x1, y2 - y1)
        off = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length if length else hypot(x - x1, y - y1)
        if off > far:
            far, at = off, number
    if far <= _TOLERANCE:
        return [points[0], points[-1]]
    return [*_simplified(points[: at + 1])[:-1], *_simplified(points[at:])]


def _path(points: list[Point]) -> str:
    drawn = [project(*point) for point in points]
    steps = [f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(drawn) if (x1, y1) != (x2, y2)]
    return f"M{drawn[0][0]} {drawn[0][1]}l{' '.join(steps)}z".replace(" -", "-")


if __name__ == "__main__":
    source = msgspec.json.decode(Path(sys.argv[1]).read_bytes())
    (Path(__file__).parent / "static" / "world.svg").write_text(drawing(source), encoding="utf-8")
