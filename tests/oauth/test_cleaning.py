"""What is removed after its end, and what has to stay to be recognised."""

from sqlalchemy import func, select
from tests.oauth.stage import Stage

from ilmio_api.db.base import Base
from ilmio_api.db.session import accounts_work, unit_of_work
from ilmio_api.domain.accounts import token_models as models
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind
from ilmio_api.oauth.cleaning import clean

TABLES: tuple[type[Base], ...] = (
    models.AuthorisationCode,
    models.TokenFamily,
    models.Token,
    models.PushedRequest,
    models.DeviceAuthorisation,
    models.UsedAssertion,
)


async def counts(stage: Stage) -> list[int]:
    async with accounts_work(stage.engine, "oauth") as session:
        await clean(session, stage.clock.at)
    async with unit_of_work(stage.engine) as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


async def test_everything_goes_a_day_after_its_end(alone: Stage) -> None:
    client = await alone.client()
    signing = await alone.client(ClientAuthentication.PRIVATE_KEY_JWT, ClientKind.SERVICE)
    await alone.sign_in()
    await alone.tokens(client)
    await alone.code(client)  # Never exchanged.
    await alone.ask(client, state="x")
    await alone.post("/oauth/token", signing, grant_type="client_credentials")
    await alone.post("/oauth/device_authorization", await alone.command_line())
    await alone.post("/oauth/par", client, **dict((await alone.ask(client)).request.url.params.items()))
    before = await counts(alone)
    assert before[1:] == [1, 3, 1, 1, 1]

    alone.clock.advance(days=1, hours=2)
    # The used code and the refresh token stay: they have to be known when they come again.
    assert await counts(alone) == [1, 1, 1, 0, 0, 0]
    alone.clock.advance(days=91)
    assert await counts(alone) == [0, 0, 0, 0, 0, 0]


async def test_a_refresh_token_that_comes_back_after_a_cleaning_is_recognised(alone: Stage) -> None:
    client = await alone.client()
    await alone.sign_in()
    first = (await alone.tokens(client))["refresh_token"]
    alone.clock.advance(days=20)
    second = (await alone.refresh(client, first)).json()["refresh_token"]
    alone.clock.advance(days=29)
    await counts(alone)

    await alone.refresh(client, first)

    # It had expired by then, so it does no harm and the family lives.
    assert (await alone.refresh(client, second)).status_code == 200


async def test_a_revoked_family_goes_with_all_its_tokens(alone: Stage) -> None:
    client = await alone.client()
    await alone.sign_in()
    token = (await alone.tokens(client))["refresh_token"]
    await alone.post("/oauth/revoke", client, token=token)

    alone.clock.advance(hours=23)
    assert (await counts(alone))[1:3] == [1, 2]
    alone.clock.advance(hours=2)
    assert (await counts(alone))[1:3] == [0, 0]
