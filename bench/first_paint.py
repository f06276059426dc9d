"""How soon a page is there in Chromium, on loopback: `python -m bench.first_paint`.

First contentful paint, in a fresh profile each time (nothing cached), over the demo world; and what a page weighs on the way
(compressed, all of its files). Exit code 1 when the slowest page's median is above the aim of 500 ms, or one weighs more than
150 kB. With settings that name servers, those are used.
"""

from __future__ import annotations

import statistics
import sys
from typing import Final

from bench.browsing import chromium, reader
from bench.screenshots import pages

TIMES: Final = 15
AIM_MS: Final = 500
AIM_BYTES: Final = 150_000
_PAINTED: Final = """() => new Promise((resolve) => {
  const weight = () => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, one) => sum + one.encodedBodySize, 0);
  new PerformanceObserver((list) => {
    const first = list.getEntriesByName("first-contentful-paint")[0];
    if (first) resolve([first.startTime, weight()]);
  }).observe({ type: "paint", buffered: true });
})"""


def main() -> int:
    """Print a row a page."""
    missed = False
    with reader() as address, chromium() as browser:
        print("| page | first paint, median ms | slowest of 15 | kB |\n|---|---|---|---|")
        for name, path in pages(address).items():
            painted, weights = [], []
            for _ in range(TIMES):
                context = browser.new_context()
                page = context.new_page()
                page.goto(f"{address}{path}")
                milliseconds, weight = page.evaluate(_PAINTED)
                painted.append(milliseconds)
                weights.append(weight)
                context.close()
            middle = statistics.median(painted)
            missed |= middle > AIM_MS or max(weights) > AIM_BYTES
            print(f"| {name} | {middle:.0f} | {max(painted):.0f} | {max(weights) / 1000:.0f} |")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
