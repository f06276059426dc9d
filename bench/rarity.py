"""The table of common words that stories are told apart by: counts of stems over news articles, no text of theirs.

    python -m bench.rarity enriched.jsonl --out consumers/stories/rarity.json

Reads Article JSON lines (`dateline normalize`, `dateline enrich`). A language with too few articles gets no table.
"""

from collections import Counter
from pathlib import Path
from typing import BinaryIO, Final

import click
import msgspec

from consumers.stories.traces import base, stems
from schemas.records import Article

_LEAST_ARTICLES: Final = 30
_LEAST_SHARE: Final = 0.008
_LEAST_COUNT: Final = 3


@click.command()
@click.argument("articles", type=click.File("rb"))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def main(articles: BinaryIO, out: Path) -> None:
    """Count, and write the table."""
    totals: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = {}
    for line in articles:
        article = msgspec.json.decode(line, type=Article)
        tongue = base(article.language)
        totals[tongue] += 1
        counts.setdefault(tongue, Counter()).update(
            {stem for text in (article.headline, *article.paragraphs) for stem in stems(text)}
        )
    table = {
        tongue: {
            "articles": total,
            "stems": {
                stem: number
                for stem, number in sorted(counts[tongue].items())
                if number >= max(_LEAST_COUNT, _LEAST_SHARE * total)
            },
        }
        for tongue, total in sorted(totals.items())
        if total >= _LEAST_ARTICLES and tongue != "und"
    }
    out.write_bytes(msgspec.json.encode(table) + b"\n")
    for tongue, found in table.items():
        click.echo(f"{tongue}: {found['articles']} articles, {len(found['stems'])} stems")


if __name__ == "__main__":
    main()
