"""From a document to an article, whatever its media type."""

from pathlib import PurePath

import msgspec

from consumers.normalize import html, length, text
from consumers.normalize.decode import decoded, inflate
from consumers.normalize.document import Document, NormalizeError
from consumers.normalize.evidence import Candidate, Evidence
from schemas.reasons import Reason
from schemas.records import Article

_HTML = frozenset({"text/html", "application/xhtml+xml", "application/xml+html"})
_TEXT = frozenset({"text/plain", "text/markdown", "text/x-markdown", "message/rfc822"})
_SUFFIXES = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".txt": "text/plain", ".text": "text/plain",
    ".md": "text/markdown", ".eml": "message/rfc822", ".pdf": "application/pdf", ".json": "application/json", ".xml": "application/xml",
}  # fmt: skip
_HTML_SIGNS = ("<!doctype html", "<html", "<head", "<body")
_SNIFFED = 1024


def content_type_of(name: str) -> str:
    """The media type that a file's name suggests, ".gz" aside; application/octet-stream for a suffix it does not know."""
    path = PurePath(name.lower())
    if path.suffix == ".gz":
        path = path.with_suffix("")
    return _SUFFIXES.get(path.suffix, "application/octet-stream")


def _media_type(document: Document, text: str) -> str:
    """The declared type; a page is recognised where the transport said "text/plain" or nothing at all."""
    stated = document.content_type.split(";")[0].strip().lower()
    if stated in {"", "application/octet-stream", "text/plain", "application/xml", "text/xml"}:
        start = text[:_SNIFFED].lstrip("\ufeff \t\r\n").lower()
        if start.startswith(_HTML_SIGNS) or (start.startswith("<?xml") and "<html" in start):
            return "text/html"
    return stated


def _measured(article: Article, evidence: Evidence) -> Article:
    """With the length of its text, and all that was doubted; its provenance does not grow with the evidence's."""
    words, minutes = length.measured(article.paragraphs)
    doubts = (*article.doubts, *evidence.doubts)
    return msgspec.structs.replace(
        article,
        word_count=words,
        reading_minutes=minutes,
        doubts=doubts,
        provenance=dict(evidence.provenance),
    )


def explain(document: Document) -> tuple[Article, Evidence]:
    """The article with all that the document said of it, field by field. Raises as `normalize` does."""
    stated = document.content_type.split(";")[0].strip().lower()
    readable = _HTML | _TEXT | {"", "application/octet-stream", "application/xml", "text/xml"}
    if stated not in readable:
        raise NormalizeError(Reason.UNSUPPORTED_TYPE, f"expected text/html or text/plain, got {stated}")
    body = inflate(document)
    if not body.strip():
        raise NormalizeError(Reason.EMPTY, "no bytes in the document")
    read = decoded(body, document.content_type)
    media = _media_type(document, read.text)
    evidence = Evidence()
    why = read.source + (f", {read.mended}" if read.mended else "")
    coded = evidence.note("charset", [Candidate(read.charset, why)])
    reader = html.read if media in _HTML else text.read if media in _TEXT else None
    if reader is not None:
        article = _measured(reader(document, read.text, evidence), evidence)
        evidence.choose("charset", coded[0])
        return article, evidence
    raise NormalizeError(
        Reason.UNSUPPORTED_TYPE, f"expected text/html or text/plain, got {stated or 'no content type'}"
    )


def normalize(document: Document) -> Article:
    """The article that one document states: the same bytes and facts give the same article, on any machine.

    Raises `NormalizeError` with a reason of the closed list, and ValueError for a timezone that is none.
    """
    return explain(document)[0]
