"""Places on maps, drawn on the outline or on tiles."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SettingsError
from dateline.facets import Spot
from reader.maps import Map, drawn, tiles_of

TILES = tiles_of("https://tiles.example:8443/v1/{z}/{x}/{y}.png?key=open", "© Tiles")
LISBON = Spot(name="Lisbon", count=1, lat=38.7, lon=-9.1)
OSLO = Spot(name="Oslo", count=25, lat=59.9, lon=10.7)
AUCKLAND = Spot(name="Auckland", count=4, lat=-36.9, lon=174.8)
SPOTS = st.lists(
    st.builds(
        Spot,
        name=st.text("abcdefghij ", min_size=1, max_size=30),
        count=st.integers(1, 5000),
        lat=st.floats(-90, 90),
        lon=st.floats(-180, 180),
    ),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize("tiles", [None, TILES])
def test_spots_lie_where_their_places_are(tiles: object) -> None:
    """West is left, north is up, the area of a spot follows its articles; near places are shown near, far ones all."""
    near, far = drawn([OSLO, LISBON], tiles), drawn([OSLO, AUCKLAND, LISBON], tiles)  # type: ignore[arg-type]
    oslo, lisbon = near.dots
    assert lisbon.x < oslo.x
    assert lisbon.y > oslo.y
    assert lisbon.r < oslo.r
    share = (oslo.x - lisbon.x) / near.frame[2]
    assert share > 2 * (far.dots[0].x - far.dots[2].x) / far.frame[2]


@pytest.mark.parametrize("tiles", [None, TILES])
@given(spots=SPOTS)
def test_any_places_have_a_map(tiles: object, spots: list[Spot]) -> None:
    """Wherever they are, spots lie within the frame, no two names on each other, and tiles cover the frame with few requests."""
    made: Map = drawn(spots, tiles)  # type: ignore[arg-type]
    left, top, width, height = made.frame
    for dot in made.dots:
        assert left - 1 <= dot.x <= left + width + 1
        assert top - 1 <= dot.y <= top + height + 1
    lines = [(dot.label, dot.y, dot.end) for dot in made.dots if dot.label is not None]
    assert len({(round(x), round(y)) for x, y, _ in lines}) == len(lines)
    for (x1, y1, end1), (x2, y2, end2) in combinations(lines, 2):
        assert end1 != end2 or x1 != x2 or abs(y1 - y2) > made.letters
    assert (0 < len(made.tiles) <= 12) == (tiles is not None)
    if made.tiles:
        assert min(one.x for one in made.tiles) <= left + 0.1
        assert max(one.x for one in made.tiles) + 256 >= left + width - 0.1


def test_tiles_have_addresses_of_that_server_alone() -> None:
    """z, x and y stand where the setting has them, within what the zoom has."""
    assert TILES
    assert TILES.origin == "https://tiles.example:8443"
    made = drawn([AUCKLAND], TILES)
    assert made.credit == "© Tiles"
    for tile in made.tiles:
        begin, _, rest = tile.href.partition("/v1/")
        zoom, x, y = (int(one) for one in rest.removesuffix(".png?key=open").split("/"))
        assert begin == TILES.origin
        assert 0 <= x < 2**zoom
        assert 0 <= y < 2**zoom


@pytest.mark.parametrize(
    "template",
    [
        "tiles.example/{z}/{x}/{y}",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example; script-src *//{z}/{x}/{y}",
        "https://a@tiles.example/{z}/{x}/{y}",
        "javascript:{z}/{x}/{y}",
        "https://{s}.tiles.example/{z}/{x}/{y}",
    ],
)
def test_other_addresses_are_refused(template: str) -> None:
    """An address that is no tile server's, or could widen the content security policy, is a wrong setting."""
    with pytest.raises(SettingsError, match="DATELINE_READER_TILES"):
        tiles_of(template, "")


def test_without_the_setting_there_are_no_tiles() -> None:
    """Then maps are drawn on the outline."""
    assert tiles_of("", "") is None
