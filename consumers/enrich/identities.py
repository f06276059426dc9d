"""One id for one entity in every article: "Secretary Tarn" gets that of "Ilse Tarn" where the archive leaves no doubt.

A full name is its own identity: its id follows from type and name, and where it has several bearers, from their fields (namesakes.py). A short one ("Tarn", "Ilse J. Tarn", "HMA") is looked up among
the full names that the archive has learned for it (clues.py says what), and gets the id of one of them by evidence alone; where two
may be meant, or none is sure, it keeps an id of its own. See docs/adr/names.md.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from consumers.enrich.candidate import ORGANIZATION, PERSON, PLACE
from consumers.enrich.clues import (
    Clue,
    asked,
    clues,
    count,
    is_short,
    lessons,
    merged,
    without_initials,
)
from consumers.enrich.gazetteer import lookup
from consumers.enrich.namesakes import people, which
from consumers.enrich.text import Paragraph, read
from dateline.errors import Unavailable
from dateline.ports import Holder, NameForm, NameStore
from schemas.ids import entity_id
from schemas.records import EnrichedArticle, Entity

VERSION: Final = "identities/2"
ALONE: Final = f"{VERSION} without memory"

_MOST_HOLDERS: Final = 48
_ATTEMPTS: Final = 8
_NEAR: Final = timedelta(days=730)
# evidence: a shared role counts three, each shared name one, up to three
_ROLE: Final = 3
_COMPANY: Final = 3
_ENOUGH: Final = 3
_AHEAD: Final = 2
# without evidence: so much better known than all others of the form together
_WELL_KNOWN: Final = 4
_OUTLETS: Final = 2
_TIMES: Final = 5
# of organizations: articles that taught a form, and names shared with one of them
_LEARNED: Final = 2
_SHARED: Final = 2
_ORGANIZATION_TIMES: Final = 3
# parts of a country and names of two countries, which the gazetteer files under one
_NO_COUNTRIES: Final = frozenset(("England", "Scotland", "Wales", "Northern Ireland", "Congo", "Palestine"))

_Held = tuple[str, str]
"""Id and field of a holder."""


def settle(
    articles: Sequence[EnrichedArticle],
    texts: Sequence[Sequence[Paragraph]],
    memory: NameStore | None,
) -> list[EnrichedArticle]:
    """The articles with the archive's ids on entities, speakers and places, in the same order; the memory learns from all first.

    Safe to repeat. Two requests for a batch, one where nothing new is learned. Raises Unavailable as the store does.
    """
    told = [clues(article, text) for article, text in zip(articles, texts, strict=True)]
    forms = learn([clue for one in told for clue in one], memory) if memory is not None else {}
    return [_settled(article, one, forms) for article, one in zip(articles, told, strict=True)]


def unsettled(article: EnrichedArticle) -> EnrichedArticle:
    """The article with every name as its own identity."""
    return _with_names(article, {})


def remember(memory: NameStore, articles: Sequence[EnrichedArticle]) -> None:
    """Let the memory learn from articles as they are, to build it anew."""
    learn([clue for article in articles for clue in clues(article, read(article.paragraphs))], memory)


def learn(told: Sequence[Clue], memory: NameStore) -> Mapping[str, NameForm]:
    """Teach the memory; every form that was taught or is asked for, as it is known now.

    A form that another process changed meanwhile is read and merged again.
    """
    taught: dict[str, dict[_Held, Holder]] = {}
    for clue in told:
        for key, holder in lessons(clue):
            _hold(taught.setdefault(key, {}), holder)
    forms: dict[str, NameForm] = {}
    left = sorted({*taught, *map(asked, told)})
    for _ in range(_ATTEMPTS):
        if not left:
            return forms
        known = memory.forms(left)
        changed = []
        for key in left:
            before = known.get(key) or NameForm(key=key)
            forms[key] = _joined(before, taught.get(key, {}))
            if forms[key] is not before:
                changed.append(forms[key])
        left = list(memory.put(changed)) if changed else []
    if not left:
        return forms
    raise Unavailable(f"names: {len(left)} forms were changed by other processes {_ATTEMPTS} times in a row")


def _joined(form: NameForm, taught: Mapping[_Held, Holder]) -> NameForm:
    """The form with what was taught; itself if that is nothing new. Of very many holders the best known stay."""
    held = {(one.id, one.field): one for one in form.holders}
    for holder in taught.values():
        _hold(held, holder)
    kept = sorted(held.values(), key=lambda one: (-count(one), one.id, one.field))[:_MOST_HOLDERS]
    holders = tuple(sorted(kept, key=lambda one: (one.id, one.field)))
    return form if holders == form.holders else msgspec.structs.replace(form, holders=holders)


def _hold(held: dict[_Held, Holder], holder: Holder) -> None:
    key = holder.id, holder.field
    held[key] = merged(held[key], holder) if key in held else holder


def decide(clue: Clue, form: NameForm | None) -> Holder | None:
    """Whom a clue's name means, by the form that `asked` named; None for itself."""
    if form is None:
        return None
    if clue.type == ORGANIZATION:
        return _organization(clue, form)
    if not is_short(PERSON, clue.name):
        return which(clue, form.holders) or _with_initial(clue, form)
    return _person(clue, [one for one in form.holders if one.id != clue.id])


def _person(clue: Clue, holders: Sequence[Holder]) -> Holder | None:
    fits = [one for one in _people(holders) if _near(clue, one) and not _contradicts(clue, one)]
    if not fits:
        return None
    ranked = sorted(((_evidence(clue, one), count(one), one.id, one) for one in fits), reverse=True)
    best, *others = ranked
    if best[0] >= _ENOUGH:
        rivals = [one for one in others if best[0] < one[0] + _AHEAD]
        return best[3] if best[1] >= _TIMES * sum(one[1] for one in rivals) else None
    known = max(fits, key=lambda one: (count(one), one.id))
    rest = sum(count(one) for one in fits if one is not known)
    if clue.roles and known.roles:
        return None  # it is given a role, and another one than the known person's
    sure = count(known) >= max(_WELL_KNOWN, _TIMES * rest) and len(known.outlets) >= _OUTLETS
    return known if sure else None


def _with_initial(clue: Clue, form: NameForm) -> Holder | None:
    """ "Ilse J. Tarn" is "Ilse Tarn" if she is known, and with no other initial."""
    plain = without_initials(clue.name.split())
    if clue.name.split() == plain:
        return None
    alike = [
        one
        for one in people(form.holders)
        if one.id != clue.id and without_initials(one.name.split()) == plain
    ]
    if len(alike) != 1 or alike[0].name.split() != plain:
        return None
    return _person(clue, alike)


def _people(holders: Sequence[Holder]) -> list[Holder]:
    """The people, a name with an initial put together with the same name without one, unless there are two initials."""
    alike: dict[tuple[str, ...], list[Holder]] = {}
    for one in people(holders):
        alike.setdefault(tuple(without_initials(one.name.split())), []).append(one)
    found: list[Holder] = []
    for plain, forms in alike.items():
        bare = next((one for one in forms if tuple(one.name.split()) == plain), None)
        if bare is not None and len(forms) == 2:
            (other,) = (one for one in forms if one is not bare)
            found.append(merged(bare, other))
        else:
            found += forms
    return found


def _organization(clue: Clue, form: NameForm) -> Holder | None:
    """A short form is an organization's if two articles and more say so, and hardly one says otherwise."""
    fits = [one for one in form.holders if one.id != clue.id]
    if not fits:
        return None
    known = max(fits, key=lambda one: (count(one), one.id))
    rest = sum(count(one) for one in fits if one is not known)
    shared = len(clue.company.intersection(known.company)) >= _SHARED
    if count(known) < (1 if shared else _LEARNED) or count(known) < _ORGANIZATION_TIMES * rest:
        return None
    return (
        known
        if (is_short(ORGANIZATION, clue.name) and clue.name.replace(".", "").isupper()) or shared
        else None
    )


def _evidence(clue: Clue, holder: Holder) -> int:
    company = len(clue.company.intersection(holder.company))
    return _ROLE * bool(clue.roles.intersection(holder.roles)) + min(_COMPANY, company)


def _contradicts(clue: Clue, holder: Holder) -> bool:
    return len(clue.genders) == len(holder.genders) == 1 and clue.genders != frozenset(holder.genders)


def _near(clue: Clue, holder: Holder) -> bool:
    day = date.fromisoformat(clue.day)
    return date.fromisoformat(holder.first) - _NEAR <= day <= date.fromisoformat(holder.last) + _NEAR


def _settled(
    article: EnrichedArticle, told: Sequence[Clue], forms: Mapping[str, NameForm]
) -> EnrichedArticle:
    own = {entity_id(one.type, one.name) for one in article.entities}
    names: dict[str, tuple[str, str]] = {}
    for clue in told:
        key = asked(clue)
        found = decide(clue, forms.get(key))
        if found is not None and found.id not in own:
            names[clue.id] = (found.id, found.name)
    for one in article.entities:
        if one.type == PLACE and (country := _country(one.name)):
            names[entity_id(PLACE, one.name)] = (entity_id(PLACE, country), country)
    return _with_names(article, names)


def _with_names(article: EnrichedArticle, names: Mapping[str, tuple[str, str]]) -> EnrichedArticle:
    """The article with these ids and canonical names by each entity's own id, and the ids of speakers and places after them."""
    entities = tuple(_renamed(one, names) for one in article.entities)
    ids = {
        one.name: after.id
        for one, after in zip(article.entities, entities, strict=True)
        if one.type in (PERSON, ORGANIZATION)
    }
    quotes = tuple(
        msgspec.structs.replace(quote, speaker_id=ids[quote.speaker])
        if quote.speaker_id and quote.speaker in ids and ids[quote.speaker] != quote.speaker_id
        else quote
        for quote in article.quotes
    )
    at = {
        one.name: after.id for one, after in zip(article.entities, entities, strict=True) if one.type == PLACE
    }
    places = tuple(
        msgspec.structs.replace(place, entity_id=at[place.name])
        if place.entity_id and place.name in at
        else place
        for place in article.places
    )
    return msgspec.structs.replace(article, entities=entities, quotes=quotes, places=places)


def _renamed(one: Entity, names: Mapping[str, tuple[str, str]]) -> Entity:
    own = entity_id(one.type, one.name)
    id_, name = names.get(own, (own, None))
    if (one.id, one.canonical) == (id_, name):
        return one
    return msgspec.structs.replace(one, id=id_, canonical=name)


def _country(name: str) -> str | None:
    """The full name of a country that is written in another way."""
    known = lookup(name)
    if known is None or known.kind != "country" or known.name == name or name in _NO_COUNTRIES:
        return None
    return known.name
