"""Settings: `dateline.toml`, then the environment on top. Secrets come from the environment alone.

Each field of each section can be set as `DATELINE_<SECTION>_<FIELD>` (`DATELINE_KAFKA_BOOTSTRAP_SERVERS`), top-level
fields as `DATELINE_<FIELD>` (`DATELINE_DATA_DIR`). docs/settings.md lists them all.
"""

import os
import tomllib
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from dateline.errors import SettingsError

PREFIX: Final = "DATELINE_"


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where Kafka is. Without `bootstrap_servers`, the embedded server of `data_dir`."""

    bootstrap_servers: str | None = None
    security_protocol: typing.Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    sasl_mechanism: typing.Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    sasl_username: str | None = None
    sasl_password: str | None = None
    replication_factor: int = 1


class ElasticSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where Elasticsearch is. Without `url`, the embedded server of `data_dir`. An `api_key` goes before a password.

    Snapshots go to the repository of that name. Where the cluster has none, one is made in `snapshot_folder`: a path within
    the cluster's `path.repo`. That of the embedded server is `<data_dir>/snapshots`, or the folder itself if it is absolute.
    """

    url: str | None = None
    ca_certs: str | None = None
    verify_certs: bool = True
    api_key: str | None = None
    username: str | None = None
    password: str | None = None
    timeout: float = 30.0
    shards: int = 1
    replicas: int = 0
    snapshot_repository: str = "dateline"
    snapshot_folder: str = "dateline"


class RunnerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How stages run. Times are in seconds."""

    batch_size: int = 100
    batch_bytes: int = 32 * 1024 * 1024
    max_attempts: int = 5
    backoff: float = 0.5
    backoff_max: float = 30.0
    transaction_timeout: float = 30.0
    session_timeout: float = 10.0


class EmbeddedSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The servers that `dateline up` starts. A named port is used or refused; by default a free one near 19092 or 19200."""

    kafka_port: int | None = None
    elastic_port: int | None = None
    kafka_heap: str = "512m"
    elastic_heap: str = "1g"


class IngestSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How documents come in. Times are in seconds.

    `timeout` is for one read, `total_timeout` for one whole exchange. `host_delay` lies between two requests to one host; a
    source or the host's robots.txt may ask for more. `allow_hosts` ("host" or "host:port") are servers of your own: they may
    have private addresses, and no delay is kept. `confirm_removal` lies between the first and the last of the answers (three
    of 404, two of 410) that make a page believed gone. `archive_max_*` are for one zip or tar file with all that is in it: how
    many entries it may have, to how many bytes and how many times its size it may unpack, how deep archives may be nested.
    """

    user_agent: str = "Dateline/0.1 (news archive; set DATELINE_INGEST_USER_AGENT to name a contact)"
    sources: str = "sources.yaml"
    connect_timeout: float = 10.0
    timeout: float = 20.0
    total_timeout: float = 60.0
    retries: int = 3
    max_redirects: int = 5
    concurrency: int = 64
    host_concurrency: int = 2
    host_delay: float = 1.0
    max_document_bytes: int = 60 * 1024 * 1024
    max_page_bytes: int = 16 * 1024 * 1024
    allow_hosts: tuple[str, ...] = ()
    confirm_removal: float = 3600.0
    archive_max_entries: int = 500_000
    archive_max_bytes: int = 32 * 1024 * 1024 * 1024
    archive_max_ratio: int = 200
    archive_max_depth: int = 3


class NormalizeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How documents are read. `max_bytes` is for one document, unpacked; a larger one ends in quarantine."""

    max_bytes: int = 20 * 1024 * 1024


class EnrichSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is found in articles. `without` names enrichments that are left out; `background` is a file of `dateline background`."""

    without: tuple[str, ...] = ()
    background: str | None = None


class ReaderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may read the web page. `token` is asked of everyone; without it the reader serves this machine alone.

    Several tokens may be valid at once. Who has an `operate_token` may also send inputs out of quarantine again.
    `allow_hosts` are further names under which a reader without a token may be asked for; `allow_origins` are sites
    ("https://desk.example") whose pages may read it. `rate_limit` is requests a minute from one address; 0 for any number.
    `tiles` ("https://tiles.example/{z}/{x}/{y}.png") is what maps are drawn on, `tiles_credit` what its owner wants said
    below; without it, maps are drawn on an outline that comes along. For `kept` seconds the same answer is given again to who
    asks for the same, and for as long again while a new one is made; 0 to make each anew.
    """

    token: tuple[str, ...] = ()
    operate_token: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    rate_limit: int = 600
    kept: float = 2.0
    tiles: str = ""
    tiles_credit: str = ""


class RetentionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long things stay in the indices: ages as 90d, 12w, 18m, 2y. Without one, for ever; outcomes go with articles."""

    older_than: str | None = None
    outcomes: str | None = None


class KibanaSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where `dateline kibana apply` puts its objects. Without an `api_key`, the credentials of `elastic` are used."""

    url: str = "http://127.0.0.1:5601"
    space: str = "default"
    ca_certs: str | None = None
    api_key: str | None = None


class AlertsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Saved searches: the `file` that holds them, and how they are sent. Times are in seconds.

    `base_url` is where people find the reader: messages link there too. `timeout` is for one exchange with a receiver;
    after `max_attempts` a message has failed. `allow_hosts` ("host" or "host:port") are receivers of your own: they may
    have private addresses. Mail goes out by `smtp_host`, from `mail_from`; `smtp_security` "none" is for a relay on this machine.
    """

    file: str = "alerts.yaml"
    base_url: str | None = None
    timeout: float = 15.0
    max_attempts: int = 8
    allow_hosts: tuple[str, ...] = ()
    mail_from: str | None = None
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_security: typing.Literal["starttls", "tls", "none"] = "starttls"
    smtp_ca_certs: str | None = None
    smtp_username: str | None = None
    smtp_password: str | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. `namespace` prefixes topics, groups and indices, so that several Datelines share servers."""

    data_dir: str = ".dateline"
    namespace: str = ""
    timezone: str = "UTC"
    log_level: str = "info"
    kafka: KafkaSettings = KafkaSettings()
    elastic: ElasticSettings = ElasticSettings()
    runner: RunnerSettings = RunnerSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    ingest: IngestSettings = IngestSettings()
    reader: ReaderSettings = ReaderSettings()
    normalize: NormalizeSettings = NormalizeSettings()
    enrich: EnrichSettings = EnrichSettings()
    kibana: KibanaSettings = KibanaSettings()
    retention: RetentionSettings = RetentionSettings()
    alerts: AlertsSettings = AlertsSettings()

    @property
    def data_path(self) -> Path:
        """`data_dir` as an absolute path."""
        return Path(self.data_dir).expanduser().absolute()


_LISTS: Final = frozenset(
    {
        "alerts.allow_hosts",
        "ingest.allow_hosts",
        "enrich.without",
        "reader.allow_hosts",
        "reader.allow_origins",
        "reader.token",
        "reader.operate_token",
    }
)
SECRETS: Final = frozenset(
    {
        "alerts.smtp_password",
        "kafka.sasl_password",
        "elastic.api_key",
        "elastic.password",
        "reader.token",
        "reader.operate_token",
        "kibana.api_key",
    }
)


def variables() -> dict[str, str]:
    """Every environment variable that sets something: its name → the setting ("kafka.bootstrap_servers")."""
    names: dict[str, str] = {}
    for field in msgspec.structs.fields(Settings):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            for inner in msgspec.structs.fields(field.type):
                names[f"{PREFIX}{field.name}_{inner.name}".upper()] = f"{field.name}.{inner.name}"
        else:
            names[f"{PREFIX}{field.name}".upper()] = field.name
    return names


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `path` (else `DATELINE_CONFIG`, else ./dateline.toml if there) and the environment.

    Raises SettingsError that names the setting, what was expected and where it was set.
    """
    environ = os.environ if environ is None else environ
    named = path or (Path(environ["DATELINE_CONFIG"]) if environ.get("DATELINE_CONFIG") else None)
    tree = _read_file(named or Path("dateline.toml"), required=named is not None)
    for variable, setting in variables().items():
        if variable in environ and environ[variable] != "":
            section, _, name = setting.rpartition(".")
            target = tree.setdefault(section, {}) if section else tree
            target[name] = _as_value(setting, environ[variable])
    try:
        return msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings: {error} (set in dateline.toml or by a {PREFIX}* variable)") from error


def _read_file(path: Path, *, required: bool) -> dict[str, Any]:
    if not path.exists():
        if required:
            raise SettingsError(f"settings: no file {path}; see --config and DATELINE_CONFIG")
        return {}
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"settings: {path} is not TOML: {error}") from error
    for secret in SECRETS:
        section, _, name = secret.rpartition(".")
        if name in tree.get(section, {}):
            variable = f"{PREFIX}{section}_{name}".upper()
            raise SettingsError(
                f"settings: {path} holds {secret}; secrets come from the environment: set {variable}"
            )
    return tree


def _as_value(setting: str, text: str) -> Any:
    if setting in _LISTS:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text
