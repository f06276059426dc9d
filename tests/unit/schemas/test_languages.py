"""Which analyzer a language gets."""

import pytest

from schemas.languages import ANALYZERS, analyzed


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("nb-NO", "no"),
        ("nn", "no"),
        ("zh-Hant-TW", "zh"),
        ("ckb", "ckb"),
        ("tlh", None),
        ("und", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_tag_finds_its_analyzer(tag: str | None, expected: str | None) -> None:
    """Regions and scripts do not matter; a language without an analyzer has none."""
    assert analyzed(tag) == expected


def test_east_asian_languages_are_cut_into_pairs() -> None:
    """Text without spaces is searched by pairs of characters."""
    assert {ANALYZERS[language] for language in ("zh", "ja", "ko")} == {"cjk"}
