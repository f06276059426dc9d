"""Mail, as it is pasted or forwarded: the header fields above a message, forwards within forwards, quoting and signatures.

The innermost message is the document. Sources: RFC 5322 (header fields), RFC 2045 (encodings), RFC 3676 (quoting, signatures);
the words by which mail programs mark a forward.
"""

import re
import unicodedata
from email import message_from_string, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import msgspec

from consumers.normalize import people
from consumers.normalize.sheet import Sheet
from consumers.normalize.strings import clean, squash, words

_NAMES = {
    "from": ("from", "von", "de", "da", "van", "från", "fra", "od", "от", "de la"),
    "date": ("date", "sent", "datum", "gesendet", "fecha", "enviado", "enviado el", "envoyé", "data", "inviato", "verzonden", "skickat", "sendt", "дата", "received"),
    "subject": ("subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "ämne", "emne", "temat", "тема"),
    "to": ("to", "an", "à", "para", "a", "aan", "till", "til", "do", "кому", "cc", "bcc", "kopie", "reply-to", "antwort an", "cci"),
}  # fmt: skip
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}
_FIELD = re.compile(r"^\*{0,2}([^\W\d_][\w -]{0,30}?)\*{0,2}\s?:\*{0,2}\s*(.*)$")
_FORWARD = re.compile(
    r"^\W*(?:forwarded message|original message|begin forwarded message|fwd|ursprüngliche nachricht|anfang der weitergeleiteten (?:nachricht|e-?mail)|"
    r"weitergeleitete nachricht|message (?:transféré|d[’']origine)|début du message (?:transféré|réexpédié)|mensaje (?:reenviado|original)|inicio del mensaje reenviado|"
    r"mensagem (?:encaminhada|original)|messaggio (?:inoltrato|originale)|inizio messaggio inoltrato|doorgestuurd bericht|oorspronkelijk bericht|begin doorgestuurd bericht|"
    r"vidarebefordrat meddelande|videresendt melding)\W*$",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^(?:\s*(?:re|fwd?|fw|aw|wg|tr|rv|i|r|enc|res|doorst|antw|vs|sv|vb|ref)\s?:\s*)+", re.IGNORECASE
)
_QUOTE = re.compile(r"^(?:>\s?)+")
_SIGNATURE = re.compile(r"^-- ?$")
_MAX_FORWARDS = 20
_MAX_HEADER_LINES = 60
_MAX_ADDRESS = 200  # the library takes one step down for each part of a longer one
_LOOKED_AT = 60
_MIME = re.compile(r"^content-(?:type|transfer-encoding)\s*:", re.IGNORECASE | re.MULTILINE)


class Header(msgspec.Struct, frozen=True):
    """The fields of one message as text, by the names of `_NAMES`; `lines` is how many lines they take."""

    fields: dict[str, str]
    lines: int


def _header(lines: list[str]) -> Header | None:
    """The header that the lines begin with: at least two fields that mail has, among nothing but fields."""
    fields: dict[str, str] = {}
    last = ""
    count = 0
    for line in lines[:_MAX_HEADER_LINES]:
        if not line.strip():
            break
        found = _FIELD.match(line)
        if found:
            last = _FIELD_OF.get(found[1].casefold().strip(), "other")
            fields.setdefault(last, found[2].strip())
        elif last and line[:1] in " \t":
            fields[last] = f"{fields[last]} {line.strip()}"
        else:
            return None
        count += 1
    telling = {"from", "date", "subject"} & fields.keys()
    return Header(fields, count) if len(telling) >= 2 else None


def looks_like_mail(text: str) -> bool:
    """Whether it begins with a message's header, or with a few lines above a forwarded message."""
    lines = text.lstrip("\ufeff\n\r ").split("\n", _LOOKED_AT)[:_LOOKED_AT]
    if _header(lines):
        return True
    return any(
        _FORWARD.match(_QUOTE.sub("", line)) and _header(_after_blank(lines[at + 1 :]))
        for at, line in enumerate(lines)
    )


def _after_blank(lines: list[str]) -> list[str]:
    bare = [_QUOTE.sub("", line) for line in lines]
    while bare and not bare[0].strip():
        bare.pop(0)
    return bare


def unwrap(text: str, sheet: Sheet) -> str:
    """The innermost message's text. Notes in the sheet its sender, time and subject, and sets the rest aside.

    Text above a forward is the forwarder's note; a signature is what follows "-- ".
    """
    body = text
    for _ in range(_MAX_FORWARDS):
        lines = body.lstrip("\ufeff\n\r").split("\n")
        header = _header(lines)
        if header is not None:
            sheet.put_aside("\n".join(lines[: header.lines]), "header")
            _note(header, sheet)
            rest = "\n".join(lines[header.lines :])
            body = _decoded("\n".join(lines[: header.lines]), rest, sheet)
            continue
        at = _forward(lines)
        if at is None:
            break
        sheet.put_aside("\n".join(lines[: at + 1]), "forwarder's note")
        body = "\n".join(_after_blank(_unquoted(lines[at + 1 :], sheet)))
    return _unsigned("\n".join(_unquoted(body.split("\n"), sheet)), sheet)


def _unquoted(lines: list[str], sheet: Sheet) -> list[str]:
    """The lines without the marks of quoting, if nearly all have them."""
    if not _mostly_quoted(lines):
        return lines
    bare = [_QUOTE.sub("", line) for line in lines]
    sheet.put_aside(">" * (sum(map(len, lines)) - sum(map(len, bare))), "quoting")
    return bare


def _forward(lines: list[str]) -> int | None:
    """The line that marks a forward, if a message's header follows it."""
    for at, line in enumerate(lines[: 4 * _LOOKED_AT]):
        if _FORWARD.match(_QUOTE.sub("", line)) and _header(
            _after_blank(lines[at + 1 : at + 1 + _MAX_HEADER_LINES])
        ):
            return at
    return None


def _mostly_quoted(lines: list[str]) -> bool:
    written = [line for line in lines if line.strip()]
    return bool(written) and sum(line.startswith(">") for line in written) > 0.8 * len(written)


def _note(header: Header, sheet: Sheet) -> None:
    """The inner message's fields go before the outer ones'."""
    for field, value in header.fields.items():
        text = _plain(value)
        if field == "subject":
            sheet.stated["headline"] = []
            sheet.state("headline", _PREFIX.sub("", text), "mail:subject")
        elif field == "date":
            sheet.stated["sent"] = []
            sheet.state("sent", text, "mail:date")
        elif field == "from":
            sheet.stated["sender"] = []
            sheet.state("sender", _person(text), "mail:from")


def _plain(value: str) -> str:
    if "=?" in value:
        try:
            value = str(make_header(decode_header(value)))
        except (LookupError, ValueError):
            return clean(value)
    return clean(value)


def _person(value: str) -> str:
    """The sender's name, if the address is that person's: one word of the name stands in it."""
    name, address = parseaddr(value) if len(value) <= _MAX_ADDRESS else ("", "")
    local = squash(address.split("@")[0])
    named = people.people([name.strip("'\" ")])
    parts = [word for word in words(_ascii(name)) if len(word) > 2]
    return named[0] if named and len(parts) > 1 and any(part in local for part in parts) else ""


def _ascii(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _decoded(header: str, body: str, sheet: Sheet) -> str:
    """The plain text of a message that is encoded as mail travels (quoted-printable, base64, parts)."""
    if not _MIME.search(header):
        return body
    try:
        message = message_from_string(f"{header}\n\n{body.lstrip(chr(10))}", policy=policy.default)
        assert isinstance(message, EmailMessage)
        part = message.get_body(preferencelist=("plain",))
        if part is None:
            return body
        text = str(part.get_content())
    except (LookupError, ValueError, RecursionError):  # what the library makes of broken headers
        return body
    sheet.put_aside(body, "encoded body")
    return text


def _unsigned(body: str, sheet: Sheet) -> str:
    lines = body.split("\n")
    for at in range(len(lines) - 1, max(0, len(lines) - 20), -1):
        if _SIGNATURE.match(lines[at].rstrip("\r")):
            sheet.put_aside("\n".join(lines[at:]), "signature")
            return "\n".join(lines[:at])
    return body
