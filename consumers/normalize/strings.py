"""Cleaning of text: Unicode form, white space, invisible characters. Nothing readable is changed."""

import html
import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACE = re.compile(r"\s+")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_WORD = re.compile(r"\w+")

QUOTES = "\"“”„‟«»‹›「」『』'‘’‚"
FINAL = ".!?…。！？।؟۔:;"


def clean(text: str | None) -> str:
    """NFC, runs of white space as one space, no control or zero-width space characters, stripped."""
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    elif not text.isprintable():
        text = _INVISIBLE.sub("", text.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    return _SPACE.sub(" ", text).strip()


def plain(text: str | None) -> str:
    """`clean`, with entities (even doubly escaped ones) resolved and stray tags taken off: for values in metadata."""
    if not text:
        return ""
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    return clean(text)


def words(text: str) -> list[str]:
    """Case-folded words, punctuation aside."""
    return _WORD.findall(text.casefold())


def squash(text: str) -> str:
    """A key under which texts are the same when they differ in case, spacing and punctuation only."""
    return "".join(words(text))


def ends_sentence(text: str) -> bool:
    """Whether it ends as prose does: with final punctuation, quotation marks and brackets aside."""
    bare = text.rstrip().rstrip(QUOTES + ")]）").rstrip()
    return bool(bare) and bare[-1] in FINAL


def quoted(text: str) -> bool:
    """Whether it begins or ends with a quotation mark."""
    return bool(text) and (text[0] in QUOTES or text[-1] in QUOTES)
