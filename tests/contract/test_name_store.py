"""What every name store promises: one suite, on the fake and on a real Elasticsearch."""

import uuid
from collections.abc import Iterator

import msgspec
import pytest

from dateline.elastic import client
from dateline.embedded import Endpoints
from dateline.errors import Unavailable
from dateline.fakes import FakeNameStore
from dateline.names import ElasticNameStore
from dateline.ports import Holder, NameForm, NameStore
from dateline.settings import ElasticSettings, Settings
from schemas.entities_mapping import ENTITIES_MAPPING

TARN = Holder(
    id="i1",
    name="Ilse Tarn",
    written=("Tarn",),
    articles=("00000001",),
    outlets=("post",),
    roles=("minister",),
    company=("12345678",),
    genders=("f",),
    first="2031-03-04",
    last="2031-03-05",
)
FORM = NameForm(key="person:o'tarn øst", holders=(TARN,))


@pytest.fixture(params=["fake", pytest.param("elastic", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest) -> Iterator[NameStore]:
    if request.param == "fake":
        yield FakeNameStore()
        return
    endpoints: Endpoints = request.getfixturevalue("endpoints")
    with client(Settings(elastic=ElasticSettings(url=endpoints.elastic_url))) as server:
        index = f"entities-{uuid.uuid4().hex}"
        server.indices.create(index=index, mappings=ENTITIES_MAPPING, settings={"refresh_interval": "-1"})
        yield ElasticNameStore(server, index=index)
        server.indices.delete(index=index)


def test_what_was_put_is_read_back_at_once(store: NameStore) -> None:
    """Every field, by its key, and nothing for a form that nobody has taught."""
    assert store.forms([]) == {}
    assert store.put([]) == []
    assert store.put([FORM]) == []
    found = store.forms([FORM.key, "person:nobody"])
    assert {key: one.holders for key, one in found.items()} == {FORM.key: (TARN,)}


def test_a_form_is_written_only_as_it_was_read(store: NameStore) -> None:
    """Neither a new form that is there already nor an old one that has changed is overwritten; others are written."""
    store.put([FORM])
    assert store.put([FORM, NameForm(key="person:other", holders=(TARN,))]) == [FORM.key]
    read = store.forms([FORM.key, "person:other"])
    assert set(read) == {FORM.key, "person:other"}
    changed = msgspec.structs.replace(read[FORM.key], holders=())
    assert store.put([changed]) == []
    assert store.put([changed]) == [FORM.key]
    assert store.forms([FORM.key])[FORM.key].holders == ()


@pytest.mark.servers
def test_a_missing_index_is_a_server_that_is_not_ready(endpoints: Endpoints) -> None:
    """The stage waits for `dateline templates apply`, and drops nothing."""
    with client(Settings(elastic=ElasticSettings(url=endpoints.elastic_url))) as server:
        absent = ElasticNameStore(server, namespace=f"t{uuid.uuid4().hex[:10]}")
        with pytest.raises(Unavailable, match="run `dateline templates apply` once"):
            absent.forms(["person:tarn"])
        with pytest.raises(Unavailable, match="run `dateline templates apply` once"):
            absent.put([FORM])
