"""Where the servers are: what the settings name, else the embedded ones of this data directory."""

from typing import Any

from dateline.embedded import running
from dateline.errors import UsageError
from dateline.settings import Settings

_START_THEM = "run `dateline up`, or set {variable} to use a server of your own"


def kafka_bootstrap(settings: Settings) -> str:
    """`host:port,...`; raises UsageError when no server is named and none of ours runs."""
    if settings.kafka.bootstrap_servers:
        return settings.kafka.bootstrap_servers
    endpoints = running(settings.data_path)
    if endpoints is None or not endpoints.kafka_bootstrap:
        advice = _START_THEM.format(variable="DATELINE_KAFKA_BOOTSTRAP_SERVERS")
        raise UsageError(f"kafka: no server for data directory {settings.data_path}; {advice}")
    return endpoints.kafka_bootstrap


def elastic_url(settings: Settings) -> str:
    """The base URL; raises UsageError when no server is named and none of ours runs."""
    if settings.elastic.url:
        return settings.elastic.url
    endpoints = running(settings.data_path)
    if endpoints is None or not endpoints.elastic_url:
        advice = _START_THEM.format(variable="DATELINE_ELASTIC_URL")
        raise UsageError(f"elasticsearch: no server for data directory {settings.data_path}; {advice}")
    return endpoints.elastic_url


def kafka_connection(settings: Settings) -> dict[str, Any]:
    """The keyword arguments that every kafka-python client takes to connect."""
    kafka = settings.kafka
    connection: dict[str, Any] = {
        "bootstrap_servers": kafka_bootstrap(settings).split(","),
        "security_protocol": kafka.security_protocol,
    }
    if "SSL" in kafka.security_protocol:
        connection |= {
            "ssl_cafile": kafka.ssl_cafile,
            "ssl_certfile": kafka.ssl_certfile,
            "ssl_keyfile": kafka.ssl_keyfile,
        }
    if kafka.security_protocol.startswith("SASL"):
        connection |= {
            "sasl_mechanism": kafka.sasl_mechanism,
            "sasl_plain_username": kafka.sasl_username,
            "sasl_plain_password": kafka.sasl_password,
        }
    return connection
