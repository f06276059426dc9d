"""Where the story plays: the article's place names on the map, told apart by the company they keep.

Of several places of one name the largest wins, unless the article names other places of another one's country: Alabama
in the article turns Birmingham to the one there. A small town in a country that nothing else speaks for is left out. Countries and regions have no point. Points: GeoNames.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log10
from typing import Final, NamedTuple

import msgspec

from consumers.enrich.candidate import PLACE
from consumers.enrich.clusters import Cluster
from consumers.enrich.gazetteer import Place, places
from schemas.ids import entity_id
from schemas.records import GeoPlace, GeoPoint

VERSION: Final = "places/2 geonames"
_WEIGHT: Final = {"country": 8.0, "region": 7.5, "state": 6.5}
_SUPPORT: Final = 2.0
_MOST_SUPPORT: Final = 2
_LEAST: Final = 1_000
_SMALL: Final = 50_000


class _Named(NamedTuple):
    """A name with all places that it may mean; without a cluster it stands in the dateline alone."""

    name: str
    options: tuple[Place, ...]
    cluster: Cluster | None


def find(clusters: Sequence[Cluster], *, dateline: str | None) -> tuple[GeoPlace, ...]:
    """The places that the gazetteer knows, in the order of their first mention; exactly one of them is `main`.

    `dateline` is the place that the report was filed from; it is the main place, else the one named most.
    """
    named = [
        _Named(one.name, _options(form.key for form in one.forms), one)
        for one in clusters
        if one.type == PLACE
    ]
    if dateline and not any(one.name.casefold() == dateline.casefold() for one in named):
        title = dateline.title() if dateline.isupper() else dateline
        options = _options([tuple(dateline.split())]) or _options([tuple(dateline.title().split())])
        named.append(_Named(title, options, None))
    named = [one for one in named if one.options]
    guesses = [_best(one.options, Counter()) for one in named]
    countries = Counter[str](guess.country for guess in guesses if guess and guess.country)
    found: list[GeoPlace] = []
    weights: list[float] = []
    for one, guess in zip(named, guesses, strict=True):
        place = _best(one.options, countries - Counter([guess.country] if guess and guess.country else []))
        if place is not None:
            found.append(_placed(one, place))
            weights.append(_weight(one, dateline))
    if not found:
        return ()
    main = max(range(len(found)), key=lambda n: (weights[n], -n))
    return tuple(msgspec.structs.replace(one, main=n == main) for n, one in enumerate(found))


def _weight(one: _Named, dateline: str | None) -> float:
    if one.cluster is None or (dateline and one.name.casefold() == dateline.casefold()):
        return float("inf")
    return len(one.cluster.candidates) + 1.0 / (1 + one.cluster.candidates[0].paragraph.index)


def _options(keys: Iterable[tuple[str, ...]]) -> tuple[Place, ...]:
    """All places that any of the names may mean."""
    return tuple(place for key in keys for place in places().get(" ".join(key), ()))


def _best(options: Sequence[Place], countries: Counter[str]) -> Place | None:
    """The place that a name most likely means; None if the map has only a small town where nothing else of the article is.

    `countries` are those of the article's other places. The map leaves out what is smaller, and so may lack the one meant.
    """

    def score(place: Place) -> float:
        support = min(_MOST_SUPPORT, countries[place.country]) if place.country else 0
        return _WEIGHT.get(place.kind, log10(max(_LEAST, place.population))) + _SUPPORT * support

    best = max(options, key=score)
    small = best.kind == "city" and best.population < _SMALL
    return None if small and countries and not countries[best.country or ""] else best


def _placed(one: _Named, place: Place) -> GeoPlace:
    point = None
    if place.latitude is not None and place.longitude is not None:
        point = GeoPoint(lat=place.latitude, lon=place.longitude)
    entity = entity_id(PLACE, one.name) if one.cluster else None
    return GeoPlace(name=one.name, entity_id=entity, kind=place.kind, country=place.country, location=point)
