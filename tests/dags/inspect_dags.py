"""Runs in Airflow's environment: prints what Airflow makes of the DAGs, and what it knows, as one JSON object."""

import json
import sys
from typing import Any

from airflow.configuration import conf, retrieve_configuration_description
from airflow.dag_processing.dagbag import DagBag


def task(operator: Any) -> dict[str, Any]:
    """What matters of one task."""
    return {
        "command": getattr(operator, "bash_command", None) or operator.partial_kwargs.get("bash_command")
        if operator.task_type == "BashOperator"
        else None,
        "mapped": operator.is_mapped,
        "downstream": sorted(operator.downstream_task_ids),
        "outlets": [asset.uri for asset in operator.outlets],
        "retries": operator.retries,
        "timeout": operator.execution_timeout.total_seconds() if operator.execution_timeout else None,
        "teardown": operator.is_teardown,
    }


def dag(one: Any) -> dict[str, Any]:
    """What matters of one DAG."""
    condition = getattr(one.timetable, "asset_condition", None)
    return {
        "cron": getattr(one.timetable, "expression", None) or getattr(one.timetable, "_expression", None),
        "assets": [asset.uri for asset in condition.objects] if condition else [],
        "catchup": one.catchup,
        "max_active_runs": one.max_active_runs,
        "tasks": {operator.task_id: task(operator) for operator in one.tasks},
    }


bag = DagBag(dag_folder=sys.argv[1])
described = retrieve_configuration_description(include_providers=False)
print(
    json.dumps(
        {
            "errors": bag.import_errors,
            "dags": {one.dag_id: dag(one) for one in bag.dags.values()},
            "options": sorted(
                f"AIRFLOW__{section}__{option}".upper()
                for section, content in described.items()
                for option in content["options"]
            ),
            "executor": conf.get("core", "executor"),
        }
    )
)
