"""Asking whether anything has changed: never too early, and once for many."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from ilmio_api.compiler.freshness import Freshness
from ilmio_api.errors import UnavailableError


class Database:
    """Answers a question when it is told to."""

    def __init__(self) -> None:
        """Begin without questions."""
        self.questions: list[asyncio.Future[str]] = []

    async def fetch_row(self, sql: str, args: Sequence[object], claims: str = "") -> Iterable[Any]:
        del sql, args, claims
        question: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.questions.append(question)
        return (await question,)


async def settled() -> None:
    """Let everything happen that follows from what has happened."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_those_who_come_together_share_a_question() -> None:
    database = Database()
    freshness = Freshness(database)
    turns = [freshness.state() for _ in range(3)]
    await settled()
    database.questions[0].set_result("1")

    assert [await turn for turn in turns] == ["1", "1", "1"]
    assert len(database.questions) == 1


async def test_who_comes_while_a_question_is_under_way_is_told_what_the_next_one_gives() -> None:
    database = Database()
    freshness = Freshness(database)
    early = freshness.state()
    await settled()
    late = [freshness.state(), freshness.state()]
    database.questions[0].set_result("1")
    await settled()

    assert (early.result(), [turn.done() for turn in late]) == ("1", [False, False])
    database.questions[1].set_result("2")
    assert [await turn for turn in late] == ["2", "2"]
    assert len(database.questions) == 2


async def test_a_question_that_fails_is_asked_again_for_those_who_come_later() -> None:
    database = Database()
    freshness = Freshness(database)
    early = [freshness.state(), freshness.state()]
    await settled()
    late = freshness.state()
    database.questions[0].set_exception(UnavailableError())
    await settled()
    database.questions[1].set_result("2")

    assert await late == "2"
    for turn in early:
        with pytest.raises(UnavailableError):
            await turn


async def test_who_stops_waiting_leaves_the_others_their_answer() -> None:
    database = Database()
    freshness = Freshness(database)
    gone, stays = freshness.state(), freshness.state()
    await settled()
    gone.cancel()
    database.questions[0].set_result("1")

    assert await stays == "1"


async def test_the_end_of_the_question_is_the_end_of_the_waiting() -> None:
    database = Database()
    freshness = Freshness(database)
    turns = [freshness.state(), freshness.state()]
    await settled()
    database.questions[0].cancel()
    await settled()

    assert [turn.cancelled() for turn in turns] == [True, True]
    after = freshness.state()
    await settled()
    database.questions[1].set_result("2")
    assert await after == "2"
