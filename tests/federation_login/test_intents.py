"""Who is signed in goes to the provider: to prove again who they are, or to be known there."""

from datetime import timedelta
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select
from tests.domain.accounts.scene import OURS, Scene
from tests.federation_login.visits import BROWSER, PROVIDER, Visits, code_of, reason_of

from ilmio_api.access.principals import Principal
from ilmio_api.domain.accounts.models import Account, Membership
from ilmio_api.domain.accounts.sign_in_models import Identity
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.outcomes import ProblemCode
from ilmio_api.ids import named_id
from ilmio_api.oauth import federation as steps
from ilmio_api.oauth.federation import Intent, SignedInBy


async def begun_by(visits: Visits, provider: str | None) -> str:
    """Return the account of a member in a session that the provider began, or a passkey."""
    account = await visits.member()
    async with visits.scene() as scene:
        session = await scene.signed_in(account, provider)
    visits.principal = Principal(account=account, credential=session)
    visits.authenticated_at = visits.at - timedelta(hours=1)
    return account


async def test_a_provider_steps_up_a_session_that_it_began(visits: Visits) -> None:
    account = await begun_by(visits, PROVIDER)
    visits.provider.claims = {"auth_time": visits.seconds(timedelta(0))}

    address = await visits.leave(intent=Intent.STEP_UP)
    outcome = await visits.come_back(visits.provider.sign_in(address))

    query = dict(parse_qsl(urlsplit(address).query))
    assert (query["prompt"], query["max_age"]) == ("login", "0")
    assert isinstance(outcome, SignedInBy)
    assert (outcome.account, outcome.intent, outcome.authenticated_at) == (account, Intent.STEP_UP, visits.at)


async def test_a_provider_is_asked_to_say_when_the_person_signed_in(visits: Visits) -> None:
    query = dict(parse_qsl(urlsplit(await visits.leave()).query))

    assert (query["max_age"], "prompt" in query) == ("2592000", False)


@pytest.mark.parametrize(("said", "ago"), [(None, timedelta(days=30)), (-7200, timedelta(hours=2)), (0, timedelta(0))])
async def test_coming_back_is_as_fresh_as_the_provider_says_and_old_when_it_does_not(
    visits: Visits, said: int | None, ago: timedelta
) -> None:
    await visits.member()
    visits.provider.claims = {} if said is None else {"auth_time": visits.seconds(timedelta(seconds=said))}

    outcome = await visits.sign_in()

    assert isinstance(outcome, SignedInBy)
    assert outcome.authenticated_at == visits.at - ago


@pytest.mark.parametrize("claims", [{}, {"auth_time": -61}])
async def test_a_sign_in_that_is_not_fresh_does_not_step_up(visits: Visits, claims: dict[str, int]) -> None:
    await begun_by(visits, PROVIDER)
    visits.provider.claims = {name: visits.seconds(timedelta(seconds=value)) for name, value in claims.items()}

    assert reason_of(await visits.sign_in(intent=Intent.STEP_UP)) == "NOT_FRESH"


async def test_somebody_else_at_the_provider_does_not_step_up(visits: Visits) -> None:
    await begun_by(visits, PROVIDER)
    async with visits.work() as session:
        scene = Scene(session, visits.at, visits.federation.oauth.entropy, count(100))
        other = await scene.person(MemberRole.OWNER)
    await visits.make_known(other, "pertti")
    visits.provider.claims = {"sub": "pertti", "auth_time": visits.seconds(timedelta(0))}

    assert code_of(await visits.sign_in(intent=Intent.STEP_UP)) == ProblemCode.NOT_ALLOWED


async def test_a_provider_does_not_step_up_a_session_that_it_did_not_begin(visits: Visits) -> None:
    await begun_by(visits, None)

    outcome = await steps.begin(
        visits.federation,
        visits.occasion(),
        PROVIDER,
        return_to="/",
        browser_binding=BROWSER,
        intent=Intent.STEP_UP,
    )

    assert code_of(outcome) == ProblemCode.NOT_ALLOWED


@pytest.mark.parametrize("intent", [Intent.STEP_UP, Intent.LINK])
async def test_nobody_steps_up_or_links_without_being_signed_in(visits: Visits, intent: Intent) -> None:
    outcome = await steps.begin(
        visits.federation, visits.occasion(), PROVIDER, return_to="/", browser_binding=BROWSER, intent=intent
    )

    assert code_of(outcome) == ProblemCode.NOT_ALLOWED


async def test_linking_needs_a_recent_sign_in(visits: Visits) -> None:
    await begun_by(visits, None)

    outcome = await steps.begin(
        visits.federation, visits.occasion(), PROVIDER, return_to="/", browser_binding=BROWSER, intent=Intent.LINK
    )

    assert code_of(outcome) == ProblemCode.STEP_UP_NEEDED


async def test_what_one_person_began_another_cannot_finish(visits: Visits) -> None:
    await begun_by(visits, None)
    visits.authenticated_at = visits.at
    answer = visits.provider.sign_in(await visits.leave(intent=Intent.LINK))
    visits.principal = Principal(account=named_id("account", "another"))

    assert code_of(await visits.come_back(answer)) == ProblemCode.EXPIRED


async def sign_in_here(visits: Visits, role: MemberRole | None = MemberRole.EDITOR) -> str:
    """Sign somebody in with a passkey, just now, and return their account."""
    async with visits.scene() as scene:
        account = await scene.person(role)
        session = await scene.signed_in(account)
    visits.principal = Principal(account=account, credential=session)
    visits.authenticated_at = visits.at
    return account


async def test_a_member_who_is_signed_in_makes_the_provider_known(visits: Visits) -> None:
    account = await sign_in_here(visits)

    outcome = await visits.sign_in(intent=Intent.LINK)

    assert isinstance(outcome, SignedInBy)
    assert (outcome.account, outcome.intent) == (account, Intent.LINK)
    identity = select(Identity.subject).where(Identity.account_id == account)
    assert await visits.all(identity) == ["anna"]


async def test_who_is_no_member_cannot_make_the_provider_known(visits: Visits) -> None:
    await sign_in_here(visits, role=None)

    assert code_of(await visits.sign_in(intent=Intent.LINK)) == ProblemCode.NOT_ALLOWED
    assert await visits.all(select(Identity)) == []


async def test_a_person_of_the_provider_is_one_person_here(visits: Visits) -> None:
    before = await visits.member()
    await sign_in_another(visits)

    assert code_of(await visits.sign_in(intent=Intent.LINK)) == ProblemCode.ALREADY_EXISTS
    assert await visits.all(select(Identity.account_id)) == [before]


async def sign_in_another(visits: Visits) -> None:
    """Sign in a second member, just now."""
    account = named_id("account", "second")
    async with visits.work() as session:
        session.add(Account(id=account, name="Toinen", email="toinen@example.fi", created_at=visits.at))
        await session.flush()
        session.add(
            Membership(
                id=named_id("membership", "second"),
                organisation_id=OURS,
                account_id=account,
                role=MemberRole.EDITOR,
                created_at=visits.at,
            )
        )
    visits.principal = Principal(account=account, credential=named_id("session", "second"))
    visits.authenticated_at = visits.at
