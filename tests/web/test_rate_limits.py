"""What callers may spend, and how they are told: budgets and header fields."""

import logging
import os
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from limits.errors import StorageError
from tests.web.budgeted import AREAS, MIDNIGHT, Clock, Open, Site, code_of, left

from ilmio_api.app import create_app
from ilmio_api.settings import Settings, SettingsError
from ilmio_api.web.allowances import InProcess, Spending
from ilmio_api.web.callers import address_of, caller_at
from ilmio_api.web.shared_allowances import Shared

STORE = os.environ.get("ILMIO_TEST_RATE_LIMIT_STORE", "")
"""Address of a Valkey or Redis; whatever is kept there expires in two minutes."""


async def test_every_answer_tells_the_policy_and_what_is_left(site: Site) -> None:
    answers = [
        await site.ask("{ __typename }"),
        await site.ask(AREAS),
        await site.ask("{"),
        await site.ask("{ nothing }"),
        await site.client.request("PUT", "/graphql"),
        await site.client.get("/graphql", params={"query": AREAS}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 400, 422, 405, 200]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"points";q=100;w=60'}
    assert [left(answer) for answer in answers] == [f'"points";r={r};t=120' for r in (99, 89, 88, 87, 86, 85)]


async def test_scripts_of_other_origins_may_read_the_header_fields(api: httpx2.AsyncClient) -> None:
    answers = [
        await api.post("/graphql", json={"query": "{ __typename }"}, headers={"Origin": "https://other.example"}),
        await api.get("/live", headers={"Origin": "https://other.example"}),
    ]

    for answer in answers:
        exposed = set(answer.headers["access-control-expose-headers"].split(", "))
        assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= exposed


async def test_who_has_spent_everything_is_refused_and_told_when_to_return(site: Site) -> None:
    for number in range(10):
        assert (await site.ask(f"query Q{number} {AREAS}")).status_code == 200
    refused = await site.ask("{ __typename }", accept_language="sv")

    assert (refused.status_code, refused.headers["retry-after"], left(refused)) == (429, "61", '"points";r=0;t=120')
    assert refused.headers["cache-control"] == "no-store"
    assert refused.json() == {
        "errors": [
            {
                "message": "Frågan kostar 1 poäng, och det finns 0 kvar.",
                "extensions": {
                    "code": "RATE_LIMITED",
                    "help": "Vänta 61 sekunder eller fråga mindre åt gången; rateLimit(dryRun: true) ger priset.",
                },
            }
        ]
    }


async def test_a_client_of_the_older_media_type_learns_of_it_by_the_status(open_site: Open) -> None:
    with open_site(1) as site:
        answers = [await site.ask("{ __typename }", accept="application/json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]


async def test_who_returns_when_told_is_answered(site: Site) -> None:
    site.clock.at += 12
    for number in range(9):
        await site.ask(f"query Q{number} {AREAS}")
    refused = await site.ask("{ areas(first: 20) { nodes { code } } }")
    site.clock.at += int(refused.headers["retry-after"]) - 1
    early = await site.ask("{ areas(first: 20) { nodes { code } } }")
    site.clock.at += 1
    answered = await site.ask("{ areas(first: 20) { nodes { code } } }")

    assert [answer.status_code for answer in (refused, early, answered)] == [429, 429, 200]


async def test_a_refusal_costs_one_point_at_most(open_site: Open) -> None:
    with open_site(15) as site:
        await site.ask(AREAS)
        refused = [await site.ask(f"query Q{number} {AREAS}") for number in range(2)]

    assert [(answer.status_code, left(answer)) for answer in refused] == [
        (429, '"points";r=4;t=120'),
        (429, '"points";r=3;t=120'),
    ]


async def test_points_come_back_as_the_minute_slides(site: Site) -> None:
    seen = []
    for number in range(4):
        await site.ask(f"query Q{number} {AREAS}")
    for later in (59, 60, 75, 90, 105, 120, 200):
        site.clock.at = MIDNIGHT + later
        seen.append(left(await site.ask("{ __typename }")))

    # The question itself costs a point each time.
    assert seen == [
        '"points";r=59;t=61',
        '"points";r=58;t=120',
        '"points";r=68;t=105',
        '"points";r=77;t=90',
        '"points";r=86;t=75',
        '"points";r=95;t=120',
        '"points";r=99;t=100',
    ]


async def test_callers_do_not_spend_each_others_points(open_site: Open) -> None:
    with open_site(10, trusted_proxies=1) as site:
        first = await site.ask(AREAS, x_forwarded_for="192.0.2.1")
        second = await site.ask(AREAS, x_forwarded_for="192.0.2.2")
        third = await site.ask(AREAS, x_forwarded_for="192.0.2.1")

    assert [answer.status_code for answer in (first, second, third)] == [200, 200, 429]


async def test_an_answer_that_is_kept_costs_one_point(site: Site) -> None:
    answers = [await site.client.get("/graphql", params={"query": AREAS}) for _ in range(3)]
    tag = answers[0].headers["etag"]
    unchanged = await site.client.get("/graphql", params={"query": AREAS}, headers={"If-None-Match": tag})

    assert [left(answer) for answer in (*answers, unchanged)] == [f'"points";r={r};t=120' for r in (90, 89, 88, 87)]
    assert unchanged.status_code == 304


async def test_an_operation_that_costs_more_than_a_minute_gives_is_too_complex(open_site: Open) -> None:
    with open_site(5) as site:
        refused = await site.ask(AREAS)

    assert (refused.status_code, code_of(refused)) == (422, "TOO_COMPLEX")
    assert "points per minute" in refused.json()["errors"][0]["message"]


async def test_who_cannot_pay_causes_no_statement(open_site: Open) -> None:
    with open_site(15) as site:
        await site.ask(AREAS)
        before = site.pool.statements
        refused = await site.ask(f"query Other {AREAS}")

    assert refused.status_code == 429
    assert site.pool.statements == before


@pytest.mark.parametrize(
    ("settings", "peer", "policy"),
    [
        ({}, "192.0.2.7", '"points";q=300000;w=60'),
        ({}, "127.0.0.1", None),
        ({}, "::1", None),
        ({"rate_limit_points": 7}, "127.0.0.1", '"points";q=7;w=60'),
        ({"rate_limit_points": 0}, "192.0.2.7", None),
    ],
)
async def test_the_operator_sets_the_limit_which_spares_this_machine_when_not_set(
    world_url: str, settings: dict[str, Any], peer: str, policy: str | None
) -> None:
    application = create_app(Settings(database_url=world_url, pool_size=1, **settings))
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(application, client=(peer, 1)), base_url="http://api.example.fi"
        ) as client,
    ):
        answer = await client.post("/graphql", json={"query": "{ __typename }"})

    assert answer.headers.get("ratelimit-policy") == policy


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "caller"),
    [
        ("192.0.2.1", [], 0, "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], 0, "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], 1, "198.51.100.7"),
        ("192.0.2.1", ["203.0.113.9, 198.51.100.7"], 1, "198.51.100.7"),
        ("192.0.2.1", ["203.0.113.9", "198.51.100.7"], 1, "198.51.100.7"),
        ("192.0.2.1", ["6.6.6.6, 203.0.113.9, 198.51.100.7"], 2, "203.0.113.9"),
        ("192.0.2.1", ["198.51.100.7"], 2, "192.0.2.1"),
        ("192.0.2.1", [], 1, "192.0.2.1"),
        ("192.0.2.1", ["nonsense"], 1, "unknown"),
        ("192.0.2.1", ["198.51.100.7:4711"], 1, "198.51.100.7"),
        ("192.0.2.1", ["[2001:db8:1:2:3::4]:4711"], 1, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:3:4:5:6", [], 0, "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", [], 0, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", [], 0, "fe80::/64"),
        ("::ffff:192.0.2.1", [], 0, "192.0.2.1"),
        (None, [], 0, "unknown"),
    ],
)
def test_a_caller_is_an_address_that_nobody_can_make_up(
    peer: str | None, forwarded: list[str], proxies: int, caller: str
) -> None:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]

    assert caller_at(address_of(peer, headers, proxies) or "") == f"address:{caller}"


@pytest.mark.parametrize(
    ("added", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("2001:db8::4711", "2001:db8::4711"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.7"),
    ],
)
def test_the_port_that_a_proxy_adds_is_no_part_of_the_address(added: str, address: str) -> None:
    # Address ranges of keys, and attempts to sign in, go by the address alone.
    assert address_of("192.0.2.1", [(b"x-forwarded-for", added.encode())], 1) == address


@pytest.mark.parametrize(
    ("previous", "current", "elapsed_s", "points", "wait_s"),
    [
        (0, 100, 0.0, 1, 61),
        (0, 100, 59.5, 1, 2),
        (100, 0, 0.0, 50, 30),
        (100, 40, 30.0, 20, 6),
        (0, 50, 10.0, 100, 110),
    ],
)
def test_the_wait_is_the_shortest_after_which_the_points_are_there(
    previous: int, current: int, elapsed_s: float, points: int, wait_s: int
) -> None:
    spending = Spending(granted=False, limit=100, previous=previous, current=current, elapsed_s=elapsed_s, at=MIDNIGHT)

    assert spending.wait_s(points) == wait_s


async def test_who_has_not_asked_for_two_minutes_is_forgotten() -> None:
    clock = Clock()
    store = InProcess(100, clock)
    for caller in range(1_000):
        await store.spend(f"address:{caller}", 1)
    clock.at += 120
    await store.spend("address:other", 1)

    assert (list(store._previous), list(store._current)) == ([], ["address:other"])  # noqa: SLF001 - what is kept


@dataclass(slots=True)
class Failing:
    """A storage that does not answer while a test says so."""

    down: bool = True
    asked: int = 0

    async def acquire_sliding_window_entry(self, _key: str, _limit: int, _expiry: int, _amount: int) -> bool:
        """Grant everything."""
        self.asked += 1
        if self.down:
            raise StorageError(OSError("nobody answers"))
        return True

    async def get_sliding_window(self, _key: str, _expiry: int) -> tuple[int, float, int, float]:
        """Return a count of the current minute, 15 seconds of which have passed."""
        return 0, 0.0, 7, 105.0


async def test_a_store_that_fails_limits_nobody_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    clock, storage = Clock(), Failing()
    store = Shared(storage, 100, clock)  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        during = [await store.spend("address:192.0.2.1", 1) for _ in range(3)]
        clock.at += 6
        during.append(await store.spend("address:192.0.2.1", 1))
        storage.down = False
        clock.at += 6
        after = await store.spend("address:192.0.2.1", 1)

    assert during == [None] * 4
    assert after == Spending(granted=True, limit=100, previous=0, current=7, elapsed_s=15.0, at=clock.at)
    assert [record.message for record in caplog.records] == [
        "The store of rate limits fails (nobody answers); nothing is limited until it answers."
    ]
    # Between two attempts the store is left alone, so that no request waits for it.
    assert storage.asked == 3


@pytest.mark.parametrize("scheme", ["valkey", "redis"])
async def test_an_address_where_no_store_answers_limits_nobody(scheme: str) -> None:
    store = Shared.at(f"{scheme}://127.0.0.1:1/0", 100, time.time)

    assert await store.spend("address:192.0.2.1", 1) is None
    await store.close()


@pytest.mark.skipif(not STORE, reason="ILMIO_TEST_RATE_LIMIT_STORE names no Valkey or Redis")
async def test_processes_that_share_a_store_count_together() -> None:
    caller = f"test:{uuid4()}"
    stores = [Shared.at(STORE, 100, time.time) for _ in range(2)]
    told = [await store.spend(caller, points) for store, points in zip(stores * 2, (60, 30, 20, 10), strict=True)]
    for store in stores:
        await store.close()

    assert [(each.granted, each.used) for each in told if each] == [(True, 60), (True, 90), (False, 90), (True, 100)]
    assert {each.reset_s for each in told if each} <= {119, 120}


def test_a_store_of_another_kind_is_refused_without_repeating_its_password() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_environment({"ILMIO_RATE_LIMIT_STORE": "memcached://user:secret@host"})

    assert refusal.value.variable == "ILMIO_RATE_LIMIT_STORE"
    assert "secret" not in f"{refusal.value} {refusal.value.remedy}"


def test_the_settings_of_limits_are_read() -> None:
    settings = Settings.from_environment(
        {
            "ILMIO_RATE_LIMIT_POINTS": "0",
            "ILMIO_RATE_LIMIT_STORE": "valkey://host:6379/0",
            "ILMIO_TRUSTED_PROXIES": "2",
        }
    )

    assert settings == Settings(rate_limit_points=0, rate_limit_store="valkey://host:6379/0", trusted_proxies=2)
