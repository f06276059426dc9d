"""Through: whenever raw documents came in, run each stage until it has caught up, then audit.

One run at a time. What is announced while it works is taken up by one run after it. A stage that fails ends the run; cleared or
triggered again, it goes on where the last commit left it, so nothing is done twice.
"""

import os
from datetime import timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, chain, dag

RAW = Asset(name="articles.raw.v1", uri="kafka://dateline/articles.raw.v1")
STEPS = {
    "normalize": "stage normalize --until-caught-up",
    "deduplicate": "stage deduplicate --until-caught-up",
    "enrich": "stage enrich --until-caught-up",
    "index": "stage index --until-caught-up",
    # of what came in before the announcement: pollers may be sending while the stages work
    "audit": 'audit --before "{{ dag_run.run_after.isoformat() }}"',
}


@dag(
    schedule=[RAW],
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": int(os.environ.get("DATELINE_AIRFLOW_RETRIES", "2")),
        "retry_delay": timedelta(seconds=float(os.environ.get("DATELINE_AIRFLOW_RETRY_DELAY", "30"))),
        "execution_timeout": timedelta(hours=2),
    },
    doc_md=__doc__,
    tags=["dateline"],
)
def process() -> None:
    """The stages in the order of the pipeline, then the proof that nothing was lost."""
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


process()
