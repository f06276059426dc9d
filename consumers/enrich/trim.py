"""The name within a span: articles, titles and marks cut off, complements joined, what is no name refused."""

import re
from collections.abc import Sequence
from typing import Final

from consumers.enrich import lexicon as lex
from consumers.enrich.candidate import SMALL, Candidate, opens_sentence
from consumers.enrich.gazetteer import lookup
from consumers.enrich.given import given_names
from consumers.enrich.text import Paragraph, Token

_CONTRACTED: Final = re.compile("['’](?:m|ve|d|ll|re|t)$")
_PARTY: Final = re.compile("[RDI]-[A-Z]")
_DIRECTIONS: Final = lex.words("North South East West Northern Southern Eastern Western Central")
_OFFICES: Final = lex.words(
    "Foreign Prime Vice Deputy Chief Interior Defence Defense Finance Health Education Home"
)


def trimmed(paragraph: Paragraph, begin: int, end: int) -> Candidate | None:
    """The name within a span: articles, titles, marks and trailing lower-case words cut off; complements joined."""
    tokens = paragraph.tokens
    while begin < end and not (tokens[begin].is_word and tokens[begin].is_capitalised):
        begin += 1
    while begin < end and tokens[begin].text in ("The", "A", "An"):
        begin += 1
    while end > begin and (
        not tokens[end - 1].is_word
        or tokens[end - 1].text.lower() in ("'s", "’s")
        or (tokens[end - 1].text[0].islower() and tokens[end - 1].text not in lex.PLACE_HEADS)
    ):
        end -= 1
    begin, end = _join(tokens, begin, end)
    if end - begin > 1 and tokens[end : end + 1] and tokens[end].text == "pipeline":
        end += 1
    titles: list[str] = []
    head = tokens[end - 1].text if end > begin else ""
    if head not in lex.ORGANIZATION_HEADS and head not in lex.PLACE_HEADS:
        while end - begin > 1 and (
            tokens[begin].text in lex.HONORIFICS or tokens[begin].text.lower() in lex.ROLE_HEADS
        ):
            titles.append(tokens[begin].text)
            begin += 1
        if titles and tokens[begin].text == "of":
            return None
    if begin >= end:
        return None
    while (
        end - begin > 1 and tokens[end - 1].text in lex.DEMONYMS and tokens[begin].text not in given_names()
    ):
        end -= 1
    while end - begin > 2 and tokens[end - 1].text in lex.POSTNOMINALS:
        end -= 1
    words = tokens[begin:end]
    if is_no_name(tokens, begin, end):
        return None
    if all(word.text in lex.NOT_NAMES or not word.text[0].isalpha() for word in words):
        return None
    if len(words) == 1 and (words[0].text in lex.HONORIFICS or words[0].text.lower() in lex.ROLE_HEADS):
        return None
    if (
        begin
        and tokens[begin - 1].text == "The"
        and len(words) == 1
        and not opens_sentence(paragraph, begin - 1)
        and not lookup(words[0].text)
    ):
        begin -= 1
    candidate = Candidate(paragraph, begin, end)
    candidate.titles = titles
    return candidate


def is_no_name(tokens: Sequence[Token], begin: int, end: int) -> bool:
    """Nationalities, common abbreviations, laws, parts of a title ("Secretary of State"), hyphenated adjectives."""
    last = tokens[end - 1].text
    if (
        last in lex.LAW_HEADS
        or tokens[begin].text in lex.LAW_HEADS
        or _CONTRACTED.search(last)
        or _PARTY.match(last)
    ):
        return True
    if (
        tokens[begin].text in lex.HONORIFICS
        and end < len(tokens)
        and tokens[end].text == "of"
        and end - begin == 1
    ):
        return True
    if all(word.text in _DIRECTIONS for word in tokens[begin:end]):
        return True
    if (
        end - begin > 1
        and last.lower() in lex.ROLE_HEADS
        and (tokens[begin].text in lex.ORGANIZATION_HEADS or tokens[begin].text in _OFFICES)
    ):
        return True
    if end - begin > 1:
        return all(word.text in lex.DEMONYMS or word.text in lex.NOT_NAMES for word in tokens[begin:end])
    if last in lex.COMMON_ACRONYMS:
        return True
    if last in lex.DEMONYMS:
        return not (begin and tokens[begin - 1].text == "The")
    if "-" in last:
        parts = last.split("-")
        if parts[-1][:1].islower() or all(part in lex.DEMONYMS or lookup(part) for part in parts):
            return True
    ahead = [token.text for token in tokens[end : end + 2]]
    if (
        last in lex.ORGANIZATION_HEADS
        and ahead
        and ahead[0][0].isupper()
        and any(word.lower() in lex.ROLE_HEADS for word in ahead)
    ):
        return True
    return (
        begin > 1
        and tokens[begin - 1].text == "of"
        and tokens[begin - 2].text.lower() in lex.ROLE_HEADS
        and (not lookup(last) and (tokens[begin - 2].is_capitalised))
    )


def _join(tokens: Sequence[Token], begin: int, end: int) -> tuple[int, int]:
    """Takes in a complement: "Ministry" + "of Environment, Forestry and Tourism"."""
    if begin < end and [token.text for token in tokens[end : end + 2]] == [",", "D.C."]:
        return begin, end + 2
    if begin >= end:
        return begin, end
    if (
        tokens[end - 1].text == "Group"
        and end + 1 < len(tokens)
        and tokens[end].text == "of"
        and tokens[end + 1].text.isdigit()
    ):
        return begin, end + 2
    if tokens[end - 1].text not in lex.COMPLEMENT_HEADS | lex.TERRITORIES:
        return begin, end
    at = end
    between = False
    while at < len(tokens):
        ahead = at
        while ahead < len(tokens) and (tokens[ahead].text.lower() in SMALL):
            ahead += 1
        small = [token.text.lower() for token in tokens[at:ahead]]
        if ahead == len(tokens) or not tokens[ahead].is_capitalised or not tokens[ahead].is_word:
            break
        if at == end and (not small or small[0] not in ("of", "for", "on", "at")):
            break
        if small and small[0] == "and" and "the" in small and not between:
            break
        if small and small[0] in ("in", "at", "to", "with", "against", "on") and at != end:
            break
        between = between or tokens[ahead].text == "Between" or "between" in small
        at = ahead + 1
        if (
            at + 2 < len(tokens)
            and tokens[at].text == ","
            and tokens[at + 1].is_capitalised
            and tokens[at + 2].text in ("and", ",", "&")
        ):
            at += 1
    return begin, at if at > end else end
