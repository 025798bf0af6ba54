"""In which language a text is read, stated a second time.

Owns: the fallback of a text, the languages and translations of a record.
Does not own: which columns are localised (the declarations say that).
"""

from collections.abc import Mapping, Sequence

ENUM_OF_LANGUAGES = ("fi", "sv", "en", "se", "smn", "sms")
_COMMON = ("fi", "sv", "en")
_SUFFIXES = {"EASY": "-simple", "DIALECT": "-x-dialect", "STANDARD": ""}

Texts = Mapping[str, str]


def best(texts: Texts | None, language: str, register: str | None) -> str | None:
    """Return the text that a reader gets, or None when there is none in any language.

    Args:
        texts: Text by BCP 47 tag.
        language: Primary tag, such as "sv".
        register: Name of the register in the schema, or None.
    """
    if not texts:
        return None
    in_register = language + _SUFFIXES[register or "STANDARD"]
    by_machine = [f"{language}-t-{origin}-t0-und" for origin in _COMMON if origin != language]
    for tag in (in_register, language, *by_machine, *_COMMON, *sorted(texts)):
        if texts.get(tag) is not None:
            return texts[tag]
    return None


def languages(texts: Sequence[Texts | None]) -> list[str]:
    """Return the names of the languages in which any of the texts exists as such."""
    return [tag.upper() for tag in ENUM_OF_LANGUAGES if any(tag in each for each in texts if each)]


def translations(texts: Mapping[str, Texts | None]) -> list[dict[str, str]]:
    """Return every text of every field with what its tag says."""
    return [
        {
            "field": name,
            "tag": tag,
            "language": tag.split("-")[0].upper(),
            "register": _register(tag),
            "origin": "MACHINE" if "-t-" in tag else "HUMAN",
            "text": each[tag],
        }
        for name, each in texts.items()
        if each
        for tag in sorted(each)
    ]


def _register(tag: str) -> str:
    return next((name for name, suffix in _SUFFIXES.items() if suffix and tag.endswith(suffix)), "STANDARD")
