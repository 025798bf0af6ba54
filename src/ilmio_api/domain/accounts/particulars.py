"""What a person is called, where mail reaches them, which language they read.

Owns: the form in which names and addresses are kept, and what is wrong with one that is not.
Does not own: where they are kept (`models`), who may change them (`persons`).
"""

import re
from unicodedata import category, normalize

from ilmio_api.domain.outcomes import Problem, ProblemCode
from ilmio_api.i18n.languages import DEFAULT_LANGUAGE, FALLBACK

LONGEST_NAME = 100
LANGUAGES = tuple(language.value for language in FALLBACK)
"""Languages of pages and mails."""

_LONGEST_ADDRESS = 254
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# What browsers accept in a field for e-mail addresses (HTML Standard §4.10.5.1.5), with a dot in the domain.
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}")


def name_of(given: str, *path: str) -> str | Problem:
    """Return a name as it is kept: on one line, without characters that cannot be seen."""
    name = " ".join(normalize("NFC", given).split())
    if not name:
        return Problem(ProblemCode.REQUIRED, path)
    if len(name) > LONGEST_NAME:
        return Problem(ProblemCode.TOO_LONG, path, {"most": LONGEST_NAME})
    # Control characters, and those that turn the direction of writing.
    if any(category(character).startswith("C") for character in name):
        return Problem(ProblemCode.NOT_PRINTABLE, path)
    return name


def address_of(given: str, *path: str) -> str | Problem:
    """Return an e-mail address as it is kept and looked for: in lower case."""
    address = given.strip().lower()
    if not address:
        return Problem(ProblemCode.REQUIRED, path)
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        return Problem(ProblemCode.NOT_AN_EMAIL_ADDRESS, path)
    return address


def language_of(given: str | None) -> str:
    """Return the language of pages and mails for a person who reads `given`; Finnish where there are none in that."""
    return given if given in LANGUAGES else DEFAULT_LANGUAGE.value
