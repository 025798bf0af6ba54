"""How a command of the published schema is written down, and how it is carried out.

Owns: declaring the root fields of `Mutation`, the scope that each needs, and the unit of work around each.
Does not own: what a command does (`domain`), in which order commands run (`compiler.mutations`).
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeAlias

import strawberry
from graphql import GraphQLSchema
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from strawberry.schema_directive import Location

from ilmio_api.access.scopes import Scope
from ilmio_api.access.secrets import Secret
from ilmio_api.compiler import declare
from ilmio_api.compiler.mutations import Outcome
from ilmio_api.compiler.values import is_storable
from ilmio_api.db.session import WriteSession, accounts_work, outages_told
from ilmio_api.domain.accounts.models import RepeatedCommand
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed
from ilmio_api.errors import BadArgumentError
from ilmio_api.i18n.languages import Language
from ilmio_api.schema.fields import argument, declared
from ilmio_api.schema.results import refused

RUN = "ilmio-run"
"""Key of a root field's metadata under which stands how it is carried out."""

_KEPT = timedelta(days=1)
_DEADLOCK = "40P01"

Given: TypeAlias = Mapping[str, Any]
"""The fields of the argument `input`, by published name; absent when not given."""

Run: TypeAlias = Callable[[WriteSession, Occasion, Given], Awaitable[Outcome | Refused]]
"""Carries out a command in a unit of work."""


@dataclass(frozen=True, slots=True)
class WithSchema:
    """A command that looks into the schema, which is not there yet when the command is declared."""

    run: Callable[[GraphQLSchema], Run]
    """Given the schema that requests meet, carries out the command."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requiresScope",
    description="Scope that the caller's token needs, and the caller in the organisation concerned.",
)
class RequiresScope:
    """See the description."""

    scope: str = strawberry.field(description="The scope, as OAuth writes it; empty when signing in is enough.")


def command(description: str, scope: Scope | None, run: Run | WithSchema, input_type: Any) -> Any:
    """Declare a root field that changes something.

    Args:
        description: What it does, for users of the API.
        scope: Scope that the token needs; None when being a signed-in person is enough.
        run: Carries it out.
        input_type: Type of its argument `input`.
    """
    name = scope.value if scope else ""
    given = argument("input", input_type, "What is to be done.")
    field = declared(declare.Command(name), description, (given,), metadata={RUN: run})
    field.directives = (RequiresScope(scope=name),)
    return field


def scopes_in(given: Given) -> frozenset[Scope] | Refused:
    """Return the scopes that the input names, or why they cannot be used."""
    known = {scope.value: scope for scope in Scope}
    unknown = [name for name in given["scopes"] if name not in known]
    if unknown:
        return invalid(*(Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": name}) for name in unknown))
    return frozenset(known[name] for name in given["scopes"])


class _RefusedError(Exception):
    """Takes a refusal out of a unit of work, so that nothing of it lasts."""

    def __init__(self, refusal: Refused) -> None:
        """Keep the refusal."""
        super().__init__(refusal.refusal)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Commands:
    """Carries out the commands of one request, each in a unit of work of its own."""

    engine: AsyncEngine
    runs: Mapping[str, tuple[str, Run]]
    """Needed scope and way to carry out, by root field."""
    occasion: Occasion
    language: Language

    async def __call__(self, field: str, arguments: Mapping[str, object], key: Sequence[str]) -> Outcome:
        """Carry out one command. With a key, the same command is carried out once, however often it is sent."""
        scope, run = self.runs[field]
        principal = self.occasion.principal
        if scope and scope not in principal.scopes:
            return refused(not_allowed(), self.language)
        if not scope and principal.account is None:
            return refused(not_allowed(), self.language)
        given = _plain(arguments["input"])
        known_by = sha256(json.dumps(key).encode()).hexdigest() if key else None
        try:
            return await self._attempt(field, given, run, known_by)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _DEADLOCK:
                raise
            # Two commands waited for one another; PostgreSQL has ended this one, and nothing of it lasts.
            return await self._attempt(field, given, run, known_by)

    async def _attempt(self, field: str, given: Given, run: Run, key: str | None) -> Outcome:
        """Carry out a command in a unit of work."""
        try:
            with outages_told():
                async with accounts_work(self.engine, self.occasion.principal.credential or "") as session:
                    return await self._once(session, field, given, run, key)
        except _RefusedError as refusal:
            return refused(refusal.refusal, self.language)

    async def _once(self, session: WriteSession, field: str, given: Given, run: Run, key: str | None) -> Outcome:
        """Return the outcome of a command, or of the same one when it was carried out before.

        Raises:
            _RefusedError: It is not carried out.
        """
        actor = self.occasion.principal.account or self.occasion.principal.client or ""
        if key is not None:
            earlier = await self._earlier(session, actor, key, _digest(field, given))
            if earlier is not None:
                return earlier
        outcome = await run(session, self.occasion, given)
        if isinstance(outcome, Refused):
            raise _RefusedError(outcome)
        if key is not None:
            kept = {"type": outcome.type_name, "facts": _without_secrets(outcome.facts)}
            await session.execute(
                update(RepeatedCommand)
                .where(RepeatedCommand.actor == actor, RepeatedCommand.key == key)
                .values(outcome=kept)
            )
        return replace(outcome, facts={name: _shown(fact) for name, fact in outcome.facts.items()})

    async def _earlier(self, session: WriteSession, actor: str, key: str, digest: bytes) -> Outcome | None:
        """Return the outcome that the key has already, or take the key for this command.

        A command that comes while the same one is running waits here, because the row is locked until that one ends.

        Raises:
            _RefusedError: The key was used for another command.
        """
        old = RepeatedCommand.created_at < self.occasion.at - _KEPT
        await session.execute(delete(RepeatedCommand).where(old))
        new = insert(RepeatedCommand).values(actor=actor, key=key, digest=digest, created_at=self.occasion.at)
        taken = await session.scalar(new.on_conflict_do_nothing().returning(RepeatedCommand.key))
        if taken is not None:
            return None
        found = await session.get_one(RepeatedCommand, (actor, key))
        if found.digest != digest or found.outcome is None:
            raise _RefusedError(conflict(ProblemCode.KEY_REUSED))
        return Outcome(found.outcome["type"], found.outcome["facts"])


def _digest(field: str, given: Given) -> bytes:
    """Return what tells two commands apart."""
    return sha256(json.dumps([field, given], sort_keys=True, default=str).encode()).digest()


def _plain(value: Any) -> Any:
    """Return an input object as plain dictionaries, lists and texts.

    Raises:
        BadArgumentError: A text has a character that PostgreSQL does not hold.
    """
    if isinstance(value, str) and not is_storable(value):
        raise BadArgumentError
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def _without_secrets(facts: Mapping[str, object]) -> dict[str, object]:
    """Return the facts that may be kept: a secret is shown once."""
    return {name: None if isinstance(fact, Secret) else fact for name, fact in facts.items()}


def _shown(fact: object) -> object:
    """Return a fact as it goes into the answer."""
    return fact.text if isinstance(fact, Secret) else fact
