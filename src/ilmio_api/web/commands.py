"""From a request that changes something to its answer.

Owns: the circumstances of the commands of a request, and their answer over HTTP; the note that personal data was read.
Does not own: the order of commands (`compiler.mutations`), a command (`schema.commands`), HTTP (`web.graphql`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.access.scopes import Scope
from ilmio_api.compiler.mutations import Mutation, Runner
from ilmio_api.compiler.pipeline import Fetcher
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.audit import note_personal_data_read
from ilmio_api.domain.accounts.principals import Caller
from ilmio_api.domain.occasion import Occasion
from ilmio_api.errors import UnavailableError
from ilmio_api.i18n.languages import Language
from ilmio_api.web.authentication import UnauthenticatedError
from ilmio_api.web.outbound import body_of
from ilmio_api.web.replies import Reply


class RunnerMaker(Protocol):
    """Gives what carries out the commands of one request. `schema.mutation.commands` does."""

    def __call__(self, occasion: Occasion, language: Language) -> Runner:
        """Return what carries out the commands of a request."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known of a request that changes something."""

    caller: Caller
    trace_id: str
    address: str
    key: str | None
    """Idempotency key of the request as a whole: the header `Idempotency-Key`; None when there is none."""
    clock: Stopwatch


@dataclass(frozen=True, slots=True)
class CommandDesk:
    """Answers mutations."""

    engine: AsyncEngine
    runner: RunnerMaker
    fetcher: Fetcher
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]

    async def reply(self, mutation: Mutation, sent: Sent) -> Reply:
        """Carry out the commands of a mutation and return their answer, which nobody keeps.

        Raises:
            UnauthenticatedError: The request came without credentials.
            IlmioError: The database cannot be reached, or took too long.
        """
        if sent.caller.principal.credential is None:
            raise UnauthenticatedError
        occasion = self._occasion(sent)
        language = mutation.reader.reading.language
        answer = await mutation.carried_out(
            self.runner(occasion, language),
            self.fetcher,
            sent.clock,
            sent.key,
            lambda tables: self.note_reading(tables, sent),
        )
        return Reply(body_of(answer, language), "", bool(answer.errors), language, b"")

    async def note_reading(self, tables: frozenset[str], sent: Sent) -> None:
        """Write to the audit log that personal data is about to be read.

        In every organisation whose data the caller may read: which of them the answer holds is not known before.

        Args:
            tables: Private tables that the query reads.
            sent: The request.

        Raises:
            UnavailableError: The log cannot be written, so nothing may be read.
        """
        principal = sent.caller.principal
        kinds_by_organisation: dict[str, set[str]] = {}
        for kind, (needed, scope) in _PERSONAL.items():
            for organisation in principal.organisations(scope) if needed <= tables else ():
                kinds_by_organisation.setdefault(organisation, set()).add(kind)
        if not kinds_by_organisation:
            return
        try:
            async with accounts_work(self.engine, principal.credential or "") as session:
                for organisation, kinds in sorted(kinds_by_organisation.items()):
                    await note_personal_data_read(session, self._occasion(sent), organisation, kinds=kinds)
        except (OSError, DBAPIError, PoolTimeoutError) as error:
            raise UnavailableError from error

    def _occasion(self, sent: Sent) -> Occasion:
        """Return the circumstances of a request."""
        caller = sent.caller
        return Occasion(
            caller.principal, self.now(), sent.trace_id, sent.address, self.entropy, caller.authenticated_at
        )


_PERSONAL = {
    "contacts": (frozenset({"contact_person"}), Scope.CONTACTS_READ),
    "invitations": (frozenset({"invitation"}), Scope.ORGANISATION_READ),
    "members": (frozenset({"organisation_account", "account"}), Scope.ORGANISATION_READ),
}
"""Kinds of personal data of others: the tables that a query reads together, and the scope that shows their rows."""
