"""Passwords: always one of two factors, never the only one.

Owns: which passwords are taken, changing and removing one.
Does not own: hashing (`slow_hashes`), checking one at sign-in (`sign_in`), the second factor (`one_time_codes`).

Source: NIST SP 800-63B-4 §3.1.1: at least eight characters beside a second factor, no rules about kinds of
characters, no forced change, but a list of what is tried first.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, challenges, sessions, slow_hashes
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.sign_in_models import CodeGenerator, Password
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.accounts.ways_in import own_account, refusal_of_removing
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, invalid, not_allowed

LEAST, MOST = 8, 256
"""Length of a password, in characters of its normal form."""

# Longer ones are not even brought into the normal form, which may take a while.
_MOST_AS_SENT = 1_024

_WORDS = Path(__file__).with_name("common_passwords.txt")
_SHORTEST_WORD, _MOST_DIGITS, _MOST_BESIDE, _LONGEST_REPEATED = 3, 10, 6, 4
_ROWS = (
    "abcdefghijklmnopqrstuvwxyzåäö",
    "01234567890",
    "qwertyuiopå",
    "qwertzuiopü",
    "azertyuiop",
    "asdfghjklöä",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujm",
)
_LETTERS_FOR = str.maketrans("0134578@$!|", "oieastbasil")
_BEGINNING, _ENDING = re.compile(r"\A[\W\d_]+"), re.compile(r"[\W\d_]+\Z")


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """A password was set."""


@dataclass(frozen=True, slots=True)
class PasswordRemoved:
    """Password and one-time codes were removed."""


def normal_form(password: str) -> str | None:
    """Return a password as it is hashed, however a keyboard composes it (NFKC); None when it is far too long."""
    return unicodedata.normalize("NFKC", password) if len(password) <= _MOST_AS_SENT else None


def problems_of(password: str, *, about: Collection[str] = ()) -> tuple[Problem, ...]:
    """Return why a new password is not taken; empty when it is.

    Args:
        password: As it was typed.
        about: Words that are known about the person, such as name and address; as common as any other for them.
    """
    path = ("password",)
    normal = normal_form(password)
    if normal is None or len(normal) > MOST:
        return (Problem(ProblemCode.TOO_LONG, path, {"most": MOST}),)
    if len(normal) < LEAST:
        return (Problem(ProblemCode.TOO_SHORT, path, {"least": LEAST}),)
    words = {word for text in about for word in re.findall(r"[^\W\d_]{3,}", text.casefold())}
    return (Problem(ProblemCode.COMMON_PASSWORD, path),) if _is_common(normal.casefold(), words) else ()


async def change(session: WriteSession, occasion: Occasion, password: str) -> PasswordChanged | Refused:
    """Set the person's own password; where there was one, the person's other sessions end.

    Needs a recent sign-in. It lets nobody in until one-time codes are set up too.
    """
    account = await own_account(session, occasion)
    if isinstance(account, Refused):
        return account
    person = await session.scalar(select(Account).where(Account.id == account).with_for_update(key_share=True))
    if person is None:
        return not_allowed()
    if problems := problems_of(password, about=(person.name or "", person.email or "")):
        return invalid(*problems)
    known = await slow_hashes.hashed(normal_form(password) or "", occasion.entropy)
    had_one = await session.scalar(select(Password.account_id).where(Password.account_id == account)) is not None
    row = {"hash": known, "changed_at": occasion.at}
    await session.execute(
        insert(Password)
        .values(account_id=account, **row)
        .on_conflict_do_update(index_elements=[Password.account_id], set_=row)
    )
    # Whoever has just shown the old one and owes a code is not to come in with it.
    await challenges.forget(session, challenges.CODE, account)
    await audit.record(
        session,
        occasion,
        AuditAction.CREDENTIAL_ADDED,
        organisation=None,
        target=account,
        after={"kind": "PASSWORD"},
    )
    if had_one:
        await sessions.end_all(session, occasion, account, except_id=occasion.principal.credential)
    return PasswordChanged()


async def remove(session: WriteSession, occasion: Occasion) -> PasswordRemoved | Refused:
    """Remove the person's own password and one-time codes, which are one way in; needs a recent sign-in."""
    account = await own_account(session, occasion)
    if isinstance(account, Refused):
        return account
    if refusal := await refusal_of_removing(session, account, password=True):
        return refusal
    removed = await session.scalar(
        delete(Password).where(Password.account_id == account).returning(Password.account_id)
    )
    if removed is None:
        return not_allowed("password")
    await session.execute(delete(CodeGenerator).where(CodeGenerator.account_id == account))
    await challenges.forget(session, challenges.CODE, account)
    await audit.record(
        session,
        occasion,
        AuditAction.CREDENTIAL_REMOVED,
        organisation=None,
        target=account,
        before={"kind": "PASSWORD"},
    )
    return PasswordRemoved()


def _is_common(password: str, about: Collection[str]) -> bool:
    """Return whether a password is one that is tried first: a known word with little around it, a row, a repetition."""
    if _is_repeated(password) or _is_row(password) or (password.isdecimal() and len(password) <= _MOST_DIGITS):
        return True
    words = _common_words().union(about)
    # Signs at the end are no letters in disguise: "P@ssw0rd!" and "Salasana2024".
    body = _ENDING.sub("", password)
    for spelling in (body, body.translate(_LETTERS_FOR)):
        core = _BEGINNING.sub("", spelling)
        if len(password) - len(core) <= _MOST_BESIDE and (core in words or _is_row(core) or _is_pair(core, words)):
            return True
    return False


def _is_pair(core: str, words: Collection[str]) -> bool:
    """Return whether two known words stand in a row, perhaps with one character between them."""
    cuts = range(_SHORTEST_WORD, len(core) - _SHORTEST_WORD + 1)
    return any(
        core[:cut] in words and (core[cut:] in words or (not core[cut].isalpha() and core[cut + 1 :] in words))
        for cut in cuts
    )


def _is_repeated(text: str) -> bool:
    """Return whether a text is a few characters over and over."""
    return any((text[:size] * len(text))[: len(text)] == text for size in range(1, _LONGEST_REPEATED + 1))


def _is_row(text: str) -> bool:
    """Return whether a text walks along the alphabet or the keyboard, forwards or backwards."""
    return len(text) > _SHORTEST_WORD and any(text in row or text[::-1] in row for row in _ROWS)


@cache
def _common_words() -> frozenset[str]:
    """Return the words of which common passwords are made, in lower case."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
