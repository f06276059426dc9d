"""Airflow's environment is made by `make test`; without it, its tests are skipped, but never in CI."""

import os

import pytest

from tests.dags.harness import AIRFLOW


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or in CI fail, what needs an Airflow that is not there."""
    if item.get_closest_marker("airflow") and not AIRFLOW.exists():
        message = f"no {AIRFLOW}: `make test` installs it"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
