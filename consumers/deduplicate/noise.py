"""Paragraphs that are page furniture: they change by themselves, so a change in them is no change of the article.

One pattern a line, matched against a whole short paragraph, case ignored. Add a language by adding its lines.
"""

import re
from typing import Final

_COUNT: Final = r"(?:[\d.,]+ ?[km]?|no|one)"
_AGO: Final = (
    r"(?:(?:about |over |almost |less than |more than )?(?:half an|an?|one|a few|\d+) ?(?:s|m|h|d|sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|months?) ago|just now"
    r"|moments? ago|(?:vor|il y a|hace) (?:\d+|einer|einem|une?|una?) (?:minuten?|minutes?|min|std|stunden?|tag(?:en)?|heures?|h|jours?|minutos?|horas?|d[ií]as?))"
)
_STAMPED: Final = (
    r"(?:(?:first |last |originally )?(?:updated|published|posted|modified|created)|zuletzt aktualisiert|aktualisiert|geändert|"
    r"veröffentlicht|erschienen|stand|mise? à jour|modifiée?|publiée?|actualizado|publicado)"
)
_WEEKDAY: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)"
)
_MOMENT: Final = (  # a date or time and nothing else
    r"(?:[\d.:,/|·–—-]|\s|(?<=\d)(?:am|pm|h(?:\d\d)?|st|nd|rd|th)\b|\b(?:am|pm|a\.m\.?|p\.m\.?|[a-z]{1,4}t|utc|uhr|um|on|at|of|le|à|el|a las|de|today|yesterday|heute|"
    rf"gestern|{_WEEKDAY}|mon|tue|wed|thu|fri|sat|sun|"
    r"jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|mars|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|oktober|nov(?:ember)?|dec(?:ember)?|dezember)\b\.?)+"
)
_THIS: Final = r"(?:(?: (?:this|the|that|our))?(?: (?:article|story|page|post|link|video|audio|now|here))?)"

PATTERNS: Final = (
    # how long ago, when last touched
    rf"(?:{_STAMPED}[:.]? ?)?{_AGO}",
    rf"(?=.*\d[:h]\d\d|.*\d\D+(?:19|20)\d\d)(?:{_WEEKDAY},? )?(?:\d|yesterday|today|heute|gestern|hier|ayer|hoy|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d){_MOMENT}",
    r"(?:this|the) (?:article|story|post|page|content) is (?:now )?(?:more than |over |about )?(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?:days?|weeks?|months?|years?) old",
    rf"(?:read|seen|viewed|leído|visto|lu|gelesen) {_COUNT} (?:times|veces|fois|mal)|\d+(?:[.,]\d+)? ?[km]",
    rf"{_STAMPED}\b[: ,]*{_MOMENT}(?:[ ,(|·–-]*{_AGO}\)?)?",
    rf".{{0,50}}\b\d{{1,2}}[:.]\d{{2}}(?: ?(?:uhr|h|am|pm))?[ ,|·–-]+{_AGO}",
    r"\d+[ -]?min(?:ute)?s?(?:\.? (?:read|listen|watch|lesezeit|de lecture|de lectura))?",
    r"(?:reading time|read time|lesedauer|lesezeit|temps de lecture|tiempo de lectura)[: ]*(?:about |ca\.? )?\d+ ?min\w*",
    r"\d{1,2}:\d{2} ?/ ?-?\d{1,2}:\d{2}",
    # counters
    rf"(?!no comment$){_COUNT} (?:comments?|shares?|views?|likes?|reads?|reactions?|replies|followers|votes?|kommentare?|commentaires?|comentarios?|aufrufe|vues|partages)(?: so far)?",
    rf"(?:comments?|shares?|views?|likes?|reads?|votes?|kommentare?|commentaires?|comentarios?)(?::? ?\(?{_COUNT}\)?)?",
    rf"{_COUNT} (?:people|readers|users|others) (?:are |have )?(?:reading|watching|viewing|read|shared|liked)(?: this)?(?: (?:story|article|page))?(?: (?:right )?now)?",
    r"(?:be the first to|leave a|join the|view|see all|show|post a) (?:comments?|conversation|discussion|replies).{0,20}",
    rf"(?:show|view|see|read|hide|load)(?: all| more)? {_COUNT} (?:more )?(?:comments?|replies)|comments (?:are|have been) (?:closed|disabled|turned off)|(?:sort|sorted) by .{{0,20}}|loading(?: more)? \w+",
    r"(?:enter )?your e-?mail(?: address)?(?: will not be published.{0,50})?|by (?:signing up|subscribing|registering|clicking).{0,10}you .{0,80}",
    # advertising
    r"(?:advertisements?|sponsored(?: content)?|paid (?:content|post|for by)|promoted(?: stories| content)?|ads?|anzeige|werbung|publicit[eé]|publicidad)(?: ?[:.,|–-].{0,70}| (?:by|from|for) .{0,70}| (?:continues?|scroll|skip|continue|story|article)\b.{0,60})?",
    r"(?:scroll (?:down )?(?:to|for)|(?:story|article|report(?:ing)?|text|news) continues|continue reading|skip (?:to|past|ad|advert)).{0,60}",
    # sharing and tools
    rf"(?:share|tweet|print|e?-?mail|save|bookmark|copy link|follow|gift|pin|forward|flip){_THIS}(?: (?:on|us|me|to|for|via|by|with|as|in)\b.{{0,60}}|(?: \w+){{1,4}} on (?:facebook|twitter|x|instagram|whatsapp|telegram|tiktok|youtube|threads|bluesky|mastodon|google news|linkedin))?",
    r"(?:copy|copied)(?: (?:the |this )?link)?(?: to clipboard)?|link copied.{0,20}|back to top|(?:show|load|see|view) (?:more|less|all)(?: \w+){0,3}",
    rf"(?:listen|listen to){_THIS}(?:[ ·:(|-]+\d.{{0,12}})?|(?:play|pause|mute|unmute|play video|play audio|watch{_THIS})",
    r"(?:loading|please wait|buffering|autoplay|up next|menu|search|close|next|previous|share|teilen|drucken|partager|imprimer|compartir)\W*|(?:next|previous) (?:article|story|post|page)|\d{1,2}:\d{2}(?::\d{2})?|(?:artikel|beitrag) (?:teilen|drucken|vorlesen|anhören|merken)|(?:partager|imprimer|enregistrer|compartir|imprimir|guardar)(?: .{0,30})?",
    # what surrounds text, pictures and players
    r"(?:view|open|see|show|enlarge|expand|close) (?:this )?(?:image|picture|photo|gallery|video)(?: (?:in|on|full) ?\w+){0,2}|(?:this|the) (?:video|audio|content|media)(?: \w+)? (?:can ?not|could not|can't|is not|is no longer) (?:be )?(?:played|loaded|displayed|available|shown)",
    r"(?:open|read|view|continue) (?:this )?(?:\w+ )?in (?:the |our )?app|skip to (?:main )?content|(?:text|font) size(?: \S){0,4}|live updates|cookie (?:settings|policy|preferences)|(?:manage|change|update) (?:your |my |cookie )?(?:preferences|settings|cookies|consent)|(?:accept|reject)(?: all)?(?: cookies)?|privacy policy|terms (?:of (?:use|service)|and conditions)",
    r"report (?:an? )?(?:error|typo|mistake|problem)|send us (?:an? )?(?:tip|message|correction)s?|(?:stock |market )?(?:quotes|data|prices) (?:are )?delayed(?: by)?(?: at least)? \d+ min\w*|home(?: ?[/>›»|] ?[\w &-]{1,25}){1,5}|weather: ?-?\d.{0,40}",
    r"(?:©|\(c\)|copyright (?:© ?|\(c\) ?)?\d{4}).{0,130}|all rights reserved.{0,100}",
)
# the same with free words behind: a headline or an invitation, and no sentence of the report
OPEN_PATTERNS: Final = (
    # who wrote it how long ago
    rf"[^.!?:]{{1,60}}[ ,]*[,|·•–-] *{_AGO}",
    # what else there is to read
    r"(?:(?:read|see|watch) (?:more|also|next|on|related)|also read|what to read next|watch live|trending(?: now)?)\b(?:[ :|>»–-].{0,130})?|(?:watch|listen|video|in pictures|gallery|opinion|analysis|explainer|live|related|topics?|tags?|filed under|themen|schlagwörter): .{1,130}|more from .{1,40}|(?:more|related|also|recommended|popular|latest)(?: (?:on|from|in|about|to|like) (?:this|the|our|us|these)\b.{0,40}| (?:for you|stories|articles|reading|news|topics?|content|coverage|posts|videos))?(?:: .{0,130})?",
    r"(?:most|more) (?:read|popular|viewed|shared|commented|watched|stories|news|like this)(?: (?:in|on|from) .{0,40})?|trending(?: now)?|top stories|editors?'?s? picks?|don't miss.{0,60}|you (?:may|might|could) (?:also )?(?:like|enjoy|be interested in).{0,90}|in case you missed it.{0,60}",
    r"(?:lesen sie (?:auch|mehr|hier)|mehr (?:zum thema|dazu|lesen)|auch interessant|das könnte sie auch interessieren|zum thema|(?:à )?lire (?:aussi|également|la suite)|sur le même sujet|les plus lus|leer más|lea también|te puede interesar|más leídas)\b(?:[ :].{0,130})?",
    r"powered by .{1,30}|more (?:stories|articles|news) (?:like|about|on|from) .{1,40}",
    # invitations
    r"(?:(?:click|tap) here|sign up|subscribe|register|log in|sign in|join us|become a (?:member|subscriber|supporter))(?: (?:now|here|today|to|for|and)\b.{0,130})?|(?:already|not yet) a (?:subscriber|member)\b.{0,60}|read this (?:article|story) for free.{0,60}|(?:have|got) (?:you got )?a (?:story|tip|question)\b.{0,80}|follow @?\w+ on \w+",
    r"(?:get|receive|download|try|support|join) (?:the|our|us|all|more)\b.{0,60}\b(?:newsletters?|app|alerts?|briefing|inbox|podcast|channel|whatsapp|telegram|journalism|free|community)\b.{0,60}",
    r"(?:newsletter(?: abonnieren| bestellen)?|jetzt abonnieren.{0,60}|abonnez-vous.{0,80}|s'abonner.{0,60}|suscríb[ea][st]e.{0,80}|inscrivez-vous.{0,80}|folgen sie uns.{0,60}|suivez-nous.{0,60}|síguenos.{0,60})",
    r"(?:this (?:site|website|page)|we|our site) uses? cookies.{0,100}|(?:enable|turn on|allow|accept)(?: all)? (?:cookies|javascript|notifications).{0,60}",
    # credits of pictures that stand in the text
    r"(?:photo|photograph|image|picture|foto|bild|bildquelle|bildrechte|crédit photo|photo credit)s?(?: by| credit)?: .{1,60}",
    r"(?:image|picture|photo|media|video|figure) (?:source|caption)[,:] .{1,100}",
)
_LONGEST: Final = 150  # characters; a longer paragraph is never noise
_NOISE: Final = re.compile("|".join(f"(?:{pattern})" for pattern in PATTERNS), re.IGNORECASE)
_OPEN: Final = re.compile("|".join(f"(?:{pattern})" for pattern in OPEN_PATTERNS), re.IGNORECASE)
_TO_READERS: Final = re.compile(
    r"\b(?:our|us|you|your|newsletter|app|inbox|free|cookies|unsere\w*|ihr\w*|notre|vos|nuestr[oa]s?)\b",
    re.IGNORECASE,
)


_ROW: Final = re.compile(r"\s*[|·•]\s*")


def is_noise(text: str) -> bool:
    """Whether a whole paragraph is page furniture, or a row of such."""
    if not text or len(text) > _LONGEST:
        return False
    return _is_furniture(text) or (
        _ROW.search(text) is not None and all(_is_furniture(part) for part in _ROW.split(text) if part)
    )


def _is_furniture(text: str) -> bool:
    bare = text.strip(" .!|*[]()-»>›→")
    if _NOISE.fullmatch(bare):
        return True
    ends = text.rstrip("\"'”’ ").endswith((".", "。")) and _TO_READERS.search(bare) is None
    return not ends and _OPEN.fullmatch(bare) is not None
