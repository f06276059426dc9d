"""Broken documents in any number, each from a number: the same number and seeds give the same bytes on any machine.

A mutation is one line of damage that real documents show, or that somebody means: bytes lost, doubled and flipped, charsets
mixed, elements swapped, unclosed and nested beyond measure, entities and attributes in thousands, broken metadata.
"""

import gzip
import random
import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

MAX_BYTES: Final = 1_000_000
"""What growth by mutation ends at: a page larger than that only repeats itself."""

_TAG = re.compile(rb"<[^<>]{0,400}>")
_TAGS: Final = (
    b"<div>", b"</div>", b"<p>", b"</p>", b"<article>", b"</article>", b"<table><tr><td>", b"<a href='", b"<li>", b"<b><i>", b"</body>",
    b"<script>", b"</script>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<br>", b"<svg><title>", b"<math>", b"<template>", b"<select><option>",
    b"<plaintext>", b"<textarea>", b"<noscript>", b"<h1>", b"</h1>", b"<time datetime='", b"<meta property='og:title' content='", b"<base href='",
    b"<frameset>", b"<iframe>", b"<form>", b"<style>", b"<title>", b"<blockquote>", b"<figure><figcaption>", b"<q>", b"<p hidden>", b"<ruby><rt>",
)  # fmt: skip
_WORDS: Final = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\x80", b"\x1b$B", b"&#0;", b"&#xD800;",
    b"&#99999999999;", b"&#x202e;", b"&amp;amp;amp;lt;", b"&nbsp;" * 50, "\u2028".encode(), "\u200f".encode(), "\ufeff".encode(), "e\u0301".encode(),
    b"\r", b"\x0b", b"\x1c", b"\x85", b"'\"", b"\\u0000", b"\\ud800", b"{{", b"]}", b"-" * 300, b" \n" * 300, b"\t" * 2000, b"a" * 5000,
    b"9999-99-99T99:99:99+99:99", b"PUBLISHED : ", b"2026-03-02T09:30:00+23:59", b"From: a@b.example\nDate: ", b"---\n", b"+++\n",
    b"> " * 200, b"# ", b"**", b"](http://[", b"By ", b"HAMBURG, July 7 (Wire) \xe2\x80\x94 ", "「」".encode() * 100,
    "\u0644\u064a\u0633 ".encode(), "\u4eca\u5929".encode() * 80, "\U0001f600".encode(), "\u0336".encode() * 400, b"1" * 4400,
)  # fmt: skip
_BOMB: Final = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
_CHARSETS: Final = ("cp1252", "cp1251", "utf-16", "utf-16-be", "utf-32", "shift_jis", "gb18030", "euc-kr", "koi8-r", "iso2022_jp", "utf-7", "cp437")  # fmt: skip
_TYPES: Final = (
    "text/html", "text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/html; charset=utf-16", "text/html;charset=utf-7",
    "application/xhtml+xml", "text/plain", "text/plain; charset=shift_jis", "text/markdown", "message/rfc822", "text/xml", "", "text/html; charset=",
    "application/octet-stream", "text/html; charset=hex", "text/html; charset=idna", "text/html; charset=\udcff",
)  # fmt: skip
_JSON: Final = (
    b"[" * 100_000, b'{"a":' * 20_000, b'{"@type":"NewsArticle","headline":' + b"[" * 500, b'{"@graph":[' + b'{"@type":"NewsArticle"},' * 3000,
    b'"' * 5001, b"\\" * 5001, b'{"@id":"#a","author":{"@id":"#a"}}', b'{"@type":"NewsArticle","datePublished":' + b"9" * 5000 + b"}",
    b'{"@type":["NewsArticle",{}],"headline":{},"author":[[[["x"]]]],"url":7}', b",\n" * 20_000, b'{"headline":"x" "' * 3000,
)  # fmt: skip


class Seed(msgspec.Struct, frozen=True):
    """A document to start from."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    url: str = "https://weirgazette.example/news/2026/03/bridge"


class Mutant(msgspec.Struct, frozen=True):
    """A broken document, and the names of what was done to it."""

    body: bytes
    content_type: str
    url: str
    headers: dict[str, str]
    done: tuple[str, ...]


Mutation = Callable[[random.Random, bytes, bytes], bytes]


def _cut(draw: random.Random, body: bytes) -> tuple[int, int]:
    start = draw.randrange(len(body) + 1)
    return start, min(len(body), start + int(draw.expovariate(1 / 300)))


def _tag(draw: random.Random, body: bytes) -> tuple[int, int]:
    """The first tag after a place drawn, or a piece of text where there is none."""
    start = draw.randrange(len(body) + 1)
    found = _TAG.search(body, start)
    return found.span() if found else _cut(draw, body)


def flip(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """A few bytes become others."""
    changed = bytearray(body)
    for _ in range(draw.randint(1, 30)):
        if changed:
            changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def lose(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """A piece is missing."""
    start, end = _cut(draw, body)
    return body[:start] + body[end:]


def truncate(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """It ends early."""
    return body[: draw.randrange(len(body) + 1)]


def repeat(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """A piece comes many times."""
    start, end = _cut(draw, body)
    times = min(draw.choice((2, 10, 100, 1000, 20_000)), MAX_BYTES // max(1, end - start))
    return body[:start] + body[start:end] * times + body[end:]


def insert(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """Something odd stands in several places."""
    word = draw.choice(_WORDS)
    for _ in range(draw.randint(1, 8)):
        at = draw.randrange(len(body) + 1)
        body = body[:at] + word + body[at:]
    return body


def tangle(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """Tags are put in, taken out or moved."""
    for _ in range(draw.randint(1, 12)):
        start, end = _tag(draw, body)
        at = draw.randrange(len(body) + 1)
        kind = draw.randrange(3)
        if kind == 0:
            body = body[:start] + body[end:]
        elif kind == 1:
            body = body[:at] + body[start:end] + body[at:]
        else:
            body = body[:at] + draw.choice(_TAGS) + body[at:]
    return body


def nest(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """Elements, or quotation marks of mail, stand inside each other by hundreds or thousands."""
    at = draw.randrange(len(body) + 1)
    tag = draw.choice(
        (b"<div>", b"<b>", b"<table><tr><td>", b"<ul><li>", b"<blockquote>", b"<a href=x>", b"<svg>", b"> ")
    )
    return body[:at] + tag * draw.choice((50, 200, 255, 1000, 20_000)) + body[at:]


def crowd(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """Elements, attributes, entities or empty lines by thousands."""
    at = draw.randrange(len(body) + 1)
    piece = draw.choice(
        (b"<p>x</p>", b"<br>", b"<i>x</i>", b"&eacute;", b"<meta name=a content=b>", b"<a href=/x>Read more</a> ", b"\n\n", b"x ", b"<li>x",
         b"<p>By Ann Bee</p>", b"<time>March 2, 2026</time>", b"<h1>A bridge</h1>", b"\n> x", b"* x\n", b"(((", b"\xe2\x80\x9cx\xe2\x80\x9d ")
    )  # fmt: skip
    count = draw.choice((30, 300, 3000, 30_000))
    if draw.random() < 0.2:
        piece, count = b"<p " + b" ".join(b"a%d=b" % n for n in range(count)) + b">", 1
    return body[:at] + piece * min(count, MAX_BYTES // len(piece)) + body[at:]


def splice(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """The beginning of one document and the end of another, or one in the midst of another."""
    if draw.random() < 0.5:
        return body[: draw.randrange(len(body) + 1)] + other[draw.randrange(len(other) + 1) :]
    at = draw.randrange(len(body) + 1)
    start, end = _cut(draw, other)
    return body[:at] + other[start : max(end, start + 2000)] + body[at:]


def recode(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """The text in another charset, the whole of it or from some place on, or decoded wrong and encoded again."""
    text = body.decode("utf-8", "replace")
    if draw.random() < 0.3:
        return text.encode().decode("cp1252", "replace").encode()
    codec = draw.choice(_CHARSETS)
    at = draw.choice((0, draw.randrange(len(text) + 1)))
    return text[:at].encode() + text[at:].encode(codec, "replace")


def bomb(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """Entities that stand for entities, before the document or in place of its first words."""
    return draw.choice((b"", b"<?xml version='1.0'?>")) + _BOMB + b"]>" + body.replace(b"</p>", b"&j;</p>", 3)


def metadata(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """JSON-LD that is broken, endless or refers to itself, beside what there is or inside of it."""
    script = draw.choice(_JSON)
    if draw.random() < 0.5:
        return body.replace(
            b"</head>", b'<script type="application/ld+json">' + script + b"</script></head>", 1
        )
    at = body.find(b"ld+json")
    at = draw.randrange(at, min(len(body), at + 3000) + 1) if at >= 0 else draw.randrange(len(body) + 1)
    return body[:at] + script + body[at:]


def pack(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """Packed, whole or broken."""
    packed = gzip.compress(body, 1, mtime=0)
    return draw.choice(
        (packed, packed[: draw.randrange(len(packed))], flip(draw, packed, other), packed + packed)
    )


MUTATIONS: Final[Sequence[Mutation]] = (
    flip, flip, lose, lose, truncate, repeat, insert, insert, tangle, tangle, tangle, nest, crowd, splice, splice, recode, bomb, metadata, pack,
)  # fmt: skip


def mutant(seeds: Sequence[Seed], number: str) -> Mutant:
    """The broken document of that number: one to five mutations of one of the seeds."""
    draw = random.Random(number)
    seed, other = draw.choice(seeds), draw.choice(seeds)
    body = seed.body
    done = []
    for _ in range(1 + min(4, int(draw.expovariate(0.8)))):
        mutation = draw.choice(MUTATIONS)
        body = mutation(draw, body, other.body)
        done.append(mutation.__name__)
        if len(body) > MAX_BYTES:
            break
    headers = {}
    if draw.random() < 0.1:
        headers["content-encoding"] = draw.choice(("gzip", "deflate", "br", "x"))
    if draw.random() < 0.1:
        headers["dl_feed_hints"] = draw.choice(
            ('{"title": "x", "published": "nonsense"}', '{"categories": [1, null]}', "[" * 5000, "{")
        )
    if draw.random() < 0.1:
        headers["dl_canonical"] = draw.choice(
            ("http://[", "https://other.example/x", "\udcff", "//", "x" * 5000)
        )
    kind = seed.content_type if draw.random() < 0.8 else draw.choice(_TYPES)
    url = (
        seed.url
        if draw.random() < 0.9
        else draw.choice(("http://[::1", "x", "file:a.txt", "https://a.example/" + "a/" * 2000))
    )
    return Mutant(body, kind, url, headers, tuple(done))
