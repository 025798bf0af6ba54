"""Everything that happens to people, clients and tokens, in any order, beside a naive account of who may do what.

Owns: the machine that `test_no_right_outlives_its_cause` runs, and its oracle.
Does not own: what each command promises by itself (the tests beside).
"""

import asyncio
import random
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from tests.domain.accounts.scene import OURS, THEIRS, Scene, make_organisations

from ilmio_api.access.principals import Principal
from ilmio_api.access.roles import SCOPES_OF_ROLES, Role, may_give
from ilmio_api.access.scopes import OF_APPLICATIONS, OF_KEYS, OF_SERVICES, Scope
from ilmio_api.access.secrets import Secret
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

ORGANISATIONS = (OURS, THEIRS)
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

MOST_ISSUED = 9

ROLES = st.sampled_from(list(Role))
SCOPES = st.sampled_from(
    [
        frozenset({Scope.DRAFTS_READ}),
        frozenset({Scope.CONTENT_READ, Scope.CONTENT_WRITE, Scope.MEMBERS}),
        frozenset(Scope),
    ]
)


@dataclass
class Issued:
    """A token or key that somebody has."""

    secret: Secret
    scopes: frozenset[Scope]
    client: str | None = None
    """None for a key."""
    person: str | None = None
    """None for a program in its own name."""
    organisation: str = OURS
    """Of a key."""
    ended: bool = False


@dataclass
class Oracle:
    """Who may do what, as somebody would keep it in a notebook."""

    roles: dict[tuple[str, str], Role] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    clients: dict[str, tuple[str, frozenset[Scope]]] = field(default_factory=dict)
    grants: dict[tuple[str, str], frozenset[Scope]] = field(default_factory=dict)
    issued: list[Issued] = field(default_factory=list)

    def rights_of(self, issued: Issued) -> Mapping[str, frozenset[Scope]] | None:
        """Return the scopes that a token or key has by organisation; None when it does not hold."""
        if issued.ended or issued.person in self.out:
            return None
        if issued.client is None:
            return _some({issued.organisation: issued.scopes & OF_KEYS})
        if issued.client not in self.clients:
            return None
        owner, most = self.clients[issued.client]
        rights = {}
        for organisation in ORGANISATIONS:
            granted = self.grants.get((organisation, issued.client), frozenset()) & OF_APPLICATIONS
            held = issued.scopes & most & (most if organisation == owner else granted)
            rights[organisation] = held & (self._of_role(issued.person, organisation) if issued.person else OF_SERVICES)
        return _some(rights)

    def rights_in_console(self, person: str) -> Mapping[str, frozenset[Scope]]:
        """Return the scopes that a person has in the console."""
        here = () if person in self.out else ORGANISATIONS
        return _some({organisation: self._of_role(person, organisation) for organisation in here})

    def leave(self, person: str, organisation: str | None = None) -> None:
        """Note that a person is no longer a member, and that their tokens died with that."""
        for key in [key for key in self.roles if key[0] == person and organisation in {None, key[1]}]:
            del self.roles[key]
        self.end_tokens(person)

    def end_tokens(self, person: str) -> None:
        """Note that all tokens of a person died."""
        for issued in self.issued:
            issued.ended |= issued.person == person

    def may_give(self, person: str, organisation: str, *roles: Role) -> bool:
        """Return whether a person may make somebody these."""
        giver = None if person in self.out else self.roles.get((person, organisation))
        return giver is not None and all(may_give(giver, role) for role in roles)

    def owners(self, organisation: str) -> set[str]:
        """Return the owners of an organisation who can act."""
        return {
            person
            for (person, where), role in self.roles.items()
            if where == organisation and role is Role.OWNER and person not in self.out
        }

    def _of_role(self, person: str, organisation: str) -> frozenset[Scope]:
        role = self.roles.get((person, organisation))
        return frozenset() if role is None else SCOPES_OF_ROLES[role]


def _some(rights: Mapping[str, frozenset[Scope]]) -> Mapping[str, frozenset[Scope]]:
    """Return the organisations in which there is any scope."""
    return {organisation: scopes for organisation, scopes in rights.items() if scopes}


class Lives(RuleBasedStateMachine):
    """Runs commands in any order and asks after each what everybody may do."""

    def __init__(self, runner: asyncio.Runner, engine: AsyncEngine) -> None:
        """Begin with four people, two clients and their tokens, and an administrator of the platform."""
        super().__init__()
        self.runner = runner
        self.oracle = Oracle()
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
            self.oracle.roles[self.people[place], organisation] = role
        self.stale = {person: await self.scene.occasion(person) for person in self.people}
        everything = frozenset(Scope)
        ours, theirs = [await self._new_client(organisation, everything) for organisation in ORGANISATIONS]
        await self._new_grant(ours, THEIRS, everything)
        await self._new_grant(theirs, OURS, everything)
        for client, person in zip((theirs, ours, ours, theirs, ours), (*self.people, None), strict=True):
            await self._new_token(client, everything, person)

    def teardown(self) -> None:
        """Undo everything, once the log has been found whole."""
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
        person = self.people[place]
        email = f"kutsuttu{address}@example.fi"
        occasion = self.occasion(person)
        sent = self.run(invitations.invite(self.scene.session, occasion, organisation, email, role))
        assert isinstance(sent, invitations.MemberInvited) is self.oracle.may_give(person, organisation, role)
        if isinstance(sent, invitations.MemberInvited):
            self.invited = [each for each in self.invited if (each[0].email, each[1]) != (email, organisation)]
            self.invited.append((sent, organisation, role, person))

    @precondition(lambda self: self.invited)
    @rule(place=PLACES, number=st.integers(0, 9))
    def accept(self, place: int, number: int) -> None:
        """Somebody follows a link, which holds as long as its sender could still send it."""
        person = self.people[place]
        sent, organisation, role, sender = self.invited[number % len(self.invited)]
        joined = self.run(invitations.accept(self.scene.session, self.occasion(person), sent.secret.digest, person))
        if isinstance(joined, Refused):
            return
        assert person not in self.oracle.out
        assert self.oracle.may_give(sender, organisation, role)
        assert (person, organisation) not in self.oracle.roles
        self.oracle.roles[person, organisation] = role
        self.invited.remove((sent, organisation, role, sender))

    @rule(giver=PLACES, number=st.integers(0, 9), role=ROLES, stale=st.booleans())
    def change_role(self, giver: int, number: int, role: Role, *, stale: bool) -> None:
        """Somebody changes what somebody is, perhaps in a request that began long ago."""
        actor = self.people[giver]
        (person, organisation), before = self._member(number)
        found = self.run(self._membership(person, organisation))
        occasion = self.occasion(actor, stale=stale)
        changed = self.run(members.change_role(self.scene.session, occasion, found.id, role, found.version))
        if not isinstance(changed, Refused):
            assert self.oracle.may_give(actor, organisation, before, role)
            self.oracle.roles[person, organisation] = role

    @rule(giver=PLACES, number=st.integers(0, 9), stale=st.booleans())
    def remove(self, giver: int, number: int, *, stale: bool) -> None:
        """Somebody removes somebody, or leaves, perhaps in a request that began long ago."""
        actor = self.people[giver]
        (person, organisation), role = self._member(number)
        found = self.run(self._membership(person, organisation))
        removed = self.run(members.remove(self.scene.session, self.occasion(actor, stale=stale), found.id))
        if not isinstance(removed, Refused):
            leaving = actor == person and actor not in self.oracle.out
            assert leaving or self.oracle.may_give(actor, organisation, role)
            self.oracle.leave(person, organisation)

    @rule(place=PLACES)
    def disable(self, place: int) -> None:
        """The platform keeps somebody out."""
        person = self.people[place]
        elevated = self.run(self.scene.occasion(self.admin, elevated=True))
        assert not isinstance(self.run(persons.disable(self.scene.session, elevated, person)), Refused)
        self.oracle.out.add(person)
        self.oracle.end_tokens(person)

    @rule(place=PLACES)
    def enable(self, place: int) -> None:
        """The platform lets somebody in again."""
        person = self.people[place]
        elevated = self.run(self.scene.occasion(self.admin, elevated=True))
        assert not isinstance(self.run(persons.enable(self.scene.session, elevated, person)), Refused)
        self.oracle.out.discard(person)

    @rule(place=PLACES)
    def erase(self, place: int) -> None:
        """Somebody is erased, and somebody new comes."""
        person = self.people[place]
        elevated = self.run(self.scene.occasion(self.admin, elevated=True))
        last = any(
            self.oracle.roles.get((person, organisation)) is Role.OWNER and self.oracle.owners(organisation) <= {person}
            for organisation in ORGANISATIONS
        )
        erased = self.run(persons.erase(self.scene.session, elevated, person))
        assert isinstance(erased, Refused) is last
        if not last:
            self.oracle.leave(person)
            self.oracle.out.add(person)
            self.people[place] = self.run(self.scene.person())
            self.stale[self.people[place]] = self.run(self.scene.occasion(self.people[place]))

    # What they give to programs.

    @precondition(lambda self: len(self.oracle.clients) < 3)
    @rule(organisation=st.sampled_from(ORGANISATIONS), scopes=SCOPES)
    def make_client(self, organisation: str, scopes: frozenset[Scope]) -> None:
        """An organisation gets a client."""
        self.run(self._new_client(organisation, scopes))

    @precondition(lambda self: self.oracle.clients)
    @rule(number=st.integers(0, 2), organisation=st.sampled_from(ORGANISATIONS), scopes=SCOPES)
    def grant(self, number: int, organisation: str, scopes: frozenset[Scope]) -> None:
        """An organisation allows an application of another one, or takes that back."""
        client = self._client(number)
        if self.oracle.clients[client][0] == organisation:
            return
        if self.oracle.grants.pop((organisation, client), None) is not None:
            revoked = update(ApplicationGrant).values(status=GrantStatus.REVOKED)
            self.run(self.scene.session.execute(revoked.where(ApplicationGrant.client_id == client)))
            return
        self.run(self.scene.session.execute(delete(ApplicationGrant).where(ApplicationGrant.client_id == client)))
        self.run(self._new_grant(client, organisation, scopes))

    @precondition(lambda self: self.oracle.clients)
    @rule(number=st.integers(0, 2))
    def delete_client(self, number: int) -> None:
        """A client is deleted."""
        client = self._client(number)
        deleted = update(ApiClient).where(ApiClient.id == client).values(deleted_at=self.scene.at)
        self.run(self.scene.session.execute(deleted))
        del self.oracle.clients[client]

    @precondition(lambda self: self.oracle.clients and len(self.oracle.issued) < MOST_ISSUED)
    @rule(number=st.integers(0, 2), place=st.one_of(st.none(), PLACES), scopes=SCOPES)
    def issue(self, number: int, place: int | None, scopes: frozenset[Scope]) -> None:
        """A client gets a token, in its own name or for a person who is let in."""
        client = self._client(number)
        person = None if place is None else self.people[place]
        if person not in self.oracle.out:
            self.run(self._new_token(client, scopes, person))

    @precondition(lambda self: len(self.oracle.issued) < MOST_ISSUED)
    @rule(organisation=st.sampled_from(ORGANISATIONS), scopes=SCOPES)
    def make_key(self, organisation: str, scopes: frozenset[Scope]) -> None:
        """An organisation gets a key."""
        secret = self.run(self.scene.key(_values(scopes), organisation))
        self.oracle.issued.append(Issued(secret, scopes, organisation=organisation))

    @precondition(lambda self: self.oracle.issued)
    @rule(number=st.integers(0, 99))
    def revoke(self, number: int) -> None:
        """A token or key is revoked."""
        issued = self.oracle.issued[number % len(self.oracle.issued)]
        for table in (Token, ApiKey):
            revoked = update(table).where(table.digest == issued.secret.digest).values(revoked_at=self.scene.at)
            self.run(self.scene.session.execute(revoked))
        issued.ended = True

    # What must be true after each.

    @invariant()
    def every_token_and_key_allows_what_the_oracle_says(self) -> None:
        """Ask with every token and key that was ever given out."""
        for issued in self.oracle.issued:
            caller = self.run(self._caller(issued))
            assert (None if caller is None else dict(caller.principal.rights)) == self.oracle.rights_of(issued)

    @invariant()
    def every_person_may_do_in_the_console_what_the_oracle_says(self) -> None:
        """Ask as every person."""
        for person in self.people:
            principal = self.run(self.scene.occasion(person)).principal
            assert dict(principal.rights) == self.oracle.rights_in_console(person)
            assert principal == Principal() if person in self.oracle.out else principal.account == person

    @invariant()
    def an_organisation_keeps_an_owner(self) -> None:
        """Look for an owner, who may be disabled."""
        for organisation in ORGANISATIONS:
            assert (organisation, Role.OWNER) in {(where, role) for (_, where), role in self.oracle.roles.items()}

    async def _caller(self, issued: Issued) -> Caller | None:
        find = caller_of_key if issued.client is None else caller_of_token
        return await find(self.scene.session, issued.secret.digest, at=self.scene.at, address="")

    async def _membership(self, person: str, organisation: str) -> Membership:
        found = await self.scene.session.scalars(
            select(Membership).where(Membership.account_id == person, Membership.organisation_id == organisation)
        )
        return found.one()

    async def _new_client(self, organisation: str, scopes: frozenset[Scope]) -> str:
        client = await self.scene.client(_values(scopes), organisation)
        self.oracle.clients[client] = (organisation, scopes)
        return client

    async def _new_grant(self, client: str, organisation: str, scopes: frozenset[Scope]) -> None:
        await self.scene.grant(client, _values(scopes), organisation)
        self.oracle.grants[organisation, client] = scopes

    async def _new_token(self, client: str, scopes: frozenset[Scope], person: str | None) -> None:
        secret = await self.scene.token(client, _values(scopes), person)
        self.oracle.issued.append(Issued(secret, scopes, client, person))

    def _member(self, number: int) -> tuple[tuple[str, str], Role]:
        members_now = sorted(self.oracle.roles.items())
        return members_now[number % len(members_now)]

    def _client(self, number: int) -> str:
        return sorted(self.oracle.clients)[number % len(self.oracle.clients)]


def _values(scopes: frozenset[Scope]) -> list[str]:
    """Return scopes as they are stored."""
    return sorted(scope.value for scope in scopes)
