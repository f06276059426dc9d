"""From bytes to text: decompression within limits, and charset rescue."""

import codecs
import re
import zlib
from collections.abc import Iterator
from itertools import islice

import ftfy
import msgspec
from charset_normalizer import from_bytes

from consumers.normalize.charset import readings
from consumers.normalize.document import MAX_BYTES_SWITCH, Document, NormalizeError
from schemas.reasons import Reason

_GZIP_MAGIC = b"\x1f\x8b\x08"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as the next one does
    (codecs.BOM_UTF32_BE, "utf-32"),
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
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
}
# The charsets a document may name, by Python's names. Source: the same, section 4; "utf-7", "idna" and what else Python has
# under such a name are not among them, and "utf-16" without its mark is a mistake.
_CHARSETS = frozenset({
    "utf-8", "cp866", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10", "iso8859-13",
    "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp874", "cp1250", "cp1251", "cp1252", "cp1253",
    "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "iso2022_kr", "cp932", "cp949",
})  # fmt: skip
_ESCAPED = (
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$B", "iso2022_jp"),
    (b"\x1b$@", "iso2022_jp"),
)
# Stray bytes of another charset in text that is UTF-8 otherwise: up to one in so many bytes is mended.
_BYTES_PER_STRAY = 200
_LINES_PER_UTF8 = (
    4  # of the lines beyond ASCII, at least one in so many must be UTF-8 for the document to be so, too
)
_UNTRANSLATABLE_SHARE = 0.02
_ODD = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffd]")

# Text that was UTF-8, read as windows-1252 (or 1251), and written as UTF-8 once more.
_AFTER_1252 = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_AFTER_1251 = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџЎўЈ¤Ґ¦§Ё©Є«¬®Ї°±Ііґµ¶·ё№є»јЅѕї"
_MOJIBAKE = re.compile(f"[Â-ô][{_AFTER_1252}]|[В-ф][{_AFTER_1251}]")
_WRONG = (
    "sloppy-windows-1252",
    "latin-1",
    "sloppy-windows-1251",
    "sloppy-windows-1250",
)  # ftfy's: every byte has a character
# What such text begins its characters with, in UTF-8: none of it costs a page no more than a look.
_TRACES = (
    re.compile(rb"\xc3[\x82\x83\x8e-\x91\x97-\x99\xa0\xa2-\xa9][\xc2\xc5\xc6\xcb\xe2]"),
    re.compile(rb"\xd0[\x93\xa0\xa1\xb2](?:[\xc2\xe2]|\xd0\x82|\xd1\x91)"),
)
_LEAST_MOJIBAKE = 3
_MENDED_LINES = 5000
_MENDED_LENGTH = 20_000


class Decoded(msgspec.Struct, frozen=True):
    """A text, the charset that its bytes were read as (Python's name), and by whose word: mark, declared, valid, detected.

    `mended` says what was put right beyond that.
    """

    text: str
    charset: str
    source: str
    mended: str | None = None


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
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found in _CHARSETS else None


def _declared(body: bytes, content_type: str) -> list[str]:
    labels = [match[1] for match in [_IN_HEADER.search(content_type)] if match]
    labels += [match.decode("ascii", "replace") for match in _IN_MARKUP.findall(body[:_HEAD_BYTES])]
    named = [_codec(label) for label in labels]
    return list(dict.fromkeys(name for name in named if name))


def _strict(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _looks_like_text(text: str) -> bool:
    """Whether it is free of the control characters that binary data is full of."""
    sample = text[:_SAMPLE_BYTES]
    odd = 0 if sample.isprintable() else len(_ODD.findall(sample))
    return odd <= _UNTRANSLATABLE_SHARE * max(len(sample), 1)


def _wide(body: bytes) -> str | None:
    """UTF-16 that lost its mark, by where its zero bytes stand."""
    sample = body[:2000]
    half = len(sample) // 2
    if half < 8:
        return None
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if high > 0.4 * half and low < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if low > 0.4 * half and high < 0.05 * half else None


def _attempts(body: bytes, declared: list[str]) -> Iterator[Decoded]:
    """Readings in the order of trust, each of which explains (nearly) every byte."""
    for mark, codec in _BOMS:
        if body.startswith(mark) and (text := _strict(body, codec)) is not None:
            yield Decoded(text, codec, "byte order mark")
    wide = _wide(body)
    if wide and (text := _strict(body[: len(body) // 2 * 2], wide)) is not None:
        yield Decoded(text, wide, "zero bytes")
    if b"\x1b$" in body:  # ASCII bytes, yet not ASCII text
        for escape, codec in _ESCAPED:
            if escape in body and (text := _strict(body, codec)) is not None:
                yield Decoded(text, codec, "escape sequences")
    text = _strict(body, "utf-8")
    if text is not None:
        yield Decoded(text, "utf-8", "valid")
    mended = body.decode("utf-8", "dateline-mend-stray")
    strays = len(mended) - len(body.decode("utf-8", "ignore"))
    if strays * _BYTES_PER_STRAY <= len(body):
        yield Decoded(mended, "utf-8", "nearly valid", f"{strays} bytes read as windows-1252")
    mixed = _by_line(body, declared)
    if mixed is not None:
        yield mixed
    for reading in readings(body, declared):
        text = body.decode(reading.charset, "replace")
        lost = text.count("\ufffd")
        if lost * _BYTES_PER_STRAY <= len(text):
            word = "declared" if reading.charset in declared else "detected"
            yield Decoded(text, reading.charset, word, f"{lost} bytes lost" if lost else None)
    guess = from_bytes(body[:_SAMPLE_BYTES]).best()
    for codec in (*declared, *([guess.encoding] if guess else [])):
        text = body.decode(codec, "replace")
        if text.count("\ufffd") * _BYTES_PER_STRAY <= len(text):
            yield Decoded(text, codec, "declared" if codec in declared else "detected")


def _by_line(body: bytes, declared: list[str]) -> Decoded | None:
    """A document put together from two charsets: lines that are UTF-8 as such, the others in the charset that fits them."""
    lines = body.split(b"\n")
    beyond = [line for line in lines if not line.isascii()]
    other = {line for line in beyond if _strict(line, "utf-8") is None}
    if not other or (len(beyond) - len(other)) * _LINES_PER_UTF8 < len(beyond):
        return None
    reading = next(readings(b"\n".join(other), declared), None)
    if reading is None:
        return None
    text = "\n".join(line.decode(reading.charset if line in other else "utf-8", "replace") for line in lines)
    return Decoded(text, "utf-8", "nearly valid", f"{len(other)} lines read as {reading.charset}")


def _unmangled(one: Decoded, body: bytes) -> Decoded:
    """The text with lines that were decoded wrong before they were encoded put right, where it is certain.

    A line is certain when it gives UTF-8 once it is encoded in the wrong charset again; lines of which a part does are ftfy's.
    """
    if not any(trace.search(body) for trace in _TRACES):
        return one
    if sum(1 for _ in islice(_MOJIBAKE.finditer(one.text), _LEAST_MOJIBAKE)) < _LEAST_MOJIBAKE:
        return one
    lines = one.text.split("\n")
    mended = 0
    for at, line in enumerate(lines):
        if mended < _MENDED_LINES and len(line) <= _MENDED_LENGTH and _MOJIBAKE.search(line):
            better = _right(line)
            mended += better != line
            lines[at] = better
    if not mended:
        return one
    return msgspec.structs.replace(one, text="\n".join(lines), mended=f"mojibake in {mended} lines")


def _right(line: str) -> str:
    for codec in _WRONG:
        try:
            return line.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return ftfy.fix_encoding(line)


def decoded(body: bytes, content_type: str) -> Decoded:
    """The text, and why it was read so. Trust goes to a byte order mark, valid UTF-8, the declared charset if what comes out
    can be writing, mended UTF-8, then detection.

    Raises `NormalizeError` UNDECODABLE if none explains the bytes.
    """
    declared = _declared(body, content_type)
    for one in _attempts(body, declared):
        if _looks_like_text(one.text):
            return _unmangled(one, body) if one.charset.startswith("utf") else one
    named = ", ".join(declared) or "none"
    raise NormalizeError(Reason.UNDECODABLE, f"no charset explains the bytes (declared: {named})")


def decode(body: bytes, content_type: str) -> str:
    """The text alone. Raises as `decoded` does."""
    return decoded(body, content_type).text
