"""Sessions: how they begin, are known, go on and end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from tests.domain.accounts.scene import OURS, THEIRS, Scene

from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import sessions
from ilmio_api.domain.accounts.models import Account, OrganisationAccount
from ilmio_api.domain.accounts.sessions import Begun, Ended, Open, Proven
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.token_models import AuthorisationCode, TokenFamily
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole, SignInMethod
from ilmio_api.domain.outcomes import ProblemCode, Refused

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


async def _begun(accounts: WriteSession, scene: Scene, person: str) -> Begun:
    return await sessions.begin(accounts, await scene.occasion(), person, SignInMethod.PASSKEY, browser=FIREFOX)


async def test_a_session_is_known_by_its_secret(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    person = await scene.person(admin=True)
    begun = await _begun(accounts, scene, person)

    signed_in = await sessions.find(accounts, begun.secret.digest, at)

    assert signed_in == sessions.SignedIn(
        id=begun.id,
        account=person,
        name="Henkilö 1",
        language="fi",
        is_platform_admin=True,
        authenticated_at=at,
        method=SignInMethod.PASSKEY,
        identity_provider=None,
        elevated_until=None,
        digest=begun.secret.digest,
    )
    assert digest_of(begun.secret.text, SecretKind.SESSION) == begun.secret.digest
    assert await sessions.find(accounts, bytes(32), at) is None


async def test_two_words_of_the_browser_and_the_network_are_kept(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    person = await scene.person()
    begun = await _begun(accounts, scene, person)

    assert await sessions.of_account(accounts, person, at) == [
        Open(begun.id, SignInMethod.PASSKEY, at, at, "Firefox, Linux", "192.0.2.0/24")
    ]


async def test_a_beginning_is_recorded(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()
    begun = await _begun(accounts, scene, person)

    (event,) = await scene.events(None)

    assert (event.action, event.actor_id, event.target_id, event.after) == (
        AuditAction.SIGNED_IN,
        person,
        begun.id,
        {"method": "PASSKEY"},
    )


@pytest.mark.parametrize(("minutes", "goes_on"), [(29, True), (30, False)])
async def test_half_an_hour_of_nothing_ends_a_session(
    accounts: WriteSession, scene: Scene, at: datetime, minutes: int, *, goes_on: bool
) -> None:
    begun = await _begun(accounts, scene, await scene.person())

    found = await sessions.find(accounts, begun.secret.digest, at + timedelta(minutes=minutes))

    assert (found is not None) is goes_on


async def test_requests_keep_a_session_for_twelve_hours_and_no_longer(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    begun = await _begun(accounts, scene, await scene.person())
    for minutes in range(20, 720, 20):
        assert await sessions.find(accounts, begun.secret.digest, at + timedelta(minutes=minutes)) is not None

    assert await sessions.find(accounts, begun.secret.digest, at + timedelta(minutes=719)) is not None
    assert await sessions.find(accounts, begun.secret.digest, at + timedelta(minutes=720)) is None


async def test_the_strictest_organisation_of_a_person_says_how_long(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    person = await scene.person(MemberRole.VIEWER, OURS)
    await scene.membership(person, MemberRole.OWNER, THEIRS)
    await accounts.execute(
        update(OrganisationAccount).where(OrganisationAccount.organisation_id == THEIRS).values(max_session_hours=2)
    )
    await _begun(accounts, scene, person)

    assert await accounts.scalar(select(Session.expires_at)) == at + timedelta(hours=2)


async def test_a_policy_that_becomes_stricter_holds_for_sessions_that_go_on(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    begun = await _begun(accounts, scene, await scene.person(MemberRole.VIEWER))
    for minutes in (20, 40, 59):
        assert await sessions.find(accounts, begun.secret.digest, at + timedelta(minutes=minutes)) is not None
    await accounts.execute(update(OrganisationAccount).values(max_session_hours=1))

    assert await sessions.find(accounts, begun.secret.digest, at + timedelta(minutes=59)) is not None
    assert await sessions.find(accounts, begun.secret.digest, at + timedelta(minutes=60)) is None


@pytest.mark.parametrize(("seconds", "noted"), [(59, 0), (60, 60)])
async def test_that_somebody_was_here_is_noted_once_a_minute(
    accounts: WriteSession, scene: Scene, at: datetime, seconds: int, noted: int
) -> None:
    begun = await _begun(accounts, scene, await scene.person())

    await sessions.find(accounts, begun.secret.digest, at + timedelta(seconds=seconds))

    assert await accounts.scalar(select(Session.seen_at)) == at + timedelta(seconds=noted)


@pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
async def test_an_account_that_is_closed_has_no_sessions(
    accounts: WriteSession, scene: Scene, at: datetime, column: str
) -> None:
    begun = await _begun(accounts, scene, await scene.person())
    await accounts.execute(update(Account).values({column: at}))

    assert await sessions.find(accounts, begun.secret.digest, at) is None


async def test_proving_it_again_changes_the_secret_and_not_the_end(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    person = await scene.person()
    old = await _begun(accounts, scene, person)
    later = await scene.occasion(person, later=timedelta(minutes=20))

    new = await sessions.renew(accounts, later, old.id, Proven(person, SignInMethod.PASSWORD_AND_CODE))

    assert isinstance(new, Begun)
    assert new.id == old.id
    assert await sessions.find(accounts, old.secret.digest, later.at) is None
    signed_in = await sessions.find(accounts, new.secret.digest, later.at)
    assert signed_in is not None
    assert signed_in.authenticated_at == at + timedelta(minutes=20)
    assert signed_in.method is SignInMethod.PASSWORD_AND_CODE
    assert await accounts.scalar(select(Session.expires_at)) == at + timedelta(hours=12)
    assert (await scene.events(None))[-1].after == {"method": "PASSWORD_AND_CODE", "again": True}


async def test_the_proof_of_another_person_renews_nothing(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    person, other = await scene.person(), await scene.person()
    begun = await _begun(accounts, scene, person)

    mine = await sessions.renew(accounts, await scene.occasion(person), begun.id, Proven(other, SignInMethod.PASSKEY))
    theirs = await sessions.renew(accounts, await scene.occasion(other), begun.id, Proven(other, SignInMethod.PASSKEY))

    assert isinstance(mine, Refused)
    assert isinstance(theirs, Refused)
    assert await sessions.find(accounts, begun.secret.digest, at) is not None


async def test_a_session_that_is_over_is_not_renewed(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()
    begun = await _begun(accounts, scene, person)
    late = await scene.occasion(person, later=timedelta(minutes=31))

    assert isinstance(await sessions.renew(accounts, late, begun.id, Proven(person, SignInMethod.PASSKEY)), Refused)


async def test_a_provider_renews_only_what_it_has_begun(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    person = await scene.person()
    provider = await scene.identity_provider()
    ours = await _begun(accounts, scene, person)
    theirs = await sessions.begin(
        accounts,
        await scene.occasion(),
        person,
        SignInMethod.IDENTITY_PROVIDER,
        browser=FIREFOX,
        identity_provider=provider,
        provider_session="s-1",
        authenticated_at=at - timedelta(hours=3),
    )
    proven = Proven(person, SignInMethod.IDENTITY_PROVIDER, provider, at + timedelta(hours=1))
    occasion = await scene.occasion(person)

    assert isinstance(await sessions.renew(accounts, occasion, ours.id, proven), Refused)
    before = await sessions.find(accounts, theirs.secret.digest, at)
    renewed = await sessions.renew(accounts, occasion, theirs.id, proven)
    assert isinstance(renewed, Begun)
    after = await sessions.find(accounts, renewed.secret.digest, at)
    assert before is not None
    assert after is not None
    # What the provider says of this morning is believed, what it says of the future is not.
    assert (before.authenticated_at, after.authenticated_at) == (at - timedelta(hours=3), at)
    assert after.identity_provider == provider


async def test_signing_out_ends_the_session(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    person = await scene.person()
    begun = await _begun(accounts, scene, person)

    assert await sessions.end(accounts, await scene.occasion(person, credential=begun.id), begun.id) == Ended(begun.id)

    assert await sessions.find(accounts, begun.secret.digest, at) is None
    assert (await scene.events(None))[-1].action is AuditAction.SIGNED_OUT


async def test_another_session_of_ones_own_can_be_ended(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    person = await scene.person()
    here, there = await _begun(accounts, scene, person), await _begun(accounts, scene, person)

    await sessions.end(accounts, await scene.occasion(person, credential=here.id), there.id)

    assert [each.id for each in await sessions.of_account(accounts, person, at)] == [here.id]
    assert (await scene.events(None))[-1].action is AuditAction.SESSION_ENDED


async def test_the_session_of_another_is_not_there_to_be_ended(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    begun = await _begun(accounts, scene, await scene.person())
    stranger = await scene.person(MemberRole.OWNER)

    refused = await sessions.end(accounts, await scene.occasion(stranger), begun.id)
    unknown = await sessions.end(accounts, await scene.occasion(stranger), "session_01kb00000000000000000000aa")
    nobody = await sessions.end(accounts, await scene.occasion(), begun.id)

    assert isinstance(refused, Refused)
    assert refused == unknown == nobody
    assert refused.problems[0].code is ProblemCode.NOT_ALLOWED
    assert await sessions.find(accounts, begun.secret.digest, at) is not None


async def test_all_can_end_but_one(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    person, other = await scene.person(), await scene.person()
    here, there = await _begun(accounts, scene, person), await _begun(accounts, scene, person)
    others = await _begun(accounts, scene, other)

    assert await sessions.end_all(accounts, await scene.occasion(person), person, except_id=here.id) == [there.id]

    assert [each.id for each in await sessions.of_account(accounts, person, at)] == [here.id]
    assert await sessions.end_all(accounts, await scene.occasion(person), person) == [here.id]
    assert await sessions.find(accounts, others.secret.digest, at) is not None


async def test_a_provider_ends_what_it_has_begun(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()
    provider = await scene.identity_provider()
    await _begun(accounts, scene, person)
    here, there = [
        await sessions.begin(
            accounts,
            await scene.occasion(),
            person,
            SignInMethod.IDENTITY_PROVIDER,
            browser=FIREFOX,
            identity_provider=provider,
            provider_session=each,
        )
        for each in ("s-1", "s-2")
    ]
    occasion = await scene.occasion()

    assert await sessions.end_at_provider(accounts, occasion, provider, provider_session="s-3") == []
    assert await sessions.end_at_provider(accounts, occasion, provider, provider_session="s-2") == [there.id]
    assert await sessions.end_at_provider(accounts, occasion, provider, account=person) == [here.id]


async def test_what_was_authorised_ends_with_the_session_unless_it_may_outlive_it(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    person = await scene.person()
    client = await scene.client(["openid"])
    begun = await _begun(accounts, scene, person)
    other = await _begun(accounts, scene, person)
    bound = await scene.family(client, person, ["openid"], begun_in=begun.id)
    await scene.family(client, person, ["openid", "offline_access"], begun_in=begun.id)
    await scene.family(client, person, ["openid"], begun_in=other.id)
    accounts.add(
        AuthorisationCode(
            digest=bytes(32),
            client_id=client,
            account_id=person,
            session_id=begun.id,
            redirect_uri="https://app.example.fi/",
            scopes=["openid"],
            code_challenge="x" * 43,
            authenticated_at=at,
            expires_at=at + timedelta(seconds=60),
        )
    )
    await accounts.flush()

    await sessions.end(accounts, await scene.occasion(person, credential=begun.id), begun.id)

    revoked = await accounts.scalars(select(TokenFamily.id).where(TokenFamily.revoked_at == at))
    assert list(revoked) == [bound]
    assert await accounts.scalar(select(AuthorisationCode.expires_at)) == at


async def test_the_token_of_forms_belongs_to_one_session_and_one_secret(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    person = await scene.person()
    begun, other = await _begun(accounts, scene, person), await _begun(accounts, scene, person)
    here = await sessions.find(accounts, begun.secret.digest, at)
    there = await sessions.find(accounts, other.secret.digest, at)
    assert here is not None
    assert there is not None

    assert len(sessions.csrf_token(here)) == 64
    assert sessions.csrf_token(here) != sessions.csrf_token(there)
    assert begun.secret.digest.hex() not in repr(here)
