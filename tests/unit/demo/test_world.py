"""The data of the demo world: that it holds what it promises."""

from pathlib import Path

import msgspec
import pytest

from dateline.demo import Story, expected, outlets, raw_documents, scenes, stories
from dateline.demo.scenes import Edit, edited
from dateline.demo.storyfile import Block, blocks, plain, read, split
from dateline.errors import UsageError

LAST = len(scenes()) - 1


def content(story: Story) -> bytes:
    """All of a story but what the server knows of its page."""
    return msgspec.json.encode(
        msgspec.structs.replace(story, touched=story.published, touches=0, modified=None)
    )


def history(identity: str) -> list[Story]:
    """The versions of one story, oldest first."""
    found: list[Story] = []
    for scene in range(len(scenes())):
        for story in stories(scene):
            if story.id == identity and (not found or content(story) != content(found[-1])):
                found.append(story)
    return found


def quoted(story: Story) -> int:
    return sum(paragraph.count("“") + paragraph.count("„") for paragraph in story.paragraphs)


def test_each_scene_holds_what_is_expected() -> None:
    """Articles and versions seen so far, and what was added, changed, removed or sent again, scene by scene."""
    seen: dict[str, set[bytes]] = {}
    before: dict[str, Story] = {}
    for number, facts in enumerate(expected().scenes):
        now = {story.id: story for story in stories(number)}
        for identity, story in now.items():
            seen.setdefault(identity, set()).add(content(story))
        both = now.keys() & before.keys()
        assert len(now) == facts.readable
        assert len(seen) == facts.articles
        assert sum(map(len, seen.values())) == facts.versions
        assert len(now.keys() - before.keys()) == facts.added
        assert before.keys() - now.keys() == set(facts.removed)
        assert {i for i in both if content(now[i]) != content(before[i])} == set(facts.changed)
        assert {i for i in both if now[i].touches > before[i].touches} == set(facts.unchanged)
        before = now
    assert (len(seen), sum(map(len, seen.values()))) == (expected().articles, expected().versions)


def test_histories_are_those_expected() -> None:
    """Each changed article has the number of versions and the changes that the facts name."""
    changed = {identity for facts in expected().scenes for identity in facts.changed}
    assert changed == {fact.story for fact in expected().histories}
    for fact in expected().histories:
        versions = history(fact.story)
        assert len(versions) == fact.versions == len(fact.changes) + 1
        for old, new, classes in zip(versions, versions[1:], fact.changes, strict=False):
            assert (old.headline != new.headline) == ("headline" in classes)
            assert (old.standfirst != new.standfirst) == ("standfirst" in classes)
            assert (old.authors != new.authors) == ("byline" in classes)
            assert (old.correction != new.correction) == ("correction" in classes)
            assert (old.modified == new.modified) == ("silent_edit" in classes)


def test_copies_are_those_expected() -> None:
    """Whole copies are whole, trimmed ones add nothing, extended ones add paragraphs of their own."""
    now = {story.id: story for story in stories(LAST)}
    copies = {story.id for story in now.values() if story.copy_of}
    assert copies == {fact.story for fact in expected().copies}
    for fact in expected().copies:
        copy, origin = now[fact.story], now[fact.origin]
        kept = set(copy.paragraphs) & set(origin.paragraphs)
        added, cut = set(copy.paragraphs) - kept, set(origin.paragraphs) - kept
        assert len(kept) >= 3
        assert (bool(added), fact.relation == "whole") == (fact.relation == "extended", not added and not cut)
        assert copy.outlet != origin.outlet
        assert copy.published > origin.published


@pytest.mark.parametrize("story", stories(LAST), ids=lambda story: story.id)
def test_a_story_is_a_whole_piece_of_news(story: Story) -> None:
    """Kicker, headline, standfirst, somebody to hold responsible, 180 to 600 words, and people who speak."""
    assert story.kicker
    assert 20 < len(story.headline) < 120
    assert 40 < len(story.standfirst) < 240
    assert story.authors or story.credit or story.outlet == "straitline"
    assert 180 <= sum(len(paragraph.split()) for paragraph in story.paragraphs) <= 600
    assert quoted(story) >= 2
    assert story.modified is None or story.modified > story.published
    assert story.section in next(o.sections for o in outlets() if o.id == story.outlet)


def test_addresses_stay_the_same_through_all_scenes() -> None:
    """A story keeps its URL when its headline changes, and no two share one."""
    urls: dict[str, str] = {}
    for scene in range(len(scenes())):
        for story in stories(scene):
            assert urls.setdefault(story.id, story.url) == story.url
    assert len(set(urls.values())) == len(urls)
    assert all(url.split("/")[2].endswith(".example") for url in urls.values())


def test_links_lead_to_stories_of_the_same_outlet() -> None:
    """Related headlines are the headlines of stories that can be read, or name no story at all."""
    for scene in (0, LAST):
        known = {story.id: story for story in stories(scene)}
        for story in known.values():
            for block in story.of_kind("related"):
                if block.note and block.note.startswith(f"{story.outlet}/"):
                    assert known[block.note].headline == block.text
                else:
                    assert story.copy_of or block.note is None


def test_documents_are_the_same_each_time() -> None:
    """Rendering is pure: bytes depend on the scene alone."""
    assert raw_documents(1) == raw_documents(1)
    assert len({body for _, _, _, body in raw_documents(1)}) == len(stories(1))


def test_an_edit_must_find_its_words_once() -> None:
    """Otherwise the message names the story, the words and how often they stand there."""
    body = blocks("One fish.\n\nTwo fish.")
    assert edited(body, Edit(find="One", put="No", insert="Then:"), "a/b") == blocks(
        "No fish.\n\nThen:\n\nTwo fish."
    )
    assert edited(body, Edit(find="One", cut=True), "a/b") == blocks("Two fish.")
    for words, times in (("fish", 2), ("bird", 0)):
        with pytest.raises(UsageError, match=f"a/b must find its words once, found {times}: '{words}'"):
            edited(body, Edit(find=words, put=""), "a/b")


def test_a_scene_that_is_not_there_is_refused() -> None:
    """The message says which there are."""
    with pytest.raises(UsageError, match=f"no scene {LAST + 1}; there are 0 to {LAST}"):
        stories(LAST + 1)


@pytest.mark.parametrize(
    ("text", "said"), [("no front matter", "must start with TOML"), ("+++\na =\n+++\n\nText", "is not TOML")]
)
def test_a_story_file_in_the_wrong_form_is_named(tmp_path: Path, text: str, said: str) -> None:
    """The message has the file's path and what was expected."""
    path = tmp_path / "story.txt"
    path.write_text(text)
    with pytest.raises(UsageError, match=f"story.txt.*{said}"):
        read(path)


def test_blocks_are_read_in_order() -> None:
    """Each kind of block by its mark, with attribution, credit or link."""
    body = "Text on\ntwo lines.\n\n## Head\n\n> Said\n> so\n> -- Ada\n\n* one\n* two\n\n@figure A cat | Photo\n\n@related B | a/b"
    assert blocks(body) == (
        Block("paragraph", "Text on two lines."),
        Block("subheading", "Head"),
        Block("pull_quote", "Said so", "Ada"),
        Block("list", "one\ntwo"),
        Block("figure", "A cat", "Photo"),
        Block("related", "B", "a/b"),
    )


def test_markup_is_taken_apart() -> None:
    """Emphasis and links become runs for a page, and vanish in plain text."""
    text = "The *Morna* left [the quay](a/b)."
    assert plain(text) == "The Morna left the quay."
    assert split(text) == [
        ("text", None, "The "),
        ("em", None, "Morna"),
        ("text", None, " left "),
        ("a", "a/b", "the quay"),
        ("text", None, "."),
    ]
