"""Sends attacks and measures what they cost the server.

Owns: one line for each attack that fails, and the limit of processor time.
Does not own: the attacks (`tests.clients.attacks`).
"""

import http.client
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.clients.attacks import Attack, attacks
from tests.clients.serving import Server

LIMIT_MS = 100.0
"""The most processor time that one request may take, of the server and its database together."""

_TIMES = 3
_REQUEST_LIMIT_S = 30
_WARM_UP = b'{"query": "{ phenomena { nodes { name } } __schema { types { name } } }"}'


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attack has got."""

    name: str
    status: int
    processor_ms: float
    """Of one request: the middle one of three."""
    failure: str | None


def outcomes(server: Server) -> Iterator[Outcome]:
    """Send every attack and return what came of it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_REQUEST_LIMIT_S)
    for _ in range(_TIMES):
        _answer(connection, Attack("warm-up", lambda _new: _WARM_UP), "")
    for number, attack in enumerate(attacks()):
        yield _outcome(server, connection, attack, number)
    connection.close()


def _outcome(server: Server, connection: http.client.HTTPConnection, attack: Attack, number: int) -> Outcome:
    """Send one attack a few times."""
    costs = []
    status, text = 0, ""
    for time_ in range(_TIMES):
        before = server.processor_time_ms()
        status, text = _answer(connection, attack, f"n{number}t{time_}")
        # The work may go on for a moment after the answer: what was begun has to be paid as well.
        time.sleep(0.02)
        costs.append(server.processor_time_ms() - before)
    cost = statistics.median(costs)
    return Outcome(attack.name, status, cost, _failure(attack, status, text, cost))


def _failure(attack: Attack, status: int, text: str, cost_ms: float) -> str | None:
    """Return why an outcome is not acceptable, or None."""
    if status not in attack.statuses:
        return f"{attack.name}: status {status}, not one of {sorted(attack.statuses)}: {text[:200]}"
    if attack.never and attack.never in text:
        return f"{attack.name}: the answer tells {attack.never!r}"
    if cost_ms > LIMIT_MS:
        return f"{attack.name}: {cost_ms:.0f} ms of processor time, more than {LIMIT_MS:.0f} (status {status})"
    return None


def _answer(connection: http.client.HTTPConnection, attack: Attack, new: str) -> tuple[int, str]:
    """Send a request and return the status and the body of its answer; 0 when the server hangs up."""
    try:
        connection.request(
            attack.method, f"/graphql{attack.address(new)}", attack.body(new) or None, dict(attack.headers)
        )
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except (http.client.HTTPException, OSError) as error:
        connection.close()  # the next request opens it again
        return 0, repr(error)
