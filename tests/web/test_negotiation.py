"""Which form of an answer a client gets."""

import pytest

from ilmio_api.web.negotiation import MediaType, accepted

RESPONSE, JSON, HTML = MediaType.RESPONSE, MediaType.JSON, MediaType.HTML
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/graphql-response+json", RESPONSE),
        ("APPLICATION/GRAPHQL-RESPONSE+JSON; charset=utf-8", RESPONSE),
        ("application/graphql-response+json, application/json;q=0.9", RESPONSE),
        ("application/json, application/graphql-response+json", RESPONSE),
        ("application/json, application/graphql-response+json;q=0.9", JSON),
        ("application/graphql-response+json;q=0, */*", JSON),
        ("application/json;q=0, */*", RESPONSE),
        ("application/json; q=oops", JSON),
        ("text/html", HTML),
        (BROWSER, HTML),
        ("text/html;q=0.5, application/json", JSON),
        ("image/png", None),
        ("text/plain, image/*", None),
        ("application/json;q=0", None),
        ("nonsense", None),
        (",;,;q=", None),
        ("image/png," * 5_000, None),
    ],
)
def test_the_best_form_that_the_client_accepts_is_chosen(accept: str | None, chosen: MediaType | None) -> None:
    assert accepted(accept, (RESPONSE, JSON, HTML)) is chosen


def test_a_form_that_is_not_offered_is_not_chosen() -> None:
    assert accepted(BROWSER, (RESPONSE, JSON)) is JSON
    assert accepted("text/html", (RESPONSE, JSON)) is None
