"""What commands get to work with: settings, and the rooms' functions that the composition root hands in."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import click
import msgspec

from dateline import settings as settings_module
from dateline.errors import DatelineError

if TYPE_CHECKING:
    from dateline.alerts.definition import Alert
    from dateline.alerts.ports import AlertBook, Merged, Post
    from dateline.likeness import Embed
    from dateline.rebuild import Builders
    from dateline.settings import Settings
    from dateline.stage import Stage
    from dateline.story_ports import StoryStore, Teller
    from schemas.elastic import Names
    from schemas.records import Article


class DiffBlock(Protocol):
    """One field or paragraph compared: `pieces` are runs of words as (op, text), op one of "=", "-" and "+"."""

    @property
    def where(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def pieces(self) -> Sequence[tuple[str, str]]: ...


class AlertTools(NamedTuple):
    """What alerts need of other rooms: the stage over any book, and the way to webhooks."""

    stage: Callable[[Callable[[], Sequence[Alert]], AlertBook, Merged], Stage]
    post: Callable[[Settings], Post]


class App:
    """One invocation of the command line. Settings are read when first asked for."""

    def __init__(
        self,
        stages: Mapping[str, Callable[[Settings], Stage]],
        diff: Callable[[Article, Article], Iterable[DiffBlock]],
        builders: Callable[[Settings, Names], Builders],
        content_hash: Callable[[Article], str],
        embed: Embed,
        teller: Callable[[StoryStore], Teller],
        alerts: AlertTools,
        config: Path | None = None,
    ) -> None:
        """`stages` makes a stage with its real ports; `diff` is the older against the newer version, block by block;
        `builders` fills another generation of indices; `content_hash` is the same for articles that are one version;
        `embed` gives texts the vectors that articles have; `teller` puts articles into the stories of a store; `alerts` looks for
        what saved searches want, and sends it.
        """
        self.stages = stages
        self.diff = diff
        self.builders = builders
        self.content_hash = content_hash
        self.embed = embed
        self.teller = teller
        self.alerts = alerts
        self._config = config

    @functools.cached_property
    def settings(self) -> Settings:
        """Raises SettingsError."""
        return settings_module.load(self._config)

    def with_settings(self, settings: Settings) -> None:
        """Use these settings from here on."""
        self.__dict__["settings"] = settings


pass_app = click.make_pass_decorator(App)


class Command(click.Command):
    """A command whose own errors are one clear line and an exit code (2 usage, 3 a server, 1 anything else)."""

    def invoke(self, ctx: click.Context) -> object:
        """Run; turn a `DatelineError` into its message and exit code."""
        try:
            return super().invoke(ctx)
        except DatelineError as error:
            click.echo(f"dateline {ctx.info_name}: {error}", err=True)
            ctx.exit(error.exit_code)


def command(name: str | None = None, *, example: str) -> Callable[[Callable[..., None]], click.Command]:
    """`click.command` with Dateline's error handling and an example at the end of the help."""
    return click.command(name, cls=Command, epilog=f"Example: {example}")


def print_json(value: object) -> None:
    """One line of JSON on standard output."""
    click.echo(msgspec.json.encode(value).decode())
