"""What kind of piece it is besides news, each with the places that say so: nothing is flagged on one weak word."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from schemas.records import Dateline, Flag

NAMES: Final = ("paywall", "live_blog", "video", "gallery", "press_release", "opinion")

# Names of sections and kickers, whole, case-folded.
_OPINION: Final = frozenset(
    ["opinion", "opinions", "op-ed", "oped", "comment", "commentary", "comment is free", "editorial", "editorials", "leader", "leading article", "letters", "letters to the editor", "column", "columns", "columnists", "viewpoint", "viewpoints", "perspective", "voices", "kommentar", "kommentare", "leitartikel", "meinung", "gastkommentar", "gastbeitrag", "glosse", "kolumne", "leserbriefe", "tribune", "tribunes", "éditorial", "édito", "chronique", "chroniques", "débats", "idées", "point de vue", "opinión", "editoriales", "columna", "columnas", "tribuna", "cartas al director", "opinione", "opinioni", "editoriale", "commento", "commenti", "opinião", "coluna", "colunas", "colunistas", "editoriais", "opinie", "opinies", "commentaar", "hoofdredactioneel", "column(s)", "ledare", "debatt", "åsikter", "leder", "mening", "meninger", "kronikk", "debat", "mielipide", "pääkirjoitus", "opinia", "opinie i komentarze", "komentarz", "komentarze", "felieton", "názory", "komentář", "vélemény", "мнение", "мнения", "колонка", "думка", "γνώμη", "απόψεις", "görüş", "yazarlar", "رأي", "دیدگاه", "社説", "社论", "评论", "評論", "观点", "オピニオン", "사설", "오피니언"]
)  # fmt: skip
_RELEASE: Final = frozenset(
    ["press release", "press releases", "news release", "media release", "pressemitteilung", "pressemitteilungen", "presseinformation", "pressemeldung", "medienmitteilung", "communiqué", "communiqué de presse", "communiqués de presse", "comunicado", "comunicado de prensa", "nota de prensa", "notas de prensa", "comunicato stampa", "comunicati stampa", "comunicado de imprensa", "nota à imprensa", "persbericht", "persberichten", "pressmeddelande", "pressemelding", "pressemeddelelse", "lehdistötiedote", "tiedote", "informacja prasowa", "tisková zpráva", "пресс-релиз", "прес-реліз", "basın bülteni", "新闻稿", "プレスリリース", "보도자료"]
)  # fmt: skip
_GALLERY: Final = frozenset(
    ["gallery", "galleries", "photo gallery", "photos", "in pictures", "picture gallery", "slideshow", "photo essay", "fotostrecke", "bildergalerie", "fotogalerie", "bilderstrecke", "galerie photos", "en images", "diaporama", "galería", "fotogalería", "en fotos", "galleria", "fotogallery", "foto", "galeria", "galeria de fotos", "fotoserie", "bildspel", "galeria zdjęć", "фотогалерея", "фото"]
)  # fmt: skip
_VIDEO: Final = frozenset(
    ["video", "videos", "vidéo", "vidéos", "vídeo", "vídeos", "watch", "видео", "відео", "filmy", "wideo"]
)
_LIVE: Final = frozenset(
    ["live", "live blog", "liveblog", "live updates", "live-blog", "liveticker", "live-ticker", "newsblog", "en direct", "direct", "en vivo", "en directo", "minuto a minuto", "diretta", "in diretta", "ao vivo", "direto", "tempo real", "liverapport", "direktrapport", "na żywo", "онлайн", "онлайн-трансляция", "canlı"]
)  # fmt: skip
_WORDS: Final = {
    "opinion": _OPINION,
    "press_release": _RELEASE,
    "gallery": _GALLERY,
    "video": _VIDEO,
    "live_blog": _LIVE,
}
# Wires that carry releases for a fee: whole names as they stand in datelines. Lower case.
RELEASE_WIRES: Final = frozenset(
    ["prnewswire", "pr newswire", "business wire", "businesswire", "globe newswire", "globenewswire", "newswire", "accesswire", "access newswire", "cision", "ots", "presseportal", "pressetext", "einpresswire", "ein presswire", "marketwired", "prweb", "dgap", "eqs", "eqs-news", "cnw", "media outreach newswire", "acn newswire"]
)  # fmt: skip
_HEADLINE: Final = {
    "opinion": re.compile(r"^(?:opinion|op-ed|editorial|comment|commentary|kommentar|leitartikel|gastbeitrag|tribune|édito(?:rial)?|opinión|opinião|editoriale?|opinie|column)\s*[:|]\s*\S", re.IGNORECASE),
    "live_blog": re.compile(r"^(?:live(?: ?blog| ?ticker| updates)?|liveticker|newsblog|en direct|en vivo|en directo|ao vivo|diretta|direkt)\s*[:|]\s*\S|\b(?:live updates|live ?blog|liveticker|newsticker)\b", re.IGNORECASE),
    "gallery": re.compile(r"^(?:in pictures|gallery|photos|fotostrecke|bildergalerie|en images|en fotos|fotogalería|fotogallery)\s*[:|]\s*\S", re.IGNORECASE),
    "video": re.compile(r"^(?:video|vidéo|vídeo|watch)\s*[:|]\s*\S", re.IGNORECASE),
    "press_release": re.compile(r"^(?:press release|news release|pressemitteilung|communiqué(?: de presse)?|comunicado(?: de (?:prensa|imprensa))?|nota de prensa|comunicato stampa|persbericht)\s*[:|]\s*\S", re.IGNORECASE),
}  # fmt: skip


def gather(found: Iterable[tuple[str, str]]) -> tuple[Flag, ...]:
    """Flags from (name, evidence), in the order of `NAMES`, each piece of evidence once."""
    listed = list(found)
    return tuple(
        Flag(name=name, evidence=evidence)
        for name in NAMES
        if (evidence := tuple(dict.fromkeys(said for flag, said in listed if flag == name)))
    )


def named(words: str | None, source: str) -> Iterator[tuple[str, str]]:
    """What a section's or kicker's name says."""
    bare = (words or "").casefold().strip(" .:|-–—")
    for name, known in _WORDS.items():
        if bare in known:
            yield name, f'{source} "{words}"'


def headed(headline: str, source: str) -> Iterator[tuple[str, str]]:
    """What the headline says of itself, before a colon or a bar."""
    for name, pattern in _HEADLINE.items():
        found = pattern.search(headline)
        if found:
            yield name, f'{source} "{headline[:80]}"'


def released(dateline: Dateline | None) -> Iterator[tuple[str, str]]:
    """A dateline of a wire that carries releases."""
    agency = (dateline.agency or "") if dateline else ""
    if agency.casefold().strip(" /.") in RELEASE_WIRES:
        yield "press_release", f'dateline "{agency}"'


def of_text(
    *, kicker: str | None, section: str | None, headline: str, release: str | None, dateline: Dateline | None
) -> tuple[Flag, ...]:
    """The flags of a plain text."""
    found = [
        *named(kicker, "text:kicker"),
        *named(section, "front matter:section"),
        *headed(headline, "text:headline"),
        *released(dateline),
    ]
    if release:
        found.append(("press_release", f'text:paragraph "{release[:80]}"'))
    return gather(found)
