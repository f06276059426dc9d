"""Documents that are no article though they came as one: error pages served with 200, walls, front pages, listings.

Precision first: what states that it is an article (structured data, Open Graph, microdata) is only refused when its headline is,
word for word, that of an error page or a wall, and there is next to no text. Everything else takes two kinds of evidence.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from consumers.normalize.document import NormalizeError
from consumers.normalize.dom import Element, finder, inner_text, marks
from consumers.normalize.jsonld import types
from consumers.normalize.page import Page
from consumers.normalize.strings import clean, words
from schemas.reasons import Reason


class Kind(StrEnum):
    """What a document is that is no article: the error's first words."""

    ERROR = "error page"
    CHALLENGE = "challenge to robots"
    LOGIN = "login page"
    CONSENT = "consent wall"
    HOME = "front page"
    LISTING = "section, tag or search page"


_SITE = r"(?:\s*[|•·:–—-]\s*.{1,60})?"
_BEFORE = r"(?:.{1,60}\s*[|•·:–—-]\s*)?"
# Headlines of error pages, whole but for a site's name before or after them.
_ERROR: Final = re.compile(
    rf"^\W*{_BEFORE}(?:(?:error\s*)?(?:404|410)\b\W*.{{0,40}}|(?:error|fehler|erreur|errore|erro|fout)\s+(?:404|410)\b.{{0,40}}|"
    r"(?:oops|sorry|whoops|uups|oups)\W{1,3}.{0,60}(?:not|can[’']t|couldn[’']t|nicht|pas|no |non|não|niet)\b.{0,40}|"
    r"(?:the |this |that |your )?(?:requested )?(?:page|article|story|file|content|url)(?: you requested| requested)? (?:was |is |could |can )?(?:not (?:be )?(?:found|available|exist)|(?:cannot|can[’']t|couldn[’']t) be found|no longer (?:exists|available)|"
    r"unavailable|does(?: not|n[’']t) exist|has (?:been )?(?:moved|removed|expired))|(?:not found|content not available|page unavailable|nothing (?:was )?found)|"
    r"(?:die |diese )?(?:angeforderte |gesuchte )?(?:seite|artikel|inhalt)(?: wurde| konnte| ist)? (?:leider )?nicht (?:gefunden|verfügbar|vorhanden)(?: werden)?|"
    r"(?:cette |la )?page (?:demandée )?(?:est )?(?:introuvable|non trouvée|inexistante|n[’']existe pas)|(?:la )?página (?:solicitada )?(?:no (?:encontrada|existe|disponible)|no se (?:ha )?encontr\w+)|"
    r"(?:la )?pagina (?:richiesta )?(?:non (?:è stata )?trovata|inesistente|non esiste|non disponibile)|(?:a )?página não (?:foi )?encontrada|(?:deze )?pagina (?:is )?niet gevonden|"
    r"sidan (?:kunde inte hittas|hittades inte|finns inte)|siden (?:blev ikke|ble ikke|findes ikke|finnes ikke).{0,20}|sivua ei löytyn\w+|(?:nie znaleziono strony|strona nie (?:istnieje|została znaleziona))|"
    r"stránka (?:nebyla nalezena|nenalezena|neexistuje)|страница не (?:найдена|существует)|сторінк[ау] не знайдено|sayfa bulunamadı|页面不存在|找不到(?:页面|頁面)|ページが見つかりません|페이지를 찾을 수 없습니다)"
    rf"\W*{_SITE}$",
    re.IGNORECASE,
)
_CHALLENGE: Final = re.compile(
    rf"^\W*{_BEFORE}(?:just a moment|attention required|access (?:to this page has been )?(?:denied|blocked|restricted)|(?:are|confirm) you(?: are)? (?:not )?(?:a )?(?:robot|human)|"
    r"(?:verify|verifying) (?:that )?you are (?:a )?human|robot or human|robot check|bot (?:check|verification|detection)|security (?:check|verification)|pardon our interruption|please (?:wait|verify|enable (?:javascript|cookies)).{0,60}|"
    r"(?:403\W*)?forbidden|403|unauthorized|401|you have been blocked|ddos protection.{0,40}|checking your browser.{0,40}|captcha|human verification|one more step|unusual traffic.{0,60}|"
    r"javascript (?:is )?(?:required|disabled)|browser (?:not supported|check)|(?:503|502|500|429)\b.{0,60}|(?:service|site|temporarily) (?:temporarily )?unavailable|bad gateway|internal server error|too many requests|"
    r"zugriff verweigert|zugang verweigert|accès (?:refusé|interdit)|acceso denegado|accesso negato|acesso negado|toegang geweigerd|доступ запрещ[её]н|not available in your (?:region|country))"
    rf"\W*{_SITE}$",
    re.IGNORECASE,
)
_LOGIN: Final = re.compile(
    rf"^\W*{_BEFORE}(?:(?:please )?(?:log|sign)[ -]?(?:in|on|up)(?: (?:to|with|or) .{{1,60}})?|register(?: (?:to|now) .{{1,40}})?|create (?:a |an |your )?(?:free )?account|welcome back|your account|my account|forgot(?:ten)? (?:your )?password|"
    r"reset (?:your )?password|(?:bitte )?(?:anmelden|einloggen|anmeldung|registrieren|mein konto)|(?:se )?connecter|connexion|mon compte|s[’']identifier|iniciar sesión|inicia sesión|mi cuenta|regístrate|accedi|login|"
    r"registrati|entrar|iniciar sessão|fazer login|cadastre-se|inloggen|aanmelden|logga in|logg inn|log ind|kirjaudu(?: sisään)?|zaloguj(?: się)?|logowanie|přihlášení|bejelentkezés|вход|войти|увійти|giriş(?: yap)?|登录|登入|ログイン|로그인)"
    rf"\W*{_SITE}$",
    re.IGNORECASE,
)
_CONSENT_HEAD: Final = re.compile(
    r"\bcookies?\b|\bconsent\b|\bprivacy\b|before you continue|we (?:value|care about|respect) your|your (?:data|privacy|choices)|datenschutz|privatsphäre|einwilligung|zustimm|confidentialité|vie privée|"
    r"consentement|privacidad|privacidade|consentimiento|consentimento|consenso|privacyinstellingen|toestemming|personuppgift|samtycke|samtykke|evästee|zgod[ay]|prywatnoś|souhlas|конфиденциальн|çerez",
    re.IGNORECASE,
)
_CONSENT: Final = re.compile(
    r"\bcookies?\b|\bconsent\b|\bpartners?\b.{0,60}\b(?:data|information|store|access)|personal(?:ised|ized)? (?:data|ads?|content|information)|\bpersonenbezogene|\beinwillig|\bzustimm|\bdatenschutz|\bzwecke\b|\btracking\b|"
    r"legitimate interest|berechtigte[ns]? interesse|données personnelles|consentement|partenaires|datos personales|consentimiento|socios|dati personali|consenso|dados pessoais|consentimento|persoonsgegevens|toestemming|"
    r"accept all|alle akzeptieren|tout accepter|aceptar todo|accetta tutto|aceitar todos|alles accepteren|manage (?:options|preferences|settings)|vendors?\b|tcf\b|iab\b|evästeitä|samtycke|samtykke|zgod[ayę]|cookie-",
    re.IGNORECASE,
)
# The wall speaks for itself: "we and our partners store", "wir verwenden Cookies".
_CONSENT_WE: Final = re.compile(
    r"\b(?:we|our|us|wir|unsere?n?|nous|nos|nosotros|nuestros|utilizamos|usamos|noi|nostri|utilizziamo|usiamo|nós|nossos|wij?|onze|vi|våra|vores|my|nasi|мы|наши)\b.{0,120}"
    r"\b(?:cookies?|partners?|partner[ni]?|partenaires|socios|parceiros|dati|daten|data|données|datos|dados|gegevens|tracking|uppgifter|dane)\b",
    re.IGNORECASE,
)
_GONE: Final = re.compile(
    r"(?:page|article|content|url|address) (?:that )?(?:you(?: are|[’']re| were)?|was) ?(?:looking for|requested|tried to|trying to)?.{0,60}(?:(?:could|can) ?not be found|cannot be found|not found|(?:does not|doesn[’']t|no longer) exists?|has (?:been )?(?:moved|removed|deleted)|"
    r"no longer available|unavailable)|(?:seite|artikel),? (?:die|den|der) .{0,40}(?:suchen|gesucht|aufgerufen).{0,60}(?:nicht|existiert)|(?:la )?page (?:que vous )?(?:cherchez|recherchez|demandez|demandée).{0,60}(?:n[’']existe|introuvable|pas)|"
    r"(?:la )?página (?:que )?(?:buscas?|busca|solicita\w*|intenta\w*).{0,60}(?:no |não )|(?:la )?pagina (?:che )?(?:cerc\w+|richiesta).{0,60}non|(?:a )?página (?:que )?(?:procura\w*|solicitada).{0,60}não|pagina (?:die )?(?:je|u) (?:zoekt|zocht).{0,60}niet",
    re.IGNORECASE,
)
# What a challenge says where it has no headline.
_WALL: Final = re.compile(
    r"you (?:will|should) be (?:connected|redirected|taken) to .{3,80} (?:in (?:just )?a (?:few )?(?:moment|second)s?|shortly|automatically)|"
    r"(?:checking|verifying) (?:if |that |whether )?(?:your browser|the site connection|you are (?:a )?human)|(?:enable|turn on|activate) (?:javascript|cookies)(?: and (?:cookies|javascript))? (?:to|and) (?:continue|proceed|reload)|"
    r"(?:needs|has) to review the security of your connection|performing (?:a )?security (?:check|verification)|(?:unusual|suspicious) (?:traffic|activity) from your (?:network|computer|device|ip)|"
    r"(?:ihr|dein) browser wird (?:geprüft|überprüft)|vérification de votre navigateur|comprobando (?:su|tu) navegador|verifica del (?:tuo )?browser",
    re.IGNORECASE,
)
_LISTING_HEAD: Final = re.compile(
    r"^\W*(?:tag|tags|topic|category|section|author|archives?|search(?: results)?(?: for)?|results for|posts (?:tagged|by|in)|articles (?:by|tagged)|all (?:stories|posts|articles) (?:by|in|from)|"
    r"schlagwort|thema|kategorie|rubrik|autor|archiv|suche(?:rgebnisse)?|mot-clé|catégorie|auteur|résultats? (?:de recherche|pour)|etiqueta|categoría|archivo|resultados(?: de (?:la )?búsqueda)?|categoria|risultati|trefwoord|categorie|zoekresultaten)"
    r"\s*[:：»›]\s*\S.{0,80}$|^\W*(?:search results|suchergebnisse|résultats de recherche|resultados de (?:la )?búsqueda|risultati della ricerca|zoekresultaten)\b.{0,60}$",
    re.IGNORECASE,
)
_LISTING_PATH: Final = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|sections?|authors?|writers?|archives?|search|suche|thema|themen|rubrik|kategorie|schlagwort|autor(?:en)?|recherche|mots?-cles?|auteurs?|etiquetas?|categorias?|temas?|autores|busca|buscar|ricerca|tema|"
    r"trefwoord|zoeken|label|labels|latest|newest|page)(?:/[^/]*){0,3}/?$|/page/\d+/?$",
    re.IGNORECASE,
)
# One to three names of a word or two, without the numbers and the long names that articles have.
_SECTION_PATH: Final = re.compile(r"^(?:/[^\W\d_]+(?:-[^\W\d_]+)?){1,3}/?$")
_HOME_PATH: Final = re.compile(
    r"^/?(?:(?:index|default|home|start|homepage)(?:\.\w{2,5})?|[a-z]{2}(?:[-_][a-z]{2})?)?/?$", re.IGNORECASE
)
# Body classes of content management systems: what a page is in their own words.
_LISTING_BODY: Final = re.compile(
    r"(?:^|\s)(?:archive|category|tag|author|search|blog|home|search-results|post-type-archive|page-taxonomy|path-frontpage|front|section-front|page-home|is-homepage|homepage)(?:\s|$)"
)
_ARTICLE_BODY: Final = re.compile(
    r"(?:^|\s)(?:single|single-post|singular|postid-\d+|node--?type-(?:article|news|story|blog\w*)|page-node-\d+|article|article-page)(?:\s|$)"
)
_LISTING_TYPES: Final = frozenset({"CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"})
_ERROR_BODY: Final = re.compile(r"(?:^|\s)(?:error-?404|error-?page|page-?404|not-?found|http-?404)(?:\s|$)")

_SHORT: Final = 900  # characters; an error page or a wall says little else
_VERY_SHORT: Final = 600
_CONSENT_TEXT: Final = 6000
_CONSENT_SHARE: Final = 0.6
_LONG_PARAGRAPH: Final = 240
_PIECE: Final = 60
_LONG_PIECE: Final = 700
_PIECES_IN_A_ROW: Final = 3
_MANY_TEASERS: Final = 8
_TEASER_WORDS: Final = 4
_SECTION_WORDS: Final = 4
_MAX_LINKS: Final = 2_000
_LINKED_SHARE: Final = 0.35
_MOSTLY_LINKED: Final = 0.6

_CLAIMS = finder("//*[contains(concat(' ', normalize-space(@itemprop), ' '), ' articleBody ')]")
# Blocks that hold no other block: paragraphs, however they are marked up.
_PIECES = finder(
    "//*[self::p or self::div or self::td or self::section][not(p or div or table or section or article or ul or ol or h1 or h2 or h3 or h4)]"
)
_PASSWORDS = finder("//input[@type='password']")
_LINKS = finder("//a[@href]")
_TITLES = finder(
    "//*[((self::h2 or self::h3 or self::h4) and .//a) or (self::a and (.//h2 or .//h3 or .//h4))]"
)
_AROUND: Final = frozenset({"nav", "footer", "header", "aside"})
_BODIES = finder("//body")
_MAINS = finder("//h1")


def check(page: Page, headline: str | None, paragraphs: Sequence[str]) -> None:
    """Raises `NormalizeError` NOT_AN_ARTICLE, its message naming the kind and the evidence, if the page is none."""
    length = sum(map(len, paragraphs))
    claimed = _claims(page)
    titles = [
        clean(one)
        for one in (headline or "", page.title, *(inner_text(one) for one in _MAINS(page.tree)[:2]))
        if one
    ]
    wall = _wall(titles, length, claimed=claimed)
    if wall is None and not claimed:
        wall = _unclaimed(page, titles, paragraphs, length)
    if wall is not None:
        kind, evidence = wall
        raise NormalizeError(Reason.NOT_AN_ARTICLE, f"{kind}: {'; '.join(evidence)}")


def check_text(headline: str, paragraphs: Sequence[str]) -> None:
    """The same for a plain text: an error that a server wrote out."""
    wall = _wall([headline], sum(map(len, paragraphs)), claimed=False)
    if wall is not None:
        raise NormalizeError(Reason.NOT_AN_ARTICLE, f"{wall[0]}: {'; '.join(wall[1])}")


def _claims(page: Page) -> bool:
    """Whether the page states that it is an article."""
    if page.article:
        return True
    if any(text.lower().startswith("article") for text, _ in page.meta("og:type")):
        return True
    return any(page.meta("article:published_time", "datepublished")) or bool(_CLAIMS(page.tree))


def _wall(titles: Sequence[str], length: int, *, claimed: bool) -> tuple[Kind, list[str]] | None:
    """By a headline that is, as a whole, an error page's or a wall's, and next to no text."""
    if length >= (_VERY_SHORT if claimed else _SHORT):
        return None
    for kind, pattern in ((Kind.ERROR, _ERROR), (Kind.CHALLENGE, _CHALLENGE), (Kind.LOGIN, _LOGIN)):
        said = [title for title in titles if len(title) < 160 and pattern.match(title)]
        # One of two titles is enough only where the other is the site's name.
        if said and all(pattern.match(title) or _is_name(title) for title in titles):
            return kind, [f'titled "{said[0][:80]}"', f"{length} characters of text"]
    return None


def _is_name(title: str) -> bool:
    return len(words(title)) <= 3


def _unclaimed(
    page: Page, titles: Sequence[str], paragraphs: Sequence[str], length: int
) -> tuple[Kind, list[str]] | None:
    """Two kinds of evidence, on a page that nowhere states to be an article."""
    body = next(iter(_BODIES(page.tree)), None)
    names = f" {marks(body)} " if body is not None else ""
    if length < _VERY_SHORT:
        gone = next((one for one in paragraphs[:4] if _GONE.search(one)), None)
        if _ERROR_BODY.search(names) or gone:
            return Kind.ERROR, [f'"{gone[:80]}"' if gone else "body class", f"{length} characters of text"]
        wall = next((one for one in paragraphs[:4] if _WALL.search(one)), None)
        if wall:
            return Kind.CHALLENGE, [f'"{wall[:80]}"', f"{length} characters of text"]
        if _PASSWORDS(page.tree):
            return Kind.LOGIN, ["a field for a password", f"{length} characters of text"]
    consent = _consent(titles, paragraphs, length)
    if consent:
        return Kind.CONSENT, consent
    return _front(page, titles, paragraphs, names)


def _consent(titles: Sequence[str], paragraphs: Sequence[str], length: int) -> list[str] | None:
    if not 0 < length < _CONSENT_TEXT:
        return None
    share = sum(len(one) for one in paragraphs if _CONSENT.search(one)) / length
    titled = any(_CONSENT_HEAD.search(title) for title in titles)
    if share >= _CONSENT_SHARE and titled and any(_CONSENT_WE.search(one) for one in paragraphs):
        return [f"{share:.0%} of the text is about consent", "so is a title", "the site speaks of itself"]
    return None


def _front(
    page: Page, titles: Sequence[str], paragraphs: Sequence[str], names: str
) -> tuple[Kind, list[str]] | None:
    if _ARTICLE_BODY.search(names):
        return None
    parts = _parts(page.document.url)
    found = {one for node in page.graph.nodes for one in types(node)}
    home = parts is not None and not parts.query and bool(_HOME_PATH.match(parts.path))
    said: list[str] = []
    if _LISTING_BODY.search(names):
        said.append("body class")
    if found & _LISTING_TYPES:
        said.append("json-ld:" + ", ".join(sorted(found & _LISTING_TYPES)))
    if any(_LISTING_HEAD.match(title) for title in titles):
        said.append("a title")
    if parts is not None and _LISTING_PATH.search(parts.path):
        said.append("the URL's path")
    if home:
        said.append("the URL is the site's root")
    if parts is not None and not home:
        said += _sections(parts, titles)
    if not said:
        return None
    shape = _shape(page, paragraphs)
    if shape is None:
        return None
    return (Kind.HOME if home else Kind.LISTING), [*said, shape]


def _sections(parts: SplitResult, titles: Sequence[str]) -> list[str]:
    """A title that is a name and no sentence, at an address of a few short names: a section's."""
    if not _SECTION_PATH.match(unquote(parts.path)):
        return []
    return [f'"{title}" at {parts.path}' for title in titles if len(words(title)) <= _SECTION_WORDS][:1]


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url) if url.startswith("http") else None
    except ValueError:
        return None


def _shape(page: Page, paragraphs: Sequence[str]) -> str | None:
    """The many linked headlines of a page that lists others and has hardly a long paragraph of its own; None for any other."""
    if _runs_on(page.tree):
        return None
    teasers = {text for _, text in _teasers(page.tree)} or set(_linked_lines(page.tree))
    long = sum(len(one) >= _LONG_PARAGRAPH for one in paragraphs)
    if len(teasers) >= _MANY_TEASERS and len(teasers) > _MANY_TEASERS * long:
        return f"{len(teasers)} linked headlines, {long} long paragraphs"
    if long > 1 or len(_LINKS(page.tree)) < 3 * _MANY_TEASERS:
        return None
    linked = sum(len(inner_text(one)) for one in _LINKS(page.tree))
    total = sum(len(clean(one)) for one in page.tree.itertext() if isinstance(one, str))
    if total and linked > (_MOSTLY_LINKED if long else _LINKED_SHARE) * total:
        return f"{linked / total:.0%} of the words are links, {long} long paragraphs"
    return None


def _runs_on(tree: Element) -> bool:
    """Whether somewhere three paragraphs follow one another, or one block is as long as three: a listing has one a story."""
    found: Counter[Element] = Counter()
    for one in _PIECES(tree):
        text = clean(inner_text(one))
        unlinked = len(text) - sum(len(inner_text(link)) for link in one.iter("a"))
        if unlinked >= _LONG_PIECE:
            return True
        parent = one.getparent()
        if unlinked >= _PIECE and parent is not None:
            found[parent] += 1
            if found[parent] >= _PIECES_IN_A_ROW:
                return True
    return False


def _teasers(tree: Element) -> Iterator[tuple[Element, str]]:
    for one in _TITLES(tree)[:400]:
        text = clean(inner_text(one))
        if len(words(text)) >= _TEASER_WORDS:
            yield one, text


def _linked_lines(tree: Element) -> Iterator[str]:
    """Links of a headline's length that have no text beside them, in the page's main part: headlines that are no headings."""
    for link in _LINKS(tree)[:_MAX_LINKS]:
        text, before, above = clean(inner_text(link)), link.getprevious(), link.getparent()
        beside = before.tail if before is not None else above.text if above is not None else None
        if len(words(text)) < _TEASER_WORDS or clean(beside) or clean(link.tail):
            continue
        if not any(one.tag in _AROUND for one in link.iterancestors()):
            yield text
