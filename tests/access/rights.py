"""Who may see which rows, said plainly: the oracle of the matrix.

Owns: the answer for every subject of `conftest` and every kind of row.
Does not own: how the service finds it.
"""

from collections.abc import Mapping
from typing import Any

from tests.domain.accounts.scene import OURS, THEIRS

Row = Mapping[str, Any]

MEMBERS = ("owner", "admin", "editor", "viewer", "technical_contact")
DRAFTS = {"owner", "admin", "editor", "viewer"}
CONTACTS = {"owner", "admin", "editor"}
AUDIT = {"owner", "admin"}


def _organisations(subject: str, roles: set[str]) -> set[str]:
    """Return the organisations in which a person has one of the roles."""
    role, _, name = subject.partition(" of ")
    return {{"ours": OURS, "theirs": THEIRS}[name]} if role in roles and name in {"ours", "theirs"} else set()


def drafts(subject: str) -> set[str]:
    """Return the organisations whose drafts somebody may read."""
    also = {
        "service of ours",
        "partner application for an owner of ours",
        "our application for our viewer",
        "key of ours for drafts",
    }
    return {OURS} if subject in also else _organisations(subject, DRAFTS)


def contacts(subject: str) -> set[str]:
    """Return the organisations whose contact persons somebody may read; our viewer may not, through no application."""
    return {OURS} if subject == "service of ours" else _organisations(subject, CONTACTS)


def accounts(subject: str) -> set[str]:
    """Return the organisations whose account somebody may read."""
    also = {"service of ours", "our application for our viewer"}
    return {OURS} if subject in also else _organisations(subject, set(MEMBERS))


def audits(subject: str) -> set[str]:
    """Return the organisations whose audit log somebody may read."""
    if subject == "elevated administrator":
        return {OURS, THEIRS}
    return {OURS} if subject == "service of ours" else _organisations(subject, AUDIT)


def shows_viewer(subject: str) -> bool:
    """Say whether somebody is a person, in the console or behind an application with the scope `profile`."""
    applications = {"partner application for an owner of ours", "our application for our viewer"}
    return subject not in {"anonymous", "key of ours for drafts", *applications} and "service" not in subject


def sees_record(subject: str, row: Row) -> bool:
    """Say whether somebody may see a record."""
    if row["deleted_at"] is not None:
        return False
    if row["publication_status"] == "PUBLISHED" and row["visibility"] == "PUBLIC":
        return True
    return row["owner_id"] in drafts(subject)
