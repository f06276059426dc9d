"""In, from archives: triggered by hand, with what to read as parameters.

Each archive and the list of pages is a task of its own. Every one goes on where it stopped, in this run or an earlier one, and what
was read to its end is not read again: a run or a task that failed can be cleared, and the same run triggered again, at any time.
"""

import os
from datetime import timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, Param, dag, get_current_context, task

RAW = Asset(name="articles.raw.v1", uri="kafka://dateline/articles.raw.v1")
DAY = "A day as in 2024-03-01, or a time with its offset."
TEXT = ["null", "string"]


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params={
        "source": Param(None, type=TEXT, description="Source that the documents belong to."),
        "archives": Param(
            [],
            type="array",
            items={"type": "string"},
            description="Paths or addresses of archives, one a line.",
        ),
        "urls": Param(None, type=TEXT, description="Path of a list of pages' addresses."),
        "from": Param(None, type=TEXT, description=f"Captured then or later. {DAY}"),
        "to": Param(None, type=TEXT, description=f"Captured before. {DAY}"),
    },
    default_args={
        "retries": int(os.environ.get("DATELINE_AIRFLOW_RETRIES", "2")),
        "retry_delay": timedelta(seconds=float(os.environ.get("DATELINE_AIRFLOW_RETRY_DELAY", "30"))),
        "execution_timeout": timedelta(hours=24),
    },
    doc_md=__doc__,
    tags=["dateline"],
)
def backfill() -> None:
    """Read each archive, then announce what came in."""

    @task
    def parts() -> list[dict[str, str]]:
        """The environment of one reading for each archive and for the list."""
        params = get_current_context()["params"]
        names = {"source": "SOURCE", "from": "FROM", "to": "TO"}
        common = {variable: params[name] or "" for name, variable in names.items()}
        found = [{"ARCHIVE": archive, "URLS": "", "WHAT": archive} for archive in params["archives"]]
        if params["urls"]:
            found.append({"ARCHIVE": "", "URLS": params["urls"], "WHAT": params["urls"]})
        if not found:
            raise ValueError("expected archives, or a list of urls: see the parameters")
        return [common | part for part in found]

    BashOperator.partial(
        task_id="read",
        bash_command='exec "${DATELINE_BIN:-dateline}" backfill ${SOURCE:+--source "$SOURCE"} ${FROM:+--from "$FROM"}'
        ' ${TO:+--to "$TO"} ${ARCHIVE:+--archive "$ARCHIVE"} ${URLS:+--urls "$URLS"}',
        cwd=".",  # where Airflow was started: there lies dateline.toml
        append_env=True,
        do_xcom_push=False,
        outlets=[RAW],
        max_active_tis_per_dagrun=2,
        map_index_template="{{ task.env['WHAT'] }}",
    ).expand(env=parts())


backfill()
