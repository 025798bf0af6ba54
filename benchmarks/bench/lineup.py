"""The line-up: all servers, started together.

Owns: starting and ending them, and noting who has to be left out.
Does not own: how one is started (`peers`, `processes`), what is measured (`measure`).
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from bench.database import Database
from bench.install import InstallError
from bench.measure import Results
from bench.peers import Peer
from bench.processes import Server, StartError, free_ports, launched


@contextmanager
def all_started(peers: Sequence[Peer], database: Database, results: Results) -> Iterator[list[tuple[Peer, Server]]]:
    """Provide the servers of peers; who cannot be installed or started is noted in `results` and left out."""
    with ExitStack() as stack:
        launches: list[tuple[Peer, Server]] = []
        # Nothing is measured while they start, so they may as well start at the same time.
        for peer, port in zip(peers, free_ports(len(peers)), strict=True):
            if ("", peer.name) in results.left_out:
                continue
            try:
                command = peer.command(database, port)
                server = stack.enter_context(launched(command.arguments, command.folder, command.environment, port))
            except (InstallError, OSError) as error:
                results.left_out["", peer.name] = str(error)
            else:
                launches.append((peer, server))
        yield [(peer, server) for peer, server in launches if _listens(peer, server, results)]


def _listens(peer: Peer, server: Server, results: Results) -> bool:
    """Wait for a server, and tell whether it can be asked."""
    try:
        server.wait_until_listening()
    except StartError as error:
        results.left_out["", peer.name] = str(error)
        return False
    return True
