"""Which IPTC Media Topics an article is about, each with a confidence, and why.

Method: the words of the article that the taxonomy lists, headline before lead before the rest, give each subject its
evidence; the similarity of the article's embedding to the subject's description and the outlet's own section weigh it. At
each level of the hierarchy the three are added as logarithms (a product of experts, Hinton 2002) and shared out among the
subjects; what keeps a fair share of the best one's is a topic. English; in other languages the section alone speaks.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from consumers.enrich import embedding, taxonomy
from consumers.enrich.text import Paragraph, Token
from schemas.records import Topic

VERSION: Final = f"topics/1 iptc/{taxonomy.RELEASE}"
BY_SECTION: Final = f"{VERSION} by section"

_HEADLINE, _STANDFIRST, _LEAD, _BODY = 3.0, 2.5, 2.0, 0.6
_LEAD_PARAGRAPHS: Final = 3
_FLOOR: Final = 0.25  # evidence of a subject without any words
_SHARPNESS: Final = 1.3
_SIMILARITY: Final = 0.35
_SECTION: Final = 1.0
_SECTION_ALONE: Final = 0.6
_LEAST: Final = {1: 0.14, 2: 0.16, 3: 0.22}
_FAIR: Final = {1: 0.45, 2: 0.4, 3: 0.5}
_MOST: Final = {1: 3, 2: 3, 3: 2}
_LEAST_AT_ALL: Final = 0.08
_NONE_NARROWER: Final = 1.2  # evidence that a third level must beat to be named


class Evidence(NamedTuple):
    """Why a subject was or was not chosen: words with their weights, similarity in standard deviations, section."""

    code: str
    name: str
    words: Mapping[str, float]
    similarity: float
    section: str | None
    confidence: float


class Reading(NamedTuple):
    """The topics, and for each subject that was weighed its evidence."""

    topics: tuple[Topic, ...]
    evidence: tuple[Evidence, ...]


def find(
    paragraphs: Sequence[Paragraph],
    *,
    headline: str,
    standfirst: str | None,
    section: str | None,
    url: str,
    vector: Sequence[float] | None,
) -> Reading:
    """The topics of an English article, most confident first within broader before narrower.

    `vector` is the article's embedding, None to go without. The same article gives the same topics.
    """
    counts = _counts(paragraphs, headline, standfirst)
    filed = filed_under(section, url)
    if not counts and filed is None:
        return Reading((), ())
    likeness = _similarities(vector)
    chosen: list[Topic] = []
    evidence: list[Evidence] = []
    frontier: list[tuple[str | None, float]] = [(None, 1.0)]
    for depth in (1, 2, 3):
        following: list[tuple[str | None, float]] = []
        for above, share in frontier:
            weighed = _weigh(taxonomy.narrower().get(above, ()), counts, likeness, filed, share, depth)
            evidence += weighed
            kept = _kept(weighed, depth, share)
            chosen += [_topic(one) for one in kept]
            following += [(one.code, one.confidence) for one in kept]
        frontier = following
    return Reading(tuple(chosen), tuple(sorted(evidence, key=lambda one: -one.confidence)))


def by_section(section: str | None, url: str) -> tuple[Topic, ...]:
    """The one top subject that the outlet itself files the article under, or none."""
    filed = filed_under(section, url)
    if filed is None:
        return ()
    subject = taxonomy.subjects()[filed[0]]
    return (Topic(code=subject.qcode, uri=subject.uri, name=subject.name, confidence=_SECTION_ALONE),)


def filed_under(section: str | None, url: str) -> tuple[str, str] | None:
    """The top subject of the outlet's section and the name that said so: the stated section, else the URL's folders."""
    names = taxonomy.sections()
    stated = [part.strip().lower() for part in (section or "").split(",")]
    folders = [part.replace("-", " ").lower() for part in urlsplit(url).path.split("/")[1:-1]][:3]
    for name in (*stated, *folders):
        if name in names:
            return names[name], name
    return None


def _counts(
    paragraphs: Sequence[Paragraph], headline: str, standfirst: str | None
) -> dict[str, dict[str, float]]:
    """For each subject, the listed terms in the article and their weights."""
    parts: list[tuple[float, Paragraph]] = [(_HEADLINE, Paragraph(-1, headline))]
    if standfirst:
        parts.append((_STANDFIRST, Paragraph(-1, standfirst)))
    parts += [(_LEAD if at < _LEAD_PARAGRAPHS else _BODY, one) for at, one in enumerate(paragraphs)]
    seen: dict[taxonomy.Term, float] = {}
    owners: dict[taxonomy.Term, tuple[tuple[str, float], ...]] = {}
    for weight, paragraph in parts:
        tokens = paragraph.tokens
        for at, token in enumerate(tokens):
            for term, speaks_for in taxonomy.begun(token.text):
                if len(term) == 1 or _follows(tokens, at, term):
                    seen[term] = seen.get(term, 0.0) + weight
                    owners[term] = speaks_for
    found: dict[str, dict[str, float]] = {}
    for term, weight in seen.items():
        for code, strength in owners[term]:
            found.setdefault(code, {})[" ".join(term)] = strength * math.log1p(weight)
    return found


def _follows(tokens: Sequence[Token], at: int, term: taxonomy.Term) -> bool:
    return at + len(term) <= len(tokens) and all(
        part in taxonomy.forms(tokens[at + n].text) for n, part in enumerate(term)
    )


def _weigh(
    codes: Sequence[str],
    counts: Mapping[str, Mapping[str, float]],
    likeness: Mapping[str, float],
    filed: tuple[str, str] | None,
    share: float,
    depth: int,
) -> list[Evidence]:
    """The subjects right below one, their shares summing up to its own, best first."""
    scores: list[tuple[float, str, bool]] = []
    for code in codes:
        inside = filed is not None and filed[0] == code
        score = _SHARPNESS * math.log(_FLOOR + sum(counts.get(code, {}).values()))
        score += _SIMILARITY * likeness.get(code, 0.0) + (_SECTION if inside else 0.0)
        scores.append((score, code, inside))
    if not scores:
        return []
    top = max(score for score, _, _ in scores)
    total = sum(math.exp(score - top) for score, _, _ in scores)
    if depth == 3:
        total += math.exp(_SHARPNESS * math.log(_FLOOR + _NONE_NARROWER) - top)
    subjects = taxonomy.subjects()
    return [
        Evidence(
            code=code,
            name=subjects[code].name,
            words=counts.get(code, {}),
            similarity=likeness.get(code, 0.0),
            section=filed[1] if inside and filed else None,
            confidence=round(share * math.exp(score - top) / total, 3),
        )
        for score, code, inside in sorted(scores, reverse=True)
    ]


def _kept(weighed: Sequence[Evidence], depth: int, share: float) -> list[Evidence]:
    if not weighed:
        return []
    least = max(_LEAST_AT_ALL, _LEAST[depth] * share, _FAIR[depth] * weighed[0].confidence)
    return [one for one in weighed if one.confidence >= least and (one.words or one.section)][: _MOST[depth]]


def _topic(one: Evidence) -> Topic:
    subject = taxonomy.subjects()[one.code]
    return Topic(code=subject.qcode, uri=subject.uri, name=subject.name, confidence=one.confidence)


@cache
def _described() -> tuple[tuple[str, ...], Any]:
    """The codes, and the embeddings of their names, descriptions and telling words."""
    subjects = taxonomy.subjects()
    texts = [
        f"{one.name}. {one.about} {', '.join(' '.join(term) for term, strength in one.words.items() if strength == 1)}"
        for one in subjects.values()
    ]
    return tuple(subjects), embedding.vectors(texts)


def _similarities(vector: Sequence[float] | None) -> dict[str, float]:
    """The cosine with each subject, in standard deviations from the mean of its siblings; empty without a vector."""
    if vector is None:
        return {}
    import numpy

    codes, rows = _described()
    cosines = dict(zip(codes, (rows @ numpy.asarray(vector, dtype=numpy.float32)).tolist(), strict=True))
    found: dict[str, float] = {}
    for siblings in taxonomy.narrower().values():
        values = [cosines[code] for code in siblings]
        mean = sum(values) / len(values)
        spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)) or 1.0
        found |= {code: (cosines[code] - mean) / spread for code in siblings}
    return found


def described(reading: Reading, *, most: int = 8) -> str:
    """The evidence for the best subjects as lines of text."""
    lines: list[str] = []
    chosen = {topic.code for topic in reading.topics}
    for one in reading.evidence[:most]:
        mark = "*" if f"medtop:{one.code}" in chosen else " "
        words = ", ".join(word for word, _ in sorted(one.words.items(), key=lambda pair: -pair[1])[:6])
        section = f"; section {one.section!r}" if one.section else ""
        lines.append(
            f"{mark} {one.confidence:.2f} {one.name}: {words or 'no words'}; likeness {one.similarity:+.1f}{section}"
        )
    return "\n".join(lines)
