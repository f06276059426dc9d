"""Places on a map: on tiles of a server that the settings name (Web Mercator), else on the bundled outline of the world."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import asinh, pi, radians, tan
from typing import Final

import msgspec

from dateline.errors import SettingsError
from dateline.facets import Spot
from reader.outline import NORTH, SOUTH, project
from schemas.records import GeoPlace

Frame = tuple[float, float, float, float]
"""Left, top, width and height of what is shown, in units of the drawing."""

_TEMPLATE: Final = re.compile(r"(https?://[A-Za-z0-9.-]+(?::\d{1,5})?)/[!#-&(-;=?-~]*")
_HOLES: Final = ("{z}", "{x}", "{y}")

_WORLD: Final[Frame] = (0, 0, 3600, 1420)
_INHABITED: Final[Frame] = (150, 100, 3350, 1240)  # the world as far as it is enough for what is shown
_LEAST: Final = 900.0  # units of the outline, 90 degrees: so that one sees what part of the world it is
_ASPECT: Final = 1.9
_AROUND: Final = 1.5  # the frame over what lies in it

_TILE: Final = 256
_WIDTH: Final = 512.0
_CLOSEST: Final = 6  # zoom: a region of a country
_MOST_NORTH: Final = 85.05  # degrees; Web Mercator ends there

_DOT: Final = (0.013, 0.032)  # radii as shares of the frame's width, of the fewest and of the most articles
_TYPE: Final = 0.034  # height of the letters likewise
_MOST_LABELS: Final = 8
_LETTER: Final = 0.58  # width of a letter as a share of its height


class Tiles(msgspec.Struct, frozen=True, kw_only=True):
    """A tile server: `template` has {z}, {x} and {y}; `origin` is its scheme, host and port; `credit` what it wants said."""

    template: str
    origin: str
    credit: str


class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """A spot as drawn. `label` is where its name begins, or None where there is no room; `end`: where it ends instead."""

    name: str
    count: int
    x: float
    y: float
    r: float
    label: float | None = None
    end: bool = False


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of 256 units square."""

    href: str
    x: int
    y: int


class Map(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing: without `tiles` it is in the outline's units."""

    frame: Frame
    dots: tuple[Dot, ...]
    tiles: tuple[Tile, ...] = ()
    credit: str = ""

    @property
    def letters(self) -> float:
        """Height of the letters."""
        return round(self.frame[2] * _TYPE, 1)


def tiles_of(template: str, credit: str) -> Tiles | None:
    """The tile server of the settings, None for none. Raises SettingsError."""
    if not template:
        return None
    found = _TEMPLATE.fullmatch(template)
    if not found or any(template.count(hole) != 1 for hole in _HOLES):
        raise SettingsError(
            f"reader.tiles: expected an address like https://tiles.example/{{z}}/{{x}}/{{y}}.png, got {template!r};"
            " see DATELINE_READER_TILES"
        )
    return Tiles(template=template, origin=found[1], credit=credit)


def spots_of(places: Iterable[GeoPlace]) -> list[Spot]:
    """The places of one article or story that have a point."""
    return [
        Spot(name=place.name, count=1, lat=place.location.lat, lon=place.location.lon)
        for place in places
        if place.location is not None
    ]


def drawn(spots: Sequence[Spot], tiles: Tiles | None = None) -> Map:
    """One spot at least, those of the most articles first; the frame is around them. Areas, not radii, follow the counts."""
    return _outlined(spots) if tiles is None else _tiled(spots, tiles)


def _outlined(spots: Sequence[Spot]) -> Map:
    points = [project(one.lon, max(min(one.lat, NORTH), SOUTH)) for one in spots]
    left, top, right, bottom = _bounds(points)
    width = max((right - left) * _AROUND, (bottom - top) * _AROUND * _ASPECT, _LEAST)
    frame = _INHABITED
    if not (left >= 150 and right <= 3500 and top >= 100 and bottom <= 1340):
        frame = _WORLD
    if width < _WORLD[2] * 0.75:
        height = width / _ASPECT
        middle = min(max((top + bottom) / 2, height / 2), project(0, SOUTH)[1] - height / 2)
        frame = ((left + right) / 2 - width / 2, middle - height / 2, width, height)
    return Map(frame=_rounded(frame), dots=_dots(spots, points, frame))


def _tiled(spots: Sequence[Spot], tiles: Tiles) -> Map:
    flat = [_mercator(one) for one in spots]
    width, height = _WIDTH, _WIDTH / _ASPECT
    left, top, right, bottom = _bounds(flat)
    zoom = next(
        (
            zoom
            for zoom in range(_CLOSEST, 1, -1)
            if (right - left) * _TILE * 2**zoom * _AROUND <= width
            and (bottom - top) * _TILE * 2**zoom * _AROUND <= height
        ),
        1,
    )
    side = _TILE * 2**zoom
    width = max(width, (right - left) * side * _AROUND)
    height = min(max(height, (bottom - top) * side * _AROUND), side)
    middle = min(max((top + bottom) / 2 * side, height / 2), side - height / 2)
    frame = ((left + right) / 2 * side - width / 2, middle - height / 2, width, height)
    across = range(int(frame[0] // _TILE), int((frame[0] + width) // _TILE) + 1)
    down = range(max(int(frame[1] // _TILE), 0), min(int((frame[1] + height) // _TILE), 2**zoom - 1) + 1)
    pictures = tuple(
        Tile(href=_address(tiles, zoom, column % 2**zoom, row), x=column * _TILE, y=row * _TILE)
        for row in down
        for column in across
    )
    points = [(x * side, y * side) for x, y in flat]
    return Map(frame=_rounded(frame), dots=_dots(spots, points, frame), tiles=pictures, credit=tiles.credit)


def _mercator(spot: Spot) -> tuple[float, float]:
    """From 0 to 1, west to east and north to south (EPSG:3857)."""
    lat = max(min(spot.lat, _MOST_NORTH), -_MOST_NORTH)
    return (spot.lon + 180) / 360, (1 - asinh(tan(radians(lat))) / pi) / 2


def _address(tiles: Tiles, zoom: int, x: int, y: int) -> str:
    found = tiles.template
    for hole, number in zip(_HOLES, (zoom, x, y), strict=True):
        found = found.replace(hole, str(number))
    return found


def _bounds(points: Sequence[tuple[float, float]]) -> Frame:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def _rounded(frame: Frame) -> Frame:
    left, top, width, height = (round(one, 1) for one in frame)
    return left, top, width, height


def _dots(spots: Sequence[Spot], points: Sequence[tuple[float, float]], frame: Frame) -> tuple[Dot, ...]:
    """Names stand right of their dots, or left, as far as they lie neither on each other nor on dots; the first come first."""
    left, _, width, _ = frame
    most = max(one.count for one in spots)
    letters = width * _TYPE
    radii = [
        width * max(_DOT[0], _DOT[1] * ((one.count / most) ** 0.5 if most > 1 else 0.5)) for one in spots
    ]
    blots = list(zip(points, radii, strict=True))
    taken: list[tuple[float, float, float]] = []
    dots = []
    for spot, ((x, y), radius) in zip(spots, blots, strict=True):
        long = len(spot.name) * letters * _LETTER
        label, end = None, False
        for to_the_left in (False, True):
            begin = x - radius * 1.4 - long if to_the_left else x + radius * 1.4
            room = begin >= left and begin + long <= left + width
            free = all(
                abs(y - line) > letters * 1.1 or begin > stop or begin + long < start
                for start, stop, line in taken
            )
            clear = not any(
                abs(y - up) < r + letters / 2 and begin < across + r and begin + long > across - r
                for (across, up), r in blots
            )
            if room and free and clear and len(taken) < _MOST_LABELS:
                taken.append((begin, begin + long, y))
                label, end = (begin + long if to_the_left else begin), to_the_left
                break
        dots.append(
            Dot(
                name=spot.name,
                count=spot.count,
                x=round(x, 1),
                y=round(y, 1),
                r=round(radius, 1),
                label=None if label is None else round(label, 1),
                end=end,
            )
        )
    return tuple(dots)
