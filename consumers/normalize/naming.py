"""How names are written in bylines: academic titles before them, capitals throughout, and East Asian lines without "By"."""

import re
from typing import Final

_TITLES: Final = re.compile(
    r"(?:(?:prof(?:essor(?:in)?)?|d{1,2}r|dott(?:\.ssa)?|dra)\b\.?(?:[- ]?(?:ing|med|rer|nat|phil|jur|iur|theol|oec|pol|agr|habil|vet|dent|mult|h\. ?c)\b\.?)*[\s.]*"
    r"|(?:mag|ing|dipl|avv|doz|doc|m)\.(?:-\w+\.?)?(?:\s*\(fh\))?\s*|(?:mrs?|ms|miss|mx|mme|mlle|hr|herr|frau)\b\.?\s*)+(?=\w\S*\s+\S)",
    re.IGNORECASE,
)
_DEGREES: Final = re.compile(
    r"(?:,?\s+(?:ph\.?\s?d|m\.?\s?d|d\.?\s?phil|m\.?b\.?a|ll\.?\s?[mb]|esq|m\.?sc|b\.?sc|b\.a|m\.a)\.?)+$",
    re.IGNORECASE,
)
# "記者王小明／台北報導", "【記者王小明台北報導】", "文／王小明", "记者 王小明", "김하나 기자", "記者・山田太郎".
_ROLE = r"(?:本報|本报|本社|見習|见习|實習|实习)?(?:記者|记者|特派員|特派员|通訊員|通讯员|撰文|作者|文)"
_FILED = r"(?:綜合|综合|專題|专题|連線|连线)?(?:報導|報道|报道|报导|撰稿|攝影|摄影|電|电|訊|讯)"
_NAME = rf"(?!{_FILED})[\u3040-\u30ff\u3400-\u9fff]{{2,5}}?"
_EAST = (
    re.compile(
        rf"{_ROLE}[\s／/:：・|]*(?P<names>{_NAME}(?:[、,，\s]{{1,2}}{_NAME})*)(?:[\s／/＊*|]+(?:[\u3400-\u9fff]{{2,8}}?)?{_FILED})?"
    ),
    re.compile(rf"{_ROLE}\s*(?P<names>[\u3400-\u9fff]{{3}})[\u3400-\u9fff]{{2,4}}?{_FILED}"),
    re.compile(
        r"(?P<names>[\uac00-\ud7af]{2,4}(?:[·,\s]{1,2}[\uac00-\ud7af]{2,4})*)\s*(?:선임|수습|전문)?기자"
    ),
)
_CAPITALS = re.compile(r"[^\W\d_a-zß-ÿ]{2}[^\Wa-zß-ÿ]*(?:[-'’][^\Wa-zß-ÿ]+)*")
_AROUND = " \t\n()（）[]［］【】〔〕=＝。"
_BETWEEN = re.compile(r"[、,，·\s]+")
_MAX_EAST = 60


def without_titles(name: str) -> str:
    """The name without "Prof. Dr." and "Mrs" before it and degrees behind it; a title before a single word stays."""
    found = _TITLES.match(name)
    rest = name[found.end() :] if found else name
    bare = _DEGREES.sub("", rest)
    return bare if " " in bare else rest


def set_in_capitals(name: str) -> str:
    """Of a name in capitals before the outlet's in ordinary letters ("INA MUSTER Weir Gazette") the name; any other as it is."""
    parts = name.split()
    capitals = next((at for at, part in enumerate(parts) if not _CAPITALS.fullmatch(part)), len(parts))
    return " ".join(parts[:capitals]) if 2 <= capitals < len(parts) else name


def eastern(line: str) -> tuple[str, ...]:
    """The people in a Chinese, Japanese or Korean byline that says what they are; nobody in any other line."""
    if line.isascii() or len(line) > _MAX_EAST:
        return ()
    text = line.strip(_AROUND)
    for pattern in _EAST:
        if found := pattern.fullmatch(text):
            return tuple(_BETWEEN.split(found["names"]))
    return ()
