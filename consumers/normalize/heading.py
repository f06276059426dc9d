"""What stands above the running text of a plain text: kicker, headline, standfirst, lines with dates, byline."""

from collections.abc import Iterable

from consumers.normalize import filed, people, times
from consumers.normalize.evidence import Candidate
from consumers.normalize.lines import Facts, LineReader, is_bare_name
from consumers.normalize.sheet import Block, Sheet
from consumers.normalize.strings import ends_sentence, squash, words

_MAX_HEADER_BLOCKS = 10
_MAX_TITLES = 4
_MAX_TITLE = 400
_MAX_KICKER_WORDS = 6
_MIN_HEADLINE_WORDS = 4


class Header:
    """What stands above the running text, taken off the sheet's blocks."""

    def __init__(self, sheet: Sheet, reader: LineReader) -> None:
        self._sheet = sheet
        self._reader = reader
        self.titles: list[str] = []
        self.authors: list[str] = []
        self.agencies: list[str] = []
        self.published: list[Candidate[times.Moment]] = []
        self.modified: list[Candidate[times.Moment]] = []

    def read(self) -> None:
        """Through the last date line or byline; without any, the lines that end no sentence."""
        blocks = self._sheet.blocks
        titled = self._sheet.first("headline") is not None and self._sheet.form == "markdown"
        end = 0
        for at, block in enumerate(blocks[: min(_MAX_HEADER_BLOCKS, max(1, len(blocks) - 1))]):
            rest, facts = self._facts(block.text, first=at == 0 and not titled)
            if facts and not (end and rest):
                self.titles += rest
                self._take("\n".join(block.text.split("\n")[len(rest) :]), facts)
            elif end and not self.authors and is_bare_name(block.text):
                self.authors.append(block.text)
                self._sheet.put_aside(block.text, "byline")
            elif not end and self._is_title(block, titled):
                self.titles += block.text.split("\n")
                continue
            else:
                break
            end = at + 1
        if not end:
            self.titles = [] if titled else self._unmarked()
            end = len(self.titles)
        del blocks[:end]
        self._bottom()

    def _is_title(self, block: Block, titled: bool) -> bool:
        """Whether it can stand above date and byline: short, no running text."""
        return (
            not titled
            and len(self.titles) < _MAX_TITLES
            and len(block.text) <= _MAX_TITLE
            and not (self.titles and filed.read(block.text))
            and not block.kind.startswith(("list", "code", "table"))
        )

    def _facts(self, text: str, *, first: bool) -> tuple[list[str], list[Facts]]:
        """Lines of the block that are titles (before the facts only), and what its other lines say; no facts if any is prose."""
        titles: list[str] = []
        found: list[Facts] = []
        lines = text.split("\n")
        for at, line in enumerate(lines):
            facts = None if first and at == 0 else self._reader.read(line)
            if facts is not None:
                found.append(facts)
            elif not found and len(lines) > 1 and not ends_sentence(line):
                titles.append(line)
            elif found and (people.is_agency(line) or (len(words(line)) <= 3 and not ends_sentence(line))):
                found.append(Facts(agencies=[line] if people.is_agency(line) else []))
            else:
                return [], []
        return titles, found

    def _take(self, text: str, facts: Iterable[Facts]) -> None:
        self._sheet.put_aside(text, "header line")
        for one in facts:
            self.published += [
                Candidate(moment, f"text:{name}{moment.note}") for moment, name in one.published
            ]
            self.modified += [Candidate(moment, f"text:{name}{moment.note}") for moment, name in one.modified]
            self.authors += one.authors
            self.agencies += one.agencies

    def _unmarked(self) -> list[str]:
        titles: list[str] = []
        for block in self._sheet.blocks[:3]:
            if titles and (
                ends_sentence(block.text) or "\n" in block.text or block.kind or filed.read(block.text)
            ):
                break
            titles.append(block.text)
        return titles[: max(1, len(self._sheet.blocks) - 1)]

    def _bottom(self) -> None:
        """A labelled date line or a byline below the text."""
        blocks = self._sheet.blocks
        while len(blocks) > 2 and not blocks[-1].kind:
            rest, facts = self._facts(blocks[-1].text, first=False)
            if rest or not facts:
                break
            self._take(blocks.pop().text, facts)


def _is_kicker(first: str, second: str) -> bool:
    """A few words above a longer line that reads as a headline."""
    return (
        len(words(first)) <= _MAX_KICKER_WORDS
        and not ends_sentence(first)
        and not ends_sentence(second)
        and len(words(second)) > len(words(first))
        and (":" in first or len(words(first)) <= 3)
    )


def settle_titles(header: Header, sheet: Sheet) -> None:
    """Which line is the kicker, which the headline, which the standfirst; a bare name below the headline is a byline."""
    titles = list(header.titles)
    if (
        not header.authors
        and len(titles) > 1
        and is_bare_name(titles[-1])
        and len(words(titles[-2])) >= _MIN_HEADLINE_WORDS
    ):
        header.authors.append(titles[-1])
        sheet.put_aside(titles.pop(), "byline")
    if len(titles) > 1 and (_is_kicker(*titles[:2]) or (len(titles) > 2 and _is_short(*titles[:2]))):
        sheet.state("kicker", titles.pop(0), "text:kicker")
    named = sheet.first("headline")
    if titles and named and squash(titles[0]) == squash(named.value):
        sheet.put_aside(titles.pop(0), "headline once more")
    elif titles:
        if named and named.source.startswith("mail:") and not header.published and not header.authors:
            sheet.blocks[:0] = [
                Block(title) for title in titles
            ]  # the subject is the headline, the lines are text
            return
        sheet.stated["headline"] = [
            Candidate(titles.pop(0), "text:headline"),
            *sheet.stated.get("headline", ()),
        ]
    sheet.state("standfirst", " ".join(titles), "text:standfirst")


def _is_short(first: str, second: str) -> bool:
    return (
        len(words(first)) <= _MAX_KICKER_WORDS
        and not ends_sentence(first)
        and len(words(second)) > len(words(first))
    )
