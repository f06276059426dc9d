"""Paragraphs that an outlet puts under (or over) every article: invitations, terms, appeals. They make no two articles copies.

Such a paragraph speaks to the reader and of the outlet, and reports nothing: no quote, no figure, hardly a name. Judged by
the words below, a point each; add a language by adding its row. Or it is legal: what may not be done with the text and what nobody
answers for; that may name a company and its number.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec


class Words(msgspec.Struct, frozen=True):
    """`address` speaks to the reader or of the outlet itself; `topic` is what boilerplate is about. All as written inside a
    sentence, so that "us" is not the country."""

    address: frozenset[str]
    topic: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORDS: Final = {
    "en": Words(
        _words("you your yours our ours us we I me my"),
        _words(
            "subscribe subscriber subscribers subscription newsletter newsletters inbox sign unsubscribe app podcast podcasts "
            "alerts updates updated breaking developing coverage donate donation membership supporter supporters readers "
            "advertising advertisers privacy policy terms cookies copyright reserved reproduced permission contact e-mail "
            "email newsroom tips tip confidence editors edited archive column columnist letter letters comments follow "
            "download listen watch register account access journalism reporting click link page site website browser "
            "read more stories story topics related contributed disclaimer information purposes advice"
        ),
    ),
    "de": Words(
        _words("Sie Ihr Ihre Ihren Ihrem Ihnen wir uns unser unsere unseren unserem du dein deine"),
        _words(
            "Newsletter abonnieren Abo Abonnement Abonnenten anmelden Anmeldung Postfach App Podcast Leser Leserinnen "
            "Werbung Datenschutz Nutzungsbedingungen Rechte vorbehalten Redaktion Kommentare Artikel lesen Themen Browser"
        ),
    ),
    "fr": Words(
        _words("vous votre vos nous notre nos"),
        _words(
            "abonner abonnez abonnement abonnés newsletter inscrivez application podcast lecteurs publicité confidentialité "
            "conditions droits réservés rédaction commentaires article lire suivez recevez"
        ),
    ),
    "es": Words(
        _words("usted tu tus su sus nos nuestro nuestra nuestros nuestras suscríbete"),
        _words(
            "suscríbase suscripción suscriptores boletín newsletter aplicación podcast lectores publicidad privacidad "
            "condiciones derechos reservados redacción comentarios artículo leer síguenos recibe"
        ),
    ),
}
_LEGAL: Final = re.compile(
    r"\b(?:all rights (?:are )?reserved|protected by (?:\w+ )?(?:copyright|law)|copyright(?:ed)? (?:and|material|notice|©|\d{4})"
    r"|(?:may|must|can) not be (?:\w+,? ){0,3}(?:published|reproduced|broadcast|rewritten|redistributed|copied|distributed|reprinted)"
    r"|no part (?:of \w+ \w+ )?may be|without (?:the |our )?(?:\w+,? ){0,3}(?:consent|permission)|(?:accepts?|assumes?|bears?|takes?) no (?:\w+ )?(?:liability|responsibility)"
    r"|(?:is|are) not (?:responsible|liable) for|(?:not|nor) constitute|(?:general|informational|information|educational) purposes|for information only"
    r"|registered (?:in|office|number|trade ?mark|company)|(?:receive|earn|get) (?:an? )?(?:\w+ )?commissions?|affiliate (?:links?|partners?|programmes?|programs?)"
    r"|subject to change|terms (?:and conditions|of use|of service)|privacy policy|code of (?:practice|conduct)|opinions? (?:of|expressed)|guarantee of future"
    r"|alle rechte vorbehalten|(?:ohne|keine) (?:\w+ ){0,2}(?:gewähr|haftung|genehmigung|zustimmung)|tous droits réservés|reproduction interdite|todos los derechos reservados)\b",
    re.IGNORECASE,
)
_LEGAL_LEAST: Final = 2  # such phrases
_OF_LAW: Final = _words(
    "rights reserved copyright copyrighted published reproduced broadcast rewritten redistributed copied distributed reprinted "
    "consent permission liability responsibility liable responsible constitute purposes information registered commission "
    "commissions affiliate change terms privacy practice conduct opinion opinions future part vorbehalten gewähr haftung "
    "genehmigung zustimmung réservés interdite reservados"
)
"""Words of which each of those phrases has one: without two of them the slower search is spared."""
_LONGEST: Final = 120  # words
_DENSITY: Final = 0.07  # points a word from which a paragraph is boilerplate
_LEAST: Final = 3
_QUOTED: Final = re.compile(r"[“”«»„\"]")
_FIGURE: Final = re.compile(r"\d")
_NAME: Final = re.compile(r"(?<=[a-zß-öø-ÿ,;] )[A-ZÀ-Þ][a-zß-öø-ÿ]{2,}")
_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")


def is_boilerplate(paragraph: str, language: str | None) -> bool:
    """Whether a paragraph (as written) addresses the reader instead of reporting. Pure."""
    known = WORDS.get((language or "en").partition("-")[0])
    words = _WORD.findall(paragraph)
    if not words or len(words) > _LONGEST or _QUOTED.search(paragraph):
        return False
    if _is_legal(paragraph, words):
        return True
    if known is None or _FIGURE.search(paragraph):
        return False
    names = 0 if known is WORDS["de"] else len(_NAME.findall(paragraph))
    address = sum(word in known.address or word.lower() in known.address - {"us"} for word in words)
    topic = sum(word in known.topic or word.lower() in known.topic for word in words)
    points = address + topic - names
    return topic > 0 and points >= _LEAST and points >= _DENSITY * len(words)


def _is_legal(paragraph: str, words: Sequence[str]) -> bool:
    named = _OF_LAW.intersection(map(str.lower, words))
    return len(named) >= _LEGAL_LEAST and len(_LEGAL.findall(paragraph)) >= _LEGAL_LEAST
