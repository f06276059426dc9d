"""Headers of a message: CloudEvents 1.0 in Kafka's binary mode, plus how a raw document was acquired.

Source: CloudEvents Kafka protocol binding 1.0.2, section 3.2 (attributes as `ce_*` headers, `content-type` as it is).
"""

from collections.abc import Mapping
from typing import Final

SPEC_VERSION: Final = "1.0"
RAW_TYPE: Final = "dateline.article.raw.v1"
REMOVED_TYPE: Final = "dateline.article.removed.v1"
"""The `ce_type` of a removal: a page that was ingested answers 404 or 410. Its message has headers and no bytes."""

# CloudEvents attributes
CE_SPECVERSION: Final = "ce_specversion"
CE_ID: Final = "ce_id"
CE_SOURCE: Final = "ce_source"
CE_TYPE: Final = "ce_type"
CE_TIME: Final = "ce_time"
CE_SUBJECT: Final = "ce_subject"
CONTENT_TYPE: Final = "content-type"

# how a raw document was acquired; all optional
SOURCE_ID: Final = "dl_source"
SOURCE_TIMEZONE: Final = "dl_timezone"
SOURCE_LANGUAGE: Final = "dl_language"
SOURCE_HOMEPAGE: Final = (
    "dl_homepage"  # the outlet's own site: pages fetched elsewhere may name it as canonical
)
REQUESTED_URL: Final = "dl_requested_url"
FINAL_URL: Final = "dl_final_url"
CANONICAL_LINK: Final = "dl_canonical"  # the target of a Link header with rel=canonical (RFC 6596)
HTTP_STATUS: Final = "dl_http_status"
CHARSET: Final = "dl_charset"  # as found in the bytes; `content-type` has it as declared
ETAG: Final = "dl_etag"
LAST_MODIFIED: Final = "dl_last_modified"
REDIRECTS: Final = "dl_redirects"  # the URLs between the requested and the final one, separated by spaces
REMOVED: Final = "dl_removed"  # on a removal: when the page was first found gone
REMOVED_ARTICLE: Final = "dl_article"  # on a removal: the id of the article that the page was
FEED_HINTS: Final = "dl_feed_hints"  # a JSON object: title, published, guid, categories, author

# where a document lay that came out of an archive, and what its producer could not read
ARCHIVE: Final = "dl_archive"
ARCHIVE_POSITION: Final = "dl_archive_position"
WARC_RECORD_ID: Final = "dl_warc_record_id"
WARC_TRUNCATED: Final = "dl_warc_truncated"  # the crawler kept only the beginning: length, time, disconnect
PROBLEM: Final = "dl_problem"  # normalize quarantines it with this text

# terms of use as the transport stated them (what the page states is the normalizer's to read)
ROBOTS_TAG: Final = "dl_x_robots_tag"  # X-Robots-Tag, as received
TDM_RESERVATION: Final = "dl_tdm_reservation"  # TDM Reservation Protocol: "1" means reserved
TDM_POLICY: Final = "dl_tdm_policy"
TDM_FILE: Final = "dl_tdm_file"  # the same of the site's /.well-known/tdmrep.json
TDM_FILE_POLICY: Final = "dl_tdm_file_policy"
LICENSE_LINK: Final = "dl_license"  # the target of a Link header with rel=license
SOURCE_RIGHTS: Final = "dl_rights"  # what the source table says
TERMS: Final = (
    ROBOTS_TAG, TDM_RESERVATION, TDM_POLICY, TDM_FILE, TDM_FILE_POLICY, LICENSE_LINK, SOURCE_RIGHTS,
)  # fmt: skip

# carried from stage to stage
EVENT: Final = "dl_event"  # the raw document's event id, where `ce_id` names something smaller
ORIGIN: Final = "dl_origin"  # topic:partition:offset of the raw message
ATTEMPT: Final = "dl_attempt"
REFRESH: Final = "dl_refresh"  # "1" on a version sent again because its neighbours changed: it ends no event

# on a quarantined message, beside the headers it came with
Q_STAGE: Final = "dq_stage"
Q_REASON: Final = "dq_reason"
Q_ERROR: Final = "dq_error"
Q_TOPIC: Final = "dq_topic"
Q_POSITION: Final = "dq_position"  # topic:partition:offset of the message as it was read
Q_TIME: Final = "dq_time"
Q_KEY: Final = "dq_key"
QUARANTINE_HEADERS: Final = (Q_STAGE, Q_REASON, Q_ERROR, Q_TOPIC, Q_POSITION, Q_TIME, Q_KEY)


def record_type(topic: str) -> str:
    """The `ce_type` of a record on a topic: "articles.versions.v1" → "dateline.articles.versions.v1"."""
    return f"dateline.{topic}"


def raw_headers(
    *,
    event_id: str,
    source: str,
    url: str,
    content_type: str,
    fetched: str,
    acquired: Mapping[str, str] | None = None,
    kind: str = RAW_TYPE,
) -> dict[str, str]:
    """The headers of a raw document. `fetched` is RFC 3339; `acquired` holds `dl_*` headers; `kind` is the `ce_type`."""
    return {
        CE_SPECVERSION: SPEC_VERSION,
        CE_ID: event_id,
        CE_SOURCE: f"dateline/source/{source}",
        CE_TYPE: kind,
        CE_TIME: fetched,
        CE_SUBJECT: url,
        CONTENT_TYPE: content_type,
        SOURCE_ID: source,
        **(acquired or {}),
    }
