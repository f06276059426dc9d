"""A cluster with lifecycle management, as far as its documentation says what it takes: what it does not say is refused.

Source: Elasticsearch reference, "Create or update lifecycle policy", "Index lifecycle actions", "Index lifecycle management settings".
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any, Literal

import msgspec

_POLICY_NAME = re.compile(r"[^_,\s][^,\s]{0,254}")
_ORDER = ("hot", "warm", "delete")
_DAYS = {"d": 1.0, "h": 1 / 24, "m": 1 / 1440, "s": 1 / 86_400, "ms": 1 / 86_400_000}

Age = Annotated[str, msgspec.Meta(pattern=r"^\d+(d|h|m|s|ms)$")]


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    """A documented object: no other field is known."""


class ForceMerge(Strict):
    max_num_segments: Annotated[int, msgspec.Meta(ge=1)]
    index_codec: Literal["best_compression"] | None = None


class Delete(Strict):
    delete_searchable_snapshot: bool = True


class HotActions(Strict):
    """Without a rollover, neither a merge nor a block is allowed here."""


class WarmActions(Strict):
    forcemerge: ForceMerge | None = None
    readonly: Strict | None = None


class DeleteActions(Strict):
    delete: Delete | None = None


class Hot(Strict):
    actions: HotActions
    min_age: Age = "0ms"


class Warm(Strict):
    actions: WarmActions
    min_age: Age = "0ms"


class Gone(Strict):
    actions: DeleteActions
    min_age: Age = "0ms"


class Phases(Strict):
    hot: Hot | None = None
    warm: Warm | None = None
    delete: Gone | None = None


class Policy(Strict):
    phases: Phases


class PutPolicy(Strict):
    policy: Policy


class Lifecycle(Strict):
    """`origination_date` is in milliseconds since 1970."""

    name: str
    origination_date: Annotated[int, msgspec.Meta(ge=0)] | None = None


class IndexSettings(Strict):
    lifecycle: Lifecycle


class PutSettings(Strict):
    index: IndexSettings


class Cluster(BaseHTTPRequestHandler):
    """Notes what it took. `readable` is whether the key of whoever asks may read policies."""

    policies: dict[str, Phases]
    lifecycles: dict[str, Lifecycle]
    readable: bool

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing."""

    def do_GET(self) -> None:
        """Policies, and one index for each pattern."""
        asked = self.path.split("?")[0].strip("/")
        if asked != "_ilm/policy":
            self._answer({asked.replace("*", "2017" if "articles" in asked else "2017.12"): {"aliases": {}}})
        elif self.readable:
            self._answer({name: {"version": 1} for name in self.policies})
        else:
            self._refuse("security_exception", "action [cluster:admin/ilm/get] is unauthorized", 403)

    def do_PUT(self) -> None:
        """Policies and settings of indices."""
        asked = self.path.split("?")[0].strip("/")
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            if asked.startswith("_ilm/policy/"):
                self._put_policy(
                    asked.removeprefix("_ilm/policy/"), msgspec.json.decode(body, type=PutPolicy)
                )
            else:
                self._put_settings(asked, msgspec.json.decode(body, type=PutSettings))
        except ValueError as error:
            self._refuse("x_content_parse_exception", str(error), 400)
        else:
            self._answer({"acknowledged": True})

    def _put_policy(self, name: str, body: PutPolicy) -> None:
        if not _POLICY_NAME.fullmatch(name):
            raise ValueError(f"invalid policy name [{name}]")
        phases = body.policy.phases
        ages = [_days(phase.min_age) for place in _ORDER if (phase := getattr(phases, place)) is not None]
        if not ages or ages != sorted(ages):
            raise ValueError("phases must be there, and each begin no earlier than the one before")
        self.policies[name] = phases

    def _put_settings(self, path: str, body: PutSettings) -> None:
        index, _, what = path.partition("/")
        if what != "_settings":
            raise ValueError(f"no such endpoint: {path}")
        if body.index.lifecycle.name not in self.policies:
            raise ValueError(f"no policy {body.index.lifecycle.name}")
        self.lifecycles[index] = body.index.lifecycle

    def _answer(self, body: Any, status: int = 200) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("x-elastic-product", "Elasticsearch")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _refuse(self, kind: str, why: str, status: int) -> None:
        self._answer({"error": {"type": kind, "reason": why}, "status": status}, status)


@contextmanager
def cluster(*, readable: bool = True) -> Iterator[tuple[str, type[Cluster]]]:
    """A server on loopback, while the block lasts: its address, and what it took."""
    made = type("Made", (Cluster,), {"policies": {}, "lifecycles": {}, "readable": readable})
    with ThreadingHTTPServer(("127.0.0.1", 0), made) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", made
        server.shutdown()


def _days(age: str) -> float:
    matched = re.fullmatch(r"(\d+)(\D+)", age)
    assert matched
    return int(matched[1]) * _DAYS[matched[2]]
