"""Named events: one call writes one log line and counts one metric.

A line is JSON on standard error: `time`, `level`, `event`, then the event's own fields. Values of settings that are
secrets never reach an event: callers pass ids, counts and reasons.
"""

import json
import logging
import sys
from collections import Counter
from typing import Any, Final

from dateline.clock import now

_LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_log = logging.getLogger("dateline")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"time": now(), "level": record.levelname.lower()}
        fields = getattr(record, "fields", None)
        if fields is None:
            line |= {"event": record.name, "message": record.getMessage()}
        else:
            line |= {"event": record.getMessage(), **fields}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Send events of `level` and above to standard error; libraries' own lines from warning on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("kafka").setLevel(logging.ERROR)
    logging.getLogger("kafka.cluster").setLevel(logging.CRITICAL)  # reports its own close as an error
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    _log.setLevel(_LEVELS.get(level, logging.INFO))


class Telemetry:
    """Events of one component. Counts are kept per (event, reason) and per event."""

    def __init__(self, **fields: Any) -> None:
        """`fields` stand on every line."""
        self._fields = fields
        self.counts: Counter[str] = Counter()

    def event(self, name: str, *, level: str = "info", count: int = 1, **fields: Any) -> None:
        """Log `name` with `fields` and add `count` to its metric."""
        self.counts[name] += count
        number = _LEVELS[level]
        if _log.isEnabledFor(number):
            _log.log(number, name, extra={"fields": {**self._fields, **fields}})
