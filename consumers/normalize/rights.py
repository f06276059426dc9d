"""Terms of use as the page, its transport and the table of sources state them."""

import re
from collections.abc import Iterable
from typing import Final

from consumers.normalize.address import absolute
from consumers.normalize.document import Document
from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from schemas import envelope
from schemas.records import Rights

_FALSE = {"false", "no", "0"}
_TRUE = {"true", "yes", "1"}
# of the robots directives, those that reserve something; "none" is short for the first two
_NONE: Final = ("noindex", "nofollow")
_RESERVES: Final = re.compile(r"no[a-z]{2,}")
_FOR_AN_AGENT: Final = re.compile(r"(?!unavailable_after|max-)([\w.*-]+)\s*:\s*(.*)", re.DOTALL)
_EVERYONE: Final = ("*", "dateline")
_TDM: Final = "tdm"
_TDM_FILE: Final = "http:tdmrep.json"


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


def opt_outs(directives: Iterable[str]) -> set[str]:
    """What robots directives reserve: of "noai, max-snippet:-1" the first. "none" is "noindex, nofollow".

    Directives after a robot's name ("somebot: noindex, nofollow") are for that robot alone.
    """
    found: set[str] = set()
    for text in directives:
        for part in text.lower().split(","):
            word = part.strip()
            if named := _FOR_AN_AGENT.match(word):
                if named[1] not in _EVERYONE:
                    break
                word = named[2].strip()
            if word == "none":
                found.update(_NONE)
            elif _RESERVES.fullmatch(word):
                found.add(word)
    return found


def transported(
    document: Document,
    evidence: Evidence,
    *,
    notices: Iterable[Candidate[str]] = (),
    licenses: Iterable[Candidate[str]] = (),
) -> Rights:
    """What HTTP headers and the table of sources state, beside what a document that is no page says itself."""
    return _rights(
        document, evidence, notices=notices, licenses=licenses, free=(), robots=(), tdm=(), policies=()
    )


def read(page: Page, evidence: Evidence) -> Rights:
    """Copyright, licence, whether it is free to read, what robots may do, what is reserved."""
    article = page.article
    notices = [Candidate(text, "json-ld:copyrightNotice") for text in strings(article.get("copyrightNotice"))]
    notices += [
        Candidate(text, f"meta:{name}")
        for text, name in page.meta("copyright", "dcterms.rights", "dc.rights", "rights")
    ]
    licenses = [Candidate(text, "json-ld:license") for text in strings(article.get("license"))]
    licenses += [Candidate(link, "html:link license") for link in page.links("license")]
    return _rights(
        page.document,
        evidence,
        notices=notices,
        licenses=licenses,
        free=_free(page),
        robots=[Candidate(text, f"meta:{name}") for text, name in page.meta("robots")],
        tdm=[Candidate(text, f"meta:{name}") for text, name in page.meta("tdm-reservation")],
        policies=[
            Candidate(url, f"meta:{name}")
            for text, name in page.meta("tdm-policy")
            if (url := absolute(text, page.document.url))
        ],
    )


def _rights(
    document: Document,
    evidence: Evidence,
    *,
    notices: Iterable[Candidate[str]],
    licenses: Iterable[Candidate[str]],
    free: Iterable[Candidate[bool]],
    robots: Iterable[Candidate[str]],
    tdm: Iterable[Candidate[str]],
    policies: Iterable[Candidate[str]],
) -> Rights:
    """On mining, the page's own word goes before its server's, and that before its site's file (TDMRep, section 6.4).

    Of robots directives all hold.
    """
    directives = [*_header(document, envelope.ROBOTS_TAG, "X-Robots-Tag"), *robots]
    reserved = [
        stated
        for stated in (
            *tdm,
            *_header(document, envelope.TDM_RESERVATION, "tdm-reservation"),
            *_header(document, envelope.TDM_FILE, "", _TDM_FILE),
        )
        if stated.value.strip() in ("0", "1")  # anything else says nothing
    ]
    opted = {word: stated.source for stated in directives for word in opt_outs([stated.value])}
    if reserved and reserved[0].value.strip() == "1":
        opted[_TDM] = reserved[0].source
    stated_out = [Candidate(tuple(sorted(opted)), ", ".join(sorted(set(opted.values()))))] if opted else []
    return Rights(
        copyright_notice=evidence.first("rights.copyright_notice", notices),
        license=evidence.first(
            "rights.license", [*licenses, *_header(document, envelope.LICENSE_LINK, "link license")]
        ),
        is_accessible_for_free=evidence.first("rights.is_accessible_for_free", free),
        robots=evidence.first("rights.robots", directives),
        opt_outs=evidence.first("rights.opt_outs", stated_out) or (),
        tdm_policy=evidence.first(
            "rights.tdm_policy",
            [
                *policies,
                *_header(document, envelope.TDM_POLICY, "tdm-policy"),
                *_header(document, envelope.TDM_FILE_POLICY, "", _TDM_FILE),
            ],
        ),
        usage_terms=evidence.first(
            "rights.usage_terms", _header(document, envelope.SOURCE_RIGHTS, "", "table of sources")
        ),
    )


def _header(document: Document, name: str, as_received: str, source: str = "") -> list[Candidate[str]]:
    value = document.terms.get(name)
    return [Candidate(value, source or f"http:{as_received}")] if value else []
