"""The pages of an organisation's programs, and of those that ask for its permission."""

import json
import re
from typing import Any

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import select
from tests.console.site import Browser, Page, Site

from ilmio_api.console.words import day
from ilmio_api.domain.accounts.client_models import ApiClient, ApiKey, ApplicationGrant, ClientSecret
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, GrantStatus, MemberRole
from ilmio_api.i18n.languages import Language

SERVICE = {
    "name": "Nightly transfer",
    "scopes": ["content:read", "drafts:read"],
    "authentication": "CLIENT_SECRET_BASIC",
}
PUBLIC = {
    "name": "Dashboard",
    "scopes": ["openid", "drafts:read"],
    "redirect_uris": "https://app.example.fi/cb\nhttp://127.0.0.1/cb\n",
    "is_listed": "yes",
}


def at(organisation: str, part: str = "") -> str:
    """Return the path of a page of an organisation."""
    return f"/console/organisations/{organisation}{part}"


async def made(owner: Browser, organisation: str, kind: str, fields: dict[str, Any]) -> Page:
    """Register a client, and return the page after it."""
    return await owner.follow(await owner.send(at(organisation, f"/clients/new?kind={kind}"), fields))


async def the_client(site: Site, organisation: str) -> ApiClient:
    """Return the only client of an organisation."""
    (client,) = await site.rows(select(ApiClient).where(ApiClient.organisation_id == organisation))
    found: ApiClient = client
    return found


async def ask(site: Site, key_or_token: str, query: str = "{ rateLimit { cost } }") -> Any:  # noqa: ANN401 - JSON
    """Return what the API answers to a program."""
    headers = {"Authorization": f"Bearer {key_or_token}"}
    return await site.browser().http.post("/graphql", json={"query": query}, headers=headers)


async def test_a_service_gets_a_secret_with_which_it_gets_a_token(site: Site) -> None:
    organisation, owner = await site.owner()
    page = await made(owner, organisation, "SERVICE", SERVICE)
    client, secret = page.shown

    assert page.heading == "The new client"
    assert (client, secret[:7]) == ((await the_client(site, organisation)).id, "ilm_cs_")
    grant = {"grant_type": "client_credentials", "scope": "drafts:read"}
    answer = await site.browser().http.post("/oauth/token", data=grant, auth=(client, secret))
    assert answer.json()["scope"] == "drafts:read"
    assert (await ask(site, answer.json()["access_token"])).status_code == 200
    assert (await owner.open(at(organisation, f"/clients/{client}/shown"))).shown == []


async def test_people_are_not_said_to_be_asked_about_a_service(site: Site) -> None:
    organisation, owner = await site.owner()
    service, application = [
        (await owner.open(at(organisation, f"/clients/new?kind={kind}"))).text
        for kind in ("SERVICE", "PUBLIC_APPLICATION")
    ]

    consent, log = "People see it when they are asked for consent.", "The organisation knows it by this name"
    assert (consent in service, log in service) == (False, True)
    assert (consent in application, log in application) == (True, False)


async def test_the_last_use_is_told_by_the_day_because_it_is_noted_by_the_hour(site: Site) -> None:
    organisation, owner = await site.owner()
    client, secret = (await made(owner, organisation, "SERVICE", SERVICE)).shown
    http = site.browser().http
    token = (await http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(client, secret))).json()
    await ask(site, token["access_token"])
    used = (await the_client(site, organisation)).last_used_at

    assert used is not None
    today = day(used, Language.EN)
    listed, alone = [
        re.sub("</?time[^>]*>", "", (await owner.open(at(organisation, part))).text)
        for part in ("/clients", f"/clients/{client}")
    ]
    assert f"Last used {today}." in listed
    assert f"<dt>Last used</dt><dd>{today}</dd>" in alone


async def test_the_log_names_the_program_that_did_something(site: Site) -> None:
    organisation, owner = await site.owner()
    client, secret = (await made(owner, organisation, "SERVICE", SERVICE)).shown
    http = site.browser().http
    token = (await http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(client, secret))).json()
    await http.post("/oauth/revoke", data={"token": token["access_token"]}, auth=(client, secret))

    page = await owner.open(at(organisation, "/audit?action=TOKEN_REVOKED"))
    assert '<td data-label="Who">Nightly transfer</td>' in page.text


async def test_no_page_shows_a_secret_a_second_time(site: Site) -> None:
    organisation, owner = await site.owner()
    page = await made(owner, organisation, "SERVICE", SERVICE)
    client, secret = page.shown
    pages = [await owner.open(at(organisation, part)) for part in ("/clients", f"/clients/{client}", "/audit")]

    assert [secret in each.text for each in pages] == [False, False, False]
    assert secret[-4:] in pages[1].text


async def test_an_application_without_a_secret_is_registered(site: Site) -> None:
    organisation, owner = await site.owner()
    page = await made(owner, organisation, "PUBLIC_APPLICATION", PUBLIC)
    client = await the_client(site, organisation)

    assert page.heading == "Dashboard"
    assert "new UserManager" in page.text
    assert (client.authentication, client.is_listed) == (ClientAuthentication.NONE, True)
    assert client.redirect_uris == ["https://app.example.fi/cb", "http://127.0.0.1/cb"]


async def test_what_is_wrong_with_a_client_is_said_and_stays_in_the_form(site: Site) -> None:
    organisation, owner = await site.owner()
    wrong = PUBLIC | {"name": "", "redirect_uris": "http://evil.example/*", "website": "ftp://x"}
    page = await owner.send(at(organisation, "/clients/new?kind=PUBLIC_APPLICATION"), wrong)

    assert page.status == 422
    assert {each.partition(":")[0] for each in page.problems} == {"Name", "Web site", "Redirect addresses"}
    assert "http://evil.example/*</textarea>" in page.text
    assert len(re.findall(r'name="scopes" value="(?:openid|drafts:read)" autocomplete="off" checked', page.text)) == 2


async def test_a_client_proves_itself_by_a_key_that_survives_a_change(site: Site) -> None:
    organisation, owner = await site.owner()
    keys = {"keys": [ECKey.generate_key("P-256", {"kid": "one"}).as_dict(private=False)]}
    fields = SERVICE | {"authentication": "PRIVATE_KEY_JWT", "jwks": json.dumps(keys)}
    page = await made(owner, organisation, "SERVICE", fields)
    client = await the_client(site, organisation)
    assert page.heading == "Nightly transfer"

    form = at(organisation, f"/clients/{client.id}/change")
    changed = await owner.send(form, fields | {"jwks": "", "name": "Renamed", "version": "1"})
    assert changed.way == at(organisation, f"/clients/{client.id}?done=client_changed")
    after = await the_client(site, organisation)
    assert (after.name, [each["kid"] for each in (after.jwks or {})["keys"]]) == ("Renamed", ["one"])


@pytest.mark.parametrize("jwks", ["{", "[]", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "AAAA"}]}'])
async def test_what_is_no_public_key_is_not_taken(site: Site, jwks: str) -> None:
    organisation, owner = await site.owner()
    fields = SERVICE | {"authentication": "PRIVATE_KEY_JWT", "jwks": jwks}
    page = await owner.send(at(organisation, "/clients/new?kind=SERVICE"), fields)

    assert [each.partition(":")[0] for each in page.problems] == ["Public keys"]


async def test_a_secret_is_replaced_without_a_pause(site: Site) -> None:
    organisation, owner = await site.owner()
    page = await made(owner, organisation, "SERVICE", SERVICE)
    client, old = page.shown
    added = await owner.follow(await owner.send(at(organisation, f"/clients/{client}/secrets/new"), {"days": "30"}))
    (new,) = added.shown
    (first, _) = await site.rows(
        select(ClientSecret.id).where(ClientSecret.client_id == client).order_by(ClientSecret.id)
    )
    grant = {"grant_type": "client_credentials"}
    http = site.browser().http
    both = [(await http.post("/oauth/token", data=grant, auth=(client, each))).status_code for each in (old, new)]
    third = await owner.send(at(organisation, f"/clients/{client}/secrets/new"), {"days": "30"})
    await owner.send(at(organisation, f"/clients/{client}/secrets/{first}/revoke"))
    one = [(await http.post("/oauth/token", data=grant, auth=(client, each))).status_code for each in (old, new)]

    assert (both, third.status, one) == ([200, 200], 422, [401, 200])


async def test_a_life_that_the_policy_forbids_is_refused(site: Site) -> None:
    organisation, owner = await site.owner(max_credential_days=30)
    page = await made(owner, organisation, "SERVICE", SERVICE)
    refused = await owner.send(at(organisation, f"/clients/{page.shown[0]}/secrets/new"), {"days": "31"})

    assert [each.partition(":")[0] for each in refused.problems] == ["Life in days"]


async def test_a_deleted_client_gets_nothing_any_more(site: Site) -> None:
    organisation, owner = await site.owner()
    client, secret = (await made(owner, organisation, "SERVICE", SERVICE)).shown
    page = await owner.send(at(organisation, f"/clients/{client}/delete"))
    grant = {"grant_type": "client_credentials"}

    assert page.way == at(organisation, "/clients?done=client_deleted")
    assert (await owner.open(at(organisation, f"/clients/{client}"))).status == 404
    assert (await site.browser().http.post("/oauth/token", data=grant, auth=(client, secret))).status_code == 401


async def test_a_client_of_another_organisation_is_not_there(site: Site) -> None:
    organisation, owner = await site.owner()
    elsewhere, other = await site.owner()
    client = (await made(owner, organisation, "SERVICE", SERVICE)).shown[0]

    for part in ("", "/change", "/delete", "/secrets/new"):
        assert (await other.open(at(elsewhere, f"/clients/{client}{part}"))).status == 404


async def test_a_key_reads_is_replaced_and_revoked(site: Site) -> None:
    organisation, owner = await site.owner()
    fields = {"name": "Lobby", "scopes": ["content:read"], "days": "30"}
    first = (await owner.follow(await owner.send(at(organisation, "/keys/new"), fields))).shown[0]
    (kept,) = await site.rows(select(ApiKey).where(ApiKey.organisation_id == organisation))
    rotated = await owner.send(at(organisation, f"/keys/{kept.id}/rotate"), {"overlap_hours": "1"})
    second = (await owner.follow(rotated)).shown[0]
    both = [(await ask(site, each)).status_code for each in (first, second)]
    await owner.send(at(organisation, f"/keys/{kept.id}/revoke"))
    one = [(await ask(site, each)).status_code for each in (first, second)]

    assert (both, one) == ([200, 200], [401, 200])
    assert await site.audited(organisation) == ["API_KEY_CREATED", "API_KEY_ROTATED", "API_KEY_REVOKED"]


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"name": "", "scopes": ["content:read"], "days": "30"}, "Name"),
        ({"name": "x", "days": "30"}, "What it may do"),
        ({"name": "x", "scopes": ["content:read"], "days": "367"}, "Life in days"),
        ({"name": "x", "scopes": ["content:read"], "days": "-1"}, "Life in days"),
        (
            {"name": "x", "scopes": ["content:read"], "days": "9", "address_ranges": "home"},
            "Networks from which it may be used",
        ),
    ],
)
async def test_what_is_wrong_with_a_key_is_said(site: Site, fields: dict[str, Any], label: str) -> None:
    organisation, owner = await site.owner()
    page = await owner.send(at(organisation, "/keys/new"), fields)

    assert (page.status, [each.partition(":")[0] for each in page.problems]) == (422, [label])


async def test_an_overlap_that_is_too_long_is_refused(site: Site) -> None:
    organisation, owner = await site.owner()
    await owner.send(at(organisation, "/keys/new"), {"name": "x", "scopes": ["content:read"], "days": "30"})
    (kept,) = await site.rows(select(ApiKey).where(ApiKey.organisation_id == organisation))
    pages = [
        await owner.send(at(organisation, f"/keys/{kept.id}/rotate"), {"overlap_hours": hours})
        for hours in ("169", "x", "")
    ]

    assert [page.status for page in pages] == [422, 422, 422]


async def test_a_member_asks_for_an_application_and_an_owner_decides(site: Site) -> None:
    maker, developer = await site.owner()
    await made(developer, maker, "PUBLIC_APPLICATION", PUBLIC)
    client = (await the_client(site, maker)).id
    organisation, owner = await site.owner()
    account = await site.person()
    await site.member(organisation, account, MemberRole.VIEWER)
    viewer = await site.signed_in(account)

    asked = await viewer.send(
        at(organisation, "/applications/ask"), {"client": client, "scopes": ["openid", "drafts:read"]}
    )
    (grant,) = await site.rows(select(ApplicationGrant).where(ApplicationGrant.organisation_id == organisation))
    form = at(organisation, f"/applications/{grant.id}")
    assert (asked.way, (await viewer.open(form)).status) == (at(organisation, "/applications?done=asked"), 404)
    assert (await owner.open(form)).heading == "Dashboard asks for access"

    approved = await owner.send(form, {"decision": "approve", "scopes": ["drafts:read"], "version": "1"})
    (kept,) = await site.rows(select(ApplicationGrant).where(ApplicationGrant.id == grant.id))
    assert approved.way == at(organisation, "/applications?done=approved")
    assert (kept.status, kept.scopes) == (GrantStatus.APPROVED, ["drafts:read"])

    revoked = await owner.send(f"{form}/revoke")
    (after,) = await site.rows(select(ApplicationGrant.status).where(ApplicationGrant.id == grant.id))
    assert (revoked.way, after) == (at(organisation, "/applications?done=grant_revoked"), GrantStatus.REVOKED)


async def test_an_owner_says_no(site: Site) -> None:
    maker, developer = await site.owner()
    await made(developer, maker, "PUBLIC_APPLICATION", PUBLIC)
    client = (await the_client(site, maker)).id
    organisation, owner = await site.owner()
    await owner.send(at(organisation, "/applications/ask"), {"client": client, "scopes": ["drafts:read"]})
    (grant,) = await site.rows(select(ApplicationGrant).where(ApplicationGrant.organisation_id == organisation))
    form = at(organisation, f"/applications/{grant.id}")
    rejected = await owner.send(form, {"decision": "reject", "version": "1"})
    again = await owner.send(form, {"decision": "reject", "version": "2"})

    assert (rejected.way, again.status) == (at(organisation, "/applications?done=rejected"), 422)


async def test_an_application_that_is_not_there_cannot_be_asked_for(site: Site) -> None:
    organisation, owner = await site.owner()
    fields = {"client": site.new_id("client"), "scopes": ["drafts:read"]}
    page = await owner.send(at(organisation, "/applications/ask"), fields)

    assert page.problems == ["Client id: There is no such application that organisations can ask for."]


def test_every_kind_that_the_pages_offer_can_be_made() -> None:
    assert {ClientKind.SERVICE, ClientKind.WEB_APPLICATION, ClientKind.PUBLIC_APPLICATION} == set(ClientKind) - {
        ClientKind.COMMAND_LINE
    }
