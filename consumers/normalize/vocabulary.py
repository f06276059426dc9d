"""Words that rules look for, by language: data, so that another language is another row."""

import re
from collections.abc import Iterable
from typing import Final

PUBLISHED: Final = (
    "published", "first published", "originally published", "published on", "published at", "posted", "posted on", "date", "created",
    "veröffentlicht", "veröffentlicht am", "erstellt", "erschienen", "stand", "datum", "publié", "publié le", "mis en ligne", "publicado",
    "publicado el", "publicado em", "pubblicato", "pubblicato il", "gepubliceerd", "gepubliceerd op", "geplaatst", "publicerad", "publisert",
    "offentliggjort", "udgivet", "julkaistu", "opublikowano", "data publikacji", "publikováno", "vydáno", "megjelent", "опубликовано",
    "опубліковано", "публикувано", "objavljeno", "yayınlanma", "yayın tarihi", "δημοσίευση", "发布时间", "發佈時間", "發布時間", "公開日",
    "公開", "入力", "입력", "등록", "نشر", "تاریخ انتشار",
)  # fmt: skip
UPDATED: Final = (
    "updated", "last updated", "updated on", "updated at", "last modified", "modified", "last update", "edited", "last edited",
    "aktualisiert", "aktualisiert am", "zuletzt aktualisiert", "letzte aktualisierung", "geändert", "mis à jour", "mis à jour le", "modifié",
    "modifié le", "actualizado", "actualizado el", "atualizado", "atualizado em", "modificado", "aggiornato", "aggiornato il",
    "ultimo aggiornamento", "bijgewerkt", "laatste update", "uppdaterad", "oppdatert", "opdateret", "päivitetty", "aktualizacja",
    "zaktualizowano", "aktualizováno", "frissítve", "обновлено", "оновлено", "ažurirano", "güncelleme", "son güncelleme", "ενημέρωση",
    "更新时间", "更新時間", "更新日", "更新", "수정", "تحديث",
)  # fmt: skip
# What a label of either may be about: "This article was updated on …".
ABOUT_TEXT: Final = re.compile(
    r"^\s*(?:(?:dieser|this|cet|este|questo) )?(?:artikel|beitrag|text|article|story|post|artículo|articolo)\s+(?:wurde |was |a été |fue )?",
    re.IGNORECASE,
)
# Labels of dates that are neither: of an account, of rights.
OTHER_DATES: Final = (
    "joined", "registered", "member since", "registration", "join date", "registriert", "registriert seit", "mitglied seit", "dabei seit",
    "angemeldet", "anmeldungsdatum", "beigetreten", "inscrit", "inscrit le", "membre depuis", "registrado", "miembro desde", "membro desde",
    "iscritto", "iscritto dal", "lid sinds", "medlem sedan", "medlem siden", "зарегистрирован", "регистрация", "dołączył", "zarejestrowany",
    "copyright", "expires", "valid until", "gültig bis",
)  # fmt: skip
BYLINE: Final = (
    "by", "written by", "words by", "story by", "report by", "reporting by", "posted by", "published by", "author", "authors", "von", "autor",
    "autorin", "autoren", "ein artikel von", "text von", "text", "par", "propos recueillis par", "por", "escrito por", "de", "di", "da", "a cura di",
    "door", "af", "av", "tekst", "kirjoittaja", "autorzy", "napisał", "napisała", "автор", "текст", "írta", "szerző", "yazan", "oleh", "penulis", "بقلم", "كتب", "كتبت", "به قلم", "نوشته", "מאת",
)  # fmt: skip
AND: Final = (
    "and",
    "und",
    "et",
    "y",
    "e",
    "en",
    "og",
    "och",
    "ja",
    "i",
    "and",
    "ve",
    "dan",
    "with",
    "mit",
    "avec",
    "con",
    "sowie",
)

# Small words inside people's names.
PARTICLES: Final = frozenset(
    ["de", "da", "di", "do", "dos", "das", "del", "della", "van", "von", "der", "den", "ter", "ten", "zu", "zur", "la", "le", "el", "al", "bin", "ibn", "ben", "af", "av", "y", "e"]
)  # fmt: skip

# Names of accounts, and what is written where nobody is named. Lower case.
NOBODY: Final = frozenset(
    ["admin", "administrator", "webmaster", "user", "guest", "author", "unknown", "none", "null", "undefined", "anonymous", "root", "test", "n/a", "wpadmin", "superuser", "super user", "siteadmin", "web admin", "site admin", "website admin"]
)  # fmt: skip

# Words before a job, that belong to it. Lower case.
RANKS: Final = frozenset(
    ["chief", "senior", "deputy", "assistant", "associate", "executive", "managing", "staff", "special", "principal", "lead", "former", "acting", "political", "politics", "business", "economics", "economy", "finance", "health", "science", "sports", "sport", "football", "foreign", "world", "news", "europe", "european", "asia", "africa", "us", "uk", "washington", "national", "international", "regional", "local", "environment", "climate", "education", "technology", "tech", "digital", "social", "crime", "home", "affairs", "royal", "culture", "arts", "entertainment", "legal", "defence", "defense", "security", "diplomatic", "transport", "travel", "money", "consumer", "breaking", "live", "data", "investigations", "investigative", "city", "industry", "energy", "media", "video", "audience", "opinion", "guest", "contributing", "freelance"]
)  # fmt: skip

# Words that make a piece of a byline a job or a picture credit, not a name.
JOBS: Final = re.compile(
    r"\b(?:\w*redakteur(?:in)?|\w*korrespondent(?:in)?|\w*reporter(?:in)?|journalist(?:in|e)?|editor|correspondent|chief|columnist|writer|contributor|"
    r"producer|analyst|kolumnist(?:in)?|ressortleiter(?:in)?|leiter(?:in)?|staff|desk|rédact(?:eur|rice)|correspondante?|redactora?|corresponsal(?:es)?|enviad[oa] especial|colaborador[ae]?|periodista|jornalista|repórter|editora?|inviat[oa]|giornalista|"
    r"verslaggever|photo|foto|bild|image|picture|getty|copyright)\b|©",
    re.IGNORECASE,
)

# Lines that belong to the page around an article, whole (lower case, punctuation aside).
_CHROME = (
    r"advertis(?:e|ement|ing)|anzeige|werbung|publicité|publicidad|pubblicità|advertentie|reklam[ae]?|annons|annonse|mainos|реклама|"
    r"(?:article|story) continues (?:below|after).*|continue reading.*|read (?:more|next|also|on)(?: on this story)?|read full (?:story|article)|"
    r"(?:see|view|show) (?:more|all|also)|related (?:articles?|stories|topics?|content|links?|news|coverage)|more (?:on this story|stories|from .{2,40}|news)|"
    r"most (?:read|popular|viewed)|recommended(?: for you| stories)?|you (?:may|might) (?:also )?like.*|don'?t miss|top stories|latest (?:news|stories)|"
    r"an dieser stelle (?:finden sie|findest du|befindet sich) .{0,80}extern.*|(?:empfohlener|externer) (?:redaktioneller )?inhalt|"
    r"ich bin (?:damit )?einverstanden,? dass (?:mir )?.*|um eingebettete inhalte .*|personenbezogene daten .{0,60}dritt.*|link zum [\w-]+-inhalt|"
    r".{0,120}\baffiliate[- ]?links?\b.*|if you (?:buy|purchase|click) .{0,120}\bcommission\b.*|we may earn a .{0,20}commission.*|"
    r"(?:this )?(?:entry|post) was (?:posted|published|written) .{4,150}|(?:dieser |der )?(?:beitrag|eintrag|artikel) wurde (?:am|vor|von) .{4,150}|"
    r"(?:comments|kommentare)(?: are| sind)? (?:closed|geschlossen)|bisher keine kommentare|(?:be sociable|explore further|if you enjoyed .{3,80})|"
    r"(?:hat|gefällt) (?:dir|ihnen|euch) (?:der|unser|dieser|das) .{3,60}|(?:empfohlene|verwandte|ähnliche) (?:beiträge|artikel)|auch interessant|"
    r"möchten sie den artikel .{3,40}|den artikel mit anderen .{3,40}|noch keine bewertungen|"
    r"trending(?: now)?|editors?'? picks?|sign up (?:for|to) .{0,80}newsletter.*|subscribe(?: now| to .{0,60})?|get (?:our|the) .{0,40}newsletter.*|"
    r"(?:suscríbete|suscríbase|suscribite|apúntate) (?:a|al) .{0,30}(?:boletín|newsletter).{0,80}|(?:inscrivez|abonnez)[- ]vous à .{0,30}(?:newsletter|infolettre|lettre d).{0,80}|"
    r"(?:abonnieren sie|abonniere|melden sie sich für|melde dich für|hier) .{0,40}\bnewsletter\b.{0,80}|iscriviti alla .{0,20}newsletter.{0,80}|(?:assine|inscreva-se n[ao]) .{0,20}newsletter.{0,80}|"
    r"(?:schrijf (?:je|u) in|meld (?:je|u) aan) voor .{0,30}nieuwsbrief.{0,80}|prenumerera på .{0,30}nyhetsbrev.{0,60}|(?:zapisz się na|subskrybuj) .{0,20}newsletter.{0,60}|"
    r"get .{0,80}(?:in|to|into) your inbox.*|(?:per|by|via|send by|als) e-?mail(?: senden| teilen| this)?|anzeige\b.{0,100}|share(?: this)?(?: (?:article|story|page|on .{2,20}|via .{2,20}))?|share (?:on|via|to) .{2,20}|tweet|facebook|twitter|whatsapp|linkedin|"
    r"print(?: this)?(?: (?:article|page))?|e-?mail(?: this)?(?: (?:article|page))?|copy link|link copied|save(?: article| story)?|"
    r"(?:leave|post|write|add) a (?:comment|reply)|\d+ (?:comments?|kommentare?)|comments?(?: \d+)?|view comments|"
    r"teilen|drucken|merken|kommentare?(?: anzeigen)?|mehr (?:zum thema|lesen|anzeigen|dazu)|lesen sie (?:auch|mehr)(?: zum thema)?|zum thema|"
    r"das könnte sie auch interessieren|weitere (?:artikel|themen|meldungen)|newsletter abonnieren|artikel (?:teilen|drucken|vorlesen|anhören)|"
    r"lire (?:aussi|la suite|plus)|à lire aussi|à lire|voir aussi|partager|sur le même sujet|"
    r"leer (?:más|también)|te puede interesar|lee también|más información|compartir|leia (?:mais|também)|veja também|"
    r"leggi anche|condividi|lees (?:ook|meer|verder)|deel(?: dit artikel)?|läs (?:mer|också)|dela|les også|læs også|lue myös|"
    r"czytaj (?:także|też|więcej|dalej)|zobacz (?:także|też|również)|udostępnij|čtěte (?:také|též)|читайте (?:также|ещё|еще|також)|поделиться|"
    r"تابعونا (?:على|عبر) .{2,60}|تابعنا (?:على|عبر) .{2,60}|اشترك(?:وا)? في .{2,60}|اقرأ (?:أيضا|أيضًا|المزيد)|עקבו אחרינו.{0,60}|(?:הירשמו|הרשמו) לניוזלטר.{0,60}|ما را (?:در|دنبال) .{2,60}|"
    r"(?:请|請)?(?:关注|關注|追蹤)(?:我们|我們).{0,30}|(?:扫码|掃碼)(?:关注|關注)?.{0,20}|(?:延伸阅读|延伸閱讀|相关新闻|相關新聞|责任编辑|責任編輯)[:：]?.{0,12}|フォロー(?:する|してください)?|ニュースレター(?:に)?登録.{0,20}|関連記事|あわせて読みたい|(?:뉴스레터|채널) 구독.{0,20}|관련 ?기사|"
    r"ilgili haberler|skip (?:advertisement|ad|to .{2,30})|back to top|nach oben|tags?|topics?|schlagwort(?:e|er)?|themen|kategorien?|categories"
)
CHROME: Final = re.compile(rf"(?:{_CHROME})")


# A line that credits a picture or an agency, whole.
CREDIT: Final = re.compile(
    r"^\W*(?:(?:title|titel|header|beitrags)?(?:photo|foto|bild|image|picture|pic)s?\b(?: by| von| credit| par)?|cr[ée]dits?\b(?: photos?)?|bildrechte|"
    r"bildquelle|quelle|source|©)\s*[:：|/©]?\s*\S.{0,90}$|^.{0,60}\b(?:getty images?|istock(?:photo)?|shutterstock|imago|picture alliance|dpa[-/ ]\w+|afp[-/ ]\w+|unsplash|"
    r"pixabay|adobe ?stock|alamy)\b.{0,40}$",
    re.IGNORECASE,
)


def leading(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the words at the start of a text, longest first, an optional colon after it."""
    ordered = sorted(set(names), key=len, reverse=True)
    return re.compile(
        rf"^\s*(?:{'|'.join(re.escape(name) for name in ordered)})\b\s*[:：]?\s*", re.IGNORECASE
    )


def labelled(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern for "LABEL : rest", the rest in group 1."""
    ordered = sorted(set(names), key=len, reverse=True)
    return re.compile(
        rf"^\W*(?:{'|'.join(re.escape(name) for name in ordered)})(?:\s*[:：\-–—|]\s*|\s+)(.*)$",
        re.IGNORECASE | re.DOTALL,
    )


def anywhere(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern for the place before any of the words, if they are not part of longer ones: to split a line at labels."""
    ordered = sorted((name for name in set(names) if len(name) > 4), key=len, reverse=True)
    return re.compile(
        rf"(?<!\w)(?<!\w )(?=(?:{'|'.join(re.escape(name) for name in ordered)})(?!\w))", re.IGNORECASE
    )
