"""Keys that sign ID tokens: which is published, which signs, and what is rotated when."""

import asyncio
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select
from tests.oauth.stage import Client, Stage, claims_in, sent_back

from ilmio_api.db.session import unit_of_work
from ilmio_api.domain.accounts.sign_in_models import SigningKey
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, IdTokenAlgorithm

BASIC = ClientAuthentication.CLIENT_SECRET_BASIC


async def published(stage: Stage) -> list[dict[str, Any]]:
    answer = await stage.http.get("/oauth/jwks")
    return list(answer.json()["keys"])


async def kid_that_signs(stage: Stage, client: Client) -> str:
    await stage.sign_in()
    token = (await stage.tokens(client))["id_token"]
    keys = KeySet.import_key_set({"keys": await published(stage)})
    return str(jwt.decode(token, keys, ["ES256", "RS256"]).header["kid"])


def named(keys: list[dict[str, Any]], algorithm: str) -> list[str]:
    return sorted(key["kid"] for key in keys if key["alg"] == algorithm)


async def test_there_is_a_key_for_each_algorithm_from_the_first_moment(alone: Stage) -> None:
    keys = await published(alone)

    assert sorted((key["alg"], key["kty"], key["use"]) for key in keys) == [
        ("ES256", "EC", "sig"),
        ("RS256", "RSA", "sig"),
    ]
    assert await published(alone) == keys


async def test_the_key_set_tells_nothing_private(alone: Stage) -> None:
    for key in await published(alone):
        assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()
    async with unit_of_work(alone.engine) as session:
        rows = (await session.scalars(select(SigningKey))).all()
    assert all(b'"d"' not in row.sealed_private_key for row in rows)
    assert all("d" in alone.sealer.open(row.sealed_private_key) for row in rows)


async def test_of_several_first_requests_one_makes_the_keys(alone: Stage) -> None:
    answers = await asyncio.gather(*(published(alone) for _ in range(5)))

    assert all(answer == answers[0] for answer in answers)
    assert len(answers[0]) == 2


@pytest.mark.parametrize("algorithm", IdTokenAlgorithm)
async def test_a_client_chooses_the_algorithm(stage: Stage, algorithm: IdTokenAlgorithm) -> None:
    client = await stage.client(BASIC, id_token_algorithm=algorithm)

    assert await kid_that_signs(stage, client) in named(await published(stage), algorithm.value)


async def test_a_key_is_published_a_day_before_it_signs_and_two_days_after(alone: Stage) -> None:
    client = await alone.client(BASIC)
    first = await kid_that_signs(alone, client)

    alone.clock.advance(days=88, hours=23)
    assert named(await published(alone), "ES256") == [first]
    alone.clock.advance(hours=1)
    both = named(await published(alone), "ES256")
    assert (len(both), first in both) == (2, True)
    assert await kid_that_signs(alone, client) == first
    alone.clock.advance(hours=23, minutes=59)
    assert await kid_that_signs(alone, client) == first
    alone.clock.advance(minutes=1)
    second = await kid_that_signs(alone, client)
    assert {first, second} == set(both)
    alone.clock.advance(days=1, hours=23)
    assert named(await published(alone), "ES256") == both
    alone.clock.advance(hours=1)
    assert named(await published(alone), "ES256") == [second]


async def test_after_a_long_rest_the_old_key_signs_until_the_new_one_is_known(alone: Stage) -> None:
    client = await alone.client(BASIC)
    first = await kid_that_signs(alone, client)
    alone.clock.advance(days=200)

    assert await kid_that_signs(alone, client) == first
    alone.clock.advance(days=1)
    assert await kid_that_signs(alone, client) != first


async def test_a_process_whose_clock_is_behind_signs_with_the_first_key(alone: Stage) -> None:
    first = named(await published(alone), "ES256")
    alone.clock.advance(seconds=-2)

    assert [await kid_that_signs(alone, await alone.client(BASIC))] == first


async def test_a_hint_is_known_after_its_key_has_gone(alone: Stage) -> None:
    client = await alone.client(BASIC)
    await alone.sign_in()
    hint = (await alone.tokens(client))["id_token"]
    alone.clock.advance(days=100)
    await published(alone)
    alone.clock.advance(days=4)

    answer = sent_back(await alone.ask(client, id_token_hint=hint, prompt="none"))

    assert "code" in answer


async def test_an_id_token_is_bound_to_its_access_token(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    one, other = await stage.tokens(client), await stage.tokens(client)

    assert len(claims_in(one["id_token"])["at_hash"]) == 22
    assert claims_in(one["id_token"])["at_hash"] != claims_in(other["id_token"])["at_hash"]
