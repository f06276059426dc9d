"""Candidates become entities: aliases of one article merged, and one type settled for all mentions of a name."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from consumers.enrich import lexicon as lex
from consumers.enrich.acronyms import FILLERS, definitions, stands_for
from consumers.enrich.candidate import EVENT, ORGANIZATION, PERSON, PLACE, TYPES, WORK, Candidate, plain
from consumers.enrich.gazetteer import lookup
from consumers.enrich.text import Paragraph

Key = tuple[str, ...]
_THRESHOLD: Final = 0.65


class Form:
    """All candidates that are written alike."""

    __slots__ = ("candidates", "gender", "host", "key", "votes")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.candidates: list[Candidate] = []
        self.votes: defaultdict[str, float] = defaultdict(float)
        self.gender = 0.0
        self.host: Form | None = None

    def add(self, candidate: Candidate) -> None:
        self.candidates.append(candidate)
        for kind, vote in candidate.votes.items():
            self.votes[kind] += vote
        self.gender += candidate.gender

    @property
    def type(self) -> str | None:
        best = max(TYPES, key=lambda kind: self.votes[kind])
        return best if self.votes[best] > 0 else None


class Cluster:
    """One entity: its forms, the fullest first."""

    __slots__ = ("candidates", "forms", "gender", "name", "type")

    def __init__(self, forms: Sequence[Form]) -> None:
        self.forms = list(forms)
        votes: defaultdict[str, float] = defaultdict(float)
        for number, form in enumerate(self.forms):
            # an alias adds to its host's case, but less than the fullest form does: "Zephyr" reads as a place
            weight = 1.0 if number == 0 else 0.3
            for kind in TYPES:
                votes[kind] += weight * form.votes[kind]
        self.type = max(TYPES, key=lambda kind: votes[kind])
        self.gender = sum(form.gender for form in self.forms)
        self.candidates = sorted(
            (candidate for form in self.forms for candidate in form.candidates), key=lambda one: one.place
        )
        self.name = (
            " ".join(self.forms[0].key).replace(" 's ", "'s ").replace(" ’ ", "’ ").replace(" , ", ", ")
        )
        self.name = self.name.replace(" ’s ", "’s ").replace(" ' ", "' ")


def cluster(paragraphs: Sequence[Paragraph], candidates: Sequence[Candidate]) -> list[Cluster]:
    """The article's entities, in the order of their first mention."""
    forms: dict[Key, Form] = {}
    for candidate in candidates:
        forms.setdefault(candidate.key, Form(candidate.key)).add(candidate)
    _discount_common_words(paragraphs, forms)
    _presume(forms)
    ordered = sorted(forms.values(), key=lambda form: (-len(form.key), form.candidates[0].place))
    _settle_people(ordered)
    acronyms = {
        acronym: tuple(map(plain, one.tokens[begin:end]))
        for one in paragraphs
        for acronym, begin, end in definitions(one)
    }
    for form in sorted(ordered, key=lambda form: len(form.key)):
        form.host = _host(form, ordered, acronyms)
    groups: dict[Key, list[Form]] = {}
    for form in ordered:
        root = form
        while root.host is not None:
            root = root.host
        groups.setdefault(root.key, []).append(form)
    clusters = [Cluster(group) for group in groups.values()]
    families = {one.forms[0].key[-1] for one in clusters if one.type == PERSON}
    kept = [one for one in clusters if _is_name(one) and not _is_family(one, families)]
    return sorted(kept, key=lambda one: one.candidates[0].place)


def _discount_common_words(paragraphs: Sequence[Paragraph], forms: dict[Key, Form]) -> None:
    """A single word that the article also writes in lower case is hardly a name."""
    lower = {token.text for one in paragraphs for token in one.tokens if token.text[0].islower()}
    for key, form in forms.items():
        if len(key) == 1 and key[0].lower() in lower and key[0] != key[0].upper():
            for kind in TYPES:
                form.votes[kind] -= 0.7 + 0.8 * len(form.candidates)


def _presume(forms: dict[Key, Form]) -> None:
    """A capitalised word that comes again and again within sentences, and that nothing explains, names a body."""
    for key, form in forms.items():
        inner = [candidate for candidate in form.candidates if candidate.ruled]
        if len(key) == 1 and len(inner) >= 3 and all(form.votes[kind] <= 0.5 for kind in TYPES):
            form.votes[ORGANIZATION] += 1


def _settle_people(ordered: Sequence[Form]) -> None:
    """A name of several words whose last word also stands alone is a person's, unless its head says otherwise."""
    singles = {form.key[0]: form for form in ordered if len(form.key) == 1}
    for form in ordered:
        last = form.key[-1]
        if (
            len(form.key) > 1
            and len(form.candidates) > 1
            and last not in singles
            and form.key[0] not in singles
        ):
            form.votes[PERSON] -= 1  # people are called by one name sooner or later
        if (
            1 < len(form.key) < 5
            and last in singles
            and last not in lex.ORGANIZATION_HEADS | lex.PLACE_HEADS | lex.EVENT_HEADS
            and not any(word in FILLERS for word in form.key)
            and lookup(" ".join(form.key)) is None
            and singles[last].votes[PLACE] < 2
            and form.votes[WORK] == 0
            and form.votes[PERSON] > 0
        ):
            form.votes[PERSON] += 2.5


def _host(form: Form, ordered: Sequence[Form], acronyms: dict[str, Key]) -> Form | None:
    """The fuller form that this one is short for, or None. Of several, the one mentioned most, then first."""
    fits = [other for other in ordered if other is not form and _short_for(form, other, acronyms)]
    if not fits:
        return None
    return max(
        fits,
        key=lambda other: (len(other.candidates), [-at for at in other.candidates[0].place], len(other.key)),
    )


def _short_for(form: Form, other: Form, acronyms: dict[str, Key]) -> bool:
    key, fuller = form.key, other.key
    if len(key) >= len(fuller):
        return len(key) == len(fuller) == 1 and _same_place(form, other)
    kind = other.type
    if len(key) == 1 and key[0].replace(".", "").isupper() and len(key[0].replace(".", "")) > 1:
        if acronyms.get(key[0]) == fuller:
            return True
        return kind in (ORGANIZATION, EVENT, PLACE) and stands_for(key[0].replace(".", ""), fuller)
    if kind == PERSON:
        return _is_part_of_person(form, other)
    if len(key) == 1 and form.votes[PERSON] > 2:
        return False
    if kind == ORGANIZATION:
        return _is_part_of_organization(form, other)
    if kind == PLACE and form.type == PLACE:
        rest = fuller[len(key) :]
        return (
            fuller[: len(key)] == key
            and len(rest) == 1
            and rest[0] in lex.PLACE_HEADS
            and rest[0] not in ("City",)
        )
    return False


def _same_place(form: Form, other: Form) -> bool:
    """ "US" and "U.S.", one of which goes by the fuller name."""
    mine, theirs = lookup(form.key[0]), lookup(other.key[0])
    return (
        mine is not None
        and theirs is not None
        and mine == theirs
        and mine.kind == "country"
        and len(form.key[0]) < len(other.key[0])
    )


def _is_part_of_person(form: Form, other: Form) -> bool:
    key, fuller = form.key, _without_suffix(other.key)
    if len(key) == 1 and form.type == PLACE:
        known = lookup(key[0])
        if known is not None and known.kind != "city" and form.votes["in"] == 0:
            return False
    if form.type in (ORGANIZATION, PLACE) and len(key) > 1 and form.votes[form.type] > 3:
        return False
    if fuller[-len(key) :] == key or fuller[: len(key)] == key:
        return key[-1] not in ("Al", "El", "Abu", "Van", "De", "Von")
    return len(key) > 1 and key[-1] == fuller[-1] and all(word in fuller for word in key)


def _without_suffix(key: Key) -> Key:
    return (
        key[:-1]
        if len(key) > 2 and key[-1] in ("Jr.", "Jr", "Sr.", "Sr", "Junior", "Senior", "II", "III")
        else key
    )


def _is_part_of_organization(form: Form, other: Form) -> bool:
    key, fuller = form.key, other.key
    rest = fuller[: -len(key)]
    if fuller[-len(key) :] == key:
        # "Freedom Caucus" of "Montana Freedom Caucus", not "Court" of "Supreme Court"
        return (
            len(key) > 1
            and form.type in (ORGANIZATION, None)
            and not any(word in FILLERS or word in ("’", "'s", "’s", "Between") for word in rest)
        )
    rest = fuller[len(key) :]
    if fuller[: len(key)] == key and not lookup(" ".join(key)) and form.type in (ORGANIZATION, None):
        return all(word in lex.ORGANIZATION_HEADS or word in FILLERS for word in rest) or rest[0] in (
            "of",
            "for",
        )
    return False


def _is_family(one: Cluster, families: Collection[str]) -> bool:
    """ "the Harrises": people of the story in the plural, no name of its own."""
    key = one.forms[0].key
    return (
        len(key) == 1
        and (key[0].removesuffix("es") in families or key[0].removesuffix("s") in families)
        and (key[0] not in families)
    )


def _is_name(one: Cluster) -> bool:
    form = one.forms[0]
    votes = sum(max(0.0, form.votes[kind]) for form in one.forms for kind in (one.type,))
    if one.type == EVENT and len(form.key) < 2 and not form.key[0][0].isupper():
        return False
    if form.votes["group"] >= max(1, len(form.candidates) / 2) and votes < 2.5:
        return False
    return votes >= _THRESHOLD
