"""Paragraphs that are page furniture: they change by themselves, so a change in them is no change of the article.

One pattern a line, matched against a whole short paragraph, case ignored. Add a language by adding its lines.
"""

import re
from typing import Final

_COUNT: Final = r"(?:[\d.,]+ ?[km]?|no|one)"
_AGO: Final = (
    r"(?:(?:an?|one|\d+) (?:sec(?:ond)?|min(?:ute)?|h(?:ou)?r|day|week)s? ago|just now|moments? ago)"
)

PATTERNS: Final = (
    # how long ago
    rf"(?:(?:last )?(?:updated|published|posted|modified):? ?)?(?:about |over |just )?{_AGO}",
    (
        r"(?:(?:zuletzt )?(?:aktualisiert|geändert|veröffentlicht|mis à jour|publié|actualizado|publicado):? ?)?"
        r"(?:vor|il y a|hace) (?:\d+|einer|une?|una?) (?:minuten?|stunden?|tag(?:en)?|heures?|jours?|minutos?|horas?|d[ií]as?)"
    ),
    # a printed date and time with how long ago that was
    (
        rf".{{0,50}}\b\d{{1,2}}[:.]\d{{2}}(?: ?(?:uhr|h|am|pm))?[ ,|·–-]+"
        rf"(?:{_AGO}|(?:vor|il y a|hace) (?:\d+|einer|une?|una?) (?:minuten?|stunden?|tag(?:en)?|heures?|jours?|minutos?|horas?|d[ií]as?))"
    ),
    r"\d+[ -]min(?:ute)?s?(?: read)?",
    # counters
    rf"{_COUNT} (?:comments?|shares?|views?|likes?|reads?|reactions?|kommentare?|commentaires?|comentarios?)(?: so far)?",
    rf"(?:comments?|shares?|views?|likes?|reads?|kommentare?):? ?\(?{_COUNT}\)?",
    rf"{_COUNT} people (?:are )?(?:reading|watching)(?: this)?(?: (?:story|article|page))?(?: (?:right )?now)?",
    r"(?:be the first to|leave a|join the) (?:comment|conversation|discussion)",
    # advertising
    r"(?:advertisements?|sponsored(?: content)?|paid (?:content|post)|promoted(?: stories)?|ads?|anzeige|werbung|publicit[eé]|publicidad)(?:[ :.-].{0,60})?",
    r"(?:scroll (?:down )?(?:to|for)|(?:story|article) continues|continue reading).{0,50}",
    # sharing
    r"(?:share|tweet|print|e?-?mail|save|bookmark|copy link|follow)(?: (?:this|on|us|article|story|link|to).{0,40})?",
)
_LONGEST: Final = 90  # characters; a longer paragraph is never noise
_NOISE: Final = re.compile("|".join(f"(?:{pattern})" for pattern in PATTERNS), re.IGNORECASE)


def is_noise(text: str) -> bool:
    """Whether a whole paragraph is page furniture."""
    return len(text) <= _LONGEST and _NOISE.fullmatch(text.strip(" .!|*[]()-")) is not None
