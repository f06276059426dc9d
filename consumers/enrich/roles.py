"""Who is meant: the article's people and organizations by position, by role and by pronoun.

A `Cast` answers two questions in reading order: who stands at these tokens, and who was last spoken of. Roles are
learned from the article ("Foreign Minister X", "X, an analyst at Y"); nothing is known beforehand about anyone.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import msgspec

from consumers.enrich import lexicon as lex
from consumers.enrich.candidate import ORGANIZATION, PERSON, Candidate
from consumers.enrich.clusters import Cluster
from consumers.enrich.marks import Passage
from consumers.enrich.text import Paragraph, Token

_CONTRACTION: Final = re.compile("['’]")
_APPOSITION: Final = 14
_AGE: Final = "-year-old"
_PRONOUNS: Final = {"he": 1, "she": -1, "they": 0, "it": 0, "who": 0}
_ARTICLES: Final = frozenset(("the", "a", "an", "The", "A", "An"))
_POSSESSIVE: Final = frozenset(("'s", "’s", "'", "’"))
_LONGEST_NAME_OF_ROLE: Final = 9
_RECENT: Final = 3
_SHORT: Final = 3
_BE: Final = lex.words("is are was were be been has have had")
_AUTHORED: Final = lex.words("letter statement memo email tweet post message note memoir announcement")


class Speaker(msgspec.Struct, frozen=True):
    """A speaker under the fullest name in the article; `number` is the cluster's, None for a mere description."""

    name: str
    number: int | None = None


class Cast:
    """The article's people and organizations as the reader meets them."""

    def __init__(self, clusters: Sequence[Cluster], quoted: Sequence[Passage] = ()) -> None:
        """`quoted` are passages whose inner names are spoken of, not present: they are no subjects."""
        self._clusters = clusters
        self._at: dict[int, list[tuple[int, int, int]]] = {}
        self._roles: dict[str, list[tuple[tuple[int, int], int]]] = {}
        inside = {number: [] for number in {one.paragraph for one in quoted}}  # type: dict[int, list[tuple[int, int]]]
        for passage in quoted:
            inside[passage.paragraph].append((passage.start, passage.end))
        self.gender = [one.gender for one in clusters]
        for number, one in enumerate(clusters):
            if one.type not in (PERSON, ORGANIZATION):
                continue
            for candidate in one.candidates:
                start = candidate.paragraph.tokens[candidate.begin].start
                if not any(begin <= start < end for begin, end in inside.get(candidate.paragraph.index, ())):
                    self._at.setdefault(candidate.paragraph.index, []).append(
                        (candidate.begin, candidate.end, number)
                    )
                if one.type == PERSON:
                    for role in roles_given(candidate):
                        self._roles.setdefault(role, []).append((candidate.place, number))
                        self.gender[number] += (role in lex.MALE) - (role in lex.FEMALE)
        for places in self._at.values():
            places.sort()
        for holders in self._roles.values():
            holders.sort()
        self._focus: list[Speaker] = []
        self._groups: dict[str, Speaker] = {}  # "lawmakers on the committee": later "the lawmakers"

    def notice(self, speaker: Speaker) -> None:
        """The story now speaks of this one."""
        if self._focus[-1:] != [speaker]:
            self._focus.append(speaker)

    @property
    def last(self) -> Speaker | None:
        return self._focus[-1] if self._focus else None

    def speaker(self, number: int) -> Speaker:
        return Speaker(self._clusters[number].name, number)

    def people(self, paragraph: Paragraph, begin: int, end: int) -> list[tuple[int, int, int]]:
        """(begin, end, cluster) of the names within tokens `[begin, end)`."""
        places = self._at.get(paragraph.index, [])
        first = bisect_left(places, (begin, 0, 0))
        return [place for place in places[first:] if place[0] < end and place[1] <= end]

    def subject(self, paragraph: Paragraph, begin: int, end: int) -> Speaker | None:
        """The first person in a stretch that can be its subject: no possessor, no complement of a preposition."""
        found: tuple[int, int] | None = None
        for first, last, number in self.people(paragraph, begin, end):
            if self._is_person(number) and not self._is_complement(paragraph, begin, first, last):
                found = first, number
                break
        for at in range(begin, found[0] if found else end):
            pronoun = paragraph.tokens[at].text.lower()
            if pronoun in ("he", "she"):
                return self._pronoun(pronoun) or (self.speaker(found[1]) if found else None)
        return self.speaker(found[1]) if found else None

    def nearest(self, paragraph: Paragraph, begin: int, end: int, *, person: bool) -> Speaker | None:
        """The last person (or organization) in a stretch: whom a relative clause after it is about."""
        for _, _, number in reversed(self.people(paragraph, begin, end)):
            if self._is_person(number) is person:
                return self.speaker(number)
        return None

    def owner(self, paragraph: Paragraph, begin: int, end: int) -> Speaker | None:
        """The first person in a stretch, possessors included: "Her rival's verdict was: ..."."""
        near = [number for _, _, number in self.people(paragraph, begin, end) if self._is_person(number)]
        if near:
            return self.speaker(near[0])
        for at in range(begin, end):
            pronoun = {"his": "he", "her": "she", "he": "he", "she": "she"}.get(
                paragraph.tokens[at].text.lower()
            )
            if pronoun:
                return self._pronoun(pronoun)
        return None

    def _is_person(self, number: int) -> bool:
        return self._clusters[number].type == PERSON

    def _is_complement(self, paragraph: Paragraph, begin: int, first: int, last: int) -> bool:
        """A possessor, or a name that hangs on a preposition, titles between skipped: "led by chairman X"."""
        tokens = paragraph.tokens
        if last < len(tokens) and tokens[last].text in _POSSESSIVE:
            return True
        at = first - 1
        while at > begin and (tokens[at].text in lex.HONORIFICS or tokens[at].text.lower() in lex.ROLE_HEADS):
            at -= 1
        return at >= begin and tokens[at].text.lower() in _PREPOSITIONS

    def resolve(self, paragraph: Paragraph, begin: int, end: int) -> Speaker | None:
        """Whom the noun phrase in tokens `[begin, end)` means; None for none."""
        tokens = paragraph.tokens
        while begin < end and (not tokens[begin].is_word or tokens[begin].text.lower() in _ADVERBS):
            begin += 1
        while end > begin and (not tokens[end - 1].is_word or tokens[end - 1].text.lower() in _ADVERBS):
            end -= 1
        if begin >= end:
            return None
        pronoun = _CONTRACTION.split(tokens[begin].text.lower())[0]
        if end - begin <= 2 and pronoun in _PRONOUNS:
            return self._pronoun(pronoun)
        organization: int | None = None
        for first, last, number in self.people(paragraph, begin, end):
            owns = last < len(tokens) and tokens[last].text in _POSSESSIVE and last < end
            if self._is_person(number):
                described = bool(_role_behind(tokens, last, end))
                if not described and not self._is_complement(paragraph, begin, first, min(last, end)):
                    return self.speaker(number)
            elif organization is None and not owns:
                role = _role_behind(tokens, last, end)
                at = first - 1 - (first > begin and tokens[first - 1].text.lower() == "the")
                depends = at >= begin and tokens[at].text.lower() in _PREPOSITIONS
                before = [
                    one
                    for one in (token.text.lower() for token in tokens[begin:first])
                    if one in lex.ROLE_HEADS
                ]
                if role in ("", "members") and (not before or before[-1].endswith("s")):
                    organization = number
                    if depends and before:
                        self._groups[before[-1]] = self.speaker(number)
        if organization is not None:
            return self.speaker(organization)
        return self._described(paragraph, begin, end)

    def _pronoun(self, pronoun: str) -> Speaker | None:
        wanted = _PRONOUNS[pronoun]
        if pronoun == "they":
            for speaker in reversed(self._focus[-_RECENT:]):
                if speaker.number is None or not self._is_person(speaker.number):
                    return speaker
        for speaker in reversed(self._focus):
            if speaker.number is None:
                if pronoun == "they" or (wanted and speaker.name.split()[-1].lower() in lex.ROLE_HEADS):
                    return speaker
                continue
            kind = self._clusters[speaker.number].type
            gender = self.gender[speaker.number]
            if wanted and kind == PERSON and gender * wanted >= 0:
                if gender == 0:
                    self.gender[speaker.number] += wanted
                return speaker
            if pronoun == "it" and kind == ORGANIZATION:
                return speaker
            if pronoun in ("they", "who"):
                return speaker
        return self.last if wanted else None

    def _described(self, paragraph: Paragraph, begin: int, end: int) -> Speaker | None:
        """ "the president", "the 36-year-old", "a bureau spokesperson", "the bureau"."""
        tokens = paragraph.tokens
        definite = tokens[begin].text.lower() in ("the", "his", "her", "their", "its", "this", "that")
        stop = next(
            (at for at in range(begin + 1, end) if tokens[at].text.lower() in _PREPOSITIONS | {",", "who"}),
            end,
        )
        heads = [
            tokens[at].text.lower() for at in range(begin, stop) if tokens[at].text.lower() in lex.ROLE_HEADS
        ]
        place = (paragraph.index, begin)
        documents = [
            token.text.lower() for token in tokens[begin:stop] if token.text.lower() in lex.DOCUMENTS
        ]
        by = next((at for at in range(stop, end) if tokens[at].text.lower() in ("by", "from")), None)
        if documents and by is not None:
            return self.resolve(paragraph, by + 1, _until_participle(tokens, by + 1, end))
        if definite and heads and heads[-1] in self._groups:
            return self._groups[heads[-1]]
        if definite and documents and documents[-1] in _AUTHORED and not heads and self.last is not None:
            return self.last
        if definite and tokens[begin].text.lower() == "the" and heads:
            holder = self._holder(heads[-1], place)
            if holder is not None:
                return holder
        if definite and any(token.text.endswith(_AGE) for token in tokens[begin:stop]):
            return self._pronoun("he") or self._pronoun("she")
        if definite and stop - begin <= 4 and not heads:
            owner = self._organization_called(tokens[stop - 1].text, place)
            if owner is not None:
                return owner
        if (
            tokens[begin].text.lower() == "the"
            and heads
            and not heads[-1].endswith("s")
            and stop - begin <= 3
        ):
            recent = self.last
            if (
                recent is not None
                and recent.number is not None
                and self._clusters[recent.number].type == PERSON
            ):
                return recent
        first = begin + (tokens[begin].text in _ARTICLES and tokens[begin].text.lower() != "the")
        words = " ".join(token.text for token in tokens[first:stop] if token.is_word)
        lowered = [token.text.lower() for token in tokens[first:stop]]
        if not words or stop - first > _LONGEST_NAME_OF_ROLE or lowered[0] in _PREPOSITIONS | _CLAUSAL:
            return None
        named = bool(heads or documents) or lowered[-1] in lex.ORGANIZATION_CUES or len(lowered) == 1
        short = lowered[0] == "the" and len(lowered) <= _SHORT
        if not (named or short or all(token.is_capitalised for token in tokens[first:stop])):
            return None
        if _BE.intersection(lowered):
            return None
        if any(word in lex.SPEECH_VERBS and word not in lex.DOCUMENTS for word in lowered):
            return None
        return Speaker(words[0].lower() + words[1:] if words.startswith("The ") else words)

    def _holder(self, role: str, place: tuple[int, int]) -> Speaker | None:
        """Who holds a role: the last one mentioned with it or by name before this place."""
        holders = {number for _, number in self._roles.get(role, [])}
        if not holders:
            return None
        for speaker in reversed(self._focus):
            if speaker.number in holders:
                return speaker
        before = [number for where, number in self._roles[role] if where < place]
        return self.speaker(before[-1] if before else self._roles[role][0][1])

    def holder(self, role: str, place: tuple[int, int]) -> int | None:
        """The only one who holds a role in this article, by cluster number, if that was told before this place."""
        given = self._roles.get(role, [])
        holders = {number for _, number in given}
        return holders.pop() if len(holders) == 1 and given[0][0] < place else None

    def _organization_called(self, noun: str, place: tuple[int, int]) -> Speaker | None:
        """ "the bureau": the organization with "Bureau" in its name; of several the last one mentioned before."""
        best: tuple[tuple[int, int], int] | None = None
        for number, one in enumerate(self._clusters):
            if one.type == ORGANIZATION and any(noun.title() in form.key for form in one.forms):
                for candidate in one.candidates:
                    if candidate.place < place and (best is None or candidate.place > best[0]):
                        best = (candidate.place, number)
        return self.speaker(best[1]) if best else None


_PREPOSITIONS: Final = lex.words(
    "of for from in at on with by to about against over after before during between under near like including "
    "than as into through"
)
_ADVERBS: Final = lex.words(
    "also then later however meanwhile still even again recently repeatedly only once already now further have has had "
    "was were is are and but which that been would will could previously earlier first since never always often simply "
    "reportedly publicly privately finally so yet"
)


_CLAUSAL: Final = lex.words(
    "when while because if that what which who whether i we you they it there here to not"
)


def _role_behind(tokens: Sequence[Token], last: int, end: int) -> str:
    """The role noun right behind an organization's name: "the Foo Bank spokesman", "Foo senior adviser X"."""
    for token in tokens[last : min(last + 3, end)]:
        if not token.is_word or token.text.lower() in _PREPOSITIONS:
            break
        if token.text.lower() in lex.ROLE_HEADS:
            return token.text.lower()
    return ""


def _until_participle(tokens: Sequence[Token], begin: int, end: int) -> int:
    return next((at for at in range(begin, end) if tokens[at].text.endswith("ing")), end)


def roles_given(candidate: Candidate) -> list[str]:
    """Role heads that the text gives a person: in the titles before the name, and in an apposition or copula after."""
    tokens = candidate.paragraph.tokens
    found = [title.lower() for title in candidate.titles]
    at = candidate.begin - 1
    while at >= 0 and candidate.begin - at < _APPOSITION:
        word = tokens[at].text
        if word.lower() in lex.ROLE_HEADS or word in lex.HONORIFICS:
            found.append(word.lower())
        elif (
            not (word[0].isupper() or word in ("of", "and", "for", ",", "'s", "’s"))
            or word in ("The",)
            or (word == "," and not found)
        ):
            break
        at -= 1
    after = candidate.end
    if after < len(tokens) and (
        tokens[after].text == ","
        or (tokens[after].text in ("is", "was") and tokens[min(after + 1, len(tokens) - 1)].text in _ARTICLES)
    ):
        for token in tokens[after + 1 : after + 1 + _APPOSITION]:
            if token.text in (",", ".", ";", "—", "–", "who", "said", "says", "told"):
                break
            if token.text.lower() in lex.ROLE_HEADS:
                found.append(token.text.lower())
    return found
