"""What an element's names say of it: data, and one function that reads them.

Class names and ids are cut into lower-case words ("storyShare__list" is "story share list"), and each verdict has words that
call for it. The first that matches wins, in the order of the table.
"""

import functools
import re

from consumers.normalize.dom import Element, inner_text

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Verdicts on what no article consists of.
NEVER_ARTICLE = frozenset({"consent", "comments"})
_SPLIT = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_VERDICTS: tuple[tuple[str, str], ...] = (
    (
        "caption",
        (
            "(?:fig ?)?captions?|caption ?text|(?:photo|picture|credit) ?(?:credits?|line)|image (?:credit|description|meta|info|title|caption)|media (?:credit|info|legend)|"
            "(?:image|img) ?(?:annotation|description|inline)|photo ?(?:text|description)|"
            "legend|bildunterschrift|cutline|\\w*bild ?(?:info|text|beschreibung|unterschrift)\\w*|wp caption(?: text)?"
        ),
    ),
    ("quote", "pull ?(?:ed )?quotes?|pullout|quote pull|pq|zitat ?box|quote box"),
    (
        "consent",
        "cookies?|cookie ?(?:bar|banner|notice|consent)|consent|gdpr|ccpa|one ?trust|ot sdk|didomi|usercentrics|cmp",
    ),
    (
        "comments",
        "comment(?!ary|ator|ed)\\w*(?! (?:count|free|is))|disqus|respond|replies|kommentar\\w*|discussion|commentaires|comentarios|forum",
    ),
    (
        "related",
        (
            "related(?: ?(?:links?|posts?|articles?|stories|content|news|topics))?|interesting articles|used ?products|recommend\\w*|recirc\\w*|read ?(?:more|next|also)|see also|also (?:read|see)|more (?:stories|articles|news|from|on|posts)|teasers?|outbrain|taboola|"
            "promos?|promoted|trending|(?:most )?popular|most ?read|most ?viewed|further ?reading|similar|next (?:article|story|post)|"
            "latest (?:news|posts|articles|stories)|up ?next|suggest\\w*|collections? card|link ?(?:box|list)|storylist|lesetipps?|lire aussi|leggi anche|lees ook|les også|mehr zum thema|czytaj też"
        ),
    ),
    (
        "aside",
        "call ?outs?|inline ?text ?box\\w*|fact ?box|info ?box|factbox\\w*|expandable box|ai ?(?:article )?summary|summary ?box|box ?out|side ?box|person details",
    ),
    (
        "chrome",
        (
            "shar(?:e|es|ing)|teilen|partager|compartir|condividi|delen|werbung|anzeigen?|publicite|pubblicita|reklame|advertentie|share ?(?:bar|buttons?|tools?|links?)|social|follow|sharedaddy|addtoany|newsletters?|subscri\\w+|sign ?(?:up|in)|register|"
            "breadcrumbs?|pagination|pager|toolbar|sidebars?|side ?bar|widgets?|privacy|modals?|light ?box|app hint|popups?|overlays?|"
            "log ?in|ads?|advert\\w*|sponsor\\w*|dfp|gpt|tags?|tag ?(?:list|cloud|links)|topics?|keywords?|o ?embeds?|embed (?:placeholder|consent)|opt ?in|whatsapp|twitter ?tweet|tweet|instagram ?media|tiktok ?embed|"
            "authors? ?(?:bio|box|info|card|description|details?|profile|block|text|note)|(?:\\w+ )?detail ?autor|about (?:the )?author|about tab|autoren? ?(?:box|info|details?|text|profil)|bio|sabox\\w*|"
            "sociable|news ?letter ?\\w*|cta|call to action|(?:editorial )?disclosure|affiliate ?\\w*|post ?meta ?data|entry ?crumbs|entry ?footer|trust ?badge|app ?(?:section|promo|banner)|action ?button|aktions ?button|"
            "paywall ?(?:box|banner|message|overlay|left|right|prompt|offer|form|cta)|reg ?wall|copyright|disclaimer|print ?(?:only|friendly)|tools?|menu|navbar|nav(?:igation)?|skip ?(?:link|to)?|"
            "footer|site ?(?:footer|header|info)|masthead|categor(?:y|ies) ?links?|post ?meta|entry ?meta|meta ?info|sr only|screen ?reader(?: text)?|visually ?hidden|"
            "hidden|d none|tooltip|notification|alerts?|search|jump ?links?|table of contents|toc|listen|audio ?player|player|gallery|carousel|slider|podcast|donat\\w+|support us"
        ),
    ),
)
_NAMED = re.compile("|".join(f"(?P<{verdict}>\\b(?:{words})\\b)" for verdict, words in _VERDICTS))
_POST = re.compile(r"\b(?:hentry|type-post|post-\d+|node--type-(?:article|news))\b")
# Parts of names that page builders and content systems give to anything: they say nothing of what is inside.
_BUILDER = re.compile(
    r"\b(?:elementor-[\w-]+|node-promoted|[\w-]*label-hidden|(?:[\w-]+-)?hidden-(?:xs|s|sm|md|lg|xl|print)\w*|so-widget[\w-]*|siteorigin-[\w-]+)"
)
_MAX_ID_WORDS = 5  # a longer id is a sentence made an anchor
_PICTURE = re.compile(r"\b(?:photos?|images?|pictures?|picture|img|figures?|media|bild|foto)\b")
_MAX_CAPTION = 500
_MAX_NAMES = 1_000  # characters of class and id


@functools.lru_cache(maxsize=50_000)
def _named(names: str) -> tuple[str | None, bool]:
    """What an element's class and id say of it, and whether they speak of a picture."""
    spaced = " ".join(part.lower() for part in _SPLIT.findall(_BUILDER.sub(" ", names)))
    found = _NAMED.search(spaced)
    return (found.lastgroup if found else None), bool(_PICTURE.search(spaced))


def verdict(element: Element, tag: str) -> str | None:
    """What a block-level element is by its tag, its attributes and its names; None if nothing speaks against it."""
    attributes = element.attrib
    if tag in {"figcaption", "caption"}:
        return "caption"
    if tag == "figure":
        return None if any(True for _ in element.iter("blockquote", "table", "pre", "code")) else "caption"
    if tag == "footer" or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return "chrome"
    if tag in {"html", "body", "main", "h1"}:
        return None
    names = attributes.get("class", "")
    extra = attributes.get("id")
    if extra and extra.count("-") + extra.count("_") < _MAX_ID_WORDS:
        names = f"{names} {extra}"
    style = attributes.get("style")
    if style and "display:none" in style.replace(" ", ""):
        return "chrome"
    said, picture = _named(names[:_MAX_NAMES]) if names and not _POST.search(names) else (None, False)
    if said == "chrome" and (tag in HEADINGS or tag == "article"):
        return None
    if picture and said is None and tag == "div" and element.find(".//img") is not None:
        text = inner_text(element)
        return "caption" if len(text) < _MAX_CAPTION else None
    return said or ("aside" if tag == "aside" else None)
