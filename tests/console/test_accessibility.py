"""Everybody can use the pages: what axe finds, what a narrow or enlarged window shows, light and dark."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from tests.console.chromium import Screen, Served
from tests.console.site import Site
from tests.security.estate import DOCUMENT

from ilmio_api.domain.accounts.client_models import (
    ApiClient,
    ApiKey,
    ApplicationGrant,
    ClientSecret,
    Consent,
    RegisteredDocument,
)
from ilmio_api.domain.accounts.models import Invitation
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, Passkey, VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, GrantStatus, MemberRole

OPEN = (
    "/console/sign-in",
    "/console/sign-in?done=signed_out",
    "/console/sign-in/lost",
    "/console/sign-in/organisation",
    "/console/set-up",
    "/console/nothing",
    "/oauth/authorize",
)
OWN = (
    "/console/",
    "/console/me",
    "/console/me/sign-in",
    "/console/me/passkeys/new",
    "/console/me/password",
    "/console/me/codes",
    "/console/me/recovery-codes",
    "/console/me/recovery-codes/new",
    "/console/me/sessions",
    "/console/me/applications",
    "/console/me/erase",
    "/console/confirm",
    "/console/platform",
    "/console/platform?search=Saimaan",
    "/console/platform/persons",
    "/oauth/device",
    "/oauth/device?user_code=BCDF-GHJK",
    "/oauth/logout",
)
ORGANISATION = (
    "",
    "/members",
    "/members/invite",
    "/members/invited",
    "/members/{membership}",
    "/members/{membership}/remove",
    "/clients",
    "/clients/new",
    "/clients/new?kind=SERVICE",
    "/clients/new?kind=WEB_APPLICATION",
    "/clients/{client}",
    "/clients/{client}/documents",
    "/clients/{client}/documents/restrict",
    "/clients/{client}/documents/{document}/forget",
    "/clients/{client}/change",
    "/clients/{client}/delete",
    "/clients/{client}/secrets/new",
    "/keys/new",
    "/keys/{key}/rotate",
    "/applications",
    "/applications/ask",
    "/applications/{grant}",
    "/identity",
    "/identity/provider",
    "/identity/provider/switch",
    "/policy",
    "/audit",
)


@dataclass(frozen=True, slots=True)
class Furnished:
    """An organisation with one of everything, and the secret of its owner's session."""

    root: str
    session: str
    ids: dict[str, str]

    def path(self, part: str) -> str:
        """Return the path of a page."""
        return f"{self.root}{part.format(**self.ids)}"


@pytest.fixture(scope="module")
async def furnished(served: Served) -> Furnished:
    site = served.site
    organisation, account = await site.organisation("Saimaan kaupunki"), await site.person(is_platform_admin=True)
    await site.member(organisation, account)
    membership = await site.member(organisation, await site.person("Matti Meikäläinen"), MemberRole.EDITOR)
    ids = await programs_of(site, organisation, account) | await application_for(site, organisation, account)
    now = datetime.now(UTC)
    await site.add(
        Invitation(
            id=site.new_id("invitation"),
            digest=organisation.encode(),
            organisation_id=organisation,
            email="liisa@kaupunki.example",
            role=MemberRole.VIEWER,
            expires_at=now + timedelta(days=7),
        ),
        IdentityProvider(
            id=site.new_id("idp"), organisation_id=organisation, issuer="https://login.example", client_id="x"
        ),
        VerifiedDomain(
            id=site.new_id("domain"),
            organisation_id=organisation,
            domain="kaupunki.example",
            proof="ilmio-verification=x",
        ),
        Passkey(
            id=site.new_id("passkey"),
            credential_id=account.encode(),
            account_id=account,
            public_key=b"",
            sign_count=0,
            aaguid="",
            backed_up=True,
            label="Työkone",
        ),
    )
    session = await site.session(account, elevated_until=now + timedelta(minutes=30))
    return Furnished(f"/console/organisations/{organisation}", session, ids | {"membership": membership})


@pytest.fixture(scope="module")
async def screen(served: Served, furnished: Furnished) -> AsyncIterator[Screen]:
    """Provide a page on which the owner is signed in."""
    async with served.screen(session=furnished.session) as found:
        yield found


async def test_what_is_wrong_is_found(screen: Screen) -> None:
    await screen.page.goto("/console/")
    await screen.page.evaluate(
        """() => {
          document.querySelector("main").innerHTML = "<img src=x><div><p>grey</p></div>";
          document.querySelector("main p").style.width = "900px";
          document.querySelector("main p").style.maxInlineSize = "none";
          document.querySelector("main p").style.color = "#ccc";
        }"""
    )
    found = await screen.faults()
    screen.complaints.clear()

    assert [name in found[0] for name in ("image-alt", "color-contrast", "page-has-heading-one")] == [True] * 3
    assert any("pixels wider than a window of 640" in each for each in found)


@pytest.mark.parametrize("path", OPEN)
async def test_nothing_is_wrong_with_a_page_that_everybody_sees(served: Served, path: str) -> None:
    async with served.screen() as screen:
        await screen.page.goto(path)

        assert await screen.faults() == []


@pytest.mark.parametrize("path", OWN)
async def test_nothing_is_wrong_with_a_page_of_a_person(screen: Screen, path: str) -> None:
    await screen.page.goto(path)

    assert path.partition("?")[0] in screen.page.url
    assert await screen.faults() == []


@pytest.mark.parametrize("part", ORGANISATION)
async def test_nothing_is_wrong_with_a_page_of_an_organisation(screen: Screen, furnished: Furnished, part: str) -> None:
    path = furnished.path(part)
    answer = await screen.page.goto(path)

    assert answer is not None
    assert (answer.status, path.partition("?")[0] in screen.page.url) == (200, True)
    assert await screen.faults() == []


async def test_nothing_is_wrong_with_a_form_that_has_problems(screen: Screen, furnished: Furnished) -> None:
    await screen.page.goto(furnished.path("/clients/new?kind=PUBLIC_APPLICATION"))
    await screen.page.click("main form .button")
    await screen.page.wait_for_selector(".problems")

    assert await screen.faults() == []


async def test_nothing_is_wrong_with_what_is_shown_once(screen: Screen, furnished: Furnished) -> None:
    await screen.page.goto(furnished.path("/keys/new"))
    await screen.page.fill("#name", "Aulan tilannekuva")
    await screen.page.click("main form .button")
    await screen.page.wait_for_selector("#secret")

    assert await screen.faults() == []


async def test_nothing_is_wrong_with_the_page_that_asks_for_another_sign_in(served: Served) -> None:
    organisation, account = await served.site.organisation(single_sign_on_required=True), await served.site.person()
    await served.site.member(organisation, account, MemberRole.VIEWER)
    async with served.screen(session=await served.site.session(account)) as other:
        await other.page.goto(f"/console/organisations/{organisation}")

        assert await other.heading() == "Sign in with your organisation"
        assert await other.faults() == []


async def test_nothing_is_wrong_with_the_page_that_asks_for_consent(screen: Screen, furnished: Furnished) -> None:
    await screen.page.goto(furnished.ids["request"])

    assert await screen.heading() == "Näkymä wants to act for you"
    assert await screen.faults() == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_every_language_says_which_it_is(served: Served, language: str) -> None:
    async with served.screen(language=language) as screen:
        await screen.page.goto("/console/sign-in")

        assert await screen.page.get_attribute("html", "lang") == language
        assert await screen.faults() == []


async def programs_of(site: Site, organisation: str, account: str) -> dict[str, str]:
    """Add a client with a secret, and a key, both of which end soon."""
    ids = {name: site.new_id(name) for name in ("client", "secret", "key")}
    end = datetime.now(UTC) + timedelta(days=5)
    kept = {"organisation_id": organisation, "expires_at": end, "created_by": account, "last_four": "abcd"}
    await site.add(
        ApiClient(
            id=ids["client"],
            organisation_id=organisation,
            kind=ClientKind.SERVICE,
            name="Yöllinen siirto",
            authentication=ClientAuthentication.CLIENT_SECRET_BASIC,
            scopes=["content:read"],
        ),
        ClientSecret(id=ids["secret"], digest=ids["secret"].encode(), client_id=ids["client"], **kept),
        ApiKey(id=ids["key"], digest=ids["key"].encode(), name="Aulan tilannekuva", scopes=["content:read"], **kept),
        RegisteredDocument(
            id=site.new_id("document"),
            client_id=ids["client"],
            organisation_id=organisation,
            digest=DOCUMENT,
            name="Pilotit",
            text="{ __typename }",
        ),
    )
    await site.token_reused(organisation, account, ids["client"], at=datetime.now(UTC))
    return ids | {"document": DOCUMENT}


async def application_for(site: Site, organisation: str, account: str) -> dict[str, str]:
    """Add an application that asks the organisation, and to which the person has consented."""
    elsewhere, asking, grant = await site.organisation(), site.new_id("client"), site.new_id("grant")
    scopes = ["openid", "drafts:read"]
    await site.add(
        ApiClient(
            id=asking,
            organisation_id=elsewhere,
            kind=ClientKind.PUBLIC_APPLICATION,
            name="Näkymä",
            description="Näyttää luonnokset.",
            website="https://app.example.fi",
            authentication=ClientAuthentication.NONE,
            scopes=scopes,
            redirect_uris=["https://app.example.fi/cb"],
            is_listed=True,
        ),
        ApplicationGrant(
            id=grant, organisation_id=organisation, client_id=asking, status=GrantStatus.REQUESTED, scopes=scopes
        ),
        Consent(account_id=account, client_id=asking, scopes=["openid"], given_at=datetime.now(UTC)),
    )
    query = {
        "response_type": "code",
        "client_id": asking,
        "redirect_uri": "https://app.example.fi/cb",
        "scope": " ".join(scopes),
        "prompt": "consent",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    return {"grant": grant, "request": f"/oauth/authorize?{urlencode(query)}"}
