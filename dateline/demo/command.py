"""Serve the demo world from the command line, or write its documents to files."""

import json
import time
from pathlib import Path

import click

from dateline.demo.pages import raw_documents
from dateline.demo.scenes import scenes, stories
from dateline.demo.server import DemoServer
from dateline.demo.world import outlets


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 takes a free one."
)
@click.option(
    "--scene",
    type=click.IntRange(0, len(scenes()) - 1),
    default=0,
    show_default=True,
    help="Scene to begin with.",
)
@click.option("--every", type=click.FloatRange(min=0, min_open=True), help="Seconds until the next scene.")
@click.option(
    "--write", type=click.Path(file_okay=False, path_type=Path), help="Write to this folder, serve nothing."
)
@click.option(
    "--outlet", type=click.Choice([o.id for o in outlets()]), help="With --write: this outlet alone."
)
@click.option(
    "--manifest", is_flag=True, help="With --write: also manifest.jsonl (path, url, source, timezone)."
)
def main(
    port: int, scene: int, every: float | None, write: Path | None, outlet: str | None, manifest: bool
) -> None:
    """Serve a small world of invented outlets that publish, update, correct and copy news.

    The first line on standard output is the server's address; one line follows for each scene.

    \b
    Examples:
      python -m dateline.demo --every 20
      python -m dateline.demo --scene 3 --write world --manifest
    """
    if write:
        click.echo(f"{_write(write, scene, outlet, manifest)} documents in {write}")
        return
    with DemoServer(port, scene) as server:
        click.echo(server.url)
        click.echo(_line(server.scene))
        try:
            while every and server.scene < len(scenes()) - 1:
                time.sleep(every)
                click.echo(_line(server.advance()))
            server.wait()
        except KeyboardInterrupt:
            click.echo("stopped")


def _line(scene: int) -> str:
    return f"scene {scene} of {len(scenes()) - 1}: {scenes()[scene].title}"


def _write(folder: Path, scene: int, outlet: str | None, manifest: bool) -> int:
    """Each document as `OUTLET-SLUG.html` or `.txt`, in the order of the manifest; those of one outlet as `SLUG`."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, str]] = []
    for story, (source, url, _, body) in zip(stories(scene), raw_documents(scene), strict=True):
        if outlet not in (None, source.id):
            continue
        slug = story.id.partition("/")[2] if outlet else story.id.replace("/", "-")
        path = f"{slug}.{'txt' if source.layout == 'text' else 'html'}"
        (folder / path).write_bytes(body)
        entries.append({"path": path, "url": url, "source": source.id, "timezone": source.timezone})
    if manifest:
        lines = "".join(json.dumps(entry) + "\n" for entry in entries)
        (folder / "manifest.jsonl").write_text(lines, encoding="utf-8")
    return len(entries)
