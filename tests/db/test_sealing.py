"""What the service seals, and with which key."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from ilmio_api.db.sealing import Sealer
from ilmio_api.errors import OperatorError


def new_key() -> str:
    """Return a new key."""
    return Fernet.generate_key().decode()


def test_what_is_sealed_can_be_opened_again(tmp_path: Path) -> None:
    sealer = Sealer(new_key(), tmp_path)

    assert sealer.open(sealer.seal({"seed": "JBSWY3DP", "n": 1})) == {"seed": "JBSWY3DP", "n": 1}


def test_a_sealed_value_does_not_show_what_it_holds(tmp_path: Path) -> None:
    assert b"JBSWY3DP" not in Sealer(new_key(), tmp_path).seal({"seed": "JBSWY3DP"})


def test_an_older_key_still_opens_and_the_newest_seals(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    sealed = Sealer(old, tmp_path).seal({"a": 1})
    both = Sealer(f"{new}, {old}", tmp_path)

    assert both.open(sealed) == {"a": 1}
    assert Sealer(new, tmp_path).open(both.seal({"b": 2})) == {"b": 2}


def test_another_key_opens_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    sealed = Sealer(new_key(), tmp_path).seal({"a": 1})

    with pytest.raises(OperatorError, match="sealed with a key that this service does not have") as refused:
        Sealer(new_key(), tmp_path).open(sealed)
    assert "ILMIO_SECRET_KEY" in refused.value.remedy


def test_without_a_key_one_is_made_for_its_owner_alone_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    sealed = Sealer(None, folder).seal({"a": 1})
    key = folder / "secret.key"

    assert Sealer(None, folder).open(sealed) == {"a": 1}
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir()] == ["secret.key"]


def test_no_key_is_made_before_it_is_needed(tmp_path: Path) -> None:
    Sealer(None, tmp_path / "data")

    assert not (tmp_path / "data").exists()


def test_a_keyed_hash_is_the_same_with_a_newer_key_and_another_with_another(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    hashed = Sealer(old, tmp_path).keyed_hash("192.0.2.7")

    assert hashed == Sealer(f"{new},{old}", tmp_path).keyed_hash("192.0.2.7")
    assert hashed != Sealer(new, tmp_path).keyed_hash("192.0.2.7")
    assert len(hashed) == 64
