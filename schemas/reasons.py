"""Why an event ended where it did: closed lists that double as metric labels."""

from enum import StrEnum


class Stage(StrEnum):
    """The stages, in the order in which an event meets them."""

    NORMALIZE = "normalize"
    DEDUPLICATE = "deduplicate"
    ENRICH = "enrich"
    INDEX = "index"


class Beside(StrEnum):
    """Stages beside the pipeline: each reads what passes, ends no event's way and reports no outcomes."""

    ALERTS = "alerts"


class Fate(StrEnum):
    """What a stage decided. Those in `TERMINAL` end the way of the event's attempt."""

    KEPT = "kept"
    INDEXED = "indexed"
    DROPPED = "dropped"
    QUARANTINED = "quarantined"
    REPLAYED = "replayed"  # taken out of quarantine by hand: a further attempt begins


TERMINAL = frozenset({Fate.INDEXED, Fate.DROPPED, Fate.QUARANTINED})


class Reason(StrEnum):
    """Every reason a stage may give for not passing an event on."""

    # dropped
    UNCHANGED = "unchanged"  # the article was seen before with this very content
    REPEATED = "repeated"  # this very event was received before

    NOTHING_TO_REMOVE = "nothing_to_remove"  # a page is gone of which no text was seen

    # quarantined: the envelope
    BAD_ENVELOPE = "bad_envelope"  # CloudEvents headers missing or contradictory
    BAD_RECORD = "bad_record"  # the value is not the JSON record its topic promises
    NULL_VALUE = "null_value"
    UNKNOWN_SCHEMA = "unknown_schema"  # a type or version this code does not read

    # quarantined: the document
    EMPTY = "empty"
    NO_BODY = "no_body"  # a document, but no article text in it
    NO_HEADLINE = "no_headline"
    NOT_AN_ARTICLE = "not_an_article"
    UNSUPPORTED_TYPE = "unsupported_type"
    UNDECODABLE = "undecodable"  # bytes that no charset explains, truncated compression
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"

    # quarantined: the machinery
    REFUSED_BY_INDEX = "refused_by_index"
    RETRIES_EXHAUSTED = "retries_exhausted"
    STEP_FAILED = "step_failed"  # a defect of ours: the step raised
