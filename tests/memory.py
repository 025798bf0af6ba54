"""Folders for databases of tests, in memory where there is room.

Owns: where those folders are.
Does not own: the servers whose data they hold (`tests/conftest.py`, the tests of the embedded server).

A database is some eight hundred small files, and hundreds of databases are made in a run. Many a disk takes half a
second for the files of one; memory takes a twentieth of that.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder inside of it gets a name of its own
_ROOM_BYTES = 2 * 2**30


def database_folder() -> TemporaryDirectory[str]:
    """Return a new folder, which is removed when its context ends."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES
    return TemporaryDirectory(prefix="ilmio-tests-", dir=_MEMORY if has_room else None)
