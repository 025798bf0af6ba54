"""The browser goes to the provider and comes back: what binds the two."""

from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.pool import QueuePool
from tests.domain.accounts.scene import THEIRS
from tests.federation_login.fake_provider import CLIENT_ID, ISSUER
from tests.federation_login.visits import BROWSER, EMAIL, PROVIDER, US, Visits, code_of, reason_of

from ilmio_api.domain.accounts.fetched import Fetched
from ilmio_api.domain.accounts.models import AuditEvent
from ilmio_api.domain.accounts.sign_in_models import Challenge, Identity, IdentityProvider
from ilmio_api.domain.outcomes import ProblemCode, Refusal, Refused
from ilmio_api.ids import named_id
from ilmio_api.oauth import federation as steps
from ilmio_api.oauth.federation import SignedInBy


async def test_the_browser_is_sent_with_everything_that_binds_the_answer(visits: Visits) -> None:
    address = await visits.leave()

    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
    assert {name: query[name] for name in query.keys() - {"state", "nonce", "code_challenge"}} == {
        "tenant": "oma",
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": f"{US}/auth/cb/{PROVIDER}",
        "scope": "openid email profile",
        "code_challenge_method": "S256",
        "max_age": "2592000",
    }
    assert [len(query[name]) for name in ("nonce", "code_challenge")] == [43, 43]
    assert query["state"].startswith("ilm_ch_")


async def test_no_two_sign_ins_look_alike(visits: Visits) -> None:
    first, second = [dict(parse_qsl(urlsplit(await visits.leave()).query)) for _ in range(2)]

    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


async def test_what_is_remembered_cannot_be_read_in_the_database(visits: Visits) -> None:
    query = dict(parse_qsl(urlsplit(await visits.leave()).query))

    [row] = await visits.all(select(Challenge))
    assert query["nonce"].encode() not in row.sealed_state
    assert query["state"].encode() not in row.digest + row.sealed_state


async def test_a_provider_that_is_switched_off_is_not_there(visits: Visits) -> None:
    await visits.change(enabled=False)

    outcome = await steps.begin(visits.federation, visits.occasion(), PROVIDER, return_to="/", browser_binding=BROWSER)

    assert isinstance(outcome, Refused)
    assert outcome.refusal == Refusal.NOT_ALLOWED
    assert visits.provider.asked == []


async def test_a_browser_has_to_be_bound(visits: Visits) -> None:
    with pytest.raises(ValueError, match="bound"):
        await steps.begin(visits.federation, visits.occasion(), PROVIDER, return_to="/", browser_binding="")


async def test_this_machine_is_not_one_network(visits: Visits) -> None:
    visits.address = "127.0.0.1"

    for _ in range(101):
        await visits.leave()


async def test_one_network_begins_a_hundred_sign_ins_in_five_minutes(visits: Visits) -> None:
    for _ in range(100):
        await visits.leave()

    outcome = await steps.begin(visits.federation, visits.occasion(), PROVIDER, return_to="/", browser_binding=BROWSER)

    assert code_of(outcome) == ProblemCode.TRY_LATER


async def test_an_answer_is_good_once(visits: Visits) -> None:
    await visits.member()
    answer = visits.provider.sign_in(await visits.leave())

    assert isinstance(await visits.come_back(answer), SignedInBy)
    assert code_of(await visits.come_back(answer)) == ProblemCode.EXPIRED


async def test_another_browser_cannot_finish(visits: Visits) -> None:
    await visits.member()
    answer = visits.provider.sign_in(await visits.leave())

    assert code_of(await visits.come_back(answer, browser="another cookie")) == ProblemCode.EXPIRED
    assert code_of(await visits.come_back(answer, browser="")) == ProblemCode.EXPIRED
    assert visits.provider.token_requests == []
    assert isinstance(await visits.come_back(answer), SignedInBy)  # and has spoilt nothing


async def test_ten_minutes_are_enough(visits: Visits) -> None:
    await visits.member()
    answer = visits.provider.sign_in(await visits.leave())

    assert code_of(await visits.come_back(answer, later=timedelta(minutes=10))) == ProblemCode.EXPIRED


@pytest.mark.parametrize("state", ["", "rubbish", "ilm_ch_" + "0" * 49])
async def test_a_state_that_was_never_given_is_unknown(visits: Visits, state: str) -> None:
    answer = visits.provider.sign_in(await visits.leave(), state=state)

    assert code_of(await visits.come_back(answer)) == ProblemCode.EXPIRED


async def test_a_parameter_that_comes_twice_is_refused(visits: Visits) -> None:
    await visits.member()
    answer = visits.provider.sign_in(await visits.leave())

    assert code_of(await visits.come_back([*answer, ("code", "another")])) == ProblemCode.EXPIRED
    assert visits.provider.token_requests == []


async def test_an_answer_at_the_address_of_another_provider_is_refused(visits: Visits) -> None:
    await visits.member()
    theirs = named_id("idp", "theirs")
    async with visits.work() as session:
        session.add(
            IdentityProvider(
                id=theirs, organisation_id=THEIRS, issuer=ISSUER, client_id="x", enabled=True, created_at=visits.at
            )
        )
    answer = visits.provider.sign_in(await visits.leave())

    assert code_of(await visits.come_back(answer, provider=theirs)) == ProblemCode.EXPIRED


@pytest.mark.parametrize("issuer", ["https://attacker.example", "https://login.example.fi/", ""])
async def test_an_answer_in_the_name_of_another_issuer_is_refused_before_the_code_is_sent(
    visits: Visits, issuer: str
) -> None:
    await visits.member()

    assert reason_of(await visits.sign_in(iss=issuer)) == "MIXED_UP"
    assert visits.provider.token_requests == []


async def test_a_provider_that_does_not_promise_to_name_itself_need_not(visits: Visits) -> None:
    await visits.member()
    visits.provider.metadata = {"authorization_response_iss_parameter_supported": None}

    assert isinstance(await visits.sign_in(iss=""), SignedInBy)
    assert reason_of(await visits.sign_in(iss="https://attacker.example")) == "MIXED_UP"


async def test_a_provider_may_say_no(visits: Visits) -> None:
    await visits.member()

    assert code_of(await visits.sign_in(code="", error="access_denied")) == ProblemCode.PROVIDER_REFUSED
    assert visits.provider.token_requests == []


async def test_a_provider_that_was_switched_off_meanwhile_signs_in_nobody(visits: Visits) -> None:
    await visits.member()
    answer = visits.provider.sign_in(await visits.leave())
    await visits.change(enabled=False)

    assert code_of(await visits.come_back(answer)) == ProblemCode.EXPIRED


async def test_a_code_of_another_sign_in_is_refused_by_the_provider(visits: Visits) -> None:
    await visits.member()
    [(_, stolen), *_] = visits.provider.sign_in(await visits.leave())

    assert reason_of(await visits.sign_in(code=stolen)) == "CODE_REFUSED"


async def test_nothing_is_written_for_an_answer_that_is_not_believed(visits: Visits) -> None:
    await visits.member()
    visits.provider.claims = {"nonce": "another"}
    before = len(await visits.all(select(AuditEvent)))

    await visits.sign_in()

    assert len(await visits.all(select(Identity))) == 1
    assert len(await visits.all(select(AuditEvent))) == before


async def test_no_connection_is_held_while_a_provider_is_asked(lasting_visits: Visits) -> None:
    await lasting_visits.invite()
    await lasting_visits.change(sealed_client_secret=None)
    visits, provider = lasting_visits, lasting_visits.provider
    provider.encrypt_to = await visits.encryption_key()
    provider.userinfo |= {"email": EMAIL, "email_verified": True}
    held: list[int] = []

    async def fetch(method: str, url: str, **more: Any) -> Fetched:  # noqa: ANN401 - passed on
        held.append(cast("QueuePool", visits.federation.oauth.engine.pool).checkedout())
        return await provider.fetch(method, url, **more)

    visits.federation.directory.fetch = fetch

    assert isinstance(await visits.sign_in(), SignedInBy)
    assert provider.asked == [
        "GET /.well-known/openid-configuration",
        "POST /token",
        "GET /keys",
        "GET /userinfo",
    ]
    assert held == [0, 0, 0, 0]
