"""What the Dockerfile copies, installs and starts exists."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from shutil import copy2, copytree, ignore_patterns

import pytest
from click.testing import CliRunner

from dateline import settings
from dateline.cli import main
from tests.unit.docker import files


def test_everything_that_is_copied_exists_and_reaches_the_builder() -> None:
    """COPY finds its sources, and .dockerignore lets them through."""
    allowed = {
        line[1:]
        for line in (files.DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for source in files.copied():
        assert (files.ROOT / source).exists(), source
        assert source.split("/")[0] in allowed


def test_every_stage_that_is_named_is_there() -> None:
    """COPY --from and the targets in the compose file name stages of the Dockerfile."""
    sources = {
        i.rest.split()[0].partition("=")[2]
        for i in files.instructions()
        if i.word == "COPY" and i.rest.startswith("--from")
    }
    targets = {service["build"]["target"] for service in files.services().values() if "build" in service}
    assert sources | targets <= set(files.stages())
    for service in files.services().values():
        if "build" in service:
            assert (files.DOCKER / service["build"]["context"]).resolve() == files.ROOT
            assert (files.ROOT / service["build"]["dockerfile"]).exists()


@pytest.mark.parametrize("target", ["dateline", "airflow"])
def test_images_do_not_run_as_root(target: str) -> None:
    """The last user that an image sets is not root, and compose uses the same for the command line."""
    users = [i.rest for i in files.instructions() if i.word == "USER" and i.stage == files.stages()[target]]
    assert users[-1] not in ("root", "0")
    if target == "dateline":
        assert users[-1] == files.services()["run"]["user"]


def test_whatever_is_installed_is_checked_by_hash_or_is_our_own_wheel() -> None:
    """No pip install takes a package that the locks do not pin."""
    installs = [i.rest for i in files.instructions() if i.word == "RUN" and "pip install" in i.rest]
    assert installs
    for line in installs:
        assert "--require-hashes" in line or "--no-index" in line


def test_the_airflow_image_has_the_version_of_the_lock() -> None:
    """Airflow on servers is the Airflow of the tests."""
    base = next(
        i.rest.split()[0]
        for i in files.instructions()
        if i.word == "FROM" and i.stage == files.stages()["airflow"]
    )
    version = base.partition(":")[2].partition("-")[0]
    assert f"apache-airflow=={version}" in (files.ROOT / "requirements" / "airflow.in").read_text()


def test_variables_set_by_the_images_mean_something() -> None:
    """A DATELINE_ variable in the Dockerfile is a setting, or one that the DAGs read."""
    dags = "".join(path.read_text() for path in (files.ROOT / "dags").glob("*.py"))
    words = " ".join(i.rest for i in files.instructions() if i.word == "ENV").split()
    names = [word.partition("=")[0] for word in words if word.startswith(settings.PREFIX)]
    assert names
    for name in names:
        assert name in settings.variables() or f'"{name}"' in dags


def test_the_image_starts_the_command_line() -> None:
    """ENTRYPOINT is the console script of the project, and what it runs by default works."""
    stage = files.stages()["dateline"]
    (entry,) = [i.rest for i in files.instructions() if i.word == "ENTRYPOINT" and i.stage == stage]
    (default,) = [i.rest for i in files.instructions() if i.word == "CMD" and i.stage == stage]
    project = tomllib.loads((files.ROOT / "pyproject.toml").read_text())["project"]
    assert files.as_arguments(entry) == list(project["scripts"])
    assert CliRunner().invoke(main, files.as_arguments(default)).exit_code == 0


def test_the_wheel_built_from_what_is_copied_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    """The image has what a checkout has: no template, table or Java source is left behind."""
    for source in files.copied():
        target = tmp_path / source
        target.parent.mkdir(parents=True, exist_ok=True)
        if (files.ROOT / source).is_dir():
            copytree(files.ROOT / source, target, ignore=ignore_patterns("__pycache__"))
        else:
            copy2(files.ROOT / source, target)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        "wheels",
        ".",
    ]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "wheels").glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    packages = [name for name in files.copied() if (files.ROOT / name / "__init__.py").exists()]
    wanted = {
        str(path.relative_to(tmp_path))
        for package in packages
        for path in (tmp_path / package).rglob("*")
        if path.is_file()
    }
    assert wanted - held == set()


def test_every_room_that_the_project_installs_is_copied() -> None:
    """A new room of the project cannot be forgotten in the image."""
    tree = tomllib.loads((files.ROOT / "pyproject.toml").read_text())
    rooms = {name.rstrip("*") for name in tree["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert {room for room in rooms if (files.ROOT / room / "__init__.py").exists()} <= files.copied()
