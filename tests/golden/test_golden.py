"""What the compiler makes of some operations, kept in files: the statement and the answer.

Each folder is a behaviour: `query.graphql` with its variables in the first line as a comment, `sql.sql` with the bind
parameters as comments, `answer.json`. After a wanted change, write the files anew and read the difference:

    make test ARGS="tests/golden --update-golden"
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.i18n.languages import Language, Reading
from ilmio_api.schema.query import CATALOGUE

FOLDER = Path(__file__).parent
BEHAVIOURS = sorted(file.parent.name for file in FOLDER.glob("*/query.graphql"))
_VARIABLES = "# variables: "


@dataclass(frozen=True, slots=True)
class Golden:
    """What one operation has become."""

    sql: str
    answer: str


async def made(pool: ReadPool, text: str) -> Golden:
    """Return what the compiler makes of an operation in Swedish, on the demo world."""
    first = text.splitlines()[0]
    variables: dict[str, Any] = json.loads(first.removeprefix(_VARIABLES)) if first.startswith(_VARIABLES) else {}
    clock = Stopwatch(time.perf_counter)
    engine = Engine(CATALOGUE, pool)
    reader = Reader(ANONYMOUS, Reading(Language.SV))
    prepared = engine.prepare(Request(text, None, variables), reader, clock)
    answer = await engine.answer(prepared, clock)
    statement = prepared.compiled.statement
    binds = [f"-- ${i} = {fetch(prepared.variables)!r}" for i, fetch in enumerate(statement.fetches, start=1)]
    data = {key: json.loads(value) for key, value in answer.fields}
    return Golden(
        "\n".join([*binds, *(line.rstrip() for line in statement.sql.splitlines()), ""]),
        json.dumps(data, ensure_ascii=False, indent=2) + "\n",
    )


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
async def test_statement_and_answer_are_those_in_the_files(
    read_pool: ReadPool, behaviour: str, *, update_golden: bool
) -> None:
    folder = FOLDER / behaviour
    golden = await made(read_pool, (folder / "query.graphql").read_text("utf-8"))
    if update_golden:
        (folder / "sql.sql").write_text(golden.sql, "utf-8")
        (folder / "answer.json").write_text(golden.answer, "utf-8")

    assert golden.sql == (folder / "sql.sql").read_text("utf-8")
    assert golden.answer == (folder / "answer.json").read_text("utf-8")
