"""Where the story plays: the article's place names on the map, told apart by the company they keep.

Of several places of one name the largest wins, unless the article names other places of another one's country: Alabama
in the article turns Birmingham to the one there. Countries and regions have no point. Points: GeoNames.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log10
from typing import Final

from consumers.enrich.candidate import PLACE
from consumers.enrich.clusters import Cluster
from consumers.enrich.gazetteer import Place, places
from schemas.ids import entity_id
from schemas.records import GeoPlace, GeoPoint

VERSION: Final = "places/1 geonames"
_WEIGHT: Final = {"country": 8.0, "region": 7.5, "state": 6.5}
_SUPPORT: Final = 2.0
_MOST_SUPPORT: Final = 2
_LEAST: Final = 1_000


def find(clusters: Sequence[Cluster], *, dateline: str | None) -> tuple[GeoPlace, ...]:
    """The places that the gazetteer knows, in the order of their first mention; exactly one of them is `main`.

    `dateline` is the place that the report was filed from; it is the main place, else the one named most.
    """
    named = [(one, _options(form.key for form in one.forms)) for one in clusters if one.type == PLACE]
    named = [(one, options) for one, options in named if options]
    filed = (
        _options([tuple(dateline.split())]) or _options([tuple(dateline.title().split())]) if dateline else ()
    )
    first = [_best(options, Counter()) for _, options in named] + ([_best(filed, Counter())] if filed else [])
    countries = Counter[str](place.country for place in first if place.country)
    found: list[GeoPlace] = []
    weights: list[float] = []
    for (one, options), guess in zip(named, first, strict=False):
        others = countries - Counter([guess.country] if guess.country else [])
        place = _best(options, others)
        found.append(_placed(one.name, place, entity_id(PLACE, one.name)))
        weights.append(len(one.candidates) + 1.0 / (1 + one.candidates[0].paragraph.index))
    if filed and dateline:
        place = _best(filed, countries)
        at = next((n for n, one in enumerate(found) if one.name.casefold() == dateline.casefold()), None)
        if at is None:
            found.append(_placed(dateline.title() if dateline.isupper() else dateline, place, None))
            weights.append(0.0)
            at = len(found) - 1
        weights[at] = float("inf")
    if not found:
        return ()
    main = max(range(len(found)), key=lambda n: (weights[n], -n))
    return tuple(
        GeoPlace(
            name=one.name,
            entity_id=one.entity_id,
            kind=one.kind,
            country=one.country,
            location=one.location,
            main=n == main,
        )
        for n, one in enumerate(found)
    )


def _options(keys: Iterable[tuple[str, ...]]) -> tuple[Place, ...]:
    """All places that any of the names may mean."""
    return tuple(place for key in keys for place in places().get(" ".join(key), ()))


def _best(options: Sequence[Place], countries: Counter[str]) -> Place:
    def score(place: Place) -> float:
        support = min(_MOST_SUPPORT, countries[place.country]) if place.country else 0
        return _WEIGHT.get(place.kind, log10(max(_LEAST, place.population))) + _SUPPORT * support

    return max(options, key=score)


def _placed(name: str, place: Place, entity: str | None) -> GeoPlace:
    point = None
    if place.latitude is not None and place.longitude is not None:
        point = GeoPoint(lat=place.latitude, lon=place.longitude)
    return GeoPlace(name=name, entity_id=entity, kind=place.kind, country=place.country, location=point)
