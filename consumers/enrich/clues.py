"""What an article says of the people and organizations that it names: which short forms it uses, and how to know them again.

Made from the record and its paragraphs alone, so that an archive's articles can be read again without a model.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from typing import Final

import msgspec

from consumers.enrich import lexicon as lex
from consumers.enrich.candidate import ORGANIZATION, PERSON, Candidate
from consumers.enrich.fields import fields
from consumers.enrich.roles import roles_given
from consumers.enrich.text import Paragraph
from dateline.ports import Holder
from schemas.ids import digest, entity_id
from schemas.order import effective_time, parse_time
from schemas.records import EnrichedArticle, Entity

MOST_ARTICLES: Final = 32
_MOST_OUTLETS: Final = 8
_MOST_ROLES: Final = 32
_MOST_COMPANY: Final = 96
_MOST_WRITTEN: Final = 8
_SHORT_ID: Final = 8
_LONGEST_FAMILY_NAME: Final = 3
_SUFFIXES: Final = frozenset(("jr", "sr", "junior", "senior", "ii", "iii", "iv"))
_PARTICLES: Final = lex.words(
    "de da di do dos del della der den van von bin ibn al el la le du ter ten af av zu st"
)
_MALE: Final = frozenset(word.lower() for word in lex.MALE)
_FEMALE: Final = frozenset(word.lower() for word in lex.FEMALE)
_ABBREVIATED: Final = {
    "sen": "senator", "rep": "representative", "congressman": "representative", "congresswoman": "representative",
    "gov": "governor", "gen": "general", "col": "colonel", "capt": "captain", "sgt": "sergeant", "lt": "lieutenant",
    "pres": "president", "prof": "professor", "rev": "reverend", "adm": "admiral", "cllr": "councillor",
    "chairman": "chair", "chairwoman": "chair", "chairperson": "chair", "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
}  # fmt: skip
# said of too many to tell anybody apart
_VAGUE: Final = lex.words(
    "mr mrs ms miss mx sir madam dr man men woman women member friend fan star source user critic student parent victim "
    "resident worker leader head chief executive official boss"
)


class Clue(msgspec.Struct, frozen=True, kw_only=True):
    """One entity of an article: its own id and name, and what may tell which entity of the archive it is."""

    id: str
    name: str
    type: str
    article: str
    outlet: str
    day: str
    roles: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset()
    company: frozenset[str] = frozenset()
    written: tuple[str, ...] = ()


def clues(article: EnrichedArticle, paragraphs: Sequence[Paragraph]) -> list[Clue]:
    """A clue for each person and organization, in the order of the record's entities."""
    known = [one for one in article.entities if one.type in (PERSON, ORGANIZATION)]
    if not known:
        return []
    ids = [entity_id(one.type, one.name) for one in known]
    telling = {
        id_[:_SHORT_ID] for one, id_ in zip(known, ids, strict=True) if not is_short(one.type, one.name)
    }
    moment = parse_time(effective_time(article) or article.fetched).astimezone(UTC)
    hashed = digest(("seen", article.id))[:_SHORT_ID]
    found = []
    for one, id_ in zip(known, ids, strict=True):
        given = list(_given(one, paragraphs)) if one.type == PERSON else []
        found.append(
            Clue(
                id=id_,
                name=one.name,
                type=one.type,
                article=hashed,
                outlet=article.source,
                day=moment.date().isoformat(),
                roles=frozenset(map(_role, given)) - _VAGUE,
                genders=frozenset(
                    [*("m" for word in given if word in _MALE), *("f" for word in given if word in _FEMALE)]
                ),
                company=frozenset(telling - {id_[:_SHORT_ID]}),
                written=_written(one),
            )
        )
    return found


def lessons(clue: Clue) -> Iterator[tuple[str, Holder]]:
    """What can be learned from a clue: the forms of a full name, each with its holder. Of a short name, nothing."""
    if is_short(clue.type, clue.name):
        return
    forms: dict[str, set[str]] = {}
    words = clue.name.split()
    if clue.type == PERSON:
        plain = without_initials(_bare(words))
        for at in range(max(1, len(plain) - _LONGEST_FAMILY_NAME), len(plain)):
            form = " ".join(plain[at:])
            forms.setdefault(key_of(PERSON, form), set()).add(form)
    else:
        for text in clue.written:
            if fold(text) != fold(clue.name):
                forms.setdefault(key_of(ORGANIZATION, text), set()).add(text)
    told = fields(clue.roles) if clue.type == PERSON else frozenset[str]()
    for key, written in forms.items():
        yield (
            key,
            Holder(
                id=clue.id,
                name=clue.name,
                field="".join(told) if len(told) == 1 else "",
                written=tuple(sorted(written)),
                articles=(clue.article,),
                outlets=(clue.outlet,),
                roles=tuple(sorted(clue.roles)),
                company=tuple(sorted(clue.company)[:_MOST_COMPANY]),
                genders=tuple(sorted(clue.genders)),
                first=clue.day,
                last=clue.day,
            ),
        )


def asked(clue: Clue) -> str:
    """The form under which the archive may know a clue's entity by a fuller name, or a namesake of it."""
    if clue.type == PERSON:
        words = _bare(clue.name.split())
        if is_short(PERSON, clue.name):
            return key_of(PERSON, " ".join(words))
        return key_of(PERSON, words[-1])
    return key_of(ORGANIZATION, clue.name)


def merged(one: Holder, other: Holder) -> Holder:
    """Both together: the order and number of merges make no difference."""
    return msgspec.structs.replace(
        one,
        written=_least(one.written, other.written, _MOST_WRITTEN),
        articles=_least(one.articles, other.articles, MOST_ARTICLES),
        outlets=_least(one.outlets, other.outlets, _MOST_OUTLETS),
        roles=_least(one.roles, other.roles, _MOST_ROLES),
        company=_least(one.company, other.company, _MOST_COMPANY),
        genders=_least(one.genders, other.genders, 2),
        first=min(one.first, other.first),
        last=max(one.last, other.last),
    )


def count(holder: Holder) -> float:
    """About how many articles taught it: exact up to 32, then by the k-th smallest hash (Bar-Yossef et al. 2002)."""
    if len(holder.articles) < MOST_ARTICLES:
        return len(holder.articles)
    return (MOST_ARTICLES - 1) * 16**_SHORT_ID / max(1, int(holder.articles[-1], 16))


def is_short(kind: str, name: str) -> bool:
    """Whether a name may be short for a fuller one: one word, or a family name with its particles."""
    words = _bare(name.split())
    if kind == PERSON:
        return len(words) < 2 or all(word.lower() in _PARTICLES for word in words[:-1])
    return len(words) < 2


def without_initials(words: Sequence[str]) -> list[str]:
    """A person's name without the initials between the first and the last word."""
    inner = [word for word in words[1:-1] if len(word.rstrip(".")) > 1]
    return [words[0], *inner, words[-1]] if len(words) > 1 else list(words)


def key_of(kind: str, form: str) -> str:
    """The id of a form in the store."""
    return f"{kind}:{fold(form)}"[:200]


def fold(name: str) -> str:
    """A name as forms are compared: case, full stops and the kind of apostrophe aside."""
    return " ".join(name.replace("’", "'").replace(".", "").casefold().split())


def _bare(words: Sequence[str]) -> list[str]:
    """Without "Jr." and the like."""
    kept = list(words)
    while len(kept) > 1 and kept[-1].rstrip(".").lower() in _SUFFIXES:
        kept.pop()
    return kept


def _least(one: Iterable[str], other: Iterable[str], number: int) -> tuple[str, ...]:
    return tuple(sorted({*one, *other})[:number])


def _given(one: Entity, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    """The titles and roles beside a person's mentions, as they are written, in lower case and without full stops."""
    for mention in one.mentions:
        if mention.text[0].islower() or mention.text.startswith("The "):
            continue  # a mention by role
        paragraph = paragraphs[mention.paragraph]
        begin = paragraph.starts.get(mention.start)
        if begin is None:
            continue
        end = begin + 1
        while end < len(paragraph.tokens) and paragraph.tokens[end].start < mention.end:
            end += 1
        for word in roles_given(Candidate(paragraph, begin, end)):
            yield word.rstrip(".")


def _role(word: str) -> str:
    if word in _ABBREVIATED:
        return _ABBREVIATED[word]
    singular = word[:-1] if word.endswith("s") and word[:-1] in lex.ROLE_HEADS else word
    return _ABBREVIATED.get(singular, singular)


def _written(one: Entity) -> tuple[str, ...]:
    """The forms in which the text names it, roles aside."""
    return tuple(
        sorted(
            {
                mention.text
                for mention in one.mentions
                if not mention.text[0].islower() and not mention.text.startswith("The ")
            }
        )
    )
