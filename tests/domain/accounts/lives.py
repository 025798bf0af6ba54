"""Everything that happens to people, clients and tokens, in any order, beside a naive account of who may do what.

Owns: the machine that `test_no_right_outlives_its_cause` runs.
Does not own: the account of rights (`notebook`), what each command promises by itself (the tests beside).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from tests.domain.accounts.notebook import ORGANISATIONS, Issued, Notebook
from tests.domain.accounts.scene import OURS, THEIRS, Scene, make_organisations

from ilmio_api.access.principals import Principal
from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import invitations, members, persons
from ilmio_api.domain.accounts.audit import verify
from ilmio_api.domain.accounts.client_models import ApiClient, ApiKey, ApplicationGrant
from ilmio_api.domain.accounts.models import Membership
from ilmio_api.domain.accounts.principals import Caller, caller_of_key, caller_of_token
from ilmio_api.domain.accounts.token_models import Token
from ilmio_api.domain.accounts.vocabulary import GrantStatus, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused

T = TypeVar("T")

PLACES = st.integers(0, 3)
"""Which person: there are four at any time; who is erased is replaced by somebody new."""

BEGINNING = (
    (0, OURS, Role.OWNER),
    (0, THEIRS, Role.ADMIN),
    (1, THEIRS, Role.OWNER),
    (1, OURS, Role.VIEWER),
    (2, OURS, Role.ADMIN),
    (3, THEIRS, Role.EDITOR),
)
"""Who is what when a life begins."""

MOST_ISSUED, MOST_CLIENTS = 9, 3

NUMBERS = st.integers(0, 59)
"""Which of several, counted around."""

ROLES = st.sampled_from(list(Role))
SCOPES = st.sampled_from(
    [
        frozenset({Scope.DRAFTS_READ}),
        frozenset({Scope.CONTENT_READ, Scope.CONTENT_WRITE, Scope.MEMBERS}),
        frozenset(Scope),
    ]
)


class Lives(RuleBasedStateMachine):
    """Runs commands in any order and asks after each what everybody may do."""

    def __init__(self, runner: asyncio.Runner, engine: AsyncEngine) -> None:
        """Begin with four people, two clients and their tokens, and an administrator of the platform."""
        super().__init__()
        self.runner = runner
        self.notebook = Notebook()
        self.invited: list[tuple[invitations.MemberInvited, str, Role, str]] = []
        self.connection: AsyncConnection = self.run(engine.connect().__aenter__())
        self.run(self._begin())

    def run(self, work: Awaitable[T]) -> T:
        """Return what comes of asynchronous work."""

        async def awaited() -> T:
            return await work

        return self.runner.run(awaited())

    async def _begin(self) -> None:
        await self.connection.begin()
        at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        await make_organisations(self.connection, at)
        session = AsyncSession(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.scene = Scene(WriteSession(session), at, random.Random(3).randbytes)  # noqa: S311 - the same ones again
        self.admin = await self.scene.person(admin=True)
        self.people = [await self.scene.person() for _ in range(4)]
        for place, organisation, role in BEGINNING:
            await self.scene.membership(self.people[place], MemberRole[role.name], organisation)
            self.notebook.roles[self.people[place], organisation] = role
        self.stale = {person: await self.scene.occasion(person) for person in self.people}
        everything = frozenset(Scope)
        ours, theirs = [await self._new_client(organisation, everything) for organisation in ORGANISATIONS]
        await self._new_grant(ours, THEIRS, everything)
        await self._new_grant(theirs, OURS, everything)
        for client, person in zip((theirs, ours, ours, theirs, ours), (*self.people, None), strict=True):
            await self._new_token(client, everything, person)
        await self._send(self.people[2], OURS, Role.EDITOR, "kutsuttu0@example.fi", self.stale[self.people[2]])
        await self._send(self.people[0], THEIRS, Role.VIEWER, "kutsuttu1@example.fi", self.stale[self.people[0]])

    def teardown(self) -> None:
        """Undo everything, once what ended has stayed ended and the log has been found whole."""
        for issued in self.notebook.issued:
            self._ask(issued)
        for organisation in (*ORGANISATIONS, None):
            assert self.run(verify(self.scene.session, organisation)) is None
        self.run(self.scene.session.close())
        self.run(self.connection.close())

    def occasion(self, person: str, *, stale: bool = False) -> Occasion:
        """Return an occasion of a person: of now, or of a request that began when that person came."""
        return self.stale[person] if stale else self.run(self.scene.occasion(person))

    # What people do to one another.

    @rule(place=PLACES, organisation=st.sampled_from(ORGANISATIONS), role=ROLES, address=st.integers(0, 2))
    def invite(self, place: int, organisation: str, role: Role, address: int) -> None:
        """Somebody invites somebody."""
        person = self._one(place, lambda each: self.notebook.may_give(each, organisation, role))
        email = f"kutsuttu{address}@example.fi"
        sent = self.run(self._send(person, organisation, role, email, self.occasion(person)))
        assert sent is self.notebook.may_give(person, organisation, role)

    @precondition(lambda self: self.invited)
    @rule(place=PLACES, number=NUMBERS)
    def accept(self, place: int, number: int) -> None:
        """Somebody follows a link, which holds as long as its sender could still send it."""
        sent, organisation, role, sender = self.invited[number % len(self.invited)]
        person = self._one(place, lambda each: (each, organisation) not in self.notebook.roles)
        joined = self.run(invitations.accept(self.scene.session, self.occasion(person), sent.secret.digest, person))
        if isinstance(joined, Refused):
            return
        assert person not in self.notebook.out
        assert self.notebook.may_give(sender, organisation, role)
        assert (person, organisation) not in self.notebook.roles
        self.notebook.roles[person, organisation] = role
        self.invited.remove((sent, organisation, role, sender))

    @rule(giver=PLACES, number=NUMBERS, role=ROLES, stale=st.booleans())
    def change_role(self, giver: int, number: int, role: Role, *, stale: bool) -> None:
        """Somebody changes what somebody is, perhaps in a request that began long ago."""
        (person, organisation), before = self._member(number)
        actor = self._one(giver, lambda each: self.notebook.may_give(each, organisation, before, role))
        found = self.run(self._membership(person, organisation))
        occasion = self.occasion(actor, stale=stale)
        changed = self.run(members.change_role(self.scene.session, occasion, found.id, role, found.version))
        if not isinstance(changed, Refused):
            assert self.notebook.may_give(actor, organisation, before, role)
            self.notebook.roles[person, organisation] = role

    @rule(giver=PLACES, number=NUMBERS, stale=st.booleans())
    def remove(self, giver: int, number: int, *, stale: bool) -> None:
        """Somebody removes somebody, or leaves, perhaps in a request that began long ago."""
        (person, organisation), role = self._member(number)
        actor = self._one(giver, lambda each: self.notebook.may_give(each, organisation, role))
        found = self.run(self._membership(person, organisation))
        removed = self.run(members.remove(self.scene.session, self.occasion(actor, stale=stale), found.id))
        if not isinstance(removed, Refused):
            leaving = actor == person and actor not in self.notebook.out
            assert leaving or self.notebook.may_give(actor, organisation, role)
            self.notebook.leave(person, organisation)

    @rule(place=PLACES)
    def keep_out(self, place: int) -> None:
        """The platform keeps somebody out, or lets the one in again whom it keeps out."""
        person = next((each for each in self.people if each in self.notebook.out), self.people[place])
        elevated = self.run(self.scene.occasion(self.admin, elevated=True))
        if person in self.notebook.out:
            assert not isinstance(self.run(persons.enable(self.scene.session, elevated, person)), Refused)
            self.notebook.out.discard(person)
            return
        assert not isinstance(self.run(persons.disable(self.scene.session, elevated, person)), Refused)
        self.notebook.out.add(person)
        self.notebook.end_tokens(person)

    @rule(place=PLACES)
    def erase(self, place: int) -> None:
        """Somebody is erased, and somebody new comes."""
        person = self.people[place]
        elevated = self.run(self.scene.occasion(self.admin, elevated=True))
        last = any(
            self.notebook.roles.get((person, where)) is Role.OWNER and self.notebook.owners(where) <= {person}
            for where in ORGANISATIONS
        )
        erased = self.run(persons.erase(self.scene.session, elevated, person))
        assert isinstance(erased, Refused) is last
        if not last:
            self.notebook.leave(person)
            self.notebook.out.add(person)
            self.people[place] = self.run(self.scene.person())
            self.stale[self.people[place]] = self.run(self.scene.occasion(self.people[place]))

    # What they give to programs.

    @rule(number=NUMBERS, organisation=st.sampled_from(ORGANISATIONS), scopes=SCOPES)
    def client(self, number: int, organisation: str, scopes: frozenset[Scope]) -> None:
        """An organisation gets a client, or some organisation deletes one."""
        if len(self.notebook.clients) < MOST_CLIENTS:
            self.run(self._new_client(organisation, scopes))
            return
        client = self._client(number)
        deleted = update(ApiClient).where(ApiClient.id == client).values(deleted_at=self.scene.at)
        self.run(self.scene.session.execute(deleted))
        del self.notebook.clients[client]

    @rule(number=NUMBERS, organisation=st.sampled_from(ORGANISATIONS), scopes=SCOPES)
    def grant(self, number: int, organisation: str, scopes: frozenset[Scope]) -> None:
        """An organisation allows an application of another one, or takes that back."""
        client = self._client(number)
        if self.notebook.clients[client][0] == organisation:
            return
        if self.notebook.grants.pop((organisation, client), None) is not None:
            revoked = update(ApplicationGrant).values(status=GrantStatus.REVOKED)
            self.run(self.scene.session.execute(revoked.where(ApplicationGrant.client_id == client)))
            return
        self.run(self.scene.session.execute(delete(ApplicationGrant).where(ApplicationGrant.client_id == client)))
        self.run(self._new_grant(client, organisation, scopes))

    @precondition(lambda self: len(self.notebook.issued) < MOST_ISSUED)
    @rule(number=NUMBERS, place=st.one_of(st.none(), PLACES), scopes=SCOPES)
    def issue(self, number: int, place: int | None, scopes: frozenset[Scope]) -> None:
        """A client gets a token for a person who is let in, or in its own name, and its organisation a key."""
        client = self._client(number)
        person = None if place is None else self.people[place]
        if person not in self.notebook.out:
            self.run(self._new_token(client, scopes, person))
        if person is None:
            organisation, _ = self.notebook.clients[client]
            secret = self.run(self.scene.key(_values(scopes), organisation))
            self.notebook.issued.append(Issued(secret, scopes, organisation=organisation))

    @rule(number=NUMBERS)
    def revoke(self, number: int) -> None:
        """A token or key is revoked."""
        issued = self.notebook.issued[number % len(self.notebook.issued)]
        for table in (Token, ApiKey):
            revoked = update(table).where(table.digest == issued.secret.digest).values(revoked_at=self.scene.at)
            self.run(self.scene.session.execute(revoked))
        issued.ended = True

    # What must be true after each.

    @invariant()
    def every_token_and_key_allows_what_the_notebook_says(self) -> None:
        """Ask with every token and key that has not ended."""
        for issued in self.notebook.issued:
            if not issued.ended:
                self._ask(issued)

    @invariant()
    def every_person_may_do_in_the_console_what_the_notebook_says(self) -> None:
        """Ask as every person."""
        for person in self.people:
            principal = self.run(self.scene.occasion(person)).principal
            assert dict(principal.rights) == self.notebook.rights_in_console(person)
            assert principal == Principal() if person in self.notebook.out else principal.account == person

    @invariant()
    def an_organisation_keeps_an_owner(self) -> None:
        """Look for an owner, who may be disabled."""
        for organisation in ORGANISATIONS:
            assert (organisation, Role.OWNER) in {(where, role) for (_, where), role in self.notebook.roles.items()}

    def _ask(self, issued: Issued) -> None:
        caller = self.run(self._caller(issued))
        assert (None if caller is None else dict(caller.principal.rights)) == self.notebook.rights_of(issued)

    async def _caller(self, issued: Issued) -> Caller | None:
        find = caller_of_key if issued.client is None else caller_of_token
        return await find(self.scene.session, issued.secret.digest, at=self.scene.at, address="")

    async def _send(self, person: str, organisation: str, role: Role, email: str, occasion: Occasion) -> bool:
        sent = await invitations.invite(self.scene.session, occasion, organisation, email, role)
        if isinstance(sent, Refused):
            return False
        self.invited = [each for each in self.invited if (each[0].email, each[1]) != (email, organisation)]
        self.invited.append((sent, organisation, role, person))
        return True

    async def _membership(self, person: str, organisation: str) -> Membership:
        found = await self.scene.session.scalars(
            select(Membership).where(Membership.account_id == person, Membership.organisation_id == organisation)
        )
        return found.one()

    async def _new_client(self, organisation: str, scopes: frozenset[Scope]) -> str:
        client = await self.scene.client(_values(scopes), organisation)
        self.notebook.clients[client] = (organisation, scopes)
        return client

    async def _new_grant(self, client: str, organisation: str, scopes: frozenset[Scope]) -> None:
        await self.scene.grant(client, _values(scopes), organisation)
        self.notebook.grants[organisation, client] = scopes

    async def _new_token(self, client: str, scopes: frozenset[Scope], person: str | None) -> None:
        secret = await self.scene.token(client, _values(scopes), person)
        self.notebook.issued.append(Issued(secret, scopes, client, person))

    def _one(self, place: int, likely: Callable[[str], bool]) -> str:
        # Mostly somebody with whom it works, and sometimes somebody else.
        first = [person for person in self.people if likely(person)]
        return [*first, *(person for person in self.people if person not in first)][place % (len(first) + 1) % 4]

    def _member(self, number: int) -> tuple[tuple[str, str], Role]:
        members_now = sorted(self.notebook.roles.items())
        return members_now[number % len(members_now)]

    def _client(self, number: int) -> str:
        return sorted(self.notebook.clients)[number % len(self.notebook.clients)]


def _values(scopes: frozenset[Scope]) -> list[str]:
    """Return scopes as they are stored."""
    return sorted(scope.value for scope in scopes)
