"""What agencies put around a text: slugs, service lines, priorities, notes to editors, end marks and sign-offs.

General to wire copy: the forms of IPTC 7901 headers and of the agencies' style books, by their shape.
"""

import re

from consumers.normalize import people
from consumers.normalize.sheet import Sheet
from consumers.normalize.sift import is_notice
from consumers.normalize.strings import ends_sentence, words

_SERVICE = re.compile(r"^[a-z]{1,5}\d{3,5}(?:[ /](?:\d{1,5}|[a-z]{1,3}))*$", re.IGNORECASE)
_PRIORITY = re.compile(
    r"^(?:\W*)(?:urgent|flash|bulletin|alert|newsalert|eil(?:meldung)?|vorrang|alerte|urgente|ultima ora|última hora|spoed|rush)(?:\W*)$",
    re.IGNORECASE,
)
_LEAD = r"\d+(?:st|nd|rd|th|\.)?\s?-?(?:ld|lead|add|sub|writethru|lide|zusammenfassung)(?:-?\w+)*"
_SLUG = re.compile(
    rf"^\^?[^\W_][\w&.]*(?:(?:--?|/|\s)[\w&.]+){{0,7}}/?(?:,\s*(?:{_LEAD}|\d{{2,4}}))*[<=]*$", re.IGNORECASE
)
_SLUG_MARK = re.compile(rf"--|/$|/.*/|,\s*{_LEAD}|,\d{{3,4}}$|^\^|[<=]$", re.IGNORECASE)
_UPDATE = re.compile(
    r"^(?:(?:UPDATE|WRAPUP|RPT|REFILE|CORRECTED|CORRECTION|EXCLUSIVE|ANALYSIS|FACTBOX|INTERVIEW|FEATURE|FOCUS|LEAD|TIMELINE|ADVISORY)(?: \d+)?-)+(?=\S)"
)
_SUMMARY = re.compile(
    r"\s*\((?:Zusammenfassung|neu|Ergänzung|Korrektur|Wiederholung|Überblick|Fortsetzung)[^)]{0,30}\)\s*=?$|\s*=$"
)
_EDITORS = re.compile(
    r"^\W*(?:(?:eds?|editors?|note to editors?|notes? for editors?|editors?[’']? notes?|attention|achtung|hinweis(?: an die redaktion(?:en)?)?|redaktionelle[rn]? hinweis(?:e)?|"
    r"à l[’']attention des rédactions|note aux rédactions|nota a los editores|nota ai redattori|noot voor de redactie)\s*[:：–—-]|\((?:eds|editors):)",
    re.IGNORECASE,
)
_END = re.compile(
    r"^\W*(?:\(?(?:the )?(?:ends?|more(?: to (?:come|follow))?|ende|fin|fine|fim|einde|koniec|konec)\)?|30)\W*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\W*[-–—_=*#~+.·•\s]{3,}$")
_CREDITS = re.compile(
    r"^\((?:(?:additional |with )?reporting|editing|writing|compiled|written|mit material|quellen?|édité|avec)\b.{3,400}\)$",
    re.IGNORECASE | re.DOTALL,
)
_REPORTED = re.compile(r"\b(?:reporting|writing|written) by ([^;)]{3,120})", re.IGNORECASE)
_SIGNED = re.compile(r"^\W*(?:[a-zä-ü]{2,4}/){1,5}[a-zä-ü]{2,6}\W*$|^[a-z]{2,4}(?: [a-z0-9]{1,4}){2,8}$")
_STAMP = re.compile(r"^\d{6}\s+[^\W\d_]{3}\s+\d{2,4}$")
_MAX_TOP = 5
_MAX_END = 6
_MAX_SLUG = 80


def trim(sheet: Sheet) -> None:
    """Set aside what is the wire's and not the article's, and note what it says: authors, and when it was sent."""
    _top(sheet)
    _bottom(sheet)
    kept = []
    for block in sheet.blocks:
        if _RULE.match(block.text) and not any(char.isalnum() for char in block.text):
            sheet.put_aside(block.text, "rule")
        else:
            kept.append(block)
    sheet.blocks = kept


def is_slug(line: str) -> bool:
    """Whether it files a story and tells none: joined by hyphens or slashes, with a number of its lead or its length."""
    if len(line) > _MAX_SLUG or ends_sentence(line) or not _SLUG.match(line):
        return False
    if _SLUG_MARK.search(line):
        return True
    return (
        " " not in line
        and "-" in line
        and (line.islower() or line.isupper() or any(char.isdigit() for char in line))
    )


def _top(sheet: Sheet) -> None:
    at = 0
    for _ in range(_MAX_TOP):
        if len(sheet.blocks) - at < 3:
            break
        block = sheet.blocks[at]
        lines = block.text.split("\n")
        while at == 0 and lines and (why := _service(lines[0])):
            sheet.put_aside(lines.pop(0), why)
        if lines and _EDITORS.match(lines[0]):
            sheet.put_aside("\n".join(lines), "note to editors")
            lines = []
        noted = [line for line in lines[1:] if _EDITORS.match(line)]
        for line in noted:
            sheet.put_aside(line, "note to editors")
        text = "\n".join(line for line in lines if line not in noted)
        if not text:
            del sheet.blocks[at]
            continue
        if text != block.text:
            sheet.blocks[at] = type(block)(text, block.kind)
        at += 1
    if sheet.blocks:
        _headline(sheet)


def _headline(sheet: Sheet) -> None:
    """Take "UPDATE 2-" off the headline, and "(Zusammenfassung 1500)=" from its end."""
    for at, block in enumerate(sheet.blocks[:2]):
        lines = block.text.split("\n")
        for pattern, place in ((_UPDATE, 0), (_SUMMARY, -1)):
            found = pattern.search(lines[place])
            if found and found[0] != block.text:
                sheet.put_aside(found[0], "wire mark")
                lines[place] = lines[place][: found.start()] + lines[place][found.end() :]
        sheet.blocks[at] = type(block)("\n".join(line for line in lines if line), block.kind)


def _service(line: str) -> str | None:
    if _PRIORITY.match(line):
        return "priority"
    if _SERVICE.match(line):
        return "service line"
    return "slug" if is_slug(line) else None


def _bottom(sheet: Sheet) -> None:
    """From the last block upwards, as long as there is something; a note to editors takes all that follows it."""
    for at in range(max(2, len(sheet.blocks) - 2 * _MAX_END), len(sheet.blocks)):
        if _EDITORS.match(sheet.blocks[at].text):
            for block in sheet.blocks[at:]:
                sheet.put_aside(block.text, "note to editors")
            del sheet.blocks[at:]
            break
    for _ in range(_MAX_END):
        if len(sheet.blocks) < 2:
            break
        text = sheet.blocks[-1].text
        lines = text.split("\n")
        while lines and not sheet.blocks[-1].kind and (why := _closing(lines[-1], sheet)):
            sheet.put_aside(lines.pop(), why)
        if lines and _CREDITS.match("\n".join(lines)):
            _credits("\n".join(lines), sheet)
            lines = []
        rest = "\n".join(lines)
        if rest == text:
            break
        if rest:
            sheet.blocks[-1] = type(sheet.blocks[-1])(rest, sheet.blocks[-1].kind)
            break
        sheet.blocks.pop()


def _closing(line: str, sheet: Sheet) -> str | None:
    if _STAMP.match(line):
        sheet.state("sent", line, f"{sheet.form}:stamp")
        return "stamp"
    if _END.match(line):
        return "end mark"
    if not any(char.isalnum() for char in line):
        return "rule"
    if _CREDITS.match(line):
        _credits(line, sheet, note=False)
        return "reporting credits"
    if is_notice(line):
        return "line of copyright"
    return "sign-off" if _SIGNED.match(line) and len(words(line)) > 1 else None


def _credits(text: str, sheet: Sheet, *, note: bool = True) -> None:
    found = _REPORTED.search(text)
    for name in people.people(people.split(found[1])) if found else ():
        sheet.state("reporters", name, f"{sheet.form}:reporting credits")
    if note:
        sheet.put_aside(text, "reporting credits")
