"""Every error that Dateline raises on purpose.

DatelineError
├── UsageError         what was asked cannot be done as asked; the message says which switch to turn
├── SettingsError      dateline.toml or the environment is wrong
├── ServerError        a server of ours failed to start or to answer; the message points at its log
└── Unavailable        a server does not answer now: wait and try again, drop nothing
    └── Overloaded     it answered "too many requests" (429)
"""


class DatelineError(Exception):
    """Base class; the command line prints its message alone and exits with `exit_code`."""

    exit_code = 1


class UsageError(DatelineError):
    """What was asked cannot be done as asked."""

    exit_code = 2


class SettingsError(DatelineError):
    """A setting is missing or wrong."""

    exit_code = 2


class ServerError(DatelineError):
    """A server that Dateline started failed."""

    exit_code = 3


class Unavailable(DatelineError):
    """A server does not answer now; the same call may succeed later. The runner waits and drops nothing."""

    exit_code = 3


class Overloaded(Unavailable):
    """The server asks for less (HTTP 429)."""
