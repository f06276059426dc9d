"""Again: every ten minutes, fetch the pages that are due again: what was edited becomes a version, what is gone a removal.

Which pages are due, how many of each host, and when a page is believed gone, the command knows. It fails when pages failed for
good; what it brought is announced all the same. Nothing is tried again before the next run: what did not answer is due later.
"""

import os
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Asset, dag

RAW = Asset(name="articles.raw.v1", uri="kafka://dateline/articles.raw.v1")


@dag(
    schedule=os.environ.get("DATELINE_AIRFLOW_REVISIT_SCHEDULE", "5-59/10 * * * *"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 0, "execution_timeout": timedelta(hours=1)},
    doc_md=__doc__,
    tags=["dateline"],
)
def revisit() -> None:
    """Fetch again, announce."""
    pages = BashOperator(
        task_id="pages",
        bash_command='exec "${DATELINE_BIN:-dateline}" revisit --per-host "${DATELINE_AIRFLOW_REVISIT_PER_HOST:-60}"',
        cwd=".",  # where Airflow was started: there lies dateline.toml
        append_env=True,
        do_xcom_push=False,
        outlets=[RAW],
    )
    # a teardown runs whatever became of the pages, and leaves it to them whether the run failed
    pages >> EmptyOperator(task_id="announce", outlets=[RAW]).as_teardown()


revisit()
