"""From bytes to text: decompression within limits, and charset rescue."""

import codecs
import re
import zlib

from charset_normalizer import from_bytes

from consumers.normalize.document import MAX_BYTES_SWITCH, Document, NormalizeError
from schemas.reasons import Reason

_GZIP_MAGIC = b"\x1f\x8b\x08"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_IN_MARKUP = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE
)
_HEAD_BYTES = 8192
_SAMPLE_BYTES = 64 * 1024
# What labels mean on the web. Source: WHATWG Encoding Standard, section 4.2.
_WEB_LABELS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "big5": "big5hkscs",
    "unicode": "utf-16-le",
}
# Stray bytes of another charset in text that is UTF-8 otherwise: up to one in so many bytes is mended.
_BYTES_PER_STRAY = 200
_UNTRANSLATABLE_SHARE = 0.02


def _mend_stray(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as windows-1252, the usual stranger in a UTF-8 page."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


codecs.register_error("dateline-mend-stray", _mend_stray)


def _check_size(size: int, document: Document) -> None:
    if size > document.max_bytes:
        raise NormalizeError(
            Reason.TOO_LARGE,
            f"expected at most {document.max_bytes:,} bytes, got {size:,} or more: raise {MAX_BYTES_SWITCH} to read it",
        )


def inflate(document: Document) -> bytes:
    """The body without its gzip or deflate coding, never more than the limit."""
    body = document.body
    _check_size(len(body), document)
    coding = document.content_encoding.strip().lower()
    if body.startswith(_GZIP_MAGIC):
        window = zlib.MAX_WBITS | 16
    elif coding == "deflate":
        window = zlib.MAX_WBITS
    else:  # a header that says gzip over bytes that are not: they were decoded on the way
        return body
    inflater = zlib.decompressobj(window)
    try:
        text = inflater.decompress(body, document.max_bytes + 1)
    except zlib.error as error:
        raise NormalizeError(Reason.UNDECODABLE, f"expected {coding or 'gzip'} data: {error}") from error
    _check_size(len(text), document)
    if not inflater.eof:
        raise NormalizeError(
            Reason.UNDECODABLE, f"compressed data ends early: {len(text):,} bytes came out of {len(body):,}"
        )
    return text


def _codec(label: str) -> str | None:
    name = _WEB_LABELS.get(label.lower(), label)
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _declared(body: bytes, content_type: str) -> list[str]:
    labels = [match[1] for match in [_IN_HEADER.search(content_type)] if match]
    labels += [match.decode("ascii") for match in _IN_MARKUP.findall(body[:_HEAD_BYTES])]
    codecs_named = [_codec(label) for label in labels]
    return [name for name in codecs_named if name and name != "utf-16-le"]


def _strict(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _looks_like_text(text: str) -> bool:
    """Whether it is free of the control characters that binary data is full of."""
    sample = text[:_SAMPLE_BYTES]
    odd = sum(1 for char in sample if char == "\ufffd" or (char < " " and char not in "\t\n\r\f"))
    return odd <= _UNTRANSLATABLE_SHARE * max(len(sample), 1)


def decode(body: bytes, content_type: str) -> str:
    """The text. Trust goes to a byte order mark, valid UTF-8, the declared charset, mended UTF-8, then detection.

    Raises `NormalizeError` UNDECODABLE if none explains the bytes.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            text = _strict(body, codec)
            if text is not None and _looks_like_text(text):
                return text
    declared = _declared(body, content_type)
    multibyte = [
        name for name in declared if name.startswith("iso2022")
    ]  # pure ASCII bytes, yet not ASCII text
    for codec in (*multibyte, "utf-8", *declared):
        text = _strict(body, codec)
        if text is not None and _looks_like_text(text):
            return text
    mended = body.decode("utf-8", "dateline-mend-stray")
    strays = len(mended) - len(body.decode("utf-8", "ignore"))
    if strays * _BYTES_PER_STRAY <= len(body) and _looks_like_text(mended):
        return mended
    for codec in declared:
        text = body.decode(codec, "replace")
        if text.count("\ufffd") * _BYTES_PER_STRAY <= len(text) and _looks_like_text(text):
            return text
    guess = from_bytes(body[:_SAMPLE_BYTES]).best()
    if guess is not None:
        text = body.decode(guess.encoding, "replace")
        if text.count("\ufffd") * _BYTES_PER_STRAY <= len(text) and _looks_like_text(text):
            return text
    named = ", ".join(declared) or "none"
    raise NormalizeError(Reason.UNDECODABLE, f"no charset explains the bytes (declared: {named})")
