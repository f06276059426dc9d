"""What the doctor says of a real broker that wants name and password."""

import logging
from collections.abc import Iterator

import pytest

from dateline import reach
from dateline.embedded import Endpoints
from dateline.embedded.daemon import start_daemon
from dateline.embedded.kafka_node import KafkaNode
from dateline.embedded.node import free_port
from dateline.embedded.state import Remembered
from dateline.settings import KafkaSettings, Settings

pytestmark = pytest.mark.servers

LOGIN = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    'username="broker" password="inside" user_broker="inside" user_press="right";'
)


@pytest.fixture(scope="module")
def broker(endpoints: Endpoints, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded broker with its listener changed to SASL. The session's servers have brought the jars."""
    folder = tmp_path_factory.mktemp("sasl")
    node = KafkaNode(folder / "kafka", folder / "kafka.log", "256m")
    port = free_port(29092)
    command = node.prepare(Remembered(port, free_port(port + 1)))
    properties = folder / "kafka/server.properties"
    text = properties.read_text().replace("PLAINTEXT:PLAINTEXT", "PLAINTEXT:SASL_PLAINTEXT")
    text = text.replace("CONTROLLER:SASL_PLAINTEXT", "CONTROLLER:PLAINTEXT")
    properties.write_text(
        f"{text}\ninter.broker.listener.name=PLAINTEXT\nsasl.enabled.mechanisms=PLAIN\n"
        f"sasl.mechanism.inter.broker.protocol=PLAIN\nlistener.name.plaintext.plain.sasl.jaas.config={LOGIN}\n"
    )
    daemon = start_daemon(command, folder / "kafka.out")
    try:
        address = f"127.0.0.1:{port}"
        while not reach.kafka(settings(address, "right")).answers:
            assert daemon.process(), (folder / "kafka.out").read_text() + (folder / "kafka.log").read_text()
        yield address
    finally:
        daemon.stop(9)


def settings(
    address: str, password: str, mechanism: str = "PLAIN", protocol: str = "SASL_PLAINTEXT"
) -> Settings:
    return Settings(
        kafka=KafkaSettings(
            bootstrap_servers=address,
            security_protocol=protocol,  # type: ignore[arg-type]
            sasl_mechanism=mechanism,  # type: ignore[arg-type]
            sasl_username="press",
            sasl_password=password,
        )
    )


def test_a_wrong_password_is_told(broker: str, caplog: pytest.LogCaptureFixture) -> None:
    """The variables to correct are named, however quiet the client's log is, and the password is not shown."""
    caplog.set_level(logging.CRITICAL, logger="kafka")
    reached = reach.kafka(settings(broker, "not it"))
    assert "DATELINE_KAFKA_SASL_PASSWORD" in (reached.mend or "")
    assert "not it" not in reached.found


def test_another_mechanism_is_told(broker: str) -> None:
    """A mechanism that the broker does not offer names the setting."""
    reached = reach.kafka(settings(broker, "right", mechanism="SCRAM-SHA-256"))
    assert "kafka.sasl_mechanism" in (reached.mend or "")


def test_a_listener_that_wants_sasl_is_told(broker: str) -> None:
    """A client without name and password is pointed at the protocol."""
    reached = reach.kafka(settings(broker, "right", protocol="PLAINTEXT"))
    assert "kafka.security_protocol" in (reached.mend or "")
