"""Plans take as much memory as they may, whatever they are kept for."""

import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping

import pytest

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.i18n.languages import Reading
from ilmio_api.schema.query import CATALOGUE

_ROOM = 4 * 1024 * 1024
_NAMES = [f"k{number}" for number in range(4)]
_LISTS = (
    f"query({', '.join(f'${name}: [AreaKind!]' for name in _NAMES)})"
    f" {{ areas(filter: {{or: [{', '.join(f'{{kinds: ${name}}}' for name in _NAMES)}]}}) {{ totalCount }} }}"
)


@pytest.fixture
def traced() -> Iterator[Callable[[], int]]:
    """Provide how many bytes more are in use than at the beginning."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    yield lambda: tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()


def ask(text: str, variables: Mapping[str, object]) -> Request:
    """Return a request without a name."""
    return Request(text, None, variables)


@pytest.mark.parametrize(
    "question",
    [
        lambda number: ask(f"#{chr(0x1F600)}{' ' * 100_000}\n{{ a{number}: areas {{ totalCount }} }}", {}),
        lambda number: ask(_LISTS, dict.fromkeys(_NAMES, ["COUNTRY"] * (900 + number))),
    ],
    ids=["texts", "variables"],
)
def test_large_questions_do_not_fill_the_memory(traced: Callable[[], int], question: Callable[[int], Request]) -> None:
    engine = Engine(CATALOGUE, None)  # type: ignore[arg-type]  # nothing is run
    engine.prepare(question(0), Reader(ANONYMOUS, Reading()), Stopwatch(time.perf_counter))
    before = traced()
    for number in range(1, 31):
        engine.prepare(question(number), Reader(ANONYMOUS, Reading()), Stopwatch(time.perf_counter))

    assert traced() - before < _ROOM
