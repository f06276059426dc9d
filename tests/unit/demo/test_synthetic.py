"""Made-up pages in any number."""

from itertools import combinations, islice

from bs4 import BeautifulSoup

from dateline.demo import render


def shingles(page: bytes) -> set[tuple[str, ...]]:
    """Five-word shingles of the paragraphs."""
    text = " ".join(tag.get_text() for tag in BeautifulSoup(page, "lxml").find_all("p")).split()
    return set(zip(*(text[start:] for start in range(5)), strict=False))


def test_the_same_seed_gives_the_same_pages() -> None:
    """Also when more are asked for; another seed gives others."""
    few = list(render(6, seed=4))
    assert few == list(islice(render(50, seed=4), 6))
    assert not {body for *_, body in few} & {body for *_, body in render(6, seed=5)}


def test_pages_come_in_several_layouts_under_addresses_of_their_own() -> None:
    """Every English HTML outlet takes its turn, and no two pages of any seed share a URL."""
    pages = [page for seed in (1, 2) for page in render(60, seed)]
    assert len({outlet.layout for outlet, *_ in pages}) == 5
    assert len({url for _, url, *_ in pages}) == len(pages)
    assert all(url.startswith(outlet.homepage) for outlet, url, *_ in pages)


def test_no_two_bodies_are_near_duplicates() -> None:
    """Of one layout, any two of 150 share less than an eighth of the smaller one's shingles, boilerplate aside."""
    bodies = [shingles(body) for outlet, _, _, body in render(750, seed=9) if outlet.layout == "jsonld"]
    common = set.intersection(*bodies)
    bodies = [body - common for body in bodies]
    assert len(bodies) == 150
    assert min(map(len, bodies)) > 200
    assert max(len(a & b) / min(len(a), len(b)) for a, b in combinations(bodies, 2)) < 1 / 8
