"""Why a server gives no answer, found step by step, and what to do about it: address, port, TLS, name and password, rights.

Clients tell most of this by running into a time-out. Here each step is tried alone, so the first that fails is the reason.
"""

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final
from urllib.parse import urlsplit

import msgspec
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    UnsupportedProductError,
)
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from dateline import elastic, endpoints
from dateline.settings import Settings

_TIMEOUT: Final = 5.0
_KAFKA_PORT: Final = 9092


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: `found` is the server's version and address, or what is wrong; `mend` what to do, None when it answers."""

    found: str
    mend: str | None = None

    @property
    def answers(self) -> bool:
        return self.mend is None


def kafka(settings: Settings) -> Reached:
    """Whether Kafka answers with these settings. Takes some ten seconds at most."""
    named = settings.kafka
    if named.security_protocol.startswith("SASL") and not (named.sasl_username and named.sasl_password):
        return Reached(
            found=f"kafka.security_protocol is {named.security_protocol}, and name or password are not set",
            mend="set DATELINE_KAFKA_SASL_USERNAME and DATELINE_KAFKA_SASL_PASSWORD",
        )
    connection = endpoints.kafka_connection(settings)
    problem: Reached | None = None
    for address in connection["bootstrap_servers"]:
        host, _, port = address.strip().rpartition(":")
        if not port.isdecimal():
            host, port = address.strip(), str(_KAFKA_PORT)
        problem = _tcp(host.strip("[]"), int(port), "kafka.bootstrap_servers") or _kafka_tls(
            settings, host.strip("[]"), int(port)
        )
        if problem is None:
            break
    return problem or _kafka_answer(settings, connection)


def elasticsearch(settings: Settings) -> Reached:
    """Whether Elasticsearch answers with these settings, and allows what Dateline does at its start."""
    url = endpoints.elastic_url(settings)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.port:
        return Reached(
            found=f"elastic.url is {url!r}", mend="write it as https://HOST:PORT (9200 is the usual port)"
        )
    problem = _tcp(parts.hostname, parts.port, "elastic.url") or _elastic_scheme(parts.scheme, url)
    return problem or _elastic_answer(settings, url)


def _tcp(host: str, port: int, setting: str) -> Reached | None:
    try:
        socket.create_connection((host, port), timeout=_TIMEOUT).close()
    except socket.gaierror:
        return Reached(found=f"no such host: {host}", mend=f"check {setting} and the name server")
    except TimeoutError:
        return Reached(
            found=f"{host}:{port} does not answer within {_TIMEOUT:.0f} s",
            mend=f"check {setting}, firewalls and the route to that network",
        )
    except OSError as error:
        return Reached(
            found=f"{host}:{port} refuses the connection ({error.strerror or error})",
            mend=f"start the server there, or correct {setting}",
        )
    return None


def _handshake(host: str, port: int, context: ssl.SSLContext) -> str | None:
    """The subject's trouble with TLS, or None after a good handshake."""
    try:
        with (
            socket.create_connection((host, port), timeout=_TIMEOUT) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            return None
    except ssl.SSLCertVerificationError as error:
        return f"certificate: {error.verify_message}"
    except (ssl.SSLError, OSError) as error:
        return f"no TLS: {error}"


def _speaks_tls(host: str, port: int) -> bool:
    """Whether a TLS server is there, whatever its certificate says. Nothing is sent to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    trouble = _handshake(host, port, context)
    # a server that wants our certificate ends the handshake with an alert of its own: that is TLS too
    return trouble is None or "ALERT" in trouble.upper()


def _kafka_tls(settings: Settings, host: str, port: int) -> Reached | None:
    named = settings.kafka
    protocol = named.security_protocol
    tls = _speaks_tls(host, port)
    if "SSL" not in protocol:
        if not tls:
            return None
        return Reached(
            found=f"{host}:{port} speaks TLS, and kafka.security_protocol is {protocol}",
            mend=f"set kafka.security_protocol to {'SASL_SSL' if protocol.startswith('SASL') else 'SSL'}",
        )
    if not tls:
        return Reached(
            found=f"{host}:{port} speaks no TLS, and kafka.security_protocol is {protocol}",
            mend=f"set kafka.security_protocol to {'SASL_PLAINTEXT' if protocol.startswith('SASL') else 'PLAINTEXT'}",
        )
    try:
        context = ssl.create_default_context(cafile=named.ssl_cafile)
        if named.ssl_certfile:
            context.load_cert_chain(named.ssl_certfile, named.ssl_keyfile)
    except (OSError, ssl.SSLError) as error:
        return Reached(
            found=f"the TLS files cannot be used: {error}",
            mend="check kafka.ssl_cafile, kafka.ssl_certfile and kafka.ssl_keyfile",
        )
    trouble = _handshake(host, port, context)
    if trouble is None:
        return None
    return Reached(
        found=f"{host}:{port}: {trouble}",
        mend="let kafka.ssl_cafile name the authority that signed the broker's certificate, and use the host name in it",
    )


class _Overheard(logging.Handler):
    """Keeps what kafka-python says about a connection: its errors alone speak of time-outs only."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += record.getMessage() + "\n"


@contextmanager
def _overhearing() -> Iterator[_Overheard]:
    logger, handler = logging.getLogger("kafka"), _Overheard()
    propagate, logger.propagate = logger.propagate, False
    level = logger.level
    logger.setLevel(logging.WARNING)  # whatever was configured: what is said here is the diagnosis
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


def _kafka_answer(settings: Settings, connection: dict[str, object]) -> Reached:
    with _overhearing() as overheard:
        try:
            admin = KafkaAdminClient(
                **connection,
                client_id="dateline-doctor",
                bootstrap_timeout_ms=int(_TIMEOUT * 1000),
                request_timeout_ms=int(2 * _TIMEOUT * 1000),
                # a broker may hang up before its refusal is read: ask often enough to hear it once
                reconnect_backoff_ms=50,
                reconnect_backoff_max_ms=200,
            )
            with closing(admin):
                brokers = admin.describe_cluster()["brokers"]
                version = str(admin.get_broker_version_data(brokers[0]["broker_id"]))
        except KafkaError as error:
            return _kafka_refusal(settings, f"{overheard.text}{type(error).__name__}: {error}")
    number = version.strip("<>").rpartition(" ")[2]
    count = f"{len(brokers)} broker{'s' if len(brokers) > 1 else ''}"
    return Reached(
        found=f"speaks the protocol of {number}, {count}, at {', '.join(map(str, _list(connection)))}"
    )


def _list(connection: dict[str, object]) -> list[object]:
    servers = connection["bootstrap_servers"]
    return list(servers) if isinstance(servers, list) else [servers]


def _kafka_refusal(settings: Settings, said: str) -> Reached:
    named = settings.kafka
    last = said.strip().splitlines()[-1]
    if "SaslAuthenticationFailed" in said:
        return Reached(
            found=f"the broker refuses name and password (user {named.sasl_username}, {named.sasl_mechanism})",
            mend="correct DATELINE_KAFKA_SASL_USERNAME and DATELINE_KAFKA_SASL_PASSWORD",
        )
    if "UnsupportedSaslMechanism" in said:
        return Reached(
            found=f"the broker does not offer {named.sasl_mechanism}", mend="correct kafka.sasl_mechanism"
        )
    if "AuthorizationFailed" in said:
        return Reached(found=last, mend="give that user the right to describe the cluster and the topics")
    if named.security_protocol.startswith("SASL"):
        mend = "check kafka.security_protocol, kafka.sasl_mechanism and that the broker's listener uses SASL"
    else:
        mend = (
            "check that this is a Kafka broker without SASL (else set kafka.security_protocol), and that the "
        )
        mend += "addresses it advertises can be reached from here"
    return Reached(found=f"it accepts connections and gives no answer: {last}", mend=mend)


def _elastic_scheme(scheme: str, url: str) -> Reached | None:
    parts = urlsplit(url)
    tls = _speaks_tls(str(parts.hostname), int(parts.port or 0))
    if tls is (scheme == "https"):
        return None
    right = "https" if tls else "http"
    return Reached(
        found=f"{parts.netloc} {'speaks' if tls else 'speaks no'} TLS, and elastic.url begins with {scheme}://",
        mend=f"let elastic.url begin with {right}://",
    )


def _elastic_answer(settings: Settings, url: str) -> Reached:
    try:
        with closing(elastic.client(settings)) as client:
            client = client.options(request_timeout=2 * _TIMEOUT)
            version = client.info()["version"]["number"]
            health = client.cluster.health()["status"]
    except TlsError as error:
        return Reached(
            found=f"{url}: {error.message}",
            mend="let elastic.ca_certs name the authority that signed the certificate, and use the host name in it",
        )
    except AuthenticationException:
        return Reached(
            found="Elasticsearch wants to know who asks"
            if not settings.elastic.api_key
            else "the API key is refused",
            mend="set DATELINE_ELASTIC_API_KEY to a key of this cluster that has not expired",
        )
    except AuthorizationException as error:
        return Reached(
            found=f"the API key lacks a right: {error.message}",
            mend="give it monitor and manage_index_templates on the cluster, and all on Dateline's indices",
        )
    except UnsupportedProductError:
        return Reached(found=f"{url} is not Elasticsearch", mend="correct elastic.url")
    except ConnectionTimeout:
        return Reached(found=f"{url} gives no answer", mend="look at the server's log and load")
    except (TransportError, ApiError, ValueError, FileNotFoundError) as error:
        return Reached(
            found=f"{url}: {error}", mend="check elastic.url and elastic.ca_certs, and the server's log"
        )
    if health == "red":
        return Reached(
            found=f"{version} at {url}, cluster health is red",
            mend="look at its log: some indices cannot be used",
        )
    return Reached(found=f"{version} at {url}, cluster health is {health}")
