"""The queries in the documentation can be asked, and their answers are true."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

Pages = dict[str, str]
Ask = Callable[..., Awaitable[Any]]

QUERY = re.compile(r"^```graphql\n(.*?)^```", re.MULTILINE | re.DOTALL)
ASKED_AND_ANSWERED = re.compile(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
MORE = "…"
"""Stands at the end of a list for what the page leaves out."""


def shortened(answer: object, shown: object) -> object:
    """Return the answer as the page shows it: lists cut where the page leaves out the rest."""
    if isinstance(shown, dict) and isinstance(answer, dict):
        return {name: shortened(value, shown.get(name)) for name, value in answer.items()}
    if isinstance(shown, list) and isinstance(answer, list):
        kept = len(shown) - 1 if shown[-1:] == [MORE] and len(answer) >= len(shown) else len(answer)
        rest = [MORE] if kept < len(answer) else []
        pairs = zip(answer[:kept], [*shown, *[None] * len(answer)], strict=False)
        return [*(shortened(item, example) for item, example in pairs), *rest]
    return answer


async def test_every_query_in_the_documentation_has_an_answer_without_errors(pages: Pages, ask: Ask) -> None:
    queries = [query for text in pages.values() for query in QUERY.findall(text)]

    assert len(queries) >= 8
    for query in queries:
        assert await ask(query)


async def test_the_answers_on_the_page_are_those_of_the_demo_world(pages: Pages, ask: Ask) -> None:
    shown = [
        (query, json.loads(answer)["data"]) for query, answer in ASKED_AND_ANSWERED.findall(pages["docs/queries.md"])
    ]

    assert len(shown) == 8
    for query, answer in shown:
        assert shortened(await ask(query, accept_language="en"), answer) == answer


async def test_the_command_in_the_readme_has_the_answer_that_the_readme_shows(pages: Pages, ask: Ask) -> None:
    body, answer = re.findall(r"-d '(.+?)'\n```\n\n```json\n(.*?)^```", pages["README.md"], re.MULTILINE | re.DOTALL)[0]

    assert await ask(json.loads(body)["query"], accept_language="en") == json.loads(answer)["data"]


async def test_what_everybody_sees_in_the_first_five_minutes_is_what_the_page_shows(pages: Pages, ask: Ask) -> None:
    page = pages["docs/first-five-minutes.md"]
    shown = re.findall(r"-d '(.+?)'\n```\n\n```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (body, answer), (same_body, with_a_key) = shown

    assert body == same_body
    assert await ask(json.loads(body)["query"], accept_language="en") == json.loads(answer)["data"]
    # What the key adds is the draft of the demo world.
    nodes = [json.loads(text)["data"]["pilots"]["nodes"] for text in (answer, with_a_key)]
    assert [node["publication"]["status"] for node in nodes[1]] == ["PUBLISHED", "PUBLISHED", "DRAFT"]
    assert nodes[1][:2] == nodes[0]
