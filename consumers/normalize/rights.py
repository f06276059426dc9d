"""Terms of use as the page states them."""

from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from schemas.records import Rights

_FALSE = {"false", "no", "0"}
_TRUE = {"true", "yes", "1"}


def _free(page: Page) -> list[Candidate[bool]]:
    stated = [
        (str(page.article[key]), f"json-ld:{key}") for key in ("isAccessibleForFree",) if key in page.article
    ]
    stated += [(text, f"meta:{name}") for text, name in page.meta("isaccessibleforfree")]
    found: list[Candidate[bool]] = []
    for text, source in stated:
        word = text.rsplit("/", 1)[-1].strip().lower()
        if word in _FALSE | _TRUE:
            found.append(Candidate(word in _TRUE, source))
    tiers = [
        Candidate(text.lower() == "free", f"meta:{name}") for text, name in page.meta("article:content_tier")
    ]
    return found + tiers


def read(page: Page, evidence: Evidence) -> Rights:
    """Copyright, license, whether it is free to read, and what robots may do."""
    article = page.article
    notices = [Candidate(text, "json-ld:copyrightNotice") for text in strings(article.get("copyrightNotice"))]
    notices += [
        Candidate(text, f"meta:{name}")
        for text, name in page.meta("copyright", "dcterms.rights", "dc.rights", "rights")
    ]
    licenses = [Candidate(text, "json-ld:license") for text in strings(article.get("license"))]
    licenses += [Candidate(link, "html:link license") for link in page.links("license")]
    robots = [Candidate(text, f"meta:{name}") for text, name in page.meta("robots")]
    if page.document.robots:
        robots.insert(0, Candidate(page.document.robots, "http:X-Robots-Tag"))
    return Rights(
        copyright_notice=evidence.first("rights.copyright_notice", notices),
        license=evidence.first("rights.license", licenses),
        is_accessible_for_free=evidence.first("rights.is_accessible_for_free", _free(page)),
        robots=evidence.first("rights.robots", robots),
    )
