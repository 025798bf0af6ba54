"""Signals that end a process, for what has something to put in order first.

Owns: what SIGTERM and SIGHUP do meanwhile.
Does not own: Ctrl-C, which Python and asyncio handle; what is put in order.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Let the signals that would end the process at once go through every `finally`, while the block runs.

    Raises:
        SystemExit: A signal came. The exit code is the one that shells give to it.
    """
    came: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        _leave(number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except (asyncio.CancelledError, KeyboardInterrupt):
        if not came:
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise SystemExit(128 + came[0])


def _leave(number: int) -> None:
    """Leave what runs just now.

    Raises:
        SystemExit: It is not an event loop.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise SystemExit(128 + number) from None
    # An exception would come out of whatever the loop runs just now. That may be the driver, half-way through what it
    # has read: it would wait for the other half for ever. So tasks are cancelled, as Ctrl-C does it.
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.call_soon_threadsafe(lambda: None)  # it may be waiting for something to read
