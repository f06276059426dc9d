"""How the sources do: every hour, compare each with its own past, and announce the warnings that begin or end.

A run is red as long as a source has a warning; its log names each with what to do. What was measured is in the index
`source-health`, what changed on the topic `sources.health.v1`. Nothing is tried again before the next run.
"""

import os
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import dag


@dag(
    schedule=os.environ.get("DATELINE_AIRFLOW_HEALTH_SCHEDULE", "17 * * * *"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 0, "execution_timeout": timedelta(minutes=15)},
    doc_md=__doc__,
    tags=["dateline"],
)
def health() -> None:
    """One task: the check."""
    BashOperator(
        task_id="check",
        bash_command='exec "${DATELINE_BIN:-dateline}" sources health --warn',
        cwd=".",  # where Airflow was started: there lies dateline.toml
        append_env=True,
        do_xcom_push=False,
    )


health()
