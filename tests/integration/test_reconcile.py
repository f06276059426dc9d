"""Two copies that two processes met at once find each other, on the real servers."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from dateline import elastic
from dateline.cli import main
from dateline.log import read
from dateline.settings import Settings
from schemas.elastic import Kind, Names
from schemas.records import Version
from schemas.topics import VERSIONS
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.unit.deduplicate.world import HARBOUR

PAGE = """<html lang="en"><head><title>{title}</title><meta property="article:published_time" content="{time}">
<link rel="canonical" href="{url}"></head><body><article><h1>{title}</h1>{body}</article></body></html>"""


def page(outlet: str, title: str, time: str) -> tuple[str, str, str, bytes]:
    url = f"https://{outlet}.example/2026/pier"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in HARBOUR)
    return outlet, url, "text/html", PAGE.format(title=title, time=time, url=url, body=body).encode()


def origins(settings: Settings) -> dict[str, str | None]:
    """Source → source of the origin, as the topic of versions last says."""
    last = [msgspec.json.decode(m.value or b"", type=Version) for m in read(settings, [VERSIONS])]
    return {version.source: version.copy_of.source if version.copy_of else None for version in last}


@pytest.mark.servers
def test_copies_that_raced_are_repaired(settings: Settings, tmp_path: Path) -> None:
    """With an index that shows nothing new, a second process cannot see the first one's article; afterwards it is told."""
    pipeline = Pipeline(settings, tmp_path)
    with closing(elastic.client(settings)) as client:
        index = Names(settings.namespace).alias(Kind.IDENTITY)
        client.indices.put_settings(index=index, settings={"refresh_interval": "-1"})
    for one in (
        page("wire", "Pier to be rebuilt", "2026-03-03T08:00:00Z"),
        page("gazette", "A new pier", "2026-03-03T09:00:00Z"),
    ):
        pipeline.send([one])
        pipeline.catch_up("normalize", "deduplicate")
    assert origins(settings) == {"wire": None, "gazette": None}
    done = CliRunner(env=environ(settings)).invoke(main, ["reconcile", "--json"])
    assert done.exit_code == 0, done.output
    assert msgspec.json.decode(done.stdout)["sent"] > 0
    pipeline.catch_up("deduplicate", "enrich", "index")
    assert origins(settings) == {"wire": None, "gazette": "wire"}
    assert pipeline.audit().clean
