"""Documents and messages of the tests' own making."""

from typing import Any

from consumers.normalize import Document
from dateline.stage import Item, Message
from schemas import envelope
from schemas.topics import RAW

FETCHED = "2026-03-05T12:00:00+00:00"

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Bridge reopens after repairs | The Weir Gazette</title>
<meta property="og:site_name" content="The Weir Gazette">
<meta property="og:title" content="Bridge reopens after repairs">{head}
</head><body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<main><article><h1>Bridge reopens after repairs</h1>{body}</article></main>
<footer>© The Weir Gazette</footer></body></html>"""

PARAGRAPHS = (
    "The old bridge over the Weir was opened to traffic again on Monday after eleven months of repairs.",
    (
        "Engineers had replaced forty of its sixty timbers, some of which were older than the county, and drivers "
        "said that the queue through the village had been the worst part of the year."
    ),
    "“We counted every bolt twice,” said the chief engineer, Paula Ostrander. “Then we counted them again.”",
    "The works cost two million crowns, a third less than planned. A second bridge is to follow next summer.",
)


def page(head: str = "", body: str | None = None) -> bytes:
    """An invented page with a running text long enough to be one."""
    text = "".join(f"<p>{one}</p>" for one in PARAGRAPHS) if body is None else body
    return PAGE.format(head=head, body=text).encode()


def document(body: bytes | str, content_type: str = "text/html", **fields: Any) -> Document:
    """A document of the invented source."""
    raw = body.encode() if isinstance(body, str) else body
    return Document(
        **{
            "body": raw,
            "content_type": content_type,
            "url": "https://weirgazette.example/news/bridge",
            "source": "weirgazette",
            "fetched": FETCHED,
            **fields,
        }
    )


def item(body: bytes | None, content_type: str = "text/html", **headers: str | None) -> Item:
    """A raw message as the runner hands it to the stage; a header given as None is left out."""
    stated = {
        **envelope.raw_headers(
            event_id="e1",
            source="weirgazette",
            url="https://weirgazette.example/news/bridge",
            content_type=content_type,
            fetched=FETCHED,
        ),
        **headers,
    }
    kept = {name: value for name, value in stated.items() if value is not None}
    message = Message(
        topic=RAW.name,
        partition=0,
        offset=7,
        key=b"k",
        value=body,
        headers=kept,
        timestamp_ms=1_770_000_000_000,
    )
    return Item(message, "e1", None)
