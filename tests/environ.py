"""Settings as the environment variables that mean them, for commands that run as processes of their own."""

from functools import reduce

from dateline import settings as module
from dateline.settings import Settings


def environ(settings: Settings) -> dict[str, str]:
    """One DATELINE_ variable for each setting that is set."""
    found: dict[str, str] = {}
    for variable, setting in module.variables().items():
        value = reduce(getattr, setting.split("."), settings)
        if value is not None:
            found[variable] = ",".join(value) if isinstance(value, tuple) else str(value)
    return found
