"""What an API client may be."""

from dataclasses import replace

import pytest
from joserfc.jwk import ECKey
from tests.domain.accounts.drafts import PUBLIC_APPLICATION, SERVICE, WEB_APPLICATION

from ilmio_api.access.roles import SCOPES_OF_ROLES, Role
from ilmio_api.access.scopes import OF_APPLICATIONS, OF_SERVICES, PERSONAL, Scope
from ilmio_api.domain.accounts.client_rules import ClientDraft, columns_of, problems_of, scopes_for
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, IdTokenAlgorithm
from ilmio_api.domain.outcomes import Problem, ProblemCode

OWNER = SCOPES_OF_ROLES[Role.OWNER]
TECHNICAL_CONTACT = SCOPES_OF_ROLES[Role.TECHNICAL_CONTACT]
KEYS = {"keys": [ECKey.generate_key("P-256", {"kid": "1"}).as_dict(private=False)]}


def codes(draft: ClientDraft, held: frozenset[Scope] = OWNER) -> list[tuple[ProblemCode, tuple[str, ...]]]:
    return [(problem.code, problem.path) for problem in problems_of(draft, held)]


@pytest.mark.parametrize("draft", [SERVICE, WEB_APPLICATION, PUBLIC_APPLICATION])
def test_the_usual_clients_are_possible(draft: ClientDraft) -> None:
    assert codes(draft) == []


@pytest.mark.parametrize("draft", [SERVICE, WEB_APPLICATION])
def test_services_and_web_applications_may_prove_by_a_key_who_they_are(draft: ClientDraft) -> None:
    by_key = replace(draft, authentication=ClientAuthentication.PRIVATE_KEY_JWT, jwks=KEYS)

    assert codes(by_key) == []
    assert codes(replace(by_key, jwks=None)) == [(ProblemCode.REQUIRED, ("jwks",))]
    assert codes(replace(by_key, jwks={"keys": []})) == [(ProblemCode.NOT_A_KEY_SET, ("jwks",))]
    assert codes(replace(draft, jwks=KEYS)) == [(ProblemCode.DOES_NOT_FIT, ("jwks",))]


@pytest.mark.parametrize(
    ("draft", "authentication"),
    [
        (SERVICE, ClientAuthentication.NONE),
        (WEB_APPLICATION, ClientAuthentication.NONE),
        (PUBLIC_APPLICATION, ClientAuthentication.CLIENT_SECRET_BASIC),
        (PUBLIC_APPLICATION, ClientAuthentication.CLIENT_SECRET_POST),
        (PUBLIC_APPLICATION, ClientAuthentication.PRIVATE_KEY_JWT),
    ],
)
def test_who_can_keep_a_secret_has_one_and_who_cannot_has_none(
    draft: ClientDraft, authentication: ClientAuthentication
) -> None:
    assert codes(replace(draft, authentication=authentication)) == [(ProblemCode.DOES_NOT_FIT, ("authentication",))]


@pytest.mark.parametrize("authentication", list(ClientAuthentication))
def test_nobody_makes_another_command_line(authentication: ClientAuthentication) -> None:
    draft = replace(PUBLIC_APPLICATION, kind=ClientKind.COMMAND_LINE, authentication=authentication)

    assert (ProblemCode.DOES_NOT_FIT, ("authentication",)) in codes(draft)


def test_a_service_has_no_redirects_and_an_application_needs_one() -> None:
    with_redirects = replace(SERVICE, redirect_uris=["https://a.fi/"], post_logout_redirect_uris=["https://a.fi/"])

    assert codes(with_redirects) == [
        (ProblemCode.DOES_NOT_FIT, ("redirect_uris",)),
        (ProblemCode.DOES_NOT_FIT, ("post_logout_redirect_uris",)),
    ]
    assert codes(replace(WEB_APPLICATION, redirect_uris=())) == [(ProblemCode.REQUIRED, ("redirect_uris",))]
    assert codes(replace(PUBLIC_APPLICATION, redirect_uris=())) == [(ProblemCode.REQUIRED, ("redirect_uris",))]


def test_every_redirect_is_judged_and_there_are_ten_at_most() -> None:
    eleven = [f"https://app.example.fi/{number}" for number in range(11)]
    bad = ["https://app.example.fi/cb", "http://app.example.fi/cb"]

    assert codes(replace(WEB_APPLICATION, redirect_uris=eleven[:10])) == []
    assert codes(replace(WEB_APPLICATION, redirect_uris=eleven)) == [(ProblemCode.TOO_MANY, ("redirect_uris",))]
    assert codes(replace(WEB_APPLICATION, redirect_uris=bad, post_logout_redirect_uris=bad)) == [
        (ProblemCode.NOT_A_REDIRECT_ADDRESS, ("redirect_uris", "1")),
        (ProblemCode.NOT_A_REDIRECT_ADDRESS, ("post_logout_redirect_uris", "1")),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_nobody_gives_a_service_more_than_they_have(role: Role) -> None:
    assert scopes_for(ClientKind.SERVICE, SCOPES_OF_ROLES[role]) == OF_SERVICES & SCOPES_OF_ROLES[role]


def test_persons_act_through_an_application_so_it_may_write_where_its_maker_may_not() -> None:
    editing = frozenset({Scope.OPENID, Scope.CONTENT_WRITE, Scope.CONTACTS_READ})

    assert codes(replace(WEB_APPLICATION, scopes=editing), TECHNICAL_CONTACT) == []
    assert scopes_for(ClientKind.WEB_APPLICATION, frozenset()) == OF_APPLICATIONS


@pytest.mark.parametrize("scope", [Scope.MEMBERS, Scope.SETTINGS, Scope.CLIENTS])
def test_an_application_that_manages_accounts_is_made_by_who_may_do_so(scope: Scope) -> None:
    draft = replace(WEB_APPLICATION, scopes=frozenset({scope}))

    assert problems_of(draft, OWNER) == ()
    assert problems_of(draft, TECHNICAL_CONTACT - {Scope.CLIENTS}) == (
        Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": scope.value}),
    )


@pytest.mark.parametrize("draft", [SERVICE, WEB_APPLICATION, PUBLIC_APPLICATION])
def test_no_client_administers_the_platform(draft: ClientDraft) -> None:
    platform = replace(draft, scopes=frozenset({Scope.PLATFORM}))

    assert codes(platform, frozenset(Scope)) == [(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",))]


def test_a_service_is_nobody_so_it_signs_nobody_in() -> None:
    assert codes(replace(SERVICE, scopes=PERSONAL)) == [(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",))] * 4


def test_a_client_needs_a_scope() -> None:
    assert codes(replace(SERVICE, scopes=frozenset())) == [(ProblemCode.REQUIRED, ("scopes",))]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", ProblemCode.REQUIRED),
        ("  ", ProblemCode.REQUIRED),
        ("n" * 101, ProblemCode.TOO_LONG),
        ("Näkymä\x00", ProblemCode.NOT_PRINTABLE),
        ("Näkymä\u202eämykäN", ProblemCode.NOT_PRINTABLE),
        ("Näkymä\ud800", ProblemCode.NOT_PRINTABLE),
    ],
)
def test_a_name_is_short_and_can_be_read(name: str, code: ProblemCode) -> None:
    assert codes(replace(SERVICE, name=name)) == [(code, ("name",))]


def test_a_description_has_a_thousand_characters_at_most() -> None:
    assert codes(replace(SERVICE, description="Vie luonnokset\nyöllä.")) == []
    assert codes(replace(SERVICE, description="n" * 1_001)) == [(ProblemCode.TOO_LONG, ("description",))]
    assert codes(replace(SERVICE, description="\x00")) == [(ProblemCode.NOT_PRINTABLE, ("description",))]


@pytest.mark.parametrize("website", ["https://example.fi", "https://www.example.fi:8443/a?b=c#d"])
def test_a_website_is_an_address_of_the_web(website: str) -> None:
    assert codes(replace(SERVICE, website=website)) == []


@pytest.mark.parametrize(
    "website",
    [
        "http://example.fi",
        "example.fi",
        "javascript:alert(1)",
        "https://example.fi\n",
        'https://example.fi/"><script>',
        "https://user@example.fi",
        "https://localhost",
        "https://example.fi/" + "a" * 500,
    ],
)
def test_what_is_no_website_is_refused(website: str) -> None:
    assert codes(replace(SERVICE, website=website)) == [(ProblemCode.NOT_A_WEB_ADDRESS, ("website",))]


def test_bad_ranges_are_refused() -> None:
    draft = replace(SERVICE, address_ranges=["192.0.2.0/24", "all"])

    assert codes(draft) == [(ProblemCode.NOT_AN_ADDRESS_RANGE, ("address_ranges", "1"))]


def test_all_problems_are_told_at_once() -> None:
    draft = replace(SERVICE, name="", scopes=frozenset(), address_ranges=["all"])

    assert codes(draft) == [
        (ProblemCode.REQUIRED, ("name",)),
        (ProblemCode.REQUIRED, ("scopes",)),
        (ProblemCode.NOT_AN_ADDRESS_RANGE, ("address_ranges", "0")),
    ]


def test_a_client_is_kept_in_one_written_form() -> None:
    draft = ClientDraft(
        kind=ClientKind.WEB_APPLICATION,
        name="  Alueen näkymä ",
        authentication=ClientAuthentication.PRIVATE_KEY_JWT,
        scopes=frozenset({Scope.CONTENT_READ, Scope.OPENID}),
        redirect_uris=["https://b.fi/", "https://a.fi/", "https://b.fi/"],
        description=" ",
        website="",
        jwks={**KEYS, "more": 1},
        address_ranges=["192.0.2.7"],
        is_listed=True,
        id_token_algorithm=IdTokenAlgorithm.RS256,
    )

    assert columns_of(draft) == {
        "kind": ClientKind.WEB_APPLICATION,
        "name": "Alueen näkymä",
        "description": None,
        "website": None,
        "authentication": ClientAuthentication.PRIVATE_KEY_JWT,
        "scopes": ["openid", "content:read"],
        "redirect_uris": ["https://b.fi/", "https://a.fi/"],
        "post_logout_redirect_uris": [],
        "jwks": KEYS,
        "address_ranges": ["192.0.2.7/32"],
        "is_listed": True,
        "id_token_algorithm": IdTokenAlgorithm.RS256,
    }
