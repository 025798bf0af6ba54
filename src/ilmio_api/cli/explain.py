"""`ilmio explain`: what one GraphQL operation becomes.

Owns: reading the operation and its variables from the command line, and what is shown of it.
Does not own: how it is compiled (`compiler`), the plan of PostgreSQL in words (`compiler.explanation`).
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.cli.provision import provided_database, refuse_other_tables
from ilmio_api.cli.variables import Variables, variables_in
from ilmio_api.compiler.engine import Engine, Prepared, Request
from ilmio_api.compiler.explanation import outline
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.errors import OperatorError
from ilmio_api.i18n.languages import Language, Reading
from ilmio_api.schema.query import CATALOGUE
from ilmio_api.settings import settings_of_this_process
from ilmio_api.web.outbound import failure_of


def explain(
    document: Annotated[Path, typer.Argument(help="A file with one operation; - reads standard input.")],
    *,
    variables: Variables = "{}",
    analyze: Annotated[bool, typer.Option("--analyze", help="Run it and time each step.")] = False,
) -> None:
    """Show the SQL that an operation is compiled to, and how PostgreSQL runs it."""
    request = Request(_text(document), None, variables_in(variables))
    settings = settings_of_this_process()
    with provided_database(settings) as url:
        asyncio.run(refuse_other_tables(url))
        typer.echo(asyncio.run(_explained(url, settings.statement_timeout_ms, request, analyze=analyze)))


def _text(document: Path) -> str:
    """Return what is in the file."""
    try:
        return sys.stdin.read() if document == Path("-") else document.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{document} cannot be read: {error}.", "Name a file that holds one operation.") from error


async def _explained(url: str, timeout_ms: int, request: Request, *, analyze: bool) -> str:
    """Return what an operation becomes: its steps, its statement and PostgreSQL's plan.

    Args:
        url: Address of the database.
        timeout_ms: PostgreSQL stops a statement after this time.
        request: The operation; everybody asks it.
        analyze: Run the statement and show what really happened.

    Raises:
        OperatorError: The operation cannot be compiled; the problem says why.
    """
    pool = await ReadPool.open(url, size=1, statement_timeout_ms=timeout_ms)
    clock = Stopwatch(time.perf_counter)
    try:
        engine = Engine(CATALOGUE, pool)
        prepared = engine.prepare(request, Reader(ANONYMOUS, Reading()), clock)
        _refuse_commands(prepared)
        answer = await engine.answer(prepared, clock)
        statement = prepared.compiled.statement
        arguments = [fetch(prepared.variables) for fetch in statement.fetches]
        options = "ANALYZE, BUFFERS, FORMAT JSON" if analyze else "FORMAT JSON"
        plan = await pool.fetch_row(f"EXPLAIN ({options}) {statement.sql}", arguments)
    except Exception as error:
        failure = failure_of(error, Language.EN)
        if failure is None:
            raise
        problem = "; ".join(str(each["message"]) for each in failure.errors)
        raise OperatorError(problem, "Mend the operation and try again.") from error
    finally:
        await pool.close()
    (explained,) = json.loads(plan[0]) if plan else ({},)
    parts = [
        f"-- {clock.header()}",
        f"-- 1 statement, {len(arguments)} parameters: {json.dumps(arguments, ensure_ascii=False)}",
        f"{statement.sql};",
        f"-- answer: {sum(len(value) for _, value in answer.fields)} bytes",
        *(f"-- {line}" for line in outline(explained["Plan"])),
    ]
    return "\n".join(parts)


def _refuse_commands(prepared: Prepared) -> None:
    """Raise when an operation is no query."""
    if prepared.mutation is not None:
        raise OperatorError(
            "Only a query can be explained: a mutation is carried out by commands.", "Name a file with a query."
        )
