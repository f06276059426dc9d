"""Alerts: every five minutes, look at what is new for what saved searches want, and send what they found.

A run is red while something in the file of alerts is wrong, and while something could not be sent; its log says what. Nothing
is lost or told twice by a run that fails, is left out or is cleared. The command knows quiet hours, digests, and when what
failed is due again, so nothing is tried again before the next run.
"""

import os
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import chain, dag

STEPS = {
    "find": "stage alerts --until-caught-up",
    # one name for every run: it goes on at once where a run that was killed had stopped
    "deliver": "alerts deliver --worker airflow",
}


@dag(
    schedule=os.environ.get("DATELINE_AIRFLOW_ALERTS_SCHEDULE", "*/5 * * * *"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 0, "execution_timeout": timedelta(minutes=30)},
    doc_md=__doc__,
    tags=["dateline"],
)
def alerts() -> None:
    """Find, deliver."""
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


alerts()
