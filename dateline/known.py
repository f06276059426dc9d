"""Who is known to the archive: an entity under all its names, with the articles that have it.

Reads the `entities` index (what short forms were learned for whom) and the `articles` index; nothing is written.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.archive import LISTED, Hit, hit_of, in_body
from dateline.elastic import translated
from dateline.ports import Holder
from schemas.elastic import Kind, Names
from schemas.ids import entity_id, namesake, words_of

_FORMS: Final = 200
_ALIASES: Final = 20


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One entity. `aliases` are the forms in which articles name it or may name it; `articles` counts those that do.

    `first` and `last` are times of publication (of fetching, where articles state none); `latest` are its newest articles.
    """

    id: str
    name: str
    type: str
    aliases: tuple[str, ...]
    roles: tuple[str, ...] = ()
    articles: int
    outlets: dict[str, int]
    first: str | None
    last: str | None
    latest: tuple[Hit, ...] = ()


def find(
    client: Elasticsearch,
    namespace: str,
    name: str,
    *,
    kind: str | None = None,
    size: int = 10,
    latest: int = 5,
) -> Sequence[Known]:
    """Entities with all words of `name` in one of their names, those of most articles first.

    Raises Unavailable when there is no answer.
    """
    names = Names(namespace)
    holders = _holders(client, names, name)
    match = {"query": name, "operator": "and"}
    meant: dict[str, Any] = {
        "bool": {
            "should": [
                {"match": {"entities.name.text": match}},
                {"match": {"entities.canonical.text": match}},
                {"terms": {"entities.id": sorted({*(one.id for one in holders), *map(_apart, holders)})}},
            ],
            "minimum_should_match": 1,
            "filter": [{"term": {"entities.type": kind}}] if kind else [],
        }
    }
    with translated("reading names"):
        answer = client.search(
            index=names.alias(Kind.ARTICLES),
            query={
                "bool": {
                    "filter": [{"nested": {"path": "entities", "query": meant}}],
                    "must_not": [{"exists": {"field": "joined"}}],
                }
            },
            size=0,
            aggs={
                "names": {"nested": {"path": "entities"}, "aggs": {"meant": _counted(meant, size, latest)}}
            },
            ignore_unavailable=True,
        )
    if "aggregations" not in answer:
        return []
    buckets = answer["aggregations"]["names"]["meant"]["ids"]["buckets"]
    known = _by_id(holders, {bucket["key"] for bucket in buckets})
    return [_known(bucket, known.get(bucket["key"])) for bucket in buckets]


def _counted(meant: dict[str, Any], size: int, latest: int) -> dict[str, Any]:
    article = {
        "first": {"min": {"field": "published"}},
        "last": {"max": {"field": "published"}},
        "fetched": {"min": {"field": "fetched"}},
        "outlets": {"terms": {"field": "source", "size": _ALIASES}},
        "latest": {
            "top_hits": {
                "size": latest,
                "sort": [{"published": {"order": "desc"}}],
                **in_body(LISTED),
            }
        },
    }
    return {
        "filter": meant,
        "aggs": {
            "ids": {
                "terms": {"field": "entities.id", "size": size},
                "aggs": {
                    "names": {"terms": {"field": "entities.name", "size": _ALIASES}},
                    "canonical": {"terms": {"field": "entities.canonical", "size": 1}},
                    "type": {"terms": {"field": "entities.type", "size": 1}},
                    "articles": {"reverse_nested": {}, "aggs": article},
                },
            }
        },
    }


def _known(bucket: Mapping[str, Any], holder: Holder | None) -> Known:
    articles = bucket["articles"]
    forms = [one["key"] for one in bucket["names"]["buckets"]]
    canonical = [one["key"] for one in bucket["canonical"]["buckets"]]
    name = holder.name if holder else (canonical or [max(forms, key=len)])[0]
    aliases = {*forms, *(holder.written if holder else ())} - {name}
    fetched = articles["fetched"].get("value_as_string")
    return Known(
        id=bucket["key"],
        name=name,
        type=bucket["type"]["buckets"][0]["key"],
        aliases=tuple(sorted(aliases)),
        roles=holder.roles if holder else (),
        articles=articles["doc_count"],
        outlets={one["key"]: one["doc_count"] for one in articles["outlets"]["buckets"]},
        first=articles["first"].get("value_as_string") or fetched,
        last=articles["last"].get("value_as_string") or fetched,
        latest=tuple(hit_of(hit) for hit in articles["latest"]["hits"]["hits"]),
    )


def _holders(client: Elasticsearch, names: Names, name: str) -> list[Holder]:
    """What the index of names has of full names with these words: a holder for each form and field."""
    wanted = set(words_of(name))
    with translated("reading names"):
        answer = client.search(
            index=names.alias(Kind.ENTITIES),
            query={"match": {"names.text": {"query": name, "operator": "and"}}},
            size=_FORMS,
            source_includes=["holders"],
            ignore_unavailable=True,
        )
    return [
        holder
        for hit in answer["hits"]["hits"]
        for holder in msgspec.convert(hit["_source"]["holders"], tuple[Holder, ...])
        if wanted <= set(words_of(holder.name))
    ]


def _apart(holder: Holder) -> str:
    """The id that a holder has if somebody else had the name before."""
    return entity_id("person", namesake(holder.name, holder.field))


def _by_id(holders: Sequence[Holder], ids: Collection[str]) -> dict[str, Holder]:
    """The entities among the holders, each with all forms and roles learned for it. `ids` tells which of them are namesakes."""
    found: dict[str, Holder] = {}
    for holder in holders:
        id_, name = holder.id, holder.name
        if _apart(holder) in ids:
            id_, name = _apart(holder), namesake(holder.name, holder.field)
        other = found.get(id_, holder)
        found[id_] = msgspec.structs.replace(
            holder,
            id=id_,
            name=name,
            written=tuple(sorted({*holder.written, *other.written})),
            roles=tuple(sorted({*holder.roles, *other.roles})),
        )
    return found
