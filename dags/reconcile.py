"""Repair: every hour, look once more at what came lately, for copies that two processes met within the same second.

What is found goes through the deduplicate stage once more: the raw topic, on which `process` waits, is announced, so that a run of
it follows. Nothing is lost when a run is left out, but for the copies of that hour; a longer look back makes up for it.
"""

import os
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, dag

RAW = Asset(name="articles.raw.v1", uri="kafka://dateline/articles.raw.v1")


@dag(
    schedule=os.environ.get("DATELINE_AIRFLOW_RECONCILE_SCHEDULE", "@hourly"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": int(os.environ.get("DATELINE_AIRFLOW_RETRIES", "2")),
        "retry_delay": timedelta(seconds=float(os.environ.get("DATELINE_AIRFLOW_RETRY_DELAY", "30"))),
        "execution_timeout": timedelta(minutes=50),
    },
    doc_md=__doc__,
    tags=["dateline"],
)
def reconcile() -> None:
    """One task; two hours back, so that what came while the last run looked is looked at too."""
    BashOperator(
        task_id="reconcile",
        bash_command='exec "${DATELINE_BIN:-dateline}" reconcile --hours 2',
        cwd=".",  # where Airflow was started: there lies dateline.toml
        append_env=True,
        do_xcom_push=False,
        outlets=[RAW],
    )


reconcile()
