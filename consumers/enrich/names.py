"""People, organizations, places, events and works named in the body, each with all its mentions.

Guarantees: one entity per name of the article, under its fullest form and with one type; mentions do not overlap and
are in the order of the text; the same article gives the same entities whatever else is in the batch.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from consumers.enrich import lexicon as lex
from consumers.enrich.candidate import PLACE, Candidate, plain
from consumers.enrich.clusters import Cluster, Key, cluster
from consumers.enrich.gather import gather, readable
from consumers.enrich.recognize import MODEL, Recognised, recognise
from consumers.enrich.text import Paragraph, Token
from schemas.ids import entity_id
from schemas.records import Entity, Mention

VERSION: Final = f"names/2 {MODEL}"
_EARLY: Final = 0.5


def find(paragraphs: Sequence[Paragraph], recognised: Recognised | None = None) -> list[Cluster]:
    """The article's entities with their candidates, for the steps that build on names. `recognised` spares the model bodies that it read before."""
    spans = recognise(paragraphs, [readable(one) for one in paragraphs], recognised)
    clusters = cluster(paragraphs, gather(paragraphs, spans))
    _sweep(paragraphs, clusters)
    return [one for one in clusters if not _is_address_part(one)]


def _sweep(paragraphs: Sequence[Paragraph], clusters: Sequence[Cluster]) -> None:
    """Adds the mentions that neither model nor rules saw: every other place where a known form is written."""
    owners: dict[str, list[tuple[Key, Cluster]]] = {}
    taken: set[tuple[int, int]] = set()
    for one in clusters:
        for form in one.forms:
            owners.setdefault(form.key[0], []).append((form.key, one))
        for candidate in one.candidates:
            taken.update((candidate.paragraph.index, at) for at in range(candidate.begin, candidate.end))
    for keys in owners.values():
        keys.sort(key=lambda pair: -len(pair[0]))
    for paragraph in paragraphs:
        tokens = paragraph.tokens
        for at, token in enumerate(tokens):
            if not token.is_capitalised:
                continue
            for key, one in owners.get(plain(token), ()):
                end = at + len(key)
                if _matches(tokens, at, key) and not any(
                    (paragraph.index, inner) in taken for inner in range(at, end)
                ):
                    one.candidates.append(Candidate(paragraph, at, end))
                    taken.update((paragraph.index, inner) for inner in range(at, end))
                    break
    for one in clusters:
        one.candidates.sort(key=lambda candidate: candidate.place)


def _matches(tokens: Sequence[Token], at: int, key: Key) -> bool:
    return at + len(key) <= len(tokens) and all(plain(tokens[at + n]) == word for n, word in enumerate(key))


def _is_address_part(one: Cluster) -> bool:
    """ "Calif." in "Palo Alto, Calif." belongs to the town's address."""
    return one.type == PLACE and one.name in lex.STATE_ABBREVIATIONS


def entities(
    clusters: Sequence[Cluster],
    references: Mapping[int, Sequence[Mention]],
    *,
    headline: str,
    length: int,
) -> tuple[Entity, ...]:
    """The records, most salient first. `references` are further mentions by role, by the cluster's number."""
    scored = [
        (_weight(one, headline, length) + 0.3 * len(references.get(number, ())), number)
        for number, one in enumerate(clusters)
    ]
    top = max((weight for weight, _ in scored), default=1.0)
    built: list[Entity] = []
    for weight, number in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
        one = clusters[number]
        mentions = [*map(_mention, one.candidates), *references.get(number, ())]
        built.append(
            Entity(
                id=entity_id(one.type, one.name),
                name=one.name,
                type=one.type,
                salience=round(weight / top, 3),
                mentions=tuple(sorted(mentions, key=lambda mention: (mention.paragraph, mention.start))),
            )
        )
    return tuple(built)


def _mention(candidate: Candidate) -> Mention:
    tokens = candidate.paragraph.tokens
    start, end = tokens[candidate.begin].start, tokens[candidate.end - 1].end
    return Mention(
        paragraph=candidate.paragraph.index, start=start, end=end, text=candidate.paragraph.text[start:end]
    )


def _weight(one: Cluster, headline: str, length: int) -> float:
    """Mentions, those in the opening counted more; once more for a place in the headline."""
    weight = sum(
        1.0 + _EARLY * (1 - candidate.paragraph.index / max(1, length)) for candidate in one.candidates
    )
    if any(form.key[-1] in headline for form in one.forms):
        weight += 2.0
    return weight
