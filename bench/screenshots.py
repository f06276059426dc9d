"""Pictures of the reader's pages over the demo world: `python -m bench.screenshots docs/screenshots`.

Each page in light and dark, at 1600 and at 360 pixels. With settings that name servers, those are used.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import httpx

from bench.browsing import chromium, reader

SIZES: Final = {1600: 1000, 360: 740}


def pages(address: str) -> dict[str, str]:
    """Names and paths of what is shown."""
    with httpx.Client(base_url=f"{address}/api/v1", timeout=30) as api:
        article = api.get("search", params={"q": "avalanche toll"}).raise_for_status().json()["hits"][0]["id"]
        copy = api.get("search", params={"q": "is:copy forecast"}).raise_for_status().json()["hits"][0]["id"]
        story = api.get("stories", params={"since": "2000-01-01"}).raise_for_status().json()["stories"]
    found = {
        "front": "/",
        "search": "/search?q=power",
        "article": f"/articles/{article}",
        "compare": f"/articles/{article}/compare?from=1&to=2&view=side",
        "copy": f"/articles/{copy}/origin",
        "source": "/sources/harbourpost",
        "person": "/people/Tomasz%20Wieczorek",
        "changes": "/changes",
    }
    return found | ({"story": f"/story/{story[0]['id']}"} if story else {})


def main(folder: Path) -> None:
    """Write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with reader() as address, chromium() as browser:
        for name, path in pages(address).items():
            for width, height in SIZES.items():
                for scheme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme="dark" if scheme == "dark" else "light",
                        reduced_motion="reduce",
                    )
                    page = context.new_page()
                    page.goto(f"{address}{path}")
                    page.screenshot(path=folder / f"{name}-{scheme}-{width}.png")
                    context.close()
            print(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
