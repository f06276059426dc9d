"""`dateline normalize` and `dateline enrich`, without any server."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline.cli import COMMANDS, main
from dateline.demo import raw_documents, stories


def run(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=given, catch_exceptions=False)


@pytest.fixture
def page(tmp_path: Path) -> tuple[Path, str]:
    """A page of the demo world, and its canonical URL."""
    _, url, _, body = next(document for document in raw_documents() if document[0].layout == "jsonld")
    path = tmp_path / "page.html"
    path.write_bytes(body)
    return path, url


def test_normalize_prints_one_article_a_file(page: tuple[Path, str]) -> None:
    """The line is the article, under its URL and source."""
    path, url = page
    done = run("normalize", str(path), "--url", url, "--source", "harbourpost")
    assert done.exit_code == 0
    article = json.loads(done.stdout)
    told = next(story for story in stories() if story.url == url)
    assert (article["url"], article["source"], article["headline"]) == (url, "harbourpost", told.headline)


def test_normalize_reads_a_manifest_and_says_what_it_could_not_read(
    page: tuple[Path, str], tmp_path: Path
) -> None:
    """Paths start at the manifest's folder; a file that is no article costs one line and exit code 1, not the others."""
    path, url = page
    (tmp_path / "empty.txt").write_bytes(b"")
    manifest = tmp_path / "manifest.jsonl"
    entries = [
        {"path": "empty.txt"},
        {"path": path.name, "url": url, "source": "a", "timezone": "Europe/London"},
    ]
    manifest.write_text("".join(json.dumps(entry) + "\n" for entry in [*entries, {"path": "gone.html"}]))
    done = run("normalize", "--jsonl", str(manifest))
    assert done.exit_code == 1
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == ["a"]
    assert "empty" in done.stderr
    assert "gone.html" in done.stderr


def test_normalize_takes_times_without_a_zone_to_be_in_the_zone_that_is_given(tmp_path: Path) -> None:
    """The plain text's own lines carry no zone: --timezone does."""
    source, _, _, body = next(document for document in raw_documents() if document[0].layout == "text")
    path = tmp_path / "wire.txt"
    path.write_bytes(body)
    article = json.loads(run("normalize", str(path), "--timezone", source.timezone).stdout)
    assert article["published"].endswith("+08:00")


def test_enrich_keeps_order_and_every_field(page: tuple[Path, str]) -> None:
    """Article lines in, the same articles with names, quotations and keywords out."""
    line = run("normalize", str(page[0]), "--url", page[1]).stdout.encode()
    other = line.replace(b'"source":"files"', b'"source":"other"')
    done = run("enrich", given=line + other)
    assert done.exit_code == 0
    first, second = (json.loads(one) for one in done.stdout.splitlines())
    assert (first["source"], second["source"]) == ("files", "other")
    assert json.loads(line).items() <= first.items()
    assert first["entities"]
    assert first["keywords"]


def test_enrich_refuses_what_is_no_article() -> None:
    """The message names the line and what was expected."""
    done = run("enrich", given=b'{"headline": 7}\n')
    assert done.exit_code == 2
    assert "line 1" in done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    """`--help` works without servers and ends with an example."""
    done = run(name, "--help")
    assert done.exit_code == 0
    assert "Example" in done.stdout
