"""Correction notes, in the wordings of newsrooms: data by language, and what reads them.

A note begins with its label ("Correction:", "Fe de erratas:"), or says of the article, its text or an earlier version of it that
something was wrong or was changed. "An earlier version of the bill" is no such note, nor is an editor's note of other kind.
"""

import re
from typing import Final

from consumers.normalize.strings import plain

_MAX = 1200
_SEARCHED = 400  # characters from the start of a text in which a note says what it is

# Labels that make a note of what follows them.
_LABELS = (
    "corrections?", "corrections? (?:and|&) clarifications?", "clarification", "corrected", "corrigend(?:um|a)", "errat(?:um|a)", "for the record",
    "korrektur(?:hinweis)?", "berichtigung", "richtigstellung", "rectificati(?:f|on|e)", "rectifié", "corrección", "correcciones", "fe de erratas?", "fe de errores",
    "rectificación", "aclaración", "correção", "errata", "erramos", "retificação", "correzione", "errata corrige", "rettifica", "correctie", "verbetering",
    "rättelse", "rättat", "rettelse", "rettet", "korreksjon", "presisering", "præcisering", "oikaisu", "korjaus", "korjattu", "sprostowanie", "korekta", "oprava",
    "helyreigazítás", "javítás", "korrekció", "erată", "rectificare", "ispravak", "исправление", "опровержение", "поправка", "виправлення", "спростування",
    "διόρθωση", "düzeltme", "tekzip", "исправлено", "виправлено", "opraveno", "düzeltildi", "ralat", "koreksi", "đính chính", "更正", "訂正", "更正啟事", "정정", "정정보도", "תיקון", "تصحيح", "تصویب",
)  # fmt: skip
# Labels of notes of any kind, which must say more.
_NOTES = (
    "editors?['’]?s? note", "note", "update", "updated?", "(?:an)?merkung der redaktion", "hinweis(?: der redaktion)?", "anm\\. d\\. red", "in eigener sache", "transparenzhinweis",
    "note de la rédaction", "précision", "mis(?:e)? à jour", "actualizado", "actualización", "aggiornato", "aggiornamento", "atualizado", "atualização", "aktualisiert", "aktualisierung", "bijgewerkt", "uppdaterad", "oppdatert", "opdateret", "zaktualizowano", "aktualizacja", "aktualizováno", "обновлено", "оновлено", "güncelleme", "nota de (?:la )?redacci[oó]n", "nota del editor", "nota (?:da|de) redação", "nota do editor", "nota (?:della|di) redazione", "precisazione",
    "noot van de redactie", "redaktionell anmärkning", "od redakcji", "poznámka redakce", "от редакции", "від редакції", "editörün notu",
)  # fmt: skip
_WRONG = (
    r"correct(?:ed|ion|s)?\b|amend|clarif|earlier version|previous version|incorrect|\berrors?\b|inaccura|misstat|misidentif|misspel|retract|wrongly|mistaken|"
    r"korrigier|berichtig|richtiggestellt|früheren (?:version|fassung)|ursprünglichen (?:version|fassung)|fehler|falsch|irrtümlich|corrigé|rectifi|erreur|erron|version (?:précédente|antérieure)|"
    r"corregi|versión anterior|\berror(?:es)?\b|corrigi|versão anterior|\berros?\b|corrett|versione precedente|errore|gecorrigeerd|eerdere versie|\bfout|rättad|tidigare version|felaktig|rettet|tidligere version|"
    r"poprawi|błąd|błęd|sprostowa|opraven|chyb|исправлен|ошибк|виправлен|помилк|düzeltil|yanlış"
)
_TEXT = "article|story|report|piece|post|page|headline|column|caption|obituary|review|interview|chart|graphic|video|newsletter|transcript"
# What a note says without a label. {text} is what the outlet calls its texts.
_SENTENCES = (
    rf"(?:this|the|our) (?:{_TEXT})(?:'s headline)? (?:was|has been|is|were|have been) (?:since )?(?:\w+ )?(?:amended|corrected|clarified|(?:updated|changed|edited|revised|modified) (?:to (?:correct|clarify|reflect|remove|fix|make clear|show)))",
    rf"(?:this|the|our) (?:{_TEXT}) (?:originally|initially|previously|earlier|incorrectly) (?:said|stated|reported|misstated|misidentified|gave)",
    r"(?:amended|corrected|updated|edited|revised|changed) (?:on |at )?[^.!?:]{0,40}\bto (?:correct|clarify|fix)\b",
    rf"(?:an? |in an? |the |in the )?(?:earlier|previous|original|prior|former|initial) (?:version|edition)s?(?: of (?:this|the|our) (?:{_TEXT})|\W+(?:incorrectly|misstated|misidentified|said|stated|gave|wrongly|erroneously))",
    r"(?:due to|because of) an? (?:editing|production|reporting|transcription) error|we (?:regret|apologi[sz]e for) (?:the|this|any|our) errors?",
    r"\(?corrects? (?:to|name|spelling|first name|last name|surname|title|day|date|paragraph|headline|figure|location|attribution|age|typo)\b",
    r"in (?:einer|der) (?:früheren|vorherigen|ersten|älteren|ursprünglichen|vorigen) (?:version|fassung)(?: (?:dieses|des|unseres) (?:artikels|textes|beitrags|berichts|interviews)|(?: dieser| der| unserer) (?:meldung|geschichte|kolumne)|,? (?:hieß|stand|war|haben|hatten|hatte|wurde|ist))",
    r"(?:dieser|der|unser|diesen|den) (?:artikel|text|beitrag|bericht) (?:wurde|haben wir|ist) .{0,60}(?:korrigiert|berichtigt|präzisiert|richtiggestellt)|wir (?:haben|hatten) .{0,80}(?:korrigiert|berichtigt|richtiggestellt)|wir bitten,? (?:den|diesen) fehler zu entschuldigen",
    r"(?:une|dans une) (?:première |précédente )?version (?:précédente |antérieure |initiale )?de (?:cet|ce|notre) (?:article|texte|papier|dépêche)|(?:(?:cet |l['’])?article|ce texte|cette dépêche) (?:a été )?(?:corrigée?|rectifiée?|modifiée?)|(?:cet article|ce texte|cette dépêche) a été [^.:]{0,60}\bpour corriger|contrairement à ce que nous (?:avons|avions) (?:écrit|indiqué|affirmé)",
    r"(?:una|en una|la) versión (?:anterior|previa|inicial|original) de (?:este|esta) (?:artículo|nota|noticia|texto|información)|(?:este|esta|el|la) (?:artículo|texto|nota|noticia|información) (?:ha sido|fue|se) (?:corregid[oa]|rectificad[oa]|modificad[oa]|corrigió|rectificó|ha corregido)|(?:este|esta) (?:artículo|texto|nota|noticia|información) (?:ha sido|fue|se) [^.:]{0,60}\bpara corregir",
    r"(?:uma|em uma|numa|a) versão (?:anterior|inicial|original) d(?:este|esta|o|a) (?:artigo|texto|reportagem|notícia|matéria)|(?:este|esta|o|a) (?:texto|artigo|reportagem|matéria|notícia) foi (?:corrigid[oa]|alterad[oa]|retificad[oa]|[^.:]{0,60}\bpara corrigir)",
    r"(?:una|in una|la) (?:precedente versione|versione precedente|prima versione) di quest['’oa ]*\s?(?:articolo|testo|notizia)|(?:questo |quest['’]|l['’])(?:articolo|testo) è stat[oa] (?:corrett[oa]|rettificat[oa]|modificat[oa]|[^.:]{0,60}\bper correggere)",
    r"in een (?:eerdere|vorige) versie(?: van dit (?:artikel|bericht|stuk)| (?:stond|werd|schreven))|dit (?:artikel|bericht|verhaal|stuk) (?:is|werd) (?:[^.:]{0,40}\b)?(?:aangepast|gecorrigeerd|verbeterd)",
    r"i en (?:tidigare|föregående) version|(?:artikeln|texten) har (?:rättats|korrigerats)|i en tidligere (?:versjon|version|utgave|udgave)|(?:artikkelen|saken|artiklen) (?:er|har blitt|blev|er blevet) (?:rettet|korrigert|korrigeret)|(?:aiemmassa|aikaisemmassa) versiossa",
    r"(?:artykuł|tekst|materiał) został (?:[^.:]{0,30} )?(?:poprawiony|skorygowany|sprostowany)|(?:článek|text|článok) byl (?:[^.:]{0,30} )?opraven|(?:a|ezt a) (?:cikket|cikkünket) (?:[^.:]{0,30} )?(?:javítottuk|helyesbítettük)|(?:juttua|tekstiä|otsikkoa) (?:on|korjattu) (?:korjattu|[^.:]{0,30})",
    r"(?:эта )?(?:статья|заметка|новость|публикация) (?:была )?(?:[^.:]{0,30} )?исправлена|(?:этот )?(?:текст|материал) (?:был )?(?:[^.:]{0,30} )?исправлен|(?:статтю|текст|матеріал) (?:було )?(?:[^.:]{0,30} )?виправлено|(?:bu )?(?:haber|yazı|makale) (?:[^.:]{0,40} )?düzeltil\w+|το (?:άρθρο|κείμενο) διορθώθηκε",
    r"(?:本文|本报道|本報導|此文|文章)[^。]{0,20}(?:更正|修正|勘误|勘誤)|(?:この|本)記事(?:は|を)[^。]{0,30}訂正",
    r"w (?:poprzedniej|pierwotnej|wcześniejszej|pierwszej) wersji|v (?:původní|předchozí|dřívější) verzi|v (?:pôvodnej|predchádzajúcej) verzii|(?:korábbi|előző) (?:változat|verzió)\w* (?:azt|tévesen|hibásan)|într-o versiune anterioară",
    r"в (?:предыдущей|первоначальной|более ранней|ранней) версии|у (?:попередній|початковій) версії|(?:haberin|yazının) (?:önceki|ilk) (?:versiyon|sürüm|hal)\w*",
)  # fmt: skip
_LABEL = re.compile(
    rf"\W*(?:{'|'.join(_LABELS)})\s*(?:\([^)]{{1,60}}\)|[,—–-]?\s*[\d./ ]{{4,12}}|,? [^:.!?]{{0,30}}\d[^:.!?]{{0,14}})?\s*(?:[:：.—–|]|\s-\s|\n)\s*\S"
)
_NOTE = re.compile(rf"\W*(?:{'|'.join(_NOTES)})\b[^:：.]{{0,40}}[:：.—–]")
# What says of the text itself that it was updated must say more, too.
_UPDATED = re.compile(
    r"(?:(?:this|the|our) (?:article|story|report|post)|(?:dieser|der) (?:artikel|text|beitrag)|cet article|este artículo|esta (?:noticia|nota)|quest['’]articolo|questo articolo|est[ea] (?:artigo|texto|reportagem)|dit artikel|artikeln|artikkelen|artiklen|tekst|artykuł|статья)\s"
    r"[^.!?]{0,30}(?:updated|changed|edited|revised|aktualisiert|geändert|mis à jour|actualizad|aggiornat|atualizad|bijgewerkt|uppdaterat|oppdatert|opdateret|zaktualizowan|обновлен)"
)
# An invitation to report mistakes is no note on one.
_INVITES = re.compile(
    r"\bif you\b|\bwenn sie\b|\bsi vous\b|\bsi usted\b|let us know|please (?:email|contact|send)"
)
_SAID = re.compile("|".join(_SENTENCES))
_BAD = re.compile(_WRONG)
_NAMED: Final = re.compile(
    r"\b(?:corrections?|corrigend\w+|errat(?:a|um)|rectificati\w+|korrektur(?:en)?|clarifications?)\b"
)


def is_correction(text: str) -> bool:
    """Whether a paragraph is the outlet's note on what it corrected."""
    if len(text) > _MAX:
        return False
    folded = text[:_SEARCHED].casefold().lstrip(" \t\n[(*_•–—-")
    if _LABEL.match(folded):
        return _INVITES.search(folded) is None
    if (note := _NOTE.match(folded) or _UPDATED.match(folded)) is not None:
        return _BAD.search(folded, note.end() - 1) is not None or _SAID.match(folded) is not None
    return _SAID.match(folded) is not None


def is_named(classes: str) -> bool:
    """Whether an element's names say that it holds such a note."""
    return _NAMED.search(classes) is not None


def stated(value: object) -> list[str]:
    """The texts of a schema.org `correction`: a text, a CorrectionComment or a list of them; addresses say nothing."""
    if isinstance(value, list):
        return [text for one in value[:20] for text in stated(one)]
    if isinstance(value, dict):
        return stated(value.get("text") or value.get("description") or value.get("name"))
    text = plain(value) if isinstance(value, str) else ""
    return [text] if text and not text.startswith(("http:", "https:")) else []
