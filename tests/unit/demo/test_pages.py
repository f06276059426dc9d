"""What the demo's documents say, in each layout."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from consumers.deduplicate.canonical import content_hash
from consumers.normalize.article import normalize
from consumers.normalize.document import Document
from dateline.demo import Outlet, Story, expected, outlets, raw_documents, scenes, stories
from dateline.demo.command import main
from dateline.demo.pages import article
from dateline.demo.storyfile import plain
from dateline.demo.world import HERE, by_id
from schemas.records import Article

SCENE = 3
PAGES = list(zip(stories(SCENE), raw_documents(SCENE), strict=True))


def words(text: str) -> str:
    return " ".join(text.split())


def read(story: Story, scene: int, tick: int) -> Article:
    outlet = by_id(story.outlet)
    return normalize(
        Document(
            body=article(story, scene, tick=tick),
            content_type=outlet.content_type,
            url=story.url,
            source=outlet.id,
            fetched="2026-03-06T10:00:00Z",
            timezone=outlet.timezone,
        )
    )


def structured(body: bytes) -> list[Any]:
    soup = BeautifulSoup(body, "lxml")
    return [json.loads(tag.text) for tag in soup.find_all("script", type="application/ld+json")]


@pytest.mark.parametrize(("story", "document"), PAGES, ids=[story.id for story, _ in PAGES])
def test_a_document_shows_all_of_its_story(story: Story, document: tuple[Outlet, str, str, bytes]) -> None:
    """Headline, standfirst, names and every block are there to be read, in order, in the charset it declares."""
    outlet, url, content_type, body = document
    assert url == story.url
    charset = content_type.partition("charset=")[2]
    shown = body.decode(charset)
    if outlet.layout != "text":
        shown = BeautifulSoup(body, "lxml", from_encoding=charset).get_text(" ")
    shown = re.sub(r"\s+([.,’”“;:)])", r"\1", words(shown))
    blocks = [block for block in story.blocks if not (block.kind == "figure" and outlet.layout == "text")]
    pieces = [story.headline, story.standfirst, *(plain(line) for b in blocks for line in b.text.split("\n"))]
    place = 0
    for piece in pieces:
        found = shown.find(re.sub(r"\s+([.,’”“;:)])", r"\1", words(piece)), place)
        assert found >= 0, piece
        place = found
    assert all(name in shown for name in story.authors)
    assert story.correction is None or story.correction in shown


def test_layouts_are_really_different() -> None:
    """Every outlet has one of its own; of the HTML ones some state their facts as data and some hardly at all."""
    first = {outlet.layout: body for outlet, _, _, body in reversed(raw_documents(0))}
    assert len(first) == len(outlets())
    assert {name for name, body in first.items() if structured(body)} == {"jsonld", "graph", "ticker"}
    assert b"itemprop" in first["microdata"]
    assert b"article:published_time" in first["meta"]
    assert b"<meta" not in first["table"]
    assert not any(
        mark in first["table"] for mark in (b"<time", b"datePublished", b"published_time", b"<article")
    )
    assert b"<" not in first["text"]


def test_a_graph_names_nodes_that_are_in_it() -> None:
    """The article of a @graph finds its authors, publisher and page by their ids."""
    for story, (outlet, _, _, body) in PAGES:
        if outlet.layout == "graph":
            nodes = {node["@id"]: node for node in structured(body)[0]["@graph"]}
            found = nodes[f"{story.url}#article"]
            assert found["datePublished"] == story.published.isoformat()
            assert nodes[found["publisher"]["@id"]]["name"] == outlet.name
            if story.authors:
                assert tuple(nodes[who["@id"]]["name"] for who in found["author"]) == story.authors


def test_a_page_that_prints_no_zone_prints_local_time() -> None:
    """The old layout and the plain text give the outlet's own clock."""
    first = {
        outlet.layout: body for outlet, _, _, body in raw_documents(0) if outlet.layout in ("table", "text")
    }
    assert b"Published: Monday, 2 March 2026, 8:00am" in first["table"]
    assert (
        b"PUBLISHED : Monday, 02 March, 2026, 9:20pm\nUPDATED : Tuesday, 03 March, 2026, 8:24am"
        in first["text"]
    )


def test_the_pipeline_reads_the_versions_that_are_expected() -> None:
    """With other surroundings in each scene, every article has its number of different contents and no more."""
    contents: dict[str, set[str]] = {}
    for scene in range(len(scenes())):
        for story in stories(scene):
            contents.setdefault(story.id, set()).add(content_hash(read(story, scene, tick=211 * scene)))
    several = {fact.story: fact.versions for fact in expected().histories}
    assert {story: len(found) for story, found in contents.items() if len(found) > 1} == several
    assert len(contents) == expected().articles


def test_the_texts_beside_the_world_are_its_own() -> None:
    """texts/*.txt are the plain-text outlet's documents; after an edit: --write dateline/demo/texts --outlet straitline."""
    texts = {path.read_bytes() for path in (HERE / "texts").glob("*.txt")}
    assert texts == {body for outlet, _, _, body in raw_documents(0) if outlet.layout == "text"}


def test_the_world_can_be_written_to_files(tmp_path: Path) -> None:
    """--write makes one file a document, and the manifest names URL, source and zone of each."""
    result = CliRunner().invoke(main, ["--write", str(tmp_path), "--scene", str(SCENE), "--manifest"])
    assert result.exit_code == 0, result.output
    lines = (tmp_path / "manifest.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    documents = {url: body for _, url, _, body in raw_documents(SCENE)}
    assert {entry["url"]: (tmp_path / entry["path"]).read_bytes() for entry in entries} == documents
    assert {(entry["source"], entry["timezone"]) for entry in entries} == {
        (o.id, o.timezone) for o in outlets()
    }
