"""Why a server gives no answer, against real sockets that refuse in each of these ways."""

import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from dateline import reach
from dateline.settings import ElasticSettings, KafkaSettings, Settings

Answer = tuple[int, object]
INFO = {"version": {"number": "9.5.3"}, "tagline": "You Know, for Search"}


@contextmanager
def elastic(
    answers: dict[str, Answer], context: ssl.SSLContext | None = None, *, product: str = "Elasticsearch"
) -> Iterator[str]:
    """A server that answers as Elasticsearch would; yields its address without scheme."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path, (404, {}))
            payload = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("X-Elastic-Product", product)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that breaks off a handshake is the subject here."""

        def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
            secured = context.wrap_socket(request, server_side=True) if context else request
            try:
                super().finish_request(secured, client_address)
            finally:
                secured.close()

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """A server's context whose certificate `authority` signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def with_elastic(url: str, **more: object) -> Settings:
    return Settings(elastic=ElasticSettings(url=url, **more))  # type: ignore[arg-type]


def with_kafka(address: str, **more: object) -> Settings:
    return Settings(kafka=KafkaSettings(bootstrap_servers=address, **more))  # type: ignore[arg-type]


def test_an_elasticsearch_that_answers() -> None:
    """Version and health are told, and nothing is to mend."""
    with elastic({"/": (200, INFO), "/_cluster/health": (200, {"status": "green"})}) as address:
        reached = reach.elasticsearch(with_elastic(f"http://{address}"))
    assert reached.answers
    assert "9.5.3" in reached.found


@pytest.mark.parametrize(
    ("answers", "product", "advice"),
    [
        ({"/": (401, {})}, "Elasticsearch", "DATELINE_ELASTIC_API_KEY"),
        ({"/": (200, INFO), "/_cluster/health": (403, {})}, "Elasticsearch", "monitor"),
        ({"/": (200, INFO)}, "Something else", "elastic.url"),
        ({"/": (200, INFO), "/_cluster/health": (200, {"status": "red"})}, "Elasticsearch", "log"),
    ],
)
def test_an_elasticsearch_that_refuses(answers: dict[str, Answer], product: str, advice: str) -> None:
    """A missing key, a missing right, another product and a red cluster each have their cure."""
    with elastic(answers, product=product) as address:
        reached = reach.elasticsearch(with_elastic(f"http://{address}"))
    assert advice in (reached.mend or "")


def test_the_wrong_scheme_is_told(tls: ssl.SSLContext) -> None:
    """http:// to a TLS port and https:// to a plain one say which is right."""
    with elastic({}, tls) as address:
        assert "https://" in (reach.elasticsearch(with_elastic(f"http://{address}")).mend or "")
    with elastic({}) as address:
        assert "http://" in (reach.elasticsearch(with_elastic(f"https://{address}")).mend or "")


def test_an_authority_that_is_not_known_is_told(
    tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path
) -> None:
    """A certificate nobody vouches for names the setting; with that setting, all is well."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    answers: dict[str, Answer] = {"/": (200, INFO), "/_cluster/health": (200, {"status": "green"})}
    with elastic(answers, tls) as address:
        assert "elastic.ca_certs" in (reach.elasticsearch(with_elastic(f"https://{address}")).mend or "")
        trusting = with_elastic(f"https://{address}", ca_certs=str(tmp_path / "ca.pem"))
        assert reach.elasticsearch(trusting).answers


@pytest.mark.parametrize("url", ["localhost:9200", "http://localhost", "ftp://localhost:9200"])
def test_an_address_in_the_wrong_form_is_told(url: str) -> None:
    """Scheme, host and port are all needed."""
    assert "https://HOST:PORT" in (reach.elasticsearch(with_elastic(url)).mend or "")


@pytest.mark.parametrize(
    ("probe", "setting"),
    [
        (lambda address: reach.kafka(with_kafka(address)), "kafka.bootstrap_servers"),
        (lambda address: reach.elasticsearch(with_elastic(f"http://{address}")), "elastic.url"),
    ],
)
def test_nobody_there_is_told(probe: Callable[[str], reach.Reached], setting: str) -> None:
    """A port without a server and a host without a name point at the setting."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert setting in (probe(f"127.0.0.1:{port}").mend or "")
    assert setting in (probe("no-such-host.invalid:9092").mend or "")


def test_kafka_and_tls_that_do_not_match_are_told(
    tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path
) -> None:
    """TLS where none is expected, none where it is, and an unknown authority each name the setting."""
    with elastic({}, tls) as address:
        assert "to SSL" in (reach.kafka(with_kafka(address)).mend or "")
        unknown = reach.kafka(with_kafka(address, security_protocol="SSL"))
        assert "kafka.ssl_cafile" in (unknown.mend or "")
        absent = reach.kafka(
            with_kafka(address, security_protocol="SSL", ssl_cafile=str(tmp_path / "none.pem"))
        )
        assert "kafka.ssl_cafile" in (absent.mend or "")
    with elastic({}) as address:
        assert "to PLAINTEXT" in (reach.kafka(with_kafka(address, security_protocol="SSL")).mend or "")


def test_sasl_without_a_name_is_told() -> None:
    """The variables that hold the secrets are named before anything is sent."""
    reached = reach.kafka(with_kafka("localhost:9092", security_protocol="SASL_SSL"))
    assert "DATELINE_KAFKA_SASL_PASSWORD" in (reached.mend or "")
