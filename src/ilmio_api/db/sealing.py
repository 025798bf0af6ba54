"""Encryption of the few values that must be read again: private keys, seeds of one-time codes, secrets of others.

Owns: the key of the service and the one way to seal and open.
Does not own: what is sealed (`domain`, `oauth`). What need only be recognised is hashed instead (`access.secrets`).

Source: Fernet (AES-128-CBC with HMAC-SHA-256), of the library `cryptography`.
"""

import contextlib
import hmac
import json
import os
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from ilmio_api.errors import OperatorError


class Sealer:
    """Seals with the newest key and opens with any. The key is read, or made, when it is first needed."""

    def __init__(self, secret_key: str | None, data_dir: Path) -> None:
        """Keep where the key is.

        Args:
            secret_key: Keys with commas between, newest first; None for the key in the data directory.
            data_dir: Where the file `secret.key` is, or is made, readable by its owner only.
        """
        self._secret_key = secret_key
        self._data_dir = data_dir

    def keyed_hash(self, text: str) -> str:
        """Return a hash by which a text is recognised and, without the key, not guessed: 64 hexadecimal digits."""
        # Of the oldest key, so that a new one changes no hash.
        key = sha256(f"hash {self._keys[-1]}".encode()).digest()
        return hmac.new(key, text.encode(), "sha256").hexdigest()

    def seal(self, value: Mapping[str, Any]) -> bytes:
        """Return JSON that only the service can read."""
        return self._cipher.encrypt(json.dumps(value).encode())

    def open(self, sealed: bytes) -> dict[str, Any]:
        """Return what was sealed.

        Raises:
            OperatorError: It was sealed with another key.
        """
        try:
            opened: dict[str, Any] = json.loads(self._cipher.decrypt(sealed))
        except InvalidToken as error:
            raise OperatorError(
                "Something in the database was sealed with a key that this service does not have.",
                "Set ILMIO_SECRET_KEY to the key that was in use, or bring back secret.key in the data directory.",
            ) from error
        return opened

    @cached_property
    def _keys(self) -> list[str]:
        """Return the keys, newest first."""
        return [key.strip() for key in self._secret_key.split(",")] if self._secret_key else [_own_key(self._data_dir)]

    @cached_property
    def _cipher(self) -> MultiFernet:
        """Return what seals and opens."""
        return MultiFernet([Fernet(key) for key in self._keys])


def _own_key(data_dir: Path) -> str:
    """Return the key in the data directory; the first to come makes it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "secret.key"
    if not path.exists():
        # Written beside and linked into place: a process that starts at the same time never reads half a key.
        draft = data_dir / f"secret.key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(Fernet.generate_key().decode())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
