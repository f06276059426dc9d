"""Keep: every night, take a snapshot if that is wanted, then remove the months that are older than the settings allow.

Ages are settings of the archive (`retention.older_than`, `retention.outcomes`); without one, nothing is removed. A snapshot is taken
where DATELINE_AIRFLOW_SNAPSHOTS says how many are kept. One that fails fails the run, and nothing is removed before it is mended.
"""

import os
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import chain, dag

STEPS = {"apply": "retention apply --yes"}
if os.environ.get("DATELINE_AIRFLOW_SNAPSHOTS", "0") != "0":
    STEPS = {"snapshot": 'snapshot create --keep "$DATELINE_AIRFLOW_SNAPSHOTS"', **STEPS}


@dag(
    schedule=os.environ.get("DATELINE_AIRFLOW_RETENTION_SCHEDULE", "30 3 * * *"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": int(os.environ.get("DATELINE_AIRFLOW_RETRIES", "2")),
        "retry_delay": timedelta(seconds=float(os.environ.get("DATELINE_AIRFLOW_RETRY_DELAY", "30"))),
        "execution_timeout": timedelta(hours=6),
    },
    doc_md=__doc__,
    tags=["dateline"],
)
def retention() -> None:
    """The snapshot first: what is removed after it can be had back."""
    chain(
        *(
            BashOperator(
                task_id=name,
                bash_command=f'exec "${{DATELINE_BIN:-dateline}}" {arguments}',
                cwd=".",  # where Airflow was started: there lies dateline.toml
                append_env=True,
                do_xcom_push=False,
            )
            for name, arguments in STEPS.items()
        )
    )


retention()
