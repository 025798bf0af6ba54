"""Settings from environment variables."""

import re
from pathlib import Path

import pytest

from ilmio_api.settings import Settings, SettingsError


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings(
        database_url=None,
        data_dir=Path(".ilmio"),
        host="127.0.0.1",
        port=8000,
        pool_size=8,
        statement_timeout_ms=10_000,
        max_body_bytes=262_144,
        public_url=None,
    )


def test_every_variable_is_read() -> None:
    environ = {
        "ILMIO_DATABASE_URL": "postgresql://reader@db.example/ilmio",
        "ILMIO_DATA_DIR": "/srv/ilmio",
        "ILMIO_HOST": "::1",
        "ILMIO_PORT": "9000",
        "ILMIO_POOL_SIZE": "3",
        "ILMIO_STATEMENT_TIMEOUT_MS": "0",
        "ILMIO_MAX_BODY_BYTES": "1024",
        "ILMIO_PUBLIC_URL": "https://api.example.org/",
    }

    assert Settings.from_environment(environ) == Settings(
        database_url="postgresql://reader@db.example/ilmio",
        data_dir=Path("/srv/ilmio"),
        host="::1",
        port=9000,
        pool_size=3,
        statement_timeout_ms=0,
        max_body_bytes=1024,
        public_url="https://api.example.org",
    )


def test_the_variables_of_hosting_platforms_are_read() -> None:
    settings = Settings.from_environment({"PORT": "81", "DATA_DIR": "elsewhere"})

    assert (settings.port, settings.data_dir) == (81, Path("elsewhere"))


def test_our_own_variables_go_before_those_of_hosting_platforms() -> None:
    environ = {"PORT": "81", "ILMIO_PORT": "82", "DATA_DIR": "theirs", "ILMIO_DATA_DIR": "ours"}
    settings = Settings.from_environment(environ)

    assert (settings.port, settings.data_dir) == (82, Path("ours"))


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_environment({"ILMIO_DATABASE_URL": "", "PORT": " "}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("ILMIO_PORT", "8_000"),
        ("ILMIO_POOL_SIZE", "0"),
        ("ILMIO_POOL_SIZE", "٨"),
        ("ILMIO_STATEMENT_TIMEOUT_MS", "-1"),
        ("ILMIO_MAX_BODY_BYTES", "1 MB"),
        ("ILMIO_DATABASE_URL", "mysql://localhost/ilmio"),
        ("ILMIO_PUBLIC_URL", "api.example.org"),
        ("ILMIO_PUBLIC_URL", "https://api.example.org/?a=1"),
        ("ILMIO_PUBLIC_URL", "http://api.example.org"),
        ("ILMIO_PUBLIC_URL", "http://192.0.2.1:8000"),
        ("ILMIO_ONLY_REGISTERED_DOCUMENTS", "yes"),
        ("ILMIO_ONLY_REGISTERED_DOCUMENTS", "1"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{variable} ") as refusal:
        Settings.from_environment({variable: value})

    assert refusal.value.variable == variable
    assert re.search(r"Set |set |Write ", refusal.value.remedy)


@pytest.mark.parametrize("address", ["http://localhost:8001", "http://127.0.0.1", "http://[::1]:8001"])
def test_plain_http_is_good_enough_on_this_machine(address: str) -> None:
    assert Settings.from_environment({"ILMIO_PUBLIC_URL": address}).public_url == address


def test_a_wrong_database_address_is_not_repeated_because_it_may_hold_a_password() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_environment({"ILMIO_DATABASE_URL": "mysql://me:secret@db/ilmio"})

    assert "secret" not in refusal.value.problem + refusal.value.remedy
