"""The account that PostgreSQL runs as, since it refuses to run as root.

Owns: choosing that account, and letting it reach the files that it needs.
Does not own: starting or stopping anything (`db.embedded`).

An ordinary user's server runs as that user, and nothing here changes any file. Root's server runs as whoever
owns the data, else as the account `postgres`, else as `nobody`; no account is ever made.
"""

import os
import pwd
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ilmio_api.errors import OperatorError

_SEARCH = stat.S_IXOTH
_READ_AND_SEARCH = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True, slots=True)
class Account:
    """An account of this machine, as the operating system numbers it."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Make this account the owner of `path`; only root may give files away, and only root needs to."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)


def server_account(cluster: Path) -> Account:
    """Return the account that runs the server whose files are, or will be, in `cluster`.

    Raises:
        OperatorError: The files belong to someone whose account this process cannot use.
    """
    owner = cluster.stat().st_uid if cluster.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            raise OperatorError(
                f"The database in {cluster} belongs to another account, number {owner}.",
                "Run as that account, or set DATA_DIR to a folder of your own.",
            )
        return Account(os.geteuid(), os.getegid())
    if owner:
        return Account(owner, cluster.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise OperatorError(
        "PostgreSQL does not run as root, and this machine has no account named postgres or nobody.",
        "Run as an ordinary user, or set ILMIO_DATABASE_URL to a PostgreSQL server.",
    )


def let_reach(account: Account, path: Path) -> list[Path]:
    """Let `account` pass through the folders above `path`, and return those that had to be opened.

    Only root opens a folder, and only for passing through: what is in it stays unlisted and unread. A home
    folder of root or a fresh temporary folder needs this.
    """
    if os.geteuid() != 0:
        return []
    closed = [folder for folder in reversed(path.absolute().parents) if not _can_pass(account, folder)]
    for folder in closed:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | _SEARCH)
    return closed


def let_read(account: Account, trees: Sequence[Path]) -> None:
    """Let `account` read everything in `trees`: packages that were installed for root's eyes only."""
    if os.geteuid() != 0:
        return
    for path in _everything_in(trees):
        status = path.stat()
        wanted = _READ_AND_SEARCH if status.st_mode & stat.S_IXUSR else stat.S_IROTH
        if status.st_uid != account.uid and status.st_mode & wanted != wanted:
            path.chmod(stat.S_IMODE(status.st_mode) | wanted)


def _can_pass(account: Account, folder: Path) -> bool:
    """Tell whether `account` may pass through `folder`."""
    status = folder.stat()
    mine = status.st_uid == account.uid and status.st_mode & stat.S_IXUSR
    return bool(mine or status.st_mode & _SEARCH)


def _everything_in(trees: Sequence[Path]) -> Iterator[Path]:
    """Yield each folder and file in `trees`, a folder before what is in it."""
    for tree in trees:
        if tree.exists():
            yield tree
            yield from tree.rglob("*")
