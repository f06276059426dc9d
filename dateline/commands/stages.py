"""`dateline stage` runs one stage in this process; `dateline run` runs all of them under a supervisor."""

from __future__ import annotations

import os
import signal
import sys
import threading
import uuid
from pathlib import Path
from types import FrameType
from typing import Final

import click
import msgspec

from dateline.alerts.definition import load_if_there
from dateline.app import App, command, pass_app, print_json
from dateline.errors import UsageError
from dateline.runner import Runner
from dateline.supervisor import Supervisor
from dateline.telemetry import configure
from schemas.reasons import Beside
from schemas.reasons import Stage as StageName

_STAGES: Final = [str(name) for name in StageName]
_CLEAN_STOP_SECONDS: Final = 9.0
_KILLED_ITSELF: Final = 75  # EX_TEMPFAIL: the work in hand was left untouched and will be done again


@command("stage", example="dateline stage normalize --until-caught-up")
@click.argument("name", type=click.Choice([*_STAGES, *map(str, Beside)]))
@click.option(
    "--follow", "mode", flag_value="follow", default="follow", help="Run as a service (the default)."
)
@click.option(
    "--until-caught-up",
    "mode",
    flag_value="batch",
    help="Read to the ends that the topics have now, then exit 0.",
)
@click.option("--worker", help="Name of this worker: unique among those running, kept across restarts.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON at the end.")
@pass_app
def stage(app: App, name: str, mode: str, worker: str | None, as_json: bool) -> None:
    """Run one stage: normalize, deduplicate, enrich or index, or beside them alerts.

    Any number of processes may run the same stage; they share its work. SIGTERM ends it within 10 seconds.
    Exit codes: 0 done or stopped, 2 wrong settings or missing topics, 3 a server did not start to answer.
    """
    configure(app.settings.log_level)
    if name == Beside.ALERTS and mode == "batch":
        load_if_there(Path(app.settings.alerts.file))  # a service waits until the file is mended
    made = app.stages[name](app.settings)
    runner = Runner(app.settings, made, worker=worker or uuid.uuid4().hex[:12], static=worker is not None)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        runner.stop()
        # a server that hangs must not keep us: what is not committed is done again, so leaving is safe
        watchdog = threading.Timer(_CLEAN_STOP_SECONDS, os._exit, (_KILLED_ITSELF,))
        watchdog.daemon = True
        watchdog.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        stats = runner.run(until_caught_up=mode == "batch")
    finally:
        made.close()
    if as_json:
        print_json({"stage": name, **msgspec.structs.asdict(stats)})


@command("run", example="dateline run --workers enrich=2")
@click.option(
    "--workers", multiple=True, metavar="STAGE=N", help="Processes of a stage (default 1). Repeatable."
)
@click.option(
    "--until-caught-up", is_flag=True, help="Run the stages one after the other to the end, then exit."
)
@pass_app
def run(app: App, workers: tuple[str, ...], until_caught_up: bool) -> None:
    """Run all stages on this machine, each in processes of its own; a dead one is started again.

    Where the file of alerts holds any, they are looked for and sent, too.
    SIGTERM or Ctrl-C stops all. Exit codes: 0 stopped or caught up, otherwise that of the stage that failed.
    """
    configure(app.settings.log_level)
    alerts = load_if_there(Path(app.settings.alerts.file))
    counts = dict.fromkeys(_STAGES, 1) | (dict.fromkeys(map(str, Beside), 1) if alerts else {})
    for item in workers:
        name, _, number = item.partition("=")
        if name not in counts or not number.isdecimal() or int(number) < 1:
            raise UsageError(f"--workers expects STAGE=N with a stage of {', '.join(counts)}, got {item!r}")
        counts[name] = int(number)
    supervisor = Supervisor(app.settings, counts, sends=bool(alerts))
    if until_caught_up:
        sys.exit(supervisor.run_in_turn())
    signal.signal(signal.SIGTERM, lambda *_: supervisor.stop())
    signal.signal(signal.SIGINT, lambda *_: supervisor.stop())
    sys.exit(supervisor.run())
