"""What SIGTERM and SIGHUP do to a command that has something to put in order."""

import asyncio
import signal
from collections.abc import Iterator

import pytest

from ilmio_api.cli.signals import ended_in_order

_OURS = (signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _handlers_are_put_back() -> Iterator[None]:
    before = [signal.getsignal(each) for each in _OURS]
    yield
    assert [signal.getsignal(each) for each in _OURS] == before


@pytest.mark.parametrize("number", _OURS)
def test_a_signal_leaves_through_every_finally(number: int) -> None:
    order = []

    def work() -> None:
        try:
            signal.raise_signal(number)
            order.append("never")
        finally:
            order.append("finally")

    with pytest.raises(SystemExit) as ended, ended_in_order():
        work()

    assert (order, ended.value.code) == (["finally"], 128 + number)


@pytest.mark.parametrize("of_ctrl_c", [signal.default_int_handler, signal.SIG_IGN])
@pytest.mark.parametrize("number", _OURS)
def test_a_signal_cancels_what_an_event_loop_runs_and_spares_its_callbacks(
    number: int, of_ctrl_c: signal.Handlers
) -> None:
    """A driver reads in callbacks: what came out of the middle of one would leave it waiting for ever.

    A script that starts a command in the background makes it ignore Ctrl-C; it has to end all the same.
    """
    order = []

    def read() -> None:
        signal.raise_signal(number)
        order.append("read to the end")

    async def work() -> None:
        asyncio.get_running_loop().call_soon(read)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            order.append("undone")

    before = signal.signal(signal.SIGINT, of_ctrl_c)
    try:
        with pytest.raises(SystemExit) as ended, ended_in_order():
            asyncio.run(work())
    finally:
        signal.signal(signal.SIGINT, before)

    assert (order, ended.value.code) == (["read to the end", "undone"], 128 + number)


@pytest.mark.parametrize("number", _OURS)
def test_a_signal_ends_a_command_that_was_already_at_its_end(number: int) -> None:
    async def work() -> str:
        signal.raise_signal(number)
        return "done"

    with pytest.raises(SystemExit) as ended, ended_in_order():
        asyncio.run(work())

    assert ended.value.code == 128 + number


def test_what_else_ends_a_command_stays_what_it_is() -> None:
    with pytest.raises(KeyboardInterrupt), ended_in_order():
        raise KeyboardInterrupt
    with pytest.raises(asyncio.CancelledError), ended_in_order():
        raise asyncio.CancelledError
