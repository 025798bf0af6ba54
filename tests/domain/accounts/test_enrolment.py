"""Enrolment and setting up: nobody is anything before they can come back."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, THEIRS, Scene
from tests.domain.accounts.soft_authenticator import SoftAuthenticator

from ilmio_api.access.roles import Role
from ilmio_api.access.secrets import Secret, SecretKind, kind_of
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import enrolment, invitations, passkeys, passwords, persons, sessions, set_up
from ilmio_api.domain.accounts.enrolment import Enrolled, EnrolmentBegun
from ilmio_api.domain.accounts.invitations import MemberInvited
from ilmio_api.domain.accounts.models import Account, Membership, OrganisationAccount
from ilmio_api.domain.accounts.passkeys import PasskeyAdded, PasskeyAsked, relying_party
from ilmio_api.domain.accounts.principals import OPERATOR
from ilmio_api.domain.accounts.sign_in_models import Passkey, Session
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole, SignInMethod
from ilmio_api.domain.accounts.ways_in import WaysIn, ways_in
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import ProblemCode, Refused, conflict

PARTY = relying_party("https://api.example.fi")
EXPIRED = conflict(ProblemCode.EXPIRED)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


async def _invited(scene: Scene, role: Role = Role.EDITOR, email: str = "uusi@example.fi") -> Secret:
    owner = await scene.person(MemberRole.OWNER)
    invited = await invitations.invite(scene.session, await scene.occasion(owner), OURS, email, role)
    assert isinstance(invited, MemberInvited)
    return invited.secret


async def _begun(scene: Scene, link: Secret) -> EnrolmentBegun:
    begun = await enrolment.begin(scene.session, await scene.occasion(), link.digest, "Uusi Henkilö", "sv")
    assert isinstance(begun, EnrolmentBegun)
    return begun


async def _given_a_passkey(session: WriteSession, occasion: Occasion, begun: EnrolmentBegun) -> None:
    under_way = await enrolment.under_way(session, occasion, begun.secret.text)
    assert under_way is not None
    asked = await passkeys.ask_to_add(session, under_way.occasion, PARTY)
    assert isinstance(asked, PasskeyAsked)
    answer = SoftAuthenticator(occasion.entropy).makes(asked.options)
    added = await passkeys.add(session, under_way.occasion, PARTY, asked.secret.text, answer, "Puhelin")
    assert isinstance(added, PasskeyAdded)


async def test_an_invited_person_comes_in_with_the_first_way_in(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    link = await _invited(scene)
    begun = await _begun(scene, link)
    await _given_a_passkey(accounts, await scene.occasion(), begun)

    done = await enrolment.finish(accounts, await scene.occasion(), begun.secret.text, FIREFOX)

    assert isinstance(done, Enrolled)
    assert done.account == begun.account
    assert len(done.recovery_codes) == 10
    signed_in = await sessions.find(accounts, done.session.secret.digest, at)
    assert signed_in is not None
    assert (signed_in.account, signed_in.name, signed_in.language) == (begun.account, "Uusi Henkilö", "sv")
    assert signed_in.method is SignInMethod.INVITATION
    member = await accounts.scalar(select(Membership).where(Membership.account_id == begun.account))
    assert member is not None
    assert (member.organisation_id, member.role) == (OURS, MemberRole.EDITOR)
    person = await accounts.get_one(Account, begun.account)
    assert (person.email, person.is_platform_admin) == ("uusi@example.fi", False)
    assert await invitations.find(accounts, link.digest, at) is None


async def test_until_then_the_person_is_nothing(accounts: WriteSession, scene: Scene) -> None:
    begun = await _begun(scene, await _invited(scene))
    under_way = await enrolment.under_way(accounts, await scene.occasion(), begun.secret.text)

    assert under_way is not None
    assert (under_way.account, under_way.name, under_way.email) == (begun.account, "Uusi Henkilö", "uusi@example.fi")
    assert under_way.occasion.principal.rights == ()
    assert under_way.occasion.principal.scopes == frozenset()
    assert (await accounts.scalars(select(Session))).all() == []
    assert await accounts.scalar(select(Membership).where(Membership.account_id == begun.account)) is None


async def test_nobody_is_done_without_a_way_in(accounts: WriteSession, scene: Scene) -> None:
    begun = await _begun(scene, await _invited(scene))
    under_way = await enrolment.under_way(accounts, await scene.occasion(), begun.secret.text)
    assert under_way is not None
    await passwords.change(accounts, under_way.occasion, "kolme tuulta ja 2 airoa")

    # A password without codes is half a way in.
    refused = await enrolment.finish(accounts, await scene.occasion(), begun.secret.text, FIREFOX)

    assert refused == conflict(ProblemCode.REQUIRED, "wayIn")
    await _given_a_passkey(accounts, await scene.occasion(), begun)
    assert isinstance(await enrolment.finish(accounts, await scene.occasion(), begun.secret.text, FIREFOX), Enrolled)
    assert await enrolment.finish(accounts, await scene.occasion(), begun.secret.text, FIREFOX) == EXPIRED


async def test_an_enrolment_takes_at_most_half_an_hour(accounts: WriteSession, scene: Scene) -> None:
    begun = await _begun(scene, await _invited(scene))
    await _given_a_passkey(accounts, await scene.occasion(), begun)
    late = await scene.occasion(later=timedelta(minutes=30))

    assert await enrolment.under_way(accounts, late, begun.secret.text) is None
    assert await enrolment.finish(accounts, late, begun.secret.text, FIREFOX) == EXPIRED


async def test_a_link_that_is_withdrawn_meanwhile_gives_nothing(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    link = await _invited(scene)
    begun = await _begun(scene, link)
    await _given_a_passkey(accounts, await scene.occasion(), begun)
    found = await invitations.find(accounts, link.digest, at)
    assert found is not None
    await invitations.withdraw(accounts, await scene.occasion(await scene.person(MemberRole.OWNER)), found.id)

    assert await enrolment.finish(accounts, await scene.occasion(), begun.secret.text, FIREFOX) == EXPIRED
    assert (await accounts.scalars(select(Session))).all() == []
    assert await enrolment.begin(accounts, await scene.occasion(), link.digest, "Uusi", "fi") == EXPIRED


async def test_who_has_given_up_begins_anew_and_what_was_made_before_lets_nobody_in(
    accounts: WriteSession, scene: Scene
) -> None:
    link = await _invited(scene)
    first = await _begun(scene, link)
    await _given_a_passkey(accounts, await scene.occasion(), first)

    second = await _begun(scene, link)

    assert second.account == first.account
    assert (await accounts.scalars(select(Passkey))).all() == []
    assert await enrolment.under_way(accounts, await scene.occasion(), first.secret.text) is None
    assert await enrolment.under_way(accounts, await scene.occasion(), second.secret.text) is not None


async def test_a_link_does_not_open_the_account_of_somebody_else(accounts: WriteSession, scene: Scene) -> None:
    member = await scene.person(MemberRole.VIEWER)
    used = await scene.person()
    await scene.signed_in(used)
    admin = await scene.person(admin=True)
    for account in (member, used, admin):
        email = (await accounts.get_one(Account, account)).email or ""
        begun = await enrolment.begin_with(accounts, await scene.occasion(), "Uusi", email, "fi", {"platform": True})

        assert begun == conflict(ProblemCode.ALREADY_EXISTS, "email")


@pytest.mark.parametrize(("role", "enrols"), [(Role.EDITOR, False), (Role.OWNER, True)])
async def test_where_a_provider_is_required_only_owners_enrol_here(
    accounts: WriteSession, scene: Scene, role: Role, *, enrols: bool
) -> None:
    link = await _invited(scene, role)
    await accounts.execute(
        update(OrganisationAccount)
        .where(OrganisationAccount.organisation_id == OURS)
        .values(single_sign_on_required=True)
    )

    begun = await enrolment.begin(accounts, await scene.occasion(), link.digest, "Uusi", "fi")

    assert isinstance(begun, EnrolmentBegun) is enrols
    if not enrols:
        assert begun == conflict(ProblemCode.SINGLE_SIGN_ON_REQUIRED, organisation=OURS)


async def _accepted(scene: Scene, link: Secret, email: str = "yllapito@example.fi") -> EnrolmentBegun | Refused:
    return await set_up.accept(scene.session, await scene.occasion(), link.text, "Ensimmäinen Henkilö", email, "fi")


async def test_the_first_person_of_a_service_becomes_its_administrator(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    assert await set_up.needed(accounts) is True
    link = await set_up.new_link(accounts, scene.operation())
    assert kind_of(link.text) is SecretKind.SETUP_LINK
    assert await set_up.is_open(accounts, link.text, at) is True
    begun = await _accepted(scene, link)
    assert isinstance(begun, EnrolmentBegun)
    # Half-way, nobody administers anything, and another link can be made.
    assert await set_up.needed(accounts) is True
    await _given_a_passkey(accounts, await scene.occasion(), begun)

    done = await enrolment.finish(accounts, await scene.occasion(), begun.secret.text, FIREFOX)

    assert isinstance(done, Enrolled)
    signed_in = await sessions.find(accounts, done.session.secret.digest, at)
    assert signed_in is not None
    assert (signed_in.is_platform_admin, signed_in.method) == (True, SignInMethod.SETUP_LINK)
    assert signed_in.elevated_until is None
    assert await set_up.needed(accounts) is False
    assert [event.action for event in await scene.events(None)] == [
        AuditAction.ACCOUNT_CREATED,
        AuditAction.CREDENTIAL_ADDED,
        AuditAction.PLATFORM_ADMIN_MADE,
        AuditAction.CREDENTIAL_ADDED,
        AuditAction.SIGNED_IN,
    ]


async def test_a_link_is_used_once_and_a_newer_one_replaces_it(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    old = await set_up.new_link(accounts, scene.operation())
    new = await set_up.new_link(accounts, scene.operation())

    assert await set_up.is_open(accounts, old.text, at) is False
    assert await _accepted(scene, old) == EXPIRED
    assert isinstance(await _accepted(scene, new), EnrolmentBegun)
    assert await _accepted(scene, new, "toinen@example.fi") == EXPIRED


async def test_a_link_is_good_for_a_quarter_of_an_hour(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    link = await set_up.new_link(accounts, scene.operation())

    assert await set_up.is_open(accounts, link.text, at + timedelta(seconds=899)) is True
    assert await set_up.is_open(accounts, link.text, at + timedelta(seconds=900)) is False


async def test_what_was_typed_wrongly_does_not_use_the_link_up(accounts: WriteSession, scene: Scene) -> None:
    link = await set_up.new_link(accounts, scene.operation())

    wrong = await _accepted(scene, link, "not an address")

    assert isinstance(wrong, Refused)
    assert wrong.problems[0].code is ProblemCode.NOT_AN_EMAIL_ADDRESS
    assert isinstance(await _accepted(scene, link), EnrolmentBegun)


async def test_where_there_is_an_administrator_a_link_opens_nothing(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    link = await set_up.new_link(accounts, scene.operation())
    begun = await _accepted(scene, link)
    assert isinstance(begun, EnrolmentBegun)
    await _given_a_passkey(accounts, await scene.occasion(), begun)
    await scene.person(admin=True)
    another = await set_up.new_link(accounts, scene.operation())

    assert await set_up.needed(accounts) is False
    assert await set_up.is_open(accounts, another.text, at) is False
    assert await _accepted(scene, another, "toinen@example.fi") == EXPIRED
    # Nor does an enrolment that has begun before.
    assert await enrolment.finish(accounts, await scene.occasion(), begun.secret.text, FIREFOX) == conflict(
        ProblemCode.ALREADY_DECIDED
    )
    assert await ways_in(accounts, begun.account) == WaysIn(
        1, has_password=False, has_codes=False, identities=0, recovery_codes=0
    )


async def test_of_two_who_finish_at_once_one_is_the_first(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    occasion = Occasion(OPERATOR, at, "4bf92f3577b34da6a3ce929d0e0e4736", "", entropy)
    begun = []
    for number in range(2):
        async with accounts_work(lasting, "set-up") as session:
            link = await set_up.new_link(session, occasion)
            one = await set_up.accept(session, occasion, link.text, "Nimi", f"nimi{number}@example.fi", "fi")
            assert isinstance(one, EnrolmentBegun)
            await _given_a_passkey(session, occasion, one)
            begun.append(one)

    async def finished(one: EnrolmentBegun) -> Enrolled | Refused:
        async with accounts_work(lasting, "set-up") as session:
            return await enrolment.finish(session, occasion, one.secret.text, FIREFOX)

    answers = await asyncio.gather(*(finished(one) for one in (*begun, *begun)))

    assert sum(isinstance(answer, Enrolled) for answer in answers) == 1
    async with accounts_work(lasting, "test") as session:
        assert len((await session.scalars(select(Account).where(Account.is_platform_admin))).all()) == 1
        assert len((await session.scalars(select(Session))).all()) == 1


async def test_of_two_browsers_with_one_link_one_begins(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    occasion = Occasion(OPERATOR, at, "4bf92f3577b34da6a3ce929d0e0e4736", "", entropy)
    async with accounts_work(lasting, "set-up") as session:
        link = await set_up.new_link(session, occasion)

    async def accepted(number: int) -> EnrolmentBegun | Refused:
        async with accounts_work(lasting, "set-up") as session:
            return await set_up.accept(session, occasion, link.text, "Nimi", f"nimi{number}@example.fi", "fi")

    answers = await asyncio.gather(*(accepted(number) for number in range(4)))

    assert sorted(type(answer).__name__ for answer in answers) == ["EnrolmentBegun", "Refused", "Refused", "Refused"]
    async with accounts_work(lasting, "test") as session:
        assert len((await session.scalars(select(Account))).all()) == 1


async def test_an_enrolment_of_a_disabled_account_is_over(accounts: WriteSession, scene: Scene) -> None:
    begun = await _begun(scene, await _invited(scene))
    admin = await scene.person(admin=True)
    await persons.disable(accounts, await scene.occasion(admin, elevated=True), begun.account)

    assert await enrolment.under_way(accounts, await scene.occasion(), begun.secret.text) is None


@pytest.mark.parametrize(("is_mailed", "is_verified"), [(True, False), (False, False), (True, True)])
async def test_who_was_sent_the_link_by_mail_takes_an_address_that_nobody_has_proved(
    accounts: WriteSession, scene: Scene, *, is_mailed: bool, is_verified: bool
) -> None:
    before = await accounts.get_one(Account, await scene.person(MemberRole.VIEWER, THEIRS))
    before.email_verified_at = scene.at if is_verified else None
    email = before.email or ""
    link = await _invited(scene, email=email)
    if is_mailed:
        invited = await invitations.find(accounts, link.digest, scene.at)
        assert invited is not None
        await invitations.note_mailed(accounts, invited.id, scene.at)

    begun = await enrolment.begin(
        accounts, await scene.occasion(), link.digest, "Uusi Henkilö", "sv", takes_address=True
    )

    taken = is_mailed and not is_verified
    await accounts.refresh(before)
    assert before.email == (None if taken else email)
    assert isinstance(begun, EnrolmentBegun) is taken
    assert (begun == conflict(ProblemCode.ALREADY_EXISTS, "email")) is not taken


async def test_nobody_takes_an_address_without_saying_so(accounts: WriteSession, scene: Scene) -> None:
    before = await accounts.get_one(Account, await scene.person(MemberRole.VIEWER, THEIRS))
    link = await _invited(scene, email=before.email or "")
    invited = await invitations.find(accounts, link.digest, scene.at)
    assert invited is not None
    await invitations.note_mailed(accounts, invited.id, scene.at)

    begun = await enrolment.begin(accounts, await scene.occasion(), link.digest, "Uusi Henkilö", "sv")

    assert begun == conflict(ProblemCode.ALREADY_EXISTS, "email")
