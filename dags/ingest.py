"""In: every ten minutes, poll each source that is due, one task a source.

A source that fails shows as failed and fails the run, but holds up no other. The raw topic, on which `process` waits, is announced
by each poll that succeeds, and at the end once more for what failed polls brought before they failed. Nothing is polled again
before the next run: the command itself repeats requests, and asking a publisher for everything twice is no way to mend one page.
"""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Asset, dag, task

DATELINE = os.environ.get("DATELINE_BIN", "dateline")
RAW = Asset(name="articles.raw.v1", uri="kafka://dateline/articles.raw.v1")
AT_MOST = 1000  # sources a run: Airflow maps to 1024 tasks; those left over are still due at the next run
AT_ONCE = 4


@dag(
    schedule=os.environ.get("DATELINE_AIRFLOW_SCHEDULE", "*/10 * * * *"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(seconds=10),
        "execution_timeout": timedelta(minutes=15),
    },
    doc_md=__doc__,
    tags=["dateline"],
)
def ingest() -> None:
    """Ask which sources are due, poll them, announce."""

    @task
    def due() -> list[dict[str, str]]:
        """The environment of one poll for each source that is due."""
        asked = subprocess.run([DATELINE, "sources", "due", "--json"], stdout=subprocess.PIPE, check=True)
        return [{"SOURCE": source["id"]} for source in json.loads(asked.stdout)[:AT_MOST]]

    polls = BashOperator.partial(
        task_id="poll",
        retries=0,
        bash_command='exec "${DATELINE_BIN:-dateline}" ingest --source "$SOURCE"',
        cwd=".",  # where Airflow was started: there lies dateline.toml
        append_env=True,
        do_xcom_push=False,
        outlets=[RAW],
        max_active_tis_per_dagrun=AT_ONCE,
        map_index_template="{{ task.env['SOURCE'] }}",
    ).expand(env=due())
    # a teardown runs whatever became of the polls, and leaves it to them whether the run failed
    polls >> EmptyOperator(task_id="announce", outlets=[RAW]).as_teardown()


ingest()
