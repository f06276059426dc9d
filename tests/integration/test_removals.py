"""A page that is taken down and comes back, from the web server to the archive and back again after a rebuild."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dateline import elastic
from dateline.log import read
from dateline.settings import Settings
from dateline.topology import apply_templates
from producers.memory import Memory
from schemas import envelope
from schemas.acquisition import acquisition_index
from schemas.elastic import Kind, Names
from schemas.reasons import Stage
from schemas.topics import CHANGES, RAW
from tests.integration.test_ingest import ready, run
from tests.unit.producers.web import Behaviour, Web, page

__all__ = ["ready"]
pytestmark = pytest.mark.servers

_TEXT = (
    "The harbour board of Vellmar voted on Tuesday to rebuild the eastern pier, which a winter storm had broken.",
    "“We could not wait for another winter to pass,” said Ingrid Solvang, who chairs the board of the harbour.",
    "The work begins in May and is to last seven months, the engineer told a meeting in the old customs house.",
)


def story(canonical: str, headline: str = "Vellmar to rebuild its broken pier") -> Behaviour:
    """An article as a page."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in _TEXT)
    return page(
        f'<html><head><title>{headline}</title><link rel="canonical" href="{canonical}">'
        f'<meta property="article:published_time" content="2026-03-03T08:00:00Z"></head>'
        f"<body><article><h1>{headline}</h1>{text}</article></body></html>".encode()
    )


class Desk:
    """A source with a feed, its server, and the commands that bring it in."""

    def __init__(self, settings: Settings, web: Web, folder: Path) -> None:
        self.settings = settings
        self.web = web
        self.table = folder / "sources.yaml"
        self.table.write_text(f"sources:\n- id: paper\n  name: Paper\n  feeds:\n  - {web.url('/rss')}\n")

    def do(self, *arguments: str) -> Any:
        """A command in this process; what it prints as JSON."""
        result = run(
            self.settings,
            *arguments,
            sources=str(self.table),
            allow_hosts=(self.web.host,),
            retries=0,
            confirm_removal=0,
        )
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout) if "--json" in arguments else result.stdout

    def process(self) -> None:
        """Every stage, until it has caught up."""
        for stage in Stage:
            self.do("stage", str(stage), "--until-caught-up")

    def revisit(self, *paths: str) -> Any:
        """Make these pages due, and visit what is due."""
        with closing(elastic.client(self.settings)) as client:
            memory = Memory(client, self.settings.namespace)
            known = memory.recall("paper", [self.web.url(path) for path in paths]).values()
            past = datetime.now(UTC) - timedelta(minutes=1)
            assert len(memory.save([msgspec.structs.replace(v, due=past) for v in known])) == len(paths)
            for index in (
                acquisition_index(self.settings.namespace),
                self._alias(Kind.OUTCOMES),
                self._alias(Kind.ARTICLES),
            ):
                client.indices.refresh(index=index, ignore_unavailable=True)
        return self.do("revisit", "--json")

    def history(self, path: str) -> list[dict[str, Any]]:
        """The versions of an article as `show` tells them."""
        with closing(elastic.client(self.settings)) as client:
            client.indices.refresh(index=f"{self._alias(Kind.ARTICLES)},{self._alias(Kind.VERSIONS)}")
        versions: list[dict[str, Any]] = self.do("show", self.web.url(path), "--json")["history"]
        return versions

    def changes(self) -> set[tuple[str, str]]:
        """Class and headline of each change in the index."""
        with closing(elastic.client(self.settings)) as client:
            client.indices.refresh(index=self._alias(Kind.CHANGES))
            hits = client.search(index=self._alias(Kind.CHANGES), size=100)["hits"]["hits"]
        return {(hit["_source"]["class"], hit["_source"]["headline"]) for hit in hits}

    def _alias(self, kind: Kind) -> str:
        return Names(self.settings.namespace).alias(kind)


@pytest.fixture
def desk(ready: Settings, tmp_path: Path) -> Iterator[Desk]:
    """Two articles, one of which has a second address beside its own."""
    with closing(elastic.client(ready)) as client:
        apply_templates(client, ready)
    items = "".join(f"<item><title>T</title><link>/{name}</link></item>" for name in ("pier", "weir-print"))
    with Web() as web:
        web.pages |= {
            "/rss": page(f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()),
            "/pier": story(web.url("/pier")),
            "/weir-print": story(web.url("/weir"), "The weir holds, says the council"),
            "/weir": story(web.url("/weir"), "The weir holds, says the council"),
        }
        yield Desk(ready, web, tmp_path)


def test_a_page_is_removed_and_restored_and_every_document_accounted_for(desk: Desk) -> None:
    """In the raw topic, the history, the changes; another address of a living article is no removal; a rebuild agrees."""
    up = desk.web.pages["/pier"]
    assert desk.do("ingest", "--source", "paper", "--json")["sent"] == 2
    desk.web.pages["/pier"] = page(status=410)
    assert (
        desk.revisit("/pier")["postponed"] == 1
    )  # the pipeline has not seen the page: nothing to remove yet
    desk.process()
    desk.web.pages["/weir-print"] = page(status=404)
    summary = desk.revisit("/pier", "/weir-print")
    assert (summary["gone"], summary["sent"], summary["failed"]) == (2, 1, 0)
    assert desk.revisit("/pier")["sent"] == 0  # one removal, however often it is met
    removals = [m for m in read(desk.settings, [RAW]) if m.headers[envelope.CE_TYPE] == envelope.REMOVED_TYPE]
    assert [(m.headers[envelope.HTTP_STATUS], m.value) for m in removals] == [("410", b"")]
    desk.web.pages["/pier"] = up
    assert desk.revisit("/pier")["sent"] == 1  # the same bytes as ever, and news all the same
    desk.process()
    history = desk.history("/pier")
    assert [version["status"] for version in history] == ["PUBLISHED", "REMOVED", "UPDATED"]
    assert [[c["class"] for c in v["changes"]] for v in history] == [[], ["removal"], ["restored"]]
    assert [version["headline"] for version in history] == ["Vellmar to rebuild its broken pier"] * 3
    assert [version["status"] for version in desk.history("/weir")] == ["PUBLISHED"]
    assert {kind for kind, _ in desk.changes()} == {"removal", "restored"}
    assert [m.value is not None for m in read(desk.settings, [CHANGES])] == [True, True]
    assert desk.do("audit", "--json")["findings"] == []
    before = desk.changes()
    desk.do("rebuild")
    assert desk.history("/pier") == history
    assert desk.changes() == before
