"""The same query asked of the index and of the records themselves: the same articles."""

import pytest
from elasticsearch import Elasticsearch

from dateline import elastic
from dateline.archive import Archive, Filters
from dateline.query import matcher
from dateline.settings import Settings
from tests.archive import BOATS, COPY, HARM, fill

QUERIES = (
    "boats",
    "boat saltmarsh",
    "returning boats",
    '"boats return"',
    '"return boats"',
    "salt*",
    "boats -gazette headline:back",
    "four OR gazette",
    "headline:saltmarsh body:pier",
    'author:"Mara Quill"',
    "source:courier",
    "section:coast",
    "keyword:boats",
    "person:fenick",
    'person:"Odo Fennick"',
    "org:fennick",
    "speaker:fennick said:given",
    'said:"given up on them"',
    "published:2026-03-02",
    "published:2026-02",
    "published:>=2026-03",
    "published:<=2026-03-02 is:original",
    "modified:2026-03",
    "is:updated",
    "is:copy",
    f"copyof:{BOATS.id}",
    "changed:number",
    "language:en -is:copy",
    BOATS.url,
    "script",
    "person:*",
    "organization:* boats",
    "name:* -keyword:*",
    "speaker:* said:given",
    "standfirst:*",
    "changed:*",
    "copyof:*",
    "modified:* -topic:* -country:*",
    "url:* id:* source:* flag:*",
)


@pytest.fixture
def client(settings: Settings) -> Elasticsearch:
    made = elastic.client(settings)
    fill(made, settings)
    return made


def test_index_and_memory_agree(client: Elasticsearch, settings: Settings) -> None:
    """For every kind of clause of the language."""
    archive = Archive(client, settings.namespace)
    for query in QUERIES:
        found = {hit.id for hit in archive.search(query, Filters(), size=50).hits}
        assert found == {one.id for one in (BOATS, COPY, HARM) if matcher(query)(one)}, query
    client.close()
