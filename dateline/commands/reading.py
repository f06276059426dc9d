"""`dateline search` and `dateline show`: the archive on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import click
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from dateline import elastic
from dateline.app import App, command, pass_app, print_json
from dateline.archive import MARKS, Archive, Filters, Hit
from dateline.browse import Browser, Found
from dateline.collapse import Collapse
from dateline.errors import UsageError
from dateline.likeness import Likeness
from schemas.records import Article, EnrichedArticle, to_builtins

_STYLES = {"=": "", "-": "red strike", "+": "green"}
_MARKS = {
    "=": ("", ""),
    "-": ("[-", "-]"),
    "+": ("{+", "+}"),
}  # where there are no colours, as wdiff marks words


@command("search", example='dateline search "ceasefire deal" --source harbourpost --since 2026-03-01')
@click.argument("query", nargs=-1)
@click.option("--source", "sources", multiple=True, help="Only this source. Repeatable.")
@click.option("--language", "languages", multiple=True, help="Only this language (en, de). Repeatable.")
@click.option(
    "--name", "names", multiple=True, help="Only with this person, organization or place. Repeatable."
)
@click.option(
    "--speaker", "speakers", multiple=True, help="Only with a quotation of this speaker. Repeatable."
)
@click.option("--since", help="Published on or after (2026-03-01, now-7d).")
@click.option("--until", help="Published on or before.")
@click.option(
    "--status", type=click.Choice(["PUBLISHED", "UPDATED", "REMOVED"]), help="Only articles in this state."
)
@click.option("--no-copies", is_flag=True, help="Leave out articles that are copies of another.")
@click.option(
    "--collapse",
    type=click.Choice(["story", "copies", "none"]),
    default="story",
    show_default=True,
    help="What is shown once: a story, a text with all its copies, or each article.",
)
@click.option("--all", "every", is_flag=True, help="Each article, the same as --collapse none.")
@click.option("--exact", is_flag=True, help="Only what has all of it, however little that is.")
@click.option("--hybrid", is_flag=True, help="Also what means the same in other words (English above all).")
@click.option("--size", type=click.IntRange(1, 100), default=10, show_default=True, help="Results a page.")
@click.option("--page", type=click.IntRange(1, 100), default=1, show_default=True, help="Which page.")
@click.option("--json", "as_json", is_flag=True, help="Print the page as JSON.")
@click.pass_context
@pass_app
def search(
    app: App,
    ctx: click.Context,
    query: tuple[str, ...],
    sources: tuple[str, ...],
    languages: tuple[str, ...],
    names: tuple[str, ...],
    speakers: tuple[str, ...],
    since: str | None,
    until: str | None,
    status: str | None,
    no_copies: bool,
    collapse: Collapse,
    every: bool,
    exact: bool,
    hybrid: bool,
    size: int,
    page: int,
    as_json: bool,
) -> None:
    """Search the latest version of every article: words (all must be there), "phrases", AND, OR, NOT, -not, (groups),
    prefix* and fields: speaker:"Ada Brandt", person:, source:, published:2026-03, changed:correction, copyof:URL. docs/search.md
    lists them all. Each story is shown once, with how many versions, copies and further articles there are. Where less than ten have all
    of it, those with some of the words, or words like them, follow.

    Exit codes: 0 something found, 1 nothing found, 2 a query that cannot be read, 3 no answer from Elasticsearch.
    """
    filters = Filters(
        sources=sources,
        languages=languages,
        names=names,
        speakers=speakers,
        since=since,
        until=until,
        status=status,
        copies=not no_copies,
    )
    with closing(elastic.client(app.settings)) as client:
        namespace = app.settings.namespace
        typed, once = " ".join(query), "none" if every else collapse
        if hybrid:
            fused = Likeness(client, namespace, app.embed).hybrid(
                typed, filters, size=size, page=page, collapse=once
            )
            found = Found(
                total=fused.total, articles=fused.total, collapse=once, hits=fused.hits, whole=fused.total
            )
        else:
            found = Browser(client, namespace).page(
                typed, size=size, page=page, collapse=once, exact=exact, filters=filters
            )
    if as_json:
        shown = [_marked_json(hit) for hit in found.hits]
        counts = {"total": found.total, "articles": found.articles, "whole": found.whole}
        print_json({**counts, "page": page, "size": size, "hits": shown})
    else:
        console = Console(highlight=False)
        for number, hit in enumerate(found.hits, start=(page - 1) * size + 1):
            print_hit(console, number, hit)
        click.echo(_summary_of(found, page, size), err=True)
    if not found.total:
        ctx.exit(1)


def _summary_of(found: Found, page: int, size: int) -> str:
    told = f"{found.total} found"
    if found.articles > found.total:
        told += f", {found.articles} articles (--all shows each)"
    if found.loosely:
        told += f"; {found.whole or 'none'} with all of it (--exact shows no others)"
    return told + (f"; page {page}" if found.total > size else "")


def print_hit(console: Console, number: int, hit: Hit) -> None:
    """One result: headline, where and when, the passages that match."""
    console.print(
        f"[bold]{number}. [/]", marked((hit.highlights.get("headline") or (hit.headline,))[0], "bold")
    )
    when = f"published {hit.published or '?'}" + (
        f", updated {hit.modified}" if hit.modified and hit.modified != hit.published else ""
    )
    copy = "  (a copy)" if hit.copy_of else ""
    some = "" if hit.whole else "  (some of it)"
    console.print(f"   [dim]{escape(hit.source)} · {when} · {hit.status}{copy}{some} · {hit.id[:12]}[/]")
    if told := _also(hit):
        console.print(f"   [magenta]{told}[/]")
    for passage in hit.highlights.get("paragraphs", ()):
        console.print("  ", marked("… " + passage + " …"))


def _also(hit: Hit) -> str:
    """ "2 versions · 3 copies · 1 more article of this story · 2 other outlets"; nothing for an article that stands for itself."""
    if hit.also is None:
        return ""
    more = hit.also.articles - hit.also.copies
    counted = (
        (hit.also.versions if hit.also.versions > 1 else 0, "versions", "version"),
        (hit.also.copies, "copies", "copy"),
        (more, "more articles of this story", "more article of this story"),
        (hit.also.outlets, "other outlets", "other outlet"),
    )
    return " · ".join(f"{n} {one if n == 1 else many}" for n, many, one in counted if n > 0)


def marked(passage: str, style: str = "") -> Text:
    """The passage with its matches set off."""
    text = Text(style=style)
    for index, piece in enumerate(passage.replace(MARKS[1], MARKS[0]).split(MARKS[0])):
        text.append(piece, style="black on yellow" if index % 2 else "")
    return text


def _marked_json(hit: Hit) -> dict[str, object]:
    plain = {
        field: [passage.replace(MARKS[0], "<em>").replace(MARKS[1], "</em>") for passage in passages]
        for field, passages in hit.highlights.items()
    }
    return {
        "id": hit.id,
        "url": hit.url,
        "source": hit.source,
        "headline": hit.headline,
        "published": hit.published,
        "modified": hit.modified,
        "status": hit.status,
        "score": hit.score,
        "copy_of": hit.copy_of,
        "story_id": hit.story_id,
        "whole": hit.whole,
        "also": hit.also,
        "highlights": plain,
    }


@command("show", example="dateline show https://www.harbourpost.example/2026/tram-vote --diff")
@click.argument("what", metavar="ID|URL")
@click.option(
    "--diff", is_flag=True, help="Show what changed between two versions (the last two by default)."
)
@click.option(
    "--between", nargs=2, type=int, metavar="A B", help="With --diff: the numbers of the two versions."
)
@click.option(
    "--version", "number", type=int, help="Show this version (1 is the oldest) instead of the latest."
)
@click.option("--json", "as_json", is_flag=True, help="Print the article and its history as JSON.")
@click.pass_context
@pass_app
def show(
    app: App,
    ctx: click.Context,
    what: str,
    diff: bool,
    between: tuple[int, int] | None,
    number: int | None,
    as_json: bool,
) -> None:
    """Show an article with its history: by its id (or the beginning of one) or its URL.

    Exit codes: 0 found, 1 not found, 2 no such version, 3 no answer from Elasticsearch.
    """
    with closing(elastic.client(app.settings)) as client:
        archive = Archive(client, app.settings.namespace)
        latest = archive.article(what)
        if latest is None:
            click.echo(
                f"no article {what}; `dateline trace {what}` tells what became of the document", err=True
            )
            ctx.exit(1)
        history = archive.versions(latest.id)
        copies = archive.copies(latest.id)
    shown = _pick(history, number) if number is not None else latest
    if as_json:
        versions = [_summary(place, version) for place, version in enumerate(history, start=1)]
        print_json(
            {"article": to_builtins(shown), "history": versions, "copies": [_marked_json(c) for c in copies]}
        )
        return
    console = Console(highlight=False)
    if diff or between:
        if between:
            old, new = _pick(history, between[0]), _pick(history, between[1])
        elif len(history) > 1:
            old, new = history[-2], history[-1]
        else:
            raise UsageError(f"{latest.headline!r} has one version: nothing to compare")
        print_diff(console, app, old, new)
    else:
        print_article(console, shown)
    print_history(console, history, copies)


def _pick(history: Sequence[EnrichedArticle], number: int) -> EnrichedArticle:
    if not 1 <= number <= len(history):
        raise UsageError(f"versions run from 1 to {len(history)}, got {number}")
    return history[number - 1]


def _summary(place: int, version: EnrichedArticle) -> dict[str, object]:
    return {
        "number": place,
        "version_id": version.version_id,
        "status": version.status,
        "published": version.published,
        "modified": version.modified,
        "fetched": version.fetched,
        "removed": version.removed,
        "headline": version.headline,
        "changes": version.changes,
    }


def print_article(console: Console, article: EnrichedArticle) -> None:
    """The article as a reader would have it."""
    if article.kicker:
        console.print(Text(article.kicker, style="red"))
    console.print(Text(article.headline, style="bold"))
    if article.standfirst:
        console.print(Text(article.standfirst, style="italic"))
    if article.authors:
        console.print(Text("By " + ", ".join(article.authors)))
    dates = [f"published {article.published}" if article.published else "no date of publication"]
    if article.modified:
        dates.append(f"updated {article.modified}")
    if article.removed:
        dates.append(
            f"gone since {article.removed} ({article.provenance.get('removed', 'removed')}), this was its last text"
        )
    console.print(Text(f"{article.source} · {' · '.join(dates)} · {article.url}", style="dim"))
    for paragraph in article.paragraphs:
        console.print()
        console.print(Text(paragraph))
    if article.correction:
        console.print(Text(f"\n{article.correction}", style="yellow"))
    for quote in article.pull_quotes:
        console.print(Text(f"\n    “{quote.text}” — {quote.attribution or '?'}", style="dim"))
    if article.related:
        console.print(
            Text("\nRelated: " + " · ".join(link.headline for link in article.related), style="dim")
        )
    names: dict[str, list[str]] = {}
    for entity in article.entities:
        names.setdefault(entity.type, []).append(entity.name)
    console.print()
    for kind, members in names.items():
        console.print(Text(f"{kind}: {', '.join(members)}", style="cyan"))
    for said in article.quotes:
        console.print(Text(f"“{said.text}” — {said.speaker or '?'}", style="cyan"))
    if article.keywords:
        console.print(Text("keywords: " + ", ".join(article.keywords), style="cyan"))


def print_history(console: Console, history: Sequence[EnrichedArticle], copies: Sequence[Hit]) -> None:
    """One line a version with what changed, and the copies."""
    console.print()
    for place, version in enumerate(history, start=1):
        when = version.removed or version.modified or version.published or version.fetched
        classes = ", ".join(dict.fromkeys(change.kind for change in version.changes))
        console.print(
            Text(
                f"{place}. {when}  {version.status}  {version.headline}",
                style="bold" if place == len(history) else "",
            )
        )
        if classes:
            console.print(Text(f"   {classes}", style="magenta"))
    if history and history[-1].copy_of:
        edge = history[-1].copy_of
        console.print(
            Text(
                f"copy of {edge.url} ({edge.source}), {edge.containment_here:.0%} of its words",
                style="magenta",
            )
        )
    for copy in copies:
        console.print(
            Text(
                f"copied by {copy.source}: {copy.headline} ({copy.published or 'no date'}) {copy.url}",
                style="magenta",
            )
        )


def print_diff(console: Console, app: App, old: Article, new: Article) -> None:
    """Word by word: what went in red, what came in green (in a pipe, [-so-] and {+so+}); unchanged paragraphs are counted."""
    same = 0
    for block in app.diff(old, new):
        if block.kind == "same":
            same += 1
            continue
        if same:
            console.print(Text(f"  … {same} unchanged", style="dim"))
            same = 0
        line = Text(f"{block.where}: ", style="dim")
        for op, text in block.pieces:
            before, after = ("", "") if console.is_terminal else _MARKS[op]
            line.append(f"{before}{text}{after}", style=_STYLES[op] or "default")
        console.print(line)
    if same:
        console.print(Text(f"  … {same} unchanged", style="dim"))
