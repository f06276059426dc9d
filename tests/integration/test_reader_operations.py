"""Operating by the reader: roles, forms that only our pages can send, and quarantine sent again; all on real servers."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from dateline import elastic
from dateline.cli import main
from dateline.lag import READS, lags
from dateline.quarantine import entries
from dateline.settings import Settings
from schemas.reasons import Stage
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.reading import served

pytestmark = pytest.mark.servers

READ, OPERATE = "reads-7f3a", "operates-91cc"


@pytest.fixture
def behind(settings: Settings, tmp_path: Path) -> Pipeline:
    """One document that normalize put into quarantine, one that no stage has read."""
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send([("courier", "https://courier.example/empty", "text/html", b"<html></html>")])
    pipeline.catch_up("normalize", "index")
    pipeline.send([("courier", "https://courier.example/new", "text/html", b"<html></html>")])
    with closing(elastic.client(settings)) as client:
        client.indices.refresh(index=f"{settings.namespace}-*")
    return pipeline


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """A reader that asks for tokens."""
    with served(settings, DATELINE_READER_TOKEN=f"{READ},older", DATELINE_READER_OPERATE_TOKEN=OPERATE) as (
        found,
        _,
    ):
        yield found


def browser(address: str) -> httpx.Client:
    """Cookies are kept, redirections followed; reading is allowed by the browser's password."""
    return httpx.Client(base_url=address, auth=("anyone", READ), follow_redirects=True, timeout=30)


def form_token(page: httpx.Response) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def test_what_each_stage_reads_is_said_once() -> None:
    """The page counts what the stages' lanes name."""
    from consumers.deduplicate import DeduplicateStage
    from consumers.enrich import EnrichStage
    from consumers.index import IndexStage
    from consumers.normalize import NormalizeStage

    for stage in (NormalizeStage, DeduplicateStage, EnrichStage, IndexStage):
        assert READS[stage.name] == tuple(topic for lane in stage.lanes for topic in lane.topics)


def test_the_page_of_the_pipeline(behind: Pipeline, address: str) -> None:
    """It shows how far each stage is behind, what is refused and why, and in a moment what the audit found."""
    with browser(address) as reader:
        page = reader.get("/pipeline").text
        assert "no body" in page
        assert "https://courier.example/empty" in page
        assert {one.stage: one.behind for one in lags(behind.settings) if one.topic.endswith("raw.v1")} == {
            Stage.NORMALIZE: 1
        }
        assert 'title="articles.raw.v1: 1' in page
        deadline = time.monotonic() + 240
        while "the audit is under way" in page.lower():
            assert time.monotonic() < deadline
            page = reader.get("/pipeline").text
        assert "received =" in page
        assert "All accounted for" in page


def test_quarantine_is_sent_again_by_who_may(behind: Pipeline, address: str) -> None:
    """An operator ticks an input and sends it again, once; nobody else can, and no other site's form."""
    (held, _), *_ = entries(behind.settings)
    with browser(address) as reader:
        page = reader.get("/pipeline").text
        assert "form_token" not in page
        sent = {"events": held.event_id, "form_token": "forged"}
        assert reader.post("/pipeline/replay", data=sent).status_code == 403
        assert reader.post("/login", data={"token": READ}).status_code == 403
        as_operator = httpx.post(f"{address}/pipeline/replay", data=sent, auth=("anyone", OPERATE))
        assert as_operator.status_code == 403  # a browser sends this password with any site's form
        page = reader.post("/login", data={"token": OPERATE})
        assert page.url.path == "/pipeline"
        assert f'value="{held.event_id}"' in page.text
        assert reader.post("/pipeline/replay", data=sent).status_code == 403
        nothing = reader.post("/pipeline/replay", data={"form_token": form_token(page)})
        assert (nothing.status_code, "at least one" in nothing.text) == (400, True)
        for count in ("1 sent again", "0 sent again"):
            done = reader.post(
                "/pipeline/replay", data={"events": held.event_id, "form_token": form_token(page)}
            )
            assert count in done.text
        assert [entry.replayed for entry, _ in entries(behind.settings)] == [True]
        reader.post("/logout", data={"form_token": form_token(page)})
        assert "form_token" not in reader.get("/pipeline").text


def test_a_session_ends_with_its_token(settings: Settings) -> None:
    """The cookie is for this site's own requests alone, out of scripts' reach, and worth nothing once the token is another."""
    with served(settings, DATELINE_READER_OPERATE_TOKEN=OPERATE) as (address, _):
        answer = httpx.post(f"{address}/login", data={"token": OPERATE})
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        session = {"dateline_session": answer.cookies["dateline_session"]}
        assert "Log out" in httpx.get(f"{address}/pipeline", cookies=session).text
    with served(settings, DATELINE_READER_OPERATE_TOKEN="another") as (address, _):
        assert "Log out" not in httpx.get(f"{address}/pipeline", cookies=session).text


def test_roles_and_tokens(address: str) -> None:
    """Any of several read tokens reads, an operator's reads too, and no other."""
    for token, status in ((READ, 200), ("older", 200), (OPERATE, 200), ("wrong", 401)):
        asked = httpx.get(f"{address}/api/v1/sources", headers={"authorization": f"Bearer {token}"})
        assert asked.status_code == status, token


def test_the_access_log_keeps_secrets(settings: Settings) -> None:
    """A line a request, with path, status and role; no token, no cookie, nothing that was searched for."""
    with served(settings, DATELINE_READER_TOKEN=READ) as (address, log):
        httpx.get(f"{address}/search?q=whistleblower&token={READ}", auth=("anyone", READ))
        httpx.get(f"{address}/sources", headers={"cookie": "dateline_session=abc"})
    written = log.read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    assert [(one["path"], one["status"], one["role"]) for one in lines if one["event"] == "request"] == [
        ("/search", 200, "read"),
        ("/sources", 401, "none"),
    ]
    for secret in (READ, "whistleblower", "dateline_session"):
        assert secret not in written


def test_limits_and_other_sites(settings: Settings) -> None:
    """Past the limit an address waits (429 and when to come again); pages of other sites may read only where it is set."""
    elsewhere = {"x-forwarded-for": "192.0.2.7"}
    origin = "https://desk.example"
    with served(settings, DATELINE_READER_RATE_LIMIT="3", DATELINE_READER_ALLOW_ORIGINS=origin) as (
        address,
        _,
    ):
        api = f"{address}/api/v1/sources"
        answers = [httpx.get(api, headers=elsewhere) for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        assert answers[-1].headers["content-type"] == "application/problem+json"
        assert all(httpx.get(api).status_code == 200 for _ in range(5))
        for asking, allowed in ((origin, origin), ("https://evil.example", None)):
            answer = httpx.get(api, headers={"origin": asking})
            assert answer.headers.get("access-control-allow-origin") == allowed
    with served(settings) as (address, _):
        answer = httpx.get(f"{address}/api/v1/sources", headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "DATELINE_READER_TOKEN"),
        (["--host", "203.0.113.9", "--port", "0"], "cannot listen"),
    ],
)
def test_what_cannot_be_served_is_refused(settings: Settings, arguments: list[str], words: str) -> None:
    """Without tokens other machines cannot be served, and an address of another machine never; the reason is said."""
    tokens = {"DATELINE_READER_TOKEN": READ} if words == "cannot listen" else {}
    done = CliRunner().invoke(main, ["serve", *arguments], env=environ(settings) | tokens)
    assert done.exit_code == 2
    assert words in done.output
