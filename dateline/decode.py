"""From a message to a stage's item: the envelope checked, the record read."""

import functools

import msgspec

from dateline.stage import Item, Message
from schemas import envelope
from schemas.reasons import Reason
from schemas.records import Record
from schemas.topics import topic


class Undecodable(Exception):
    """The message is not what its topic promises: `reason` says how, the text what was expected and what came."""

    def __init__(self, reason: Reason, event_id: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.event_id = event_id


def event_id(message: Message) -> str:
    """The id of the event that this message belongs to; its position where a foreign producer gave none."""
    headers = message.headers
    return headers.get(envelope.EVENT) or headers.get(envelope.CE_ID) or message.position


def decode(message: Message) -> Item:
    """The item, its record read where the topic holds records. Raises `Undecodable`."""
    event = event_id(message)
    expected = topic(message.topic).value
    if expected is None:
        return Item(message, event)  # untouched bytes: what they are is the stage's to judge
    wanted = envelope.record_type(message.topic)
    found = message.headers.get(envelope.CE_TYPE, wanted)
    if found != wanted:
        raise Undecodable(Reason.UNKNOWN_SCHEMA, event, f"{message.topic}: expected {wanted}, got {found}")
    if message.value is None:
        raise Undecodable(
            Reason.NULL_VALUE, event, f"{message.topic}: expected {expected.__name__}, got a null value"
        )
    try:
        record = _decoder(expected).decode(message.value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text = f"{message.topic}: expected {expected.__name__} as JSON: {error}"
        raise Undecodable(Reason.BAD_RECORD, event, text) from error
    return Item(message, event, record)


@functools.cache
def _decoder(record: type[Record]) -> "msgspec.json.Decoder[Record]":
    return msgspec.json.Decoder(record)
