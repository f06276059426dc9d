"""The world as documents: article pages in each outlet's layout, front pages, feeds, sitemaps. No server needed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import jinja2

from dateline.demo import storyfile
from dateline.demo.clutter import clutter
from dateline.demo.plain import plain_text
from dateline.demo.scenes import scenes, stories
from dateline.demo.structured import graph, news_article
from dateline.demo.world import HERE, Outlet, Story, by_id, outlets

TRACKING: Final = "?utm_source=rss&utm_medium=feed&utm_campaign=all"
_MONTHS_DE: Final = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
_DAYS_DE: Final = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]


def raw_documents(scene: int = 0) -> list[tuple[Outlet, str, str, bytes]]:
    """Every article document of that scene as (outlet, canonical URL, content type, bytes): pure, the same each time."""
    return [
        (by_id(story.outlet), story.url, by_id(story.outlet).content_type, article(story, scene))
        for story in stories(scene)
    ]


def article(story: Story, scene: int, *, base: str = "", tick: int = 0) -> bytes:
    """The document of one story. `base` prefixes links to the outlet's site ("/harbourpost"; "": its own host).

    `tick` moves what surrounds the article (advertisements, "5 minutes ago"), never the article.
    """
    outlet = by_id(story.outlet)
    if outlet.layout == "text":
        return plain_text(story, outlet).encode(outlet.charset)
    others = tuple(one for one in stories(scene) if one.outlet == outlet.id and one.id != story.id)
    around = clutter(outlet, story, others, scenes()[scene].at, tick + story.touches)
    return page(story, {one.id: one for one in stories(scene)}, base=base, around=around)


def page(story: Story, known: Mapping[str, Story], *, base: str, around: Any) -> bytes:
    """One HTML page; `known` resolves the stories that it links to."""
    outlet = by_id(story.outlet)
    text = (
        _templates()
        .get_template(f"{outlet.layout}.html")
        .render(
            outlet=outlet,
            story=story,
            base=base or outlet.homepage,
            known=known,
            around=around,
            words=around.words,
            ld=news_article(story, outlet),
            ld_graph=graph(story, outlet),
        )
    )
    return text.encode(outlet.charset, "xmlcharrefreplace")


def front_page(outlet: Outlet, scene: int, *, base: str) -> bytes:
    """The outlet's home page: its headlines, and a link to its feed."""
    text = _templates().get_template("home.html").render(outlet=outlet, base=base, stories=_of(outlet, scene))
    return text.encode("utf-8")


def feed(outlet: Outlet, scene: int, *, base: str) -> bytes:
    """The outlet's feed, newest first. Links carry tracking parameters, as feeds do; ids are canonical URLs."""
    mine = _of(outlet, scene)
    text = (
        _templates()
        .get_template(f"{outlet.feed_format}.xml")
        .render(
            outlet=outlet,
            base=base,
            stories=mine,
            tracking=TRACKING,
            updated=max((story.modified or story.published for story in mine), default=scenes()[0].at),
        )
    )
    return text.encode("utf-8")


def sitemap(outlet: Outlet, scene: int, *, base: str) -> bytes:
    """The outlet's sitemap with Google's news extension."""
    text = (
        _templates().get_template("sitemap.xml").render(outlet=outlet, base=base, stories=_of(outlet, scene))
    )
    return text.encode("utf-8")


def robots(base: str) -> bytes:
    """robots.txt of the whole server: all may be read except a corner that no page links to."""
    lines = ["User-agent: *", "Disallow: /*/private/", "Crawl-delay: 0", ""]
    lines += [f"Sitemap: {base}/{outlet.id}/sitemap.xml" for outlet in outlets()]
    return ("\n".join(lines) + "\n").encode()


def _of(outlet: Outlet, scene: int) -> tuple[Story, ...]:
    return tuple(story for story in stories(scene) if story.outlet == outlet.id)


@cache
def _templates() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
    )
    env.filters |= {
        "runs": storyfile.split,
        "plain": storyfile.plain,
        "rfc822": lambda moment: format_datetime(moment.astimezone(UTC), usegmt=True),
        "utc": lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "here": _here,
        "german": _german,
    }
    return env


def _here(moment: datetime, outlet: Outlet, form: str) -> str:
    """The moment in the outlet's own zone; "%l" stands for the hour on a 12-hour clock without a leading zero."""
    local = moment.astimezone(ZoneInfo(outlet.timezone))
    hour = str(local.hour % 12 or 12)
    half = "am" if local.hour < 12 else "pm"
    return local.strftime(form.replace("%l", hour).replace("%P", half).replace("%e", str(local.day)))


def _german(moment: datetime, outlet: Outlet) -> str:
    local = moment.astimezone(ZoneInfo(outlet.timezone))
    day = f"{_DAYS_DE[local.weekday()]}, {local.day}. {_MONTHS_DE[local.month - 1]} {local.year}"
    return f"{day}, {local:%H:%M} Uhr"
