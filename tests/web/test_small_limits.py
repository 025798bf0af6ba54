"""Operators may set a limit that is smaller than what a request costs."""

from tests.web.budgeted import AREAS, Open, code_of, left


async def test_what_costs_one_point_more_than_a_minute_gives_is_never_promised(open_site: Open) -> None:
    with open_site(9) as site:
        refused = await site.ask(AREAS, accept_language="en")

    assert (refused.status_code, code_of(refused)) == (422, "TOO_COMPLEX")
    assert refused.json()["errors"][0]["message"] == (
        "The document exceeds the limit points per minute: 10, at most 9."
    )
    assert "retry-after" not in refused.headers


async def test_what_costs_all_that_a_minute_gives_is_answered(open_site: Open) -> None:
    with open_site(10) as site:
        answered = await site.ask(AREAS)

    assert (answered.status_code, left(answered)) == (200, '"points";r=0;t=120')


async def test_a_refusal_names_the_price_that_a_dry_run_names(open_site: Open) -> None:
    with open_site(15) as site:
        priced = await site.ask(AREAS, cost_only="?1")
        await site.ask(AREAS)
        refused = await site.ask(f"query Other {AREAS}", accept_language="en")

    assert priced.json()["extensions"]["cost"]["requested"] == 10
    assert refused.json()["errors"][0]["message"] == "The query costs 10 points, and 3 are left."
