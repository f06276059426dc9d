"""Which headers a message carries on which topic: the table behind the AsyncAPI document and docs/topics.md."""

from typing import Final

import msgspec

from schemas import envelope
from schemas.topics import RAW, RAW_BACKFILL, REJECTED, Topic


class Header(msgspec.Struct, frozen=True):
    """A header: UTF-8 text. `required` holds for messages of ours; a foreign producer must send those of `raw` too."""

    name: str
    about: str
    required: bool = False


CLOUD_EVENT: Final = (
    Header(envelope.CE_SPECVERSION, 'CloudEvents version: "1.0".', required=True),
    Header(envelope.CE_ID, "Id of what this message holds, unique within ce_source.", required=True),
    Header(envelope.CE_SOURCE, "Who made it: dateline/source/ID or dateline/STAGE.", required=True),
    Header(
        envelope.CE_TYPE,
        "What it is, with its version: dateline.article.raw.v1, dateline.article.removed.v1 (no bytes), else dateline.TOPIC.",
        required=True,
    ),
    Header(envelope.CE_TIME, "When it was received, RFC 3339."),
    Header(envelope.CE_SUBJECT, "URL of the document."),
    Header(envelope.CONTENT_TYPE, "Media type of the value.", required=True),
)

ACQUIRED: Final = (
    Header(envelope.SOURCE_ID, "Id of the source."),
    Header(envelope.SOURCE_TIMEZONE, "Time zone for times without one, as an IANA name."),
    Header(envelope.SOURCE_LANGUAGE, "Language of the source, as a BCP 47 tag."),
    Header(envelope.SOURCE_HOMEPAGE, "The outlet's own site, which its pages may name as canonical."),
    Header(envelope.REQUESTED_URL, "URL as asked for."),
    Header(envelope.FINAL_URL, "URL that answered, after redirects."),
    Header(envelope.CANONICAL_LINK, "Target of a Link header with rel=canonical."),
    Header(envelope.REDIRECTS, "URLs between the two, separated by spaces."),
    Header(envelope.HTTP_STATUS, "HTTP status."),
    Header(envelope.REMOVED, "On a removal: when the page was first found gone, RFC 3339."),
    Header(envelope.REMOVED_ARTICLE, "On a removal: the id of the article that the page was."),
    Header(envelope.CHARSET, "Charset that the bytes show; content-type has it as declared."),
    Header(envelope.ETAG, "ETag, as received."),
    Header(envelope.LAST_MODIFIED, "Last-Modified, as received."),
    Header(
        envelope.FEED_HINTS, "What the feed says, a JSON object: title, published, guid, categories, author."
    ),
    Header(envelope.ARCHIVE, "The archive that held it: a file's name or an address."),
    Header(
        envelope.ARCHIVE_POSITION,
        "Where in that archive: a byte offset (and +N: the record after N others there), a line, or an entry's name.",
    ),
    Header(envelope.WARC_RECORD_ID, "WARC-Record-ID, as written."),
    Header(envelope.WARC_TRUNCATED, "WARC-Truncated, as written: the document is not whole."),
    Header(envelope.PROBLEM, "Why its producer could not read it: normalize quarantines it with this text."),
    Header(envelope.ROBOTS_TAG, "X-Robots-Tag, as received."),
    Header(envelope.TDM_RESERVATION, 'Text and data mining reservation: "1" means reserved.'),
    Header(envelope.TDM_POLICY, "URL of the text and data mining policy."),
    Header(envelope.TDM_FILE, "The same, as the site's /.well-known/tdmrep.json says of this page."),
    Header(envelope.TDM_FILE_POLICY, "URL of the policy that it names."),
    Header(envelope.LICENSE_LINK, "Target of a Link header with rel=license."),
    Header(envelope.SOURCE_RIGHTS, "Rights, as the table of sources states them."),
)

CARRIED: Final = (
    Header(envelope.EVENT, "Id of the raw document's event, carried through all stages."),
    Header(envelope.ORIGIN, "The raw message: topic:partition:offset."),
    Header(envelope.ATTEMPT, "1, and one more for each replay out of quarantine."),
    Header(envelope.REFRESH, '"1" on a version sent again because its neighbours changed.'),
)

QUARANTINED: Final = (
    Header(envelope.Q_STAGE, "The stage that rejected it.", required=True),
    Header(envelope.Q_REASON, "Why, from a closed list.", required=True),
    Header(envelope.Q_ERROR, "What was expected and what came.", required=True),
    Header(envelope.Q_TOPIC, "The topic it was read from.", required=True),
    Header(envelope.Q_POSITION, "The message as it was read: topic:partition:offset.", required=True),
    Header(envelope.Q_TIME, "When it was rejected, RFC 3339.", required=True),
    Header(envelope.Q_KEY, "Its key.", required=True),
)

_SOURCE: Final = tuple(
    header
    for header in ACQUIRED
    if header.name in {envelope.SOURCE_ID, envelope.SOURCE_TIMEZONE, envelope.SOURCE_LANGUAGE}
)


def headers_of(topic: Topic) -> tuple[Header, ...]:
    """The headers of a topic's messages. A quarantined message keeps what it came with, whatever that was."""
    if topic in (RAW, RAW_BACKFILL):
        return (*CLOUD_EVENT, *ACQUIRED, *CARRIED)
    if topic == REJECTED:
        arrived = (Header(h.name, h.about) for h in (*CLOUD_EVENT, *ACQUIRED, *CARRIED))
        return (*arrived, *QUARANTINED)
    return (*CLOUD_EVENT, *_SOURCE, *CARRIED)
