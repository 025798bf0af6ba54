"""An organisation that wants single sign-on: closed to its members otherwise, and no trap for them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from tests.console.site import Browser, Site
from tests.security.estate import Estate, estate

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import accounts_work, unit_of_work
from ilmio_api.domain.accounts import recovery_codes, sign_in
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.sessions import Proven
from ilmio_api.domain.accounts.sign_in_models import RecoveryCode, Session
from ilmio_api.domain.accounts.token_models import TokenFamily
from ilmio_api.domain.accounts.vocabulary import MemberRole, SignInMethod
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import ProblemCode, Refused, conflict

CODE = "ABCDE-FGHJK"


@pytest.fixture
async def strict(site: Site) -> Estate:
    """Provide an organisation that wants single sign-on."""
    return await estate(site, single_sign_on_required=True)


async def seen(browser: Browser, here: Estate) -> int:
    """Return the status of the front page of an organisation."""
    return (await browser.open(f"/console/organisations/{here.organisation}")).status


@pytest.mark.parametrize(
    ("role", "admin", "status"),
    [
        (MemberRole.VIEWER, False, 403),
        (MemberRole.ADMIN, False, 403),
        (MemberRole.OWNER, False, 200),
        (MemberRole.VIEWER, True, 200),
    ],
)
async def test_a_session_that_the_provider_did_not_begin_is_worth_nothing_there_but_to_owners(
    site: Site, strict: Estate, role: MemberRole, status: int, *, admin: bool
) -> None:
    account = await site.person(is_platform_admin=admin)
    await site.member(strict.organisation, account, role)

    assert await seen(await site.signed_in(account), strict) == status


async def test_a_session_that_the_provider_began_is_worth_what_the_member_is(site: Site, strict: Estate) -> None:
    account = await site.person()
    await site.member(strict.organisation, account, MemberRole.VIEWER)

    assert await seen(await site.signed_in(account, identity_provider_id=strict.parts["idp"]), strict) == 200


async def test_a_session_of_another_provider_is_worth_nothing_there(site: Site, strict: Estate) -> None:
    account, other = await site.person(), await estate(site)
    await site.member(strict.organisation, account, MemberRole.VIEWER)

    assert await seen(await site.signed_in(account, identity_provider_id=other.parts["idp"]), strict) == 404


async def test_a_token_is_worth_what_its_session_is(site: Site, strict: Estate) -> None:
    account = await site.person()
    await site.member(strict.organisation, account, MemberRole.VIEWER)
    query = f'{{ organisationAccount(organisation: "{strict.organisation}") {{ organisationId }} }}'
    answers = []
    for columns in ({}, {"identity_provider_id": strict.parts["idp"]}):
        token = await strict.token((Scope.ORGANISATION_READ,), account=account)
        await site.session(account, **columns)
        async with unit_of_work(site.engine) as work:
            newest = select(Session.id).where(Session.account_id == account).order_by(Session.id.desc()).limit(1)
            await work.execute(
                update(TokenFamily)
                .where(TokenFamily.account_id == account, TokenFamily.session_id.is_(None))
                .values(session_id=newest.scalar_subquery())
            )
        headers = {"Authorization": f"Bearer {token}"}
        answer = await site.browser().http.post("/graphql", json={"query": query}, headers=headers)
        answers.append(answer.json()["data"]["organisationAccount"])

    assert answers == [None, {"organisationId": strict.organisation}]


async def test_who_joins_with_a_session_of_their_own_has_to_come_through_the_provider(
    site: Site, strict: Estate
) -> None:
    account = await site.person()
    before = await site.signed_in(account)
    await site.member(strict.organisation, account, MemberRole.EDITOR)

    page = await before.open(f"/console/organisations/{strict.organisation}?done=joined")

    assert (page.status, page.heading) == (403, "Sign in with your organisation")
    assert f"return_to=/console/organisations/{strict.organisation}" in page.text


async def test_no_organisation_locks_a_member_out_of_the_others(site: Site, strict: Estate) -> None:
    account, own = await site.person(), await site.organisation()
    await site.member(own, account)
    await site.member(strict.organisation, account, MemberRole.VIEWER)

    assert await recovered(site, account) == Proven(account, SignInMethod.RECOVERY_CODE)


async def test_who_is_nothing_elsewhere_is_told_to_come_through_the_provider(site: Site, strict: Estate) -> None:
    account = await site.person()
    await site.member(strict.organisation, account, MemberRole.VIEWER)

    assert await recovered(site, account) == conflict(
        ProblemCode.SINGLE_SIGN_ON_REQUIRED, organisation=strict.organisation
    )


async def recovered(site: Site, account: str) -> Proven | Refused:
    """Return what comes of signing in with a recovery code."""
    console = site.application.state.console
    digest = await recovery_codes.digest_of(account, CODE)
    await site.add(RecoveryCode(digest=digest, account_id=account))
    (email,) = await site.rows(select(Account.email).where(Account.id == account))
    occasion = Occasion(ANONYMOUS, datetime.now(UTC), "0" * 31 + "1", "", console.oauth.entropy)
    async with accounts_work(site.engine, "test"):
        return await sign_in.with_recovery_code_alone(site.engine, console.sealer, occasion, email, CODE)
