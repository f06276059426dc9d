"""Languages that Elasticsearch analyzes by their own rules (stems, stop words, diacritics)."""

from typing import Final

ANALYZERS: Final[dict[str, str]] = {
    "ar": "arabic",
    "bg": "bulgarian",
    "bn": "bengali",
    "ca": "catalan",
    "ckb": "sorani",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "gl": "galician",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "ja": "cjk",
    "ko": "cjk",
    "lt": "lithuanian",
    "lv": "latvian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "th": "thai",
    "tr": "turkish",
    "zh": "cjk",
}
"""ISO 639 code → Elasticsearch's built-in analyzer of that language.

Source: Elasticsearch reference, "Language analyzers". Chinese, Japanese and Korean share one of character pairs.
"""

_SAME_RULES: Final = {"nb": "no", "nn": "no", "in": "id"}


def analyzed(language: str | None) -> str | None:
    """The key of `ANALYZERS` that fits a language tag ("en-GB" → "en"), or None: then the plain fields serve."""
    if not language:
        return None
    code = language.replace("_", "-").split("-", 1)[0].lower()
    code = _SAME_RULES.get(code, code)
    return code if code in ANALYZERS else None
