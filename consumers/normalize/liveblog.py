"""What stands around the entries of a live blog and is not told in them: their times, and the words of its controls.

Only for pages that are live blogs by their data, address or headline: elsewhere a time alone in a line may be what the text
is about (a programme, a timetable), and "Key events" may head a part of it.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from consumers.normalize import relative, times
from consumers.normalize.second import Piece
from consumers.normalize.strings import ends_sentence

_CLOCK = re.compile(
    r"(?:(?:posted|published|updated|last updated|um|at|à|alle|a las|às|kl)\.?\s+(?:at\s+)?)?(?:[01]?\d|2[0-3])\s?[:.h]\s?[0-5]\d(?::[0-5]\d)?"
    r"(?:\s?[ap]\.?\s?m\b\.?)?(?:\s?(?:uhr|h|[a-z]{2,4})\b)?",
    re.IGNORECASE,
)
_NEW = r"(?:new|neue|nouveaux|nouvelles|nuev[oa]s|nov[oa]s|nuov[ie]|nieuwe|nya|nye|nowe)"
_ENTRIES = (
    r"(?:posts?|updates?|entries|messages|comments|einträge|beiträge|meldungen|publications|mises à jour|entradas|publicaciones|actualizaciones|"
    r"aggiornamenti|publicações|atualizações|berichten|inlägg|innlegg|opslag|wpisy|wpisów)"
)
_CONTROL = (
    rf"(?:(?:show|see|view|load|there (?:are|is)|you have|es gibt|voir|ver)\s+)?\d+\+? {_NEW} {_ENTRIES}|{_NEW} {_ENTRIES}\s*[:(]?\s*\d*|{_ENTRIES}\s*[:(]\s*\d+|"
    r"(?:sort|order|sortieren|trier|ordenar)(?: by| nach| par| por)?\s*:?\s*(?:newest|oldest|latest|neueste|älteste|récent\w*|recientes)(?: first| zuerst)?|"
    r"(?:jump|back|return|go) to (?:the )?live(?: feed| blog)?|auto[- ]?(?:refresh|update)s?(?: is)? (?:on|off|an|aus)|"
    r"(?:filter )?key (?:events?|moments?|points?|updates?|developments)(?:\s*\(\d+\))?|(?:wichtige|wichtigste) (?:ereignisse|einträge|meldungen)|(?:les )?points clés|"
    r"(?:los )?puntos clave|(?:newest|oldest|latest) (?:first|posts?|updates?|entries)|(?:neueste|älteste) (?:zuerst|einträge|meldungen)|"
    r"show key (?:events|moments) only|please turn on javascript.{0,40}|pinned(?: post)?|angepinnt|épinglé|"
    r"(?:load|show|view|see) (?:more|newer|older|earlier|all) (?:updates|posts|entries|news)|load more|mehr laden|weitere (?:einträge|meldungen) (?:laden|anzeigen)|"
    r"charger plus|cargar más|carica altr[oi]|jump to (?:the )?(?:latest|top|most recent).{0,20}|"
    r"(?:auto[- ]?)?refresh(?:ing)?(?: (?:automatically|now|page))?|automatisch aktualisieren|"
    r"this is a live ?blog\b.{0,80}|scroll down for (?:the )?(?:latest|live) updates.{0,20}|follow (?:our|the) live (?:blog|updates|coverage|text).{0,80}|"
    r"(?:share|copy|link to|direct link to) (?:this |the )?(?:update|post|entry|permalink)|(?:eintrag|beitrag|meldung) teilen|link kopieren|partager cette (?:mise à jour|publication)|"
    r"live(?: updates| blog| ticker| feed| reporting)?|liveticker|en direct|en directo|in diretta|"
    r"(?:share|teilen|partager|compartir|condividi)"
)
_CONTROLS = re.compile(rf"(?:{_CONTROL})(?:\s*[|/·•]\s*(?:{_CONTROL}))*")
_AROUND = " .:…>»→!·|•-–—\n"
_MAX_STAMP = 45
_MAX_CONTROL = 110
_MAX_WORDS = 4  # that are no numbers, in a date with a time of day
_NOW = datetime(2000, 1, 1, tzinfo=UTC)
_LETTERS = re.compile(r"[^\W\d_]+")


def is_stamp(text: str) -> bool:
    """Whether a line is the time of an entry and nothing else: a time of day, with a date or without, or one told from now."""
    bare = text.strip(_AROUND)
    if not bare or len(bare) > _MAX_STAMP or ends_sentence(bare):
        return False
    if _CLOCK.fullmatch(bare):
        return True
    if len(_LETTERS.findall(bare)) > _MAX_WORDS:
        return False
    moment = times.parse(bare, UTC)
    return (moment is not None and moment.stated_time) or relative.parse(bare, _NOW) is not None


def is_control(text: str) -> bool:
    """Whether a line is one of the blog's controls; one that stands before or behind the time of an entry, too."""
    bare = text.casefold().strip(_AROUND)
    if len(bare) > _MAX_CONTROL:
        return False
    if _CONTROLS.fullmatch(bare):
        return True
    rest = _CLOCK.sub("", bare, count=1).strip(_AROUND)
    return rest != bare and _CONTROLS.fullmatch(rest) is not None


def entries(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without times and controls; those in tables stay."""
    return [
        one for one in pieces if one.kind == "table_row" or not (is_stamp(one.text) or is_control(one.text))
    ]
