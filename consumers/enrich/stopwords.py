"""Stop words of the languages that keywords are made for, from spaCy's language data (MIT)."""

import importlib
import re
import warnings
from functools import cache
from typing import Final

from consumers.enrich.lexicon import words

LANGUAGES: Final = words(
    "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id is it ja ko lt lv mk nb nl pl pt ro ru sk sl sr sv ta te th "
    "tl tr uk ur vi zh"
)
_SAME: Final = {"no": "nb", "nn": "nb", "bs": "hr", "in": "id", "iw": "he"}
# words that say nothing about one article in any news text
_NEWS: Final = {
    "en": "said says say told year years month months week weeks day days people time times new like going come came "
    "way ways thing things lot according including added news report reports reported image images video read story "
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december today yesterday tomorrow mr mrs ms dr good great big old think know want need really "
    "million billion cent percent number part place end man men woman women group case point set used using use work "
    "working home long high left right later early late far best better able different important possible former "
    "amid saying comes gave nearly started won include includes included took taken got let makes making began become "
    "becomes came added told asked wrote called described claimed expected announced seen known given held shows showed "
    "trying tried helping helped looking gets getting keep kept little lots actually probably especially continue continued "
    "remains remain despite following recent recently photo getty share click here continue subscribe newsletter sign",
    "de": "sagte sagt jahr jahre jahren uhr menschen prozent mehr neue neuen zeit foto bild laut montag dienstag mittwoch "
    "donnerstag freitag samstag sonntag millionen euro",
    "fr": "dit ans année années jours temps selon fait lundi mardi mercredi jeudi vendredi samedi dimanche euros millions",
    "es": "dijo años año días según tiempo lunes martes miércoles jueves viernes sábado domingo millones personas",
    "it": "detto anni anno giorni secondo tempo lunedì martedì mercoledì giovedì venerdì sabato domenica milioni euro",
    "pt": "disse anos ano dias segundo tempo milhões pessoas segunda terça quarta quinta sexta feira",
    "nl": "zei zegt jaar jaren mensen tijd volgens procent miljoen euro",
}
_APART: Final = re.compile(r"['’]")


@cache
def stop_words(language: str) -> frozenset[str]:
    """Lower-case words that make no keyword; empty for a language without a list."""
    language = _SAME.get(language, language)
    if language not in LANGUAGES:
        return frozenset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        module = importlib.import_module(f"spacy.lang.{language}.stop_words")
    listed = {word.lower() for word in module.STOP_WORDS} | words(_NEWS.get(language, ""))
    return frozenset(listed | {part for word in listed for part in _APART.split(word) if len(part) < 4})
