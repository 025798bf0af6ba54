"""Persons: what they change themselves, who keeps them out, and what erasing leaves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, THEIRS, Scene

from ilmio_api.access.principals import Principal
from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.audit import verify
from ilmio_api.domain.accounts.invitations import MemberInvited, find, invite
from ilmio_api.domain.accounts.models import Account, Membership
from ilmio_api.domain.accounts.persons import (
    Elevated,
    PersonChanged,
    create,
    disable,
    elevate,
    enable,
    erase,
    make_platform_admin,
    rename,
    set_language,
)
from ilmio_api.domain.accounts.principals import caller_of_token
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.outcomes import Problem, ProblemCode, conflict, invalid, not_allowed, step_up_needed
from ilmio_api.ids import prefix_of


async def test_a_person_is_made_with_name_address_and_language(scene: Scene) -> None:
    account = await create(scene.session, await scene.occasion(), "  Aino   Äijälä ", "Aino@Example.fi", "sv")

    assert isinstance(account, str)
    assert prefix_of(account) == "account"
    person = await scene.session.get_one(Account, account)
    assert (person.name, person.email, person.language) == ("Aino Äijälä", "aino@example.fi", "sv")
    assert person.is_platform_admin is False
    (event,) = await scene.events(None)
    assert (event.action, event.actor_id, event.target_id) == (AuditAction.ACCOUNT_CREATED, account, account)
    assert (event.before, event.after) == (None, None)


async def test_what_an_identity_provider_does_not_say_stays_unknown(scene: Scene) -> None:
    account = await create(scene.session, await scene.occasion(), None, None, "de")

    person = await scene.session.get_one(Account, account)
    assert (person.name, person.email, person.language) == (None, None, "fi")


async def test_an_address_has_one_account(scene: Scene) -> None:
    first = await create(scene.session, await scene.occasion(), "Aino", "aino@example.fi", "fi")

    second = await create(scene.session, await scene.occasion(), "Toinen Aino", "AINO@example.fi", "fi")

    assert isinstance(first, str)
    assert second == conflict(ProblemCode.ALREADY_EXISTS, "email")


async def test_name_and_address_have_to_be_usable(scene: Scene) -> None:
    occasion = await scene.occasion()

    assert await create(scene.session, occasion, " ", "aino", "fi") == invalid(
        Problem(ProblemCode.REQUIRED, ("name",)), Problem(ProblemCode.NOT_AN_EMAIL_ADDRESS, ("email",))
    )
    assert await create(scene.session, occasion, "A" * 101, "aino@example.fi", "fi") == invalid(
        Problem(ProblemCode.TOO_LONG, ("name",), {"most": 100})
    )
    assert await create(scene.session, occasion, "Aino\u202e", "aino@example.fi", "fi") == invalid(
        Problem(ProblemCode.NOT_PRINTABLE, ("name",))
    )
    assert await scene.events(None) == []


async def test_persons_change_their_own_name_and_language(scene: Scene) -> None:
    account = await scene.person()
    occasion = await scene.occasion(account)

    assert await rename(scene.session, occasion, "Uusi Nimi") == PersonChanged(account)
    assert await set_language(scene.session, occasion, "en") == PersonChanged(account)

    person = await scene.session.get_one(Account, account)
    assert (person.name, person.language) == ("Uusi Nimi", "en")
    assert [(event.action, event.target_id, event.after) for event in await scene.events(None)] == [
        (AuditAction.ACCOUNT_CHANGED, account, {"changed": ["name"]}),
        (AuditAction.ACCOUNT_CHANGED, account, {"changed": ["language"]}),
    ]


async def test_what_stays_the_same_is_no_event(scene: Scene) -> None:
    account = await scene.person()

    assert await set_language(scene.session, await scene.occasion(account), "fi") == PersonChanged(account)
    assert await scene.events(None) == []


async def test_unusable_names_and_languages_are_refused(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person())

    assert await rename(scene.session, occasion, "") == invalid(Problem(ProblemCode.REQUIRED, ("name",)))
    assert await set_language(scene.session, occasion, "se") == invalid(Problem(ProblemCode.NOT_FOUND, ("language",)))


async def test_a_program_changes_no_name_without_the_scope_profile(scene: Scene) -> None:
    account = await scene.person()
    occasion = await scene.occasion(account)
    program = Principal(account=account, client="client_x", credential="token_x", scopes=frozenset({Scope.EMAIL}))

    assert await rename(scene.session, replace(occasion, principal=program), "Uusi") == not_allowed()
    assert await rename(scene.session, await scene.occasion(), "Uusi") == not_allowed()


async def test_a_disabled_person_is_out_at_once(scene: Scene) -> None:
    admin, person = await scene.person(admin=True), await scene.person(MemberRole.OWNER)
    await scene.signed_in(person)
    token = await scene.token(await scene.client(["drafts:read"]), ["drafts:read"], person)
    invited = await invite(scene.session, await scene.occasion(person), OURS, "uusi@example.fi", Role.VIEWER)
    assert isinstance(invited, MemberInvited)

    disabled = await disable(scene.session, await scene.occasion(admin, elevated=True), person)

    assert disabled == PersonChanged(person)
    assert await caller_of_token(scene.session, token.digest, at=scene.at, address="") is None
    assert (await scene.session.scalars(select(Session).where(Session.ended_at.is_(None)))).all() == []
    assert await find(scene.session, invited.secret.digest, scene.at) is None
    event = (await scene.events(None))[0]
    assert (event.action, event.actor_id, event.target_id) == (AuditAction.ACCOUNT_DISABLED, admin, person)


async def test_enabling_lets_a_person_in_but_brings_nothing_back(scene: Scene) -> None:
    elevated = await scene.occasion(await scene.person(admin=True), elevated=True)
    person = await scene.person(MemberRole.OWNER)
    token = await scene.token(await scene.client(["drafts:read"]), ["drafts:read"], person)
    await disable(scene.session, elevated, person)

    assert await enable(scene.session, elevated, person) == PersonChanged(person)

    assert (await scene.occasion(person)).principal.may(Scope.SETTINGS, OURS) is True
    assert await caller_of_token(scene.session, token.digest, at=scene.at, address="") is None
    assert (await scene.events(None))[-1].action is AuditAction.ACCOUNT_ENABLED


async def test_only_an_elevated_administrator_disables_and_never_themselves(scene: Scene) -> None:
    admin, person = await scene.person(MemberRole.OWNER, admin=True), await scene.person(MemberRole.VIEWER)
    plain, elevated = await scene.occasion(admin), await scene.occasion(admin, elevated=True)

    assert await disable(scene.session, plain, person) == not_allowed("account")
    assert await enable(scene.session, plain, person) == not_allowed("account")
    assert await disable(scene.session, elevated, admin) == not_allowed("account")
    assert await disable(scene.session, elevated, "account_x") == not_allowed("account")


async def test_erasing_leaves_an_id_and_nothing_that_says_who_it_was(scene: Scene) -> None:
    account = await scene.person(MemberRole.EDITOR)
    await scene.person(MemberRole.OWNER)
    await scene.ways_in(account)
    here = await scene.signed_in(account)
    client = await scene.client(["drafts:read"])
    token = await scene.token(client, ["drafts:read"], account, begun_in=here)
    await scene.device(client, account)
    person = await scene.session.get_one(Account, account)
    address = person.email or ""
    elsewhere = await invite(
        scene.session,
        await scene.occasion(await scene.person(MemberRole.OWNER, THEIRS)),
        THEIRS,
        address,
        Role.VIEWER,
    )
    assert isinstance(elsewhere, MemberInvited)

    erased = await erase(scene.session, await scene.occasion(account, credential=here), account)

    assert erased == PersonChanged(account)
    await scene.session.refresh(person)
    assert (person.name, person.email, person.language, person.email_verified_at) == (None, None, None, None)
    assert (person.erased_at, person.is_platform_admin) == (scene.at, False)
    for table in ("passkey", "password", "code_generator", "recovery_code", "identity", "consent", "challenge"):
        assert await scene.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table  # noqa: S608
    traces = await scene.session.execute(
        text("SELECT browser, address, provider_session, elevation_reason, ended_at FROM session")
    )
    assert traces.all() == [("", "", None, None, scene.at)]
    assert await scene.session.scalar(text("SELECT address FROM device_authorisation")) == ""
    assert await scene.session.scalar(text("SELECT email FROM invitation")) is None
    assert await caller_of_token(scene.session, token.digest, at=scene.at, address="") is None
    assert await scene.session.scalar(select(Membership).where(Membership.account_id == account)) is None


async def test_erasing_stands_in_the_log_and_keeps_it_whole(scene: Scene) -> None:
    account = await scene.person(MemberRole.EDITOR)

    await erase(scene.session, await scene.occasion(account), account)

    assert [event.action for event in await scene.events()] == [AuditAction.MEMBER_REMOVED]
    (event,) = await scene.events(None)
    assert (event.action, event.actor_id, event.target_id) == (AuditAction.ACCOUNT_ERASED, account, account)
    assert await verify(scene.session, OURS) is None
    assert await verify(scene.session, None) is None


async def test_nothing_in_the_whole_database_names_an_erased_person(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, at, entropy)
        account = await create(session, await scene.occasion(), "Kaarina Ketunpolku", "kaarina@ketunpolku.fi", "fi")
        assert isinstance(account, str)
        await scene.membership(account, MemberRole.EDITOR)
        await scene.ways_in(account)
        await rename(session, await scene.occasion(account), "Kaarina Ketunpolku-Kivi")
        await erase(session, await scene.occasion(account), account)

    async with lasting.connect() as connection:
        tables = await connection.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        )
        for table in tables.all():
            rows = await connection.scalars(text(f'SELECT row_to_json(t)::text FROM "{table}" AS t'))  # noqa: S608
            assert "etunpolku" not in "".join(rows), table


async def test_the_last_owner_is_not_erased(scene: Scene) -> None:
    account = await scene.person(MemberRole.OWNER)
    await scene.membership(account, MemberRole.VIEWER, THEIRS)

    erased = await erase(scene.session, await scene.occasion(account), account)

    assert erased == conflict(ProblemCode.LAST_OWNER, organisation=OURS)
    assert (await scene.session.get_one(Account, account)).erased_at is None
    assert await scene.events() == await scene.events(THEIRS) == []


async def test_persons_erase_themselves_in_the_console_after_a_recent_sign_in(scene: Scene) -> None:
    account, other = await scene.person(MemberRole.EDITOR), await scene.person(MemberRole.OWNER)
    occasion = await scene.occasion(account)
    program = Principal(account=account, client="client_x", rights=occasion.principal.rights)
    late = await scene.occasion(account, signed_in_ago=timedelta(minutes=11))

    assert await erase(scene.session, await scene.occasion(other), account) == not_allowed("account")
    assert await erase(scene.session, replace(occasion, principal=program), account) == not_allowed("account")
    assert await erase(scene.session, await scene.occasion(), account) == not_allowed("account")
    assert await erase(scene.session, late, account) == step_up_needed()


async def test_no_identity_provider_of_one_organisation_erases_a_member_of_another(scene: Scene) -> None:
    account = await scene.person(MemberRole.EDITOR)
    await scene.membership(account, MemberRole.EDITOR, THEIRS)
    browser = await scene.signed_in(account, await scene.identity_provider(THEIRS))

    erased = await erase(scene.session, await scene.occasion(account, credential=browser), account)

    assert erased == not_allowed("account")


async def test_an_elevated_administrator_erases_a_person_once(scene: Scene) -> None:
    elevated = await scene.occasion(await scene.person(admin=True), elevated=True)
    account = await scene.person(MemberRole.EDITOR)

    assert await erase(scene.session, elevated, account) == PersonChanged(account)
    assert await erase(scene.session, elevated, account) == not_allowed("account")
    assert await enable(scene.session, elevated, account) == not_allowed("account")


async def test_an_administrator_elevates_a_session_with_a_reason_for_half_an_hour(scene: Scene) -> None:
    admin = await scene.person(admin=True)
    here = await scene.signed_in(admin)

    elevated = await elevate(
        scene.session, await scene.occasion(admin, credential=here), here, "  Omistaja   on\nlähtenyt "
    )

    assert elevated == Elevated(scene.at + timedelta(minutes=30))
    session = await scene.session.get_one(Session, here)
    assert (session.elevated_until, session.elevation_reason) == (elevated.until, "Omistaja on lähtenyt")
    (event,) = await scene.events(None)
    assert (event.action, event.actor_id, event.target_id) == (AuditAction.ELEVATED, admin, here)
    assert event.after == {"reason": "Omistaja on lähtenyt", "until": "2026-11-23T09:30:00+00:00"}


async def test_elevating_needs_an_administrator_in_a_session_of_their_own(scene: Scene) -> None:
    admin, owner = await scene.person(admin=True), await scene.person(MemberRole.OWNER)
    admins, owners = await scene.signed_in(admin), await scene.signed_in(owner)
    vouched = await scene.signed_in(admin, await scene.identity_provider())

    for account, credential, session in (
        (owner, owners, owners),
        (admin, admins, owners),
        (admin, admins, "session_x"),
        (admin, vouched, vouched),
        (admin, admins, vouched),
        (None, "", admins),
    ):
        occasion = await scene.occasion(account, credential=credential)
        assert await elevate(scene.session, occasion, session, "Syy") == not_allowed()
    assert await scene.events(None) == []


async def test_a_session_that_ended_is_not_elevated(scene: Scene) -> None:
    admin = await scene.person(admin=True)
    here = await scene.signed_in(admin)
    await scene.session.execute(update(Session).values(ended_at=scene.at))

    assert await elevate(scene.session, await scene.occasion(admin, credential=here), here, "Syy") == not_allowed()


async def test_elevating_needs_a_recent_sign_in_and_a_reason(scene: Scene) -> None:
    admin = await scene.person(admin=True)
    here = await scene.signed_in(admin)
    occasion = await scene.occasion(admin, credential=here)
    late = await scene.occasion(admin, credential=here, signed_in_ago=timedelta(minutes=11))

    assert await elevate(scene.session, late, here, "Syy") == step_up_needed()
    assert await elevate(scene.session, occasion, here, " \n") == invalid(Problem(ProblemCode.REQUIRED, ("reason",)))
    assert await elevate(scene.session, occasion, here, "x" * 501) == invalid(
        Problem(ProblemCode.TOO_LONG, ("reason",), {"most": 500})
    )
    assert await elevate(scene.session, occasion, here, "a\x00b") == invalid(
        Problem(ProblemCode.NOT_PRINTABLE, ("reason",))
    )


async def test_whoever_runs_the_service_makes_the_first_administrator(scene: Scene) -> None:
    account = await scene.person()

    assert await make_platform_admin(scene.session, scene.operation(), account) == PersonChanged(account)

    assert (await scene.session.get_one(Account, account)).is_platform_admin is True
    (event,) = await scene.events(None)
    assert (event.action, event.actor_id, event.target_id) == (AuditAction.PLATFORM_ADMIN_MADE, None, account)
    assert event.credential_id == "set-up"


async def test_only_elevated_administrators_make_further_ones(scene: Scene) -> None:
    admin, account = await scene.person(MemberRole.OWNER, admin=True), await scene.person()
    elevated = await scene.occasion(admin, elevated=True)
    late = await scene.occasion(admin, elevated=True, signed_in_ago=timedelta(minutes=11))

    assert await make_platform_admin(scene.session, await scene.occasion(), account) == not_allowed()
    assert await make_platform_admin(scene.session, await scene.occasion(admin), account) == not_allowed()
    assert await make_platform_admin(scene.session, late, account) == step_up_needed()
    assert await make_platform_admin(scene.session, elevated, "account_x") == invalid(
        Problem(ProblemCode.NOT_FOUND, ("account",))
    )
    assert await make_platform_admin(scene.session, elevated, account) == PersonChanged(account)
