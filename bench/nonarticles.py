"""Pages that are no articles, as sites of many makes serve them: invented, for measuring how many are recognised.

    python -m bench.nonarticles --corpora ../shared/corpora

Counts rejects among invented error pages, walls, front pages and listings in several languages and templates, among listings
made of real pages' headlines, and, with `--corpora`, articles that are refused though they are some.
"""

import gzip
import html as markup
import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.progress import Progress

from consumers.normalize import Document, NormalizeError, normalize
from dateline.demo import stories
from schemas.reasons import Reason

FETCHED: Final = "2026-03-05T12:00:00+00:00"
SITE: Final = "https://www.weirgazette.example"

_NAV: Final = "".join(
    f'<li><a href="/{one}">{one.title()}</a></li>'
    for one in ("news", "sport", "business", "opinion", "culture", "weather")
)
_FOOT: Final = '<footer><a href="/about">About us</a> <a href="/privacy">Privacy</a> <a href="/terms">Terms of use</a><p>© 2026 The Weir Gazette. All rights reserved.</p></footer>'

_ERRORS: Final = (
    ("en", "Page not found", "The page you are looking for could not be found. It may have been moved or deleted. Try searching, or go back to the front page."),
    ("en", "404", "Sorry, the page you requested does not exist."),
    ("en", "404 - Not Found", "We can’t find the page you’re looking for. Here are some of our most popular stories instead."),
    ("en", "Oops! That page can’t be found.", "It looks like nothing was found at this location. Maybe try one of the links below or a search?"),
    ("en", "This article is no longer available", "Articles are removed from our site after thirty days."),
    ("de", "Seite nicht gefunden", "Die von Ihnen gesuchte Seite existiert nicht oder wurde verschoben. Bitte nutzen Sie die Suche."),
    ("de", "Fehler 404", "Die Seite, die Sie suchen, konnte leider nicht gefunden werden."),
    ("fr", "Page introuvable", "La page que vous cherchez n’existe pas ou a été déplacée. Revenez à la page d’accueil."),
    ("es", "Página no encontrada", "La página que buscas no existe o ha cambiado de dirección."),
    ("it", "Pagina non trovata", "La pagina che cerchi non esiste o è stata spostata."),
    ("pt", "Página não encontrada", "A página que procura não existe ou foi removida."),
    ("nl", "Pagina niet gevonden", "De pagina die u zoekt bestaat niet of is verplaatst."),
    ("ru", "Страница не найдена", "Возможно, она была удалена или перемещена."),
    ("pl", "Nie znaleziono strony", "Strona, której szukasz, nie istnieje."),
)  # fmt: skip
_CHALLENGES: Final = (
    ("en", "Just a moment...", "Checking your browser before accessing weirgazette.example. This process is automatic. Please enable JavaScript and cookies to continue."),
    ("en", "Access Denied", "You don't have permission to access this page on this server. Reference #18.2d351ab8."),
    ("en", "Are you a robot?", "To continue, please click the box below to let us know you're not a robot. Why did this happen? Please make sure your browser supports JavaScript and cookies."),
    ("en", "Attention Required!", "Sorry, you have been blocked. You are unable to access weirgazette.example. This website is using a security service to protect itself from online attacks."),
    ("en", "403 Forbidden", "nginx"),
    ("en", "503 Service Temporarily Unavailable", "The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later."),
    ("en", "Pardon Our Interruption", "As you were browsing something about your browser made us think you were a bot. There are a few reasons this might happen: you have disabled cookies."),
    ("de", "Zugriff verweigert", "Ihre Anfrage wurde aus Sicherheitsgründen blockiert."),
    ("es", "Acceso denegado", "No tiene permiso para acceder a esta página."),
)  # fmt: skip
_LOGINS: Final = (
    ("en", "Log in", "Log in to your account to continue reading. Don’t have an account yet? Register now, it takes a minute."),
    ("en", "Sign in to The Weir Gazette", "Enter your email address and your password. Forgot your password?"),
    ("en", "Create a free account", "Register to read three articles a month and get our newsletter."),
    ("de", "Anmelden", "Bitte melden Sie sich an, um den Artikel zu lesen. Noch kein Konto? Jetzt registrieren."),
    ("fr", "Connexion", "Connectez-vous pour poursuivre votre lecture. Pas encore de compte ? Créez-en un."),
    ("es", "Iniciar sesión", "Introduce tu correo y tu contraseña para continuar."),
    ("it", "Accedi", "Inserisci email e password per continuare a leggere."),
)  # fmt: skip
_CONSENTS: Final = (
    ("en", "We value your privacy", "We and our 842 partners store and/or access information on a device, such as cookies, and process personal data for personalised ads and content, ad and content measurement, and audience insights.", "With your consent we and our partners may use precise geolocation data. You can change your choices at any time by returning to this site and clicking the privacy button.", "Accept all", "Manage options"),
    ("en", "Cookie consent", "Our site uses cookies to deliver content and to measure how it is used. Our partners use cookies for advertising.", "By clicking “I agree” you consent to the use of cookies by us and by third parties.", "I agree", "Settings"),
    ("de", "Datenschutz-Einstellungen", "Wir und unsere Partner verwenden Cookies und andere Technologien, um Informationen auf Ihrem Gerät zu speichern und personenbezogene Daten zu verarbeiten.", "Mit Klick auf „Alle akzeptieren“ willigen Sie in die Verarbeitung Ihrer Daten zu den genannten Zwecken ein. Ihre Einwilligung können Sie jederzeit widerrufen.", "Alle akzeptieren", "Einstellungen"),
    ("fr", "Votre vie privée nous importe", "Nous et nos 500 partenaires stockons des cookies et traitons des données personnelles pour mesurer l’audience et personnaliser la publicité.", "Vous pouvez retirer votre consentement à tout moment.", "Tout accepter", "Paramétrer"),
    ("es", "Tu privacidad es importante", "Nosotros y nuestros socios utilizamos cookies y tratamos datos personales para mostrar publicidad.", "Puedes retirar tu consentimiento en cualquier momento.", "Aceptar todo", "Configurar"),
    ("it", "La tua privacy", "Noi e i nostri partner utilizziamo cookie e trattiamo dati personali per misurare gli annunci.", "Puoi revocare il consenso in qualsiasi momento: i cookie restano attivi finché non cambi idea.", "Accetta tutto", "Opzioni"),
    ("nl", "Uw privacy", "Wij en onze partners gebruiken cookies en verwerken persoonsgegevens voor advertenties.", "U kunt uw toestemming op elk moment intrekken.", "Alles accepteren", "Instellingen"),
)  # fmt: skip
_SECTIONS: Final = (
    ("/tag/rivers", "Tag: rivers", "archive tag tag-rivers", "website", None),
    ("/category/news/", "Category: News", "archive category category-news", "website", "CollectionPage"),
    ("/news", "News", "section-front", "website", None),
    ("/sport/", "Sport", "", "website", "CollectionPage"),
    ("/topics/mills", "Mills", "", "website", None),
    ("/author/ana-brandao/", "Author: Ana Brandão", "archive author", "profile", "ProfilePage"),
    ("/search/?q=weir", "Search results for “weir”", "search search-results", "website", "SearchResultsPage"),
    ("/thema/wasser", "Thema: Wasser", "", "website", None),
    ("/news/page/2/", "News – Page 2", "", "website", None),
    ("/", "The Weir Gazette", "home blog", "website", None),
    ("/", "Weir Gazette: news from the valley", "", "website", None),
    ("/en/", "The Weir Gazette | English edition", "", "website", "ItemList"),
    ("/index.html", "The Weir Gazette", "", "", None),
)  # fmt: skip


class Invented(msgspec.Struct, frozen=True):
    """A page that is no article, and the beginning of the message with which it must be refused."""

    body: str
    url: str
    kind: str


def _page(
    title: str, main: str, *, body: str = "", head: str = "", language: str = "en", chrome: bool = True
) -> str:
    around = f"<header><ul>{_NAV}</ul></header>" if chrome else ""
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title} | The Weir Gazette</title>{head}</head>'
        f'<body class="{body}">{around}{main}{_FOOT if chrome else ""}</body></html>'
    )


def _teasers(draw: random.Random, count: int, shape: int) -> str:
    told = [story for story in stories(0) if story.headline]
    pieces = []
    for n in range(count):
        story = draw.choice(told)
        link = f'<a href="{story.path}-{n}">{markup.escape(story.headline)}</a>'
        summary = markup.escape(story.standfirst or "")
        pieces.append(
            (
                f"<article><h2>{link}</h2><p>{summary}</p><time>2 March 2026</time></article>",
                f'<div class="card"><img src="x.jpg"><h3>{link}</h3><span>{summary}</span></div>',
                f"<li>{link}</li>",
                f'<div class="teaser"><a href="{story.path}-{n}"><h3>{markup.escape(story.headline)}</h3><p>{summary}</p></a></div>',
            )[shape]
        )
    return "".join(pieces)


def pages(seed: int = 0) -> Iterator[Invented]:
    """Every kind in every language and template."""
    draw = random.Random(seed)
    for kind, listed in (
        ("error page", _ERRORS),
        ("challenge to robots", _CHALLENGES),
        ("login page", _LOGINS),
    ):
        for (language, title, text), shape in itertools.product(listed, range(4)):
            form = (
                '<form><input type="email"><input type="password"><button>OK</button></form>'
                if kind == "login page"
                else ""
            )
            popular = (
                f"<section><h2>Most popular</h2><ul>{_teasers(draw, 6, 2)}</ul></section>"
                if shape == 2
                else ""
            )
            main = f"<main><h1>{title}</h1><p>{text}</p>{form}{popular}</main>"
            head = (
                '<meta property="og:type" content="article">'
                if shape == 3
                else '<meta property="og:type" content="website">'
            )
            yield Invented(
                _page(
                    title,
                    main,
                    language=language,
                    head=head,
                    chrome=shape != 1,
                    body="error404" if shape == 0 and kind == "error page" else "",
                ),
                f"{SITE}/news/2026/03/old-story-{shape}",
                kind,
            )
    for (language, title, *texts, accept, more), shape in itertools.product(_CONSENTS, range(2)):
        paragraphs = "".join(f"<p>{text}</p>" for text in texts)
        main = f'<div class="consent" role="dialog"><h1>{title}</h1>{paragraphs}<button>{accept}</button> <button>{more}</button></div>'
        yield Invented(
            _page(title, main, language=language, chrome=bool(shape)),
            f"{SITE}/news/2026/03/story",
            "consent wall",
        )
    for (path, title, body, og, schema), shape in itertools.product(_SECTIONS, range(4)):
        head = f'<meta property="og:type" content="{og}">' if og else ""
        if schema:
            head += f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@type": schema, "name": title})}</script>'
        listing = _teasers(draw, draw.randint(14, 40), shape)
        main = f"<main><h1>{title}</h1>{f'<ul>{listing}</ul>' if shape == 2 else listing}<a href='/page/3'>Next</a></main>"
        home = path in {"/", "/en/", "/index.html"}
        yield Invented(
            _page(title, main, body=body, head=head),
            f"{SITE}{path}",
            "front page" if home else "section, tag or search page",
        )


def verdict(body: bytes, url: str) -> str:
    """ "article", or the reason of the reject, with the kind where it is no article."""
    try:
        normalize(
            Document(body=body, content_type="text/html; charset=utf-8", url=url, source="s", fetched=FETCHED)
        )
    except NormalizeError as error:
        return error.message.split(":")[0] if error.reason == Reason.NOT_AN_ARTICLE else str(error.reason)
    return "article"


def _real(corpora: Path) -> Iterator[tuple[str, str, bytes]]:
    seen: set[str] = set()
    for name in ("articles", "body-snippets", "dates"):
        for line in (corpora / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            if row["page"] not in seen:
                seen.add(row["page"])
                yield (
                    row["page"],
                    row["url"],
                    gzip.decompress((corpora / "pages" / f"{row['page']}.html.gz").read_bytes()),
                )


@click.command(help=__doc__)
@click.option(
    "--corpora",
    type=click.Path(path_type=Path, exists=True),
    help="folder of real articles, none of which may be refused",
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of lines")
def main(corpora: Path | None, seed: int, as_json: bool) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for one in pages(seed):
        found[one.kind, verdict(one.body.encode(), one.url)] += 1
    right = sum(
        count
        for (kind, said), count in found.items()
        if said not in {"article", "no_body", "no_headline"} and kind
    )
    result: dict[str, Any] = {
        "invented": sum(found.values()),
        "refused_as_no_article": right,
        "taken_for_articles": sum(count for (_, said), count in found.items() if said == "article"),
        "by_kind": {f"{kind} → {said}": count for (kind, said), count in sorted(found.items())},
    }
    if corpora is not None:
        refused = []
        count = 0
        with Progress(console=Console(stderr=True)) as progress:
            for page, url, body in progress.track(list(_real(corpora))):
                count += 1
                said = verdict(body, url)
                if said not in {"article", *Reason}:
                    refused.append((page, url, said))
        result |= {"real_articles": count, "real_articles_refused": refused}
    if as_json:
        click.echo(json.dumps(result))
    else:
        for name, value in result.items():
            click.echo(
                f"{name}: {json.dumps(value, indent=1, ensure_ascii=False) if isinstance(value, dict | list) else value}"
            )


if __name__ == "__main__":
    main()
