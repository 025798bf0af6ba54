"""The page for operators names the settings that there are, with their defaults."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ilmio_api.settings import Settings

Rows = Callable[[str, str], list[list[str]]]

PAGE = "deploy/README.md"


def test_the_page_names_every_variable(rows: Rows, root: Path) -> None:
    source = (root / "src/ilmio_api/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"((?:ILMIO_[A-Z_]+)|PORT|DATA_DIR)"', source))

    assert {name for cell, *_ in rows(PAGE, "variable") for name in re.findall(r"`(\w+)`", cell)} == read


@pytest.mark.parametrize("file", ["deploy/Dockerfile", "deploy/compose.yaml"])
def test_containers_are_given_settings_that_there_are(rows: Rows, root: Path, file: str) -> None:
    known = {name for cell, *_ in rows(PAGE, "variable") for name in re.findall(r"`(\w+)`", cell)}
    given = set(re.findall(r"\bILMIO_[A-Z_]+", (root / file).read_text(encoding="utf-8")))

    # The password is only a part of the address of the database.
    assert given - known <= {"ILMIO_DB_PASSWORD"}


def test_the_page_gives_the_defaults_of_the_code(rows: Rows) -> None:
    default = Settings()

    assert {cell.split("`")[1]: value.strip("`") for cell, value, _ in rows(PAGE, "variable")} == {
        "ILMIO_DATABASE_URL": "none",
        "ILMIO_DATA_DIR": str(default.data_dir),
        "ILMIO_HOST": default.host,
        "ILMIO_PORT": str(default.port),
        "ILMIO_POOL_SIZE": str(default.pool_size),
        "ILMIO_STATEMENT_TIMEOUT_MS": str(default.statement_timeout_ms),
        "ILMIO_MAX_BODY_BYTES": str(default.max_body_bytes),
        "ILMIO_RATE_LIMIT_POINTS": "not set",
        "ILMIO_RATE_LIMIT_STORE": "none",
        "ILMIO_TRUSTED_PROXIES": str(default.trusted_proxies),
        "ILMIO_DOCUMENTS": "none",
        "ILMIO_ONLY_REGISTERED_DOCUMENTS": str(int(default.only_registered_documents)),
        "ILMIO_PUBLIC_URL": "none",
        "ILMIO_SECRET_KEY": "none",
        "ILMIO_SMTP_URL": "none",
        "ILMIO_MAIL_FROM": "none",
        "ILMIO_SECURITY_CONTACT": "none",
    }
    absent = [
        default.database_url,
        default.documents,
        default.public_url,
        default.rate_limit_points,
        default.rate_limit_store,
        default.secret_key,
        default.smtp_url,
        default.mail_from,
        default.security_contact,
    ]
    assert set(absent) == {None}
