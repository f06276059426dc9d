"""Addresses that say of themselves that they are the mobile, AMP or print form of another."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from schemas.ids import article_id

_HOST: Final = re.compile(r"^(?:www\d?|m|mobile|amp|touch|print|wap)\.")
_FORM: Final = re.compile(
    r"/(?:amp|mobile|print(?:able|er-friendly|version)?|m)(?=/|$)|[./_-](?:amp|print(?:able|version)?|mobile)(?=$|\.\w{2,5}$)",
    re.IGNORECASE,
)
_PARAMETERS: Final = frozenset(
    [
        "amp",
        "print",
        "printable",
        "printview",
        "printmode",
        "mobile",
        "view",
        "format",
        "output",
        "outputtype",
        "display",
        "mode",
        "version",
        "layout",
    ]
)
_FORMS: Final = frozenset(
    ["amp", "print", "printable", "mobile", "printerfriendly", "printer-friendly", "1", "true", "yes"]
)


def main_address(url: str) -> str:
    """An address without scheme, "www." and what marks it as the mobile, AMP or print form of another."""
    parts = urlsplit(url)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not (name.lower() in _PARAMETERS and value.lower() in _FORMS | {""})
    ]
    path = _FORM.sub("", parts.path).rstrip("/")
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{_HOST.sub('', parts.netloc.lower())}{path}{query}"


def is_form(url: str) -> bool:
    """Whether the address says that it is the mobile, AMP or print form of another."""
    parts = urlsplit(url)
    plain = f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}" + (
        f"?{parts.query}" if parts.query else ""
    )
    return main_address(url) != plain


def plain_ids(source: str, url: str) -> Iterator[str]:
    """The ids that the address may have of which this one is a form."""
    if is_form(url):
        main = main_address(url)
        for scheme in ("https", "http"):
            for host in ("", "www."):
                for end in ("", "/"):
                    yield article_id(source, f"{scheme}://{host}{main}{end}")
