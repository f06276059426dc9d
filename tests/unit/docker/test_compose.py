"""What the compose file names exists, and what the servers need is there. No Docker is needed to know that."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from click.testing import CliRunner

from dateline import settings
from dateline.alerts.definition import load
from dateline.cli import main
from dateline.embedded.jars import LOCK_FILE
from dateline.embedded.kafka_node import MESSAGE_MAX_BYTES
from tests.unit.docker import files

SERVICES = sorted(files.services())
OURS = [name for name in SERVICES if files.services()[name]["image"].startswith("dateline:")]
AIRFLOW = [name for name in SERVICES if files.services()[name]["image"].startswith("dateline-airflow:")]


def ends_by_itself(service: dict[str, Any]) -> bool:
    """Whether it is a one-shot."""
    return bool(service["restart"] == "on-failure")


def listens(name: str) -> set[int]:
    """The ports that a service answers on, as its own health check and its listeners say."""
    service = files.services()[name]
    environment = service.get("environment", {})
    said = " ".join(map(str, service.get("healthcheck", {}).get("test", [])))
    said += " " + environment.get("KAFKA_LISTENERS", "")
    ports = {int(port) for port in re.findall(r"(?:localhost|/):(\d+)", said)}
    return ports | ({5432} if "pg_isready" in said else set())


def test_the_compose_file_follows_the_compose_specification() -> None:
    """Compose itself would accept the file."""
    command = [
        str(Path(sys.executable).with_name("check-jsonschema")),
        "--builtin-schema",
        "vendor.compose-spec",
        str(files.DOCKER / "compose.yaml"),
    ]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_example_environment_names_every_required_variable_and_holds_no_value() -> None:
    """Who copies .env.example sees all there is to fill in, and no secret is in a file."""
    lines = (files.DOCKER / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    required = {variable.name for variable in files.variables() if variable.kind == "?"}
    assert set(example) == required
    assert set(example.values()) == {""}


def test_the_example_environment_mentions_every_optional_variable_with_its_default() -> None:
    """What can be changed is written down, as it is."""
    text = (files.DOCKER / ".env.example").read_text()
    written = (files.DOCKER / "compose.yaml").read_text()
    for variable in files.variables():
        if variable.kind == "-":
            defaults = set(re.findall(rf"\$\{{{variable.name}:-([^}}]*)\}}", written))
            assert len(defaults) == 1
            assert f"{variable.name}={defaults.pop()}" in text
    assert {variable.kind for variable in files.variables()} == {"-", "?"}


def test_no_password_is_written_in_the_compose_file() -> None:
    """Whatever is called a password, secret or key comes from the environment."""
    for name, service in files.services().items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD$|SECRET|_KEY$|SQL_ALCHEMY_CONN", variable):
                assert re.search(r"\$\{\w+:\?", str(value)), f"{name}: {variable}"


@pytest.mark.parametrize("name", [*OURS, *AIRFLOW])
def test_every_setting_exists(name: str) -> None:
    """A DATELINE_ variable in the compose file is a setting, or one that a DAG reads."""
    given = {key for key in files.services()[name]["environment"] if key.startswith(settings.PREFIX)}
    dags = "".join(path.read_text() for path in (files.ROOT / "dags").glob("*.py"))
    assert all(key in settings.variables() or (name in AIRFLOW and f'"{key}"' in dags) for key in given)
    assert given


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name: str) -> None:
    """What a service runs, and what its health check runs, is a command with those options."""
    service = files.services()[name]
    commands = [service["command"]]
    if "healthcheck" in service:
        kind, program, *arguments = service["healthcheck"]["test"]
        assert kind == "CMD"
        if program == "python":
            compile(arguments[-1], name, "exec")
        else:
            assert program == "dateline"
            commands.append(arguments)
    for command in commands:
        result = CliRunner().invoke(main, [*command, "--help"])
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_held_in_bounds(name: str) -> None:
    """Not root, no new privileges, a memory limit, and a restart policy."""
    service = files.services()[name]
    assert str(service["user"]).split(":")[0] not in ("", "0", "root")
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["cap_drop"] == ["ALL"]
    assert service["mem_limit"]
    assert service["restart"] in ("unless-stopped", "on-failure")


@pytest.mark.parametrize("name", SERVICES)
def test_services_wait_for_what_they_need_in_a_way_that_can_come_true(name: str) -> None:
    """One waits for health only of what has a health check, and for an end only of what ends."""
    service = files.services()[name]
    assert ("healthcheck" in service) != ends_by_itself(service)
    for needed, how in service.get("depends_on", {}).items():
        wanted = (
            "service_completed_successfully"
            if ends_by_itself(files.services()[needed])
            else "service_healthy"
        )
        assert how["condition"] == wanted


def test_every_port_is_published_on_loopback_alone_and_is_listened_on() -> None:
    """Nothing is reachable from another machine, and nothing is published that does not answer."""
    published = 0
    for name, service in files.services().items():
        for port in service.get("ports", []):
            host, _, inside = files.filled(port).split(":")
            assert host == "127.0.0.1"
            assert int(inside) in listens(name)
            published += 1
    assert published == 5


def test_every_address_is_that_of_a_service_that_listens_there() -> None:
    """Services look for each other where they are."""
    found = set()
    for service in files.services().values():
        for value in map(str, service.get("environment", {}).values()):
            for host, port in re.findall(r"\b([a-z][a-z-]*):(\d{2,5})\b", files.filled(value)):
                assert int(port) in listens(host), value
                found.add(host)
            if "@" in value and "://" in value:
                assert urlsplit(files.filled(value)).hostname in files.services()
    assert found == {"kafka", "elasticsearch", "kibana", "airflow-api"}


def test_kafka_tells_clients_on_the_host_the_port_that_is_published() -> None:
    """A client on the host that asks the published port is sent back to it."""
    kafka = files.services()["kafka"]
    outside = files.filled(kafka["environment"]["KAFKA_ADVERTISED_LISTENERS"]).split(",")[1]
    assert outside.endswith(":" + files.filled(kafka["ports"][0]).split(":")[1])


def test_volumes_and_configs_that_are_used_are_declared_and_the_other_way_round() -> None:
    """No data ends in a nameless volume."""
    tree = files.compose()
    used = {
        mount.split(":")[0] for service in tree["services"].values() for mount in service.get("volumes", [])
    }
    assert used == set(tree["volumes"])
    sources = {
        config["source"] for service in tree["services"].values() for config in service.get("configs", [])
    }
    assert sources == set(tree["configs"])


@pytest.mark.parametrize("name", [*OURS, *AIRFLOW])
def test_sources_and_alerts_are_mounted_where_the_settings_say(name: str) -> None:
    """DATELINE_INGEST_SOURCES and DATELINE_ALERTS_FILE are the files that compose mounts."""
    service = files.services()[name]
    given = {config["source"]: config["target"] for config in service["configs"]}
    assert service["environment"]["DATELINE_INGEST_SOURCES"] == given["sources"]
    assert service["environment"]["DATELINE_ALERTS_FILE"] == given["alerts"]


def test_the_file_of_alerts_that_is_mounted_by_default_is_one() -> None:
    """It holds none, so nothing is looked for until somebody writes one."""
    (default,) = {files.filled(config["file"]) for config in [files.compose()["configs"]["alerts"]]}
    assert load(files.DOCKER / default) == ()


def test_the_reader_listens_beyond_its_container_only_with_tokens() -> None:
    """Compose does not start it without."""
    service = files.services()["reader"]
    assert "0.0.0.0" in service["command"]
    assert ":?" in service["environment"]["DATELINE_READER_TOKEN"]


def test_the_servers_have_the_versions_that_the_tests_run_on() -> None:
    """Kafka and Elasticsearch in compose are those of the embedded servers; Kibana is of Elasticsearch's version."""
    jars = [msgspec.json.decode(line) for line in LOCK_FILE.read_bytes().splitlines()]
    paths = " ".join(jar["path"] for jar in jars)
    images = {name: files.services()[name]["image"].split(":")[1] for name in SERVICES}
    assert f"/kafka_2.13/{images['kafka']}/" in paths
    assert f"/elasticsearch/{images['elasticsearch']}/" in paths
    assert images["kibana"] == images["elasticsearch"]


def test_kafka_takes_documents_as_large_as_the_embedded_server_does() -> None:
    """A document that passes the tests passes here."""
    environment = files.services()["kafka"]["environment"]
    assert int(environment["KAFKA_MESSAGE_MAX_BYTES"]) == MESSAGE_MAX_BYTES
    assert int(environment["KAFKA_SOCKET_REQUEST_MAX_BYTES"]) >= 2 * MESSAGE_MAX_BYTES
