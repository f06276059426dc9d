"""The file of alerts as it is now: read again when it changes."""

from pathlib import Path

from dateline.alerts.definition import Alert, load_if_there
from dateline.errors import SettingsError, Unavailable


class AlertsFile:
    """Called for the alerts; one look at the file's time each. None where there is no file.

    Raises Unavailable while the file cannot be read, with what is wrong in it: nothing is passed over until it is mended.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._alerts: tuple[Alert, ...] = ()

    def __call__(self) -> tuple[Alert, ...]:
        """As the file says."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._seen, self._alerts = None, ()
            return ()
        except OSError as error:
            raise Unavailable(f"alerts: {self._path} cannot be read: {error}") from error
        seen = (status.st_mtime_ns, status.st_size)
        if seen != self._seen:
            try:
                self._alerts = load_if_there(self._path)
            except SettingsError as error:
                raise Unavailable(str(error)) from error
            self._seen = seen
        return self._alerts
