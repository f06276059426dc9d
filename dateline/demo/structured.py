"""schema.org NewsArticle as JSON-LD: flat, and as a graph of nodes that name each other."""

from typing import Any

from dateline.demo.world import Outlet, Story


def news_article(story: Story, outlet: Outlet) -> dict[str, Any]:
    """One self-contained NewsArticle node."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": story.url},
        "headline": story.headline,
        "alternativeHeadline": story.kicker,
        "description": story.standfirst,
        "articleSection": story.section,
        "keywords": list(story.keywords),
        "inLanguage": outlet.language,
        "datePublished": story.published.isoformat(),
        "dateModified": (story.modified or story.published).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors]
        or [{"@type": "Organization", "name": story.credit or outlet.name}],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name, "url": outlet.homepage},
        "isAccessibleForFree": True,
        "copyrightHolder": {"@type": "Organization", "name": story.credit or outlet.name},
    }


def graph(story: Story, outlet: Outlet) -> dict[str, Any]:
    """The same facts spread over a @graph: the article's authors, publisher and page are references to other nodes."""
    site = outlet.homepage
    people = {name: f"{site}/people/{name.lower().replace(' ', '-')}#person" for name in story.authors}
    article = {key: value for key, value in news_article(story, outlet).items() if key != "@context"}
    article |= {
        "@id": f"{story.url}#article",
        "isPartOf": {"@id": f"{story.url}#webpage"},
        "mainEntityOfPage": {"@id": f"{story.url}#webpage"},
        "publisher": {"@id": f"{site}/#organization"},
    }
    if people:
        article["author"] = [{"@id": identity} for identity in people.values()]
    return {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "@id": f"{site}/#website", "url": site, "name": outlet.name},
            {"@type": "NewsMediaOrganization", "@id": f"{site}/#organization", "name": outlet.name},
            {
                "@type": "WebPage",
                "@id": f"{story.url}#webpage",
                "url": story.url,
                "name": f"{story.headline} | {outlet.name}",
                "isPartOf": {"@id": f"{site}/#website"},
                "datePublished": story.published.isoformat(),
                "breadcrumb": {"@id": f"{story.url}#breadcrumb"},
            },
            {
                "@type": "BreadcrumbList",
                "@id": f"{story.url}#breadcrumb",
                "itemListElement": [
                    {"@type": "ListItem", "position": 1, "name": "Home", "item": site},
                    {"@type": "ListItem", "position": 2, "name": story.section},
                    {"@type": "ListItem", "position": 3, "name": story.headline},
                ],
            },
            article,
            *({"@type": "Person", "@id": identity, "name": name} for name, identity in people.items()),
        ],
    }
