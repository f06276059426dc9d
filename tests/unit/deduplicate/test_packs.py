"""A language is a pack of data: German has one, and its classes are found by the same rules."""

import msgspec
import pytest

from consumers.deduplicate import compare
from consumers.deduplicate.changes.edit import split
from consumers.deduplicate.changes.pack import pack
from schemas.records import Article
from tests.unit.deduplicate.world import article

PIER = (
    "Der Hafenrat von Vellmar hat am Dienstag beschlossen, die östliche Mole wieder aufzubauen, und bewilligte dafür 14 Millionen Kronen.",
    "„Wir konnten keinen weiteren Winter abwarten“, sagte Ingrid Solvang, die dem Rat vorsitzt. Bei dem Sturm wurden drei Fischer getötet.",
    "Der Betreiber behauptete, die Mole sei zweimal geprüft worden. Zwei Kräne wurden zerstört, die Arbeiten beginnen am 3. Mai.",
    "Die Händler forderten eine niedrigere Miete. Eine zweite Fähre wird im Juli fahren, und der Wachmann hat das Tor geöffnet.",
)
OLD = article(PIER, language="de", modified="2026-03-03T09:00:00Z")


def swapped(before: str, after: str) -> Article:
    text = "\n".join(PIER)
    assert before in text
    return later(text.replace(before, after).splitlines())


def later(paragraphs: list[str] | tuple[str, ...]) -> Article:
    return msgspec.structs.replace(OLD, paragraphs=tuple(paragraphs), modified="2026-03-03T15:00:00Z")


def kinds(new: Article, old: Article = OLD) -> set[str]:
    return {change.kind for change in compare(old, new).changes}


@pytest.mark.parametrize(
    ("new", "only"),
    [
        (swapped("14 Millionen", "15 Millionen"), {"number"}),
        (swapped("Zwei Kräne", "Drei Kräne"), {"number"}),
        (swapped("am Dienstag", "am Mittwoch"), {"number"}),
        (swapped("im Juli", "im August"), {"number"}),
        (swapped("am 3. Mai", "am 4. Mai"), {"number"}),
        (swapped("wurden drei Fischer getötet", "starben drei Fischer"), {"softened"}),
        (swapped("behauptete", "sagte"), {"softened"}),
        (swapped("wurden zerstört", "wurden beschädigt"), {"softened"}),
        (swapped("forderten", "verlangten"), set()),
        (swapped("wird im Juli", "könnte im Juli"), {"softened"}),
        (swapped("der Wachmann hat", "der Wachmann hat mutmaßlich"), {"softened"}),
        (swapped("Der Betreiber behauptete", "Der umstrittene Betreiber behauptete"), set()),
        (swapped("der Wachmann hat", "der Wachmann hat vorsätzlich"), {"hardened"}),
        (swapped("sagte Ingrid Solvang", "sagte Tomas Breck"), {"attribution"}),
        (swapped("keinen weiteren Winter", "kein weiteres Jahr"), {"quote_altered"}),
        (later((*PIER, "„Es war höchste Zeit“, sagte Joram Pell.")), {"quote_added"}),
    ],
)  # fmt: skip
def test_german_classes(new: Article, only: set[str]) -> None:
    """An edit of a German text carries its class, and no other."""
    assert kinds(new) == only


@pytest.mark.parametrize(
    "note",
    [
        "Korrektur: In einer früheren Version dieses Artikels hieß es, die Mole koste 15 Millionen Kronen.",
        "Anmerkung der Redaktion: Die Summe war zunächst falsch angegeben.",
        "In einer früheren Fassung stand, der Rat habe am Montag getagt.",
        "Wir haben den Namen der Vorsitzenden nachträglich korrigiert.",
        "Dieser Text wurde nachträglich berichtigt.",
        "Richtigstellung: Die Fähre fährt im August.",
        "Wir bitten, den Fehler zu entschuldigen.",
    ],
)
def test_german_correction_notes(note: str) -> None:
    """What a German publisher writes under a text put right is a correction, in whichever usual words, and no silent edit."""
    new = swapped("14 Millionen", "15 Millionen")
    new = msgspec.structs.replace(new, paragraphs=(*new.paragraphs, note), modified=OLD.modified)
    assert kinds(new) == {"number", "correction"}


@pytest.mark.parametrize(
    "note",
    [
        "Dieser Artikel wurde zurückgezogen, weil er unseren Regeln nicht entsprach.",
        "Wir haben diesen Beitrag von unserer Seite entfernt.",
        "Die Redaktion zieht diesen Bericht zurück.",
    ],
)
def test_german_retractions(note: str) -> None:
    """A German text that is withdrawn is a retraction, the weightiest change of all."""
    changes = compare(OLD, later((note,))).changes
    assert (changes[0].kind, changes[0].importance) == ("retraction", 1.0)


@pytest.mark.parametrize(
    "line",
    [
        "In einer früheren Fassung des Gesetzes stand ein höherer Betrag.",
        "Die Polizei hat das Fahrrad von der Straße entfernt und sichergestellt.",
        "Die Korrektur der Steuer soll im Mai folgen.",
    ],
)
def test_german_news_about_corrections_is_none(line: str) -> None:
    """News about drafts, removals and corrections of other things declares no correction of the article."""
    assert kinds(later((*PIER, line))) == {"expansion"}


def test_a_day_ends_no_sentence() -> None:
    """The full stop of a German ordinal or abbreviation does not end the sentence; that of a year does."""
    text = "Am 3. Mai beginnt Dr. Holm. Sie blieb bis 2019. Dann kam z.B. Pell."
    assert list(split(text, pack("de-AT"))) == [
        "Am 3. Mai beginnt Dr. Holm.",
        "Sie blieb bis 2019.",
        "Dann kam z.B. Pell.",
    ]
