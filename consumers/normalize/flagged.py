"""The flags of a page: its structured data, its metadata, its address, its kicker and section, and the shape of its text."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from consumers.normalize import flags
from consumers.normalize.jsonld import Node, types
from consumers.normalize.page import Page
from schemas.records import Dateline, Flag

_TYPES: Final = {
    "LiveBlogPosting": "live_blog", "OpinionNewsArticle": "opinion", "ImageGallery": "gallery", "MediaGallery": "gallery",
    "PhotographAction": "gallery", "PressRelease": "press_release",
}  # fmt: skip
# Whole segments of the address's path.
_SEGMENTS: Final = {
    "opinion": re.compile(r"(?:opinions?|op-ed|commentisfree|commentary|editorials?|columnists?|kommentare?|meinung|leitartikel|gastkommentar|tribunes?|editos?|debats|opinion-debat|columnas?|tribuna|editoriales|opinioni|editoriali|opiniao|colunas|opinie|ledare|debatt|mielipide|felietony|mneniya)", re.IGNORECASE),
    "press_release": re.compile(r"(?:press-?releases?|news-releases?|media-releases?|pressemitteilung(?:en)?|pressemeldung(?:en)?|medienmitteilung(?:en)?|presseinformation(?:en)?|communiques?(?:-de-presse)?|notas?-de-prensa|comunicados?(?:-de-prensa)?|comunicati?-stampa|persbericht(?:en)?|pressmeddelanden?)", re.IGNORECASE),
    "gallery": re.compile(r"(?:galler(?:y|ies)|photo-?galler(?:y|ies)|in-pictures|slideshows?|bildergalerien?|fotostrecken?|fotogalerien?|bilderstrecken?|diaporamas?|portfolios?|fotogalerias?|galerias?|fotogaller(?:y|ie|ia)|fotoserie)", re.IGNORECASE),
    "video": re.compile(r"(?:videos?|watch|mediathek|videonews)", re.IGNORECASE),
    "live_blog": re.compile(r"(?:live-?blogs?|live-?tickers?|live-news|live-updates?|newsblog|live|direct|en-vivo|ao-vivo|diretta)", re.IGNORECASE),
}  # fmt: skip
_LOCKED: Final = re.compile(
    r"^(?:locked|metered|premium|paid|plus|subscriber|subscription|registered)", re.IGNORECASE
)
_SUBSCRIBE: Final = re.compile(
    r"\b(?:this (?:article|story|content) is (?:only )?(?:for|available to|reserved for) (?:our )?(?:subscribers|members)|subscribe (?:now )?to (?:continue|keep|read) |to (?:continue|keep) reading,? (?:please )?(?:subscribe|log in|register)|"
    r"already a subscriber\?|(?:diesen|den|ganzen) artikel (?:weiter)?lesen (?:sie )?mit|(?:exklusiv |nur )für (?:unsere )?abonnent(?:en|innen)|jetzt (?:weiterlesen|freischalten|abonnieren) |article réservé (?:à nos|aux) abonnés|"
    r"la suite est réservée|contenido exclusivo para suscriptores|suscríbete para (?:seguir|continuar)|contenuto riservato agli abbonati|abbonati per (?:continuare|leggere)|conteúdo exclusivo para assinantes|assine para (?:continuar|ler)|"
    r"alleen voor abonnees|artikeln är (?:för|låst))",
    re.IGNORECASE,
)  # fmt: skip
_SHORT: Final = 2500
_MANY_CAPTIONS: Final = 8
_MAX_SHOWN: Final = 400


def of_page(
    page: Page,
    *,
    kicker: str | None,
    section: str | None,
    headline: str,
    dateline: Dateline | None,
    paragraphs: Sequence[str],
    captions: Sequence[str],
    short: Sequence[str] = (),
    pictures: int = 0,
) -> tuple[Flag, ...]:
    """The flags with their evidence. `short` are the short texts about the article, where a paywall speaks; `pictures` is the
    number of those that the text is told by."""
    length = sum(map(len, paragraphs))
    return flags.gather(
        [
            *_data(page),
            *_access(page, [*paragraphs[-3:], *short] if length < _SHORT else (), length),
            *_metadata(page, length),
            *flags.named(kicker, "html:kicker"),
            *flags.named(section, "section"),
            *flags.headed(headline, "headline"),
            *flags.released(dateline),
            *_address(page.document.url, length),
            *_shape(captions, length, pictures),
        ]
    )


def live(page: Page, headlines: Sequence[str]) -> bool:
    """Whether it is a live blog by its data, address or headline: known before its text is read."""
    told = [
        *_data(page),
        *_address(page.document.url, 0),
        *(one for text in headlines[:1] for one in flags.headed(text, "")),
    ]
    return any(name == "live_blog" for name, _ in told)


def _data(page: Page) -> Iterator[tuple[str, str]]:
    for node in (page.article, *(one for one in page.graph.nodes if "LiveBlogPosting" in types(one))):
        for kind in sorted(types(node)):
            if kind in _TYPES:
                yield _TYPES[kind], f"json-ld:{kind}"
        for field in ("articleSection", "genre"):
            said = node.get(field)
            for text in said if isinstance(said, list) else [said]:
                if isinstance(text, str):
                    yield from flags.named(text, f"json-ld:{field}")


def _access(page: Page, shown: Sequence[str], length: int) -> Iterator[tuple[str, str]]:
    for node in (page.article, *_parts(page.article)):
        said = node.get("isAccessibleForFree")
        if said is False or (isinstance(said, str) and said.strip().casefold().rsplit("/", 1)[-1] == "false"):
            yield "paywall", f'json-ld:isAccessibleForFree "{str(said).casefold()}"'
    for text, name in page.meta(
        "article:content_tier", "og:article:content_tier", "content_tier", "contenttier"
    ):
        if _LOCKED.match(text):
            yield "paywall", f'meta:{name} "{text[:40]}"'
    for text in shown:
        found = _SUBSCRIBE.search(text) if len(text) < _MAX_SHOWN else None
        if found:
            yield "paywall", f'html "{found[0][:80]}"'
            break


def _parts(node: Node) -> list[Node]:
    parts: Any = node.get("hasPart")
    listed = parts if isinstance(parts, list) else [parts]
    return [one for one in listed[:20] if isinstance(one, dict)]


def _metadata(page: Page, length: int) -> Iterator[tuple[str, str]]:
    for text, name in page.meta("og:type"):
        if text.casefold().startswith("video") and length < _SHORT:
            yield "video", f'meta:{name} "{text[:40]}"'
    videos = [one for one in page.graph.nodes[:50] if "VideoObject" in types(one)]
    if videos and not page.article and length < _SHORT:
        yield "video", "json-ld:VideoObject, no article"


def _address(url: str, length: int) -> Iterator[tuple[str, str]]:
    """Segments before the last: that one is the article's own name."""
    if not url.startswith("http"):
        return
    try:
        segments = unquote(urlsplit(url).path).split("/")[1:-1]
    except ValueError:
        return
    for name, pattern in _SEGMENTS.items():
        if name == "video" and length >= _SHORT:
            continue
        for segment in segments:
            if pattern.fullmatch(segment):
                yield name, f'url "/{segment}/"'


def _shape(captions: Sequence[str], length: int, pictures: int) -> Iterator[tuple[str, str]]:
    """More is said below pictures than in paragraphs."""
    if pictures:
        yield "gallery", f"html {pictures} pictures with texts, longer than the rest"
    told = sum(map(len, captions))
    if len(captions) >= _MANY_CAPTIONS and told > 2 * length:
        yield "gallery", f"html {len(captions)} captions, longer than the text"
