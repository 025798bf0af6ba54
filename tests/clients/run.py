"""Runs other people's clients, audits, fuzzer and attacks against the demo world; one line about each.

Owns: the order, the report and the exit code.
Does not own: the suites (`tests.clients.suites`), the attacks (`tests.clients.attacks`), the servers
(`tests.clients.serving`, `tests.clients.account_serving`).

Usage: python -m tests.clients.run [audits] [clients] [oauth] [attacks] [fuzz]; without a word, all of them.
"""

import argparse
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.clients.account_serving import accounts_served
from tests.clients.attacking import LIMIT_MS, outcomes
from tests.clients.serving import Server, demo_world_served
from tests.clients.suites import SUITES, Group, Suite
from tests.clients.workshops import InstallationError, command, environment, installed, missing

_SUITE_LIMIT_S = 600


class Verdict(StrEnum):
    """How a suite has ended."""

    PASSED = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """What is told of one suite."""

    name: str
    verdict: Verdict
    told: str
    details: str = ""


def main(arguments: Sequence[str]) -> int:
    """Run the groups that are named; return 1 when something has failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.clients.run", description="Run clients against the demo world."
    )
    parser.add_argument("groups", nargs="*", metavar="group", help=f"one of {', '.join(Group)}; all without one")
    wanted = parser.parse_args(arguments).groups or list(Group)
    if unknown := set(wanted) - set(Group):
        parser.error(f"there is no group {', '.join(sorted(unknown))}")
    counts: Counter[Verdict] = Counter()
    for result in _results([Group(each) for each in wanted]):
        counts[result.verdict] += 1
        _say(f"{result.verdict.value:8}{result.name}: {result.told}")
        if result.details:
            _say(textwrap.indent(result.details.strip(), " " * 8))
    _say(", ".join(f"{counts[verdict]} {word}" for verdict, word in _WORDS.items()))
    return int(counts[Verdict.FAILED] > 0)


_WORDS = {Verdict.PASSED: "passed", Verdict.FAILED: "failed", Verdict.SKIPPED: "skipped"}


def _results(wanted: Sequence[Group]) -> Iterator[Result]:
    """Run what is wanted, in the order of the groups."""
    suites = [suite for suite in SUITES if suite.group in wanted]
    runnable = []
    for suite in suites:
        lacking = missing(suite.platform)
        if lacking is None:
            runnable.append(suite)
        else:
            yield Result(suite.name, Verdict.SKIPPED, lacking)
    of_oauth = [suite for suite in runnable if suite.group is Group.OAUTH]
    others = [suite for suite in runnable if suite.group is not Group.OAUTH]
    if others or Group.ATTACKS in wanted:
        with demo_world_served() as server:
            for group in Group:
                if group is Group.ATTACKS and group in wanted:
                    yield _attacked(server)
                for suite in others:
                    if suite.group is group:
                        yield _run(suite, server.url)
    if of_oauth:
        with accounts_served() as world:
            for suite in of_oauth:
                yield _run(suite, str(world))


def _run(suite: Suite, place: str) -> Result:
    """Install a suite if need be, and run it; `place` tells it where the server is."""
    try:
        folder = installed(suite)
    except InstallationError as error:
        return Result(suite.name, Verdict.FAILED, "cannot be installed", str(error))
    begun = time.monotonic()
    try:
        done = subprocess.run(
            command(suite, place),
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=_SUITE_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Result(suite.name, Verdict.FAILED, f"not done in {_SUITE_LIMIT_S} s")
    lines = done.stdout.splitlines()
    version = next((line.removeprefix("version: ") for line in lines if line.startswith("version: ")), "")
    done_so = [line for line in lines if not line.startswith("version: ")]
    verdict = Verdict.PASSED if done.returncode == 0 else Verdict.FAILED
    told = ", ".join(done_so)
    details = "" if verdict is Verdict.PASSED else done.stderr
    if suite.group is Group.OAUTH:
        # They show much more than the others: a line for each thing.
        told, details = f"{len(done_so)} checks", "\n".join((*done_so, details))
    return Result(f"{suite.name} {version}", verdict, f"{told} ({time.monotonic() - begun:.1f} s)", details)


def _attacked(server: Server) -> Result:
    """Send the attacks."""
    all_ = list(outcomes(server))
    failures = [outcome.failure for outcome in all_ if outcome.failure is not None]
    dearest = max(all_, key=lambda outcome: outcome.processor_ms)
    verdict = Verdict.FAILED if failures else Verdict.PASSED
    if dearest.processor_ms == 0:
        # Only Linux tells it; the answers themselves have been checked.
        return Result("attacks", verdict, f"{len(all_)} sent, processor time not measured here", "\n".join(failures))
    cost = f"the dearest {dearest.processor_ms:.0f} of {LIMIT_MS:.0f} ms of processor time ({dearest.name})"
    told = f"{len(all_)} sent, {cost}"
    return Result("attacks", verdict, told, "\n".join(failures))


def _say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
