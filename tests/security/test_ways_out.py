"""Where a browser can be sent by a request that somebody else has made up, and what the header `Host` is worth."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.routing import BaseRoute, Route
from tests.console.site import ORIGIN, Site
from tests.security.estate import estate, fresh

from ilmio_api.access.secrets import SecretKind
from ilmio_api.app import create_app
from ilmio_api.domain.accounts.client_models import ApiClient
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind
from ilmio_api.settings import Settings

EVIL = "evil.example"
ELSEWHERE = [
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"/console//{EVIL}",
    f"/console/\\{EVIL}",
    f"/console/..//{EVIL}",
    f"/console/%2e%2e//{EVIL}",
    f"https:{EVIL}",
    f"{ORIGIN}@{EVIL}/",
    f"{ORIGIN}.{EVIL}/",
    f"\t//{EVIL}/",
    f"/console/\t/{EVIL}",
    "javascript:alert(1)//",
    "data:text/html,x",
]
REDIRECTS = [
    "https://app.example.fi/cb/../evil",
    "https://app.example.fi/cb?x=1",
    "https://app.example.fi/cb#x",
    "https://app.example.fi:8443/cb",
    "https://APP.example.fi/cb",
    "http://app.example.fi/cb",
    "https://app.example.fi.evil.example/cb",
    "https://app.example.fi@evil.example/cb",
    "https://evil.example\\@app.example.fi/cb",
    "https://app.example.fi/cb\n",
    "//app.example.fi/cb",
    "https://evil.example/",
    "javascript:alert(1)",
]
CALLBACK = "https://app.example.fi/cb"


def paths(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Give method and path of every route, with its parts filled in."""
    for route in routes:
        assert isinstance(route, Route)
        path = "/".join("x" if part.startswith("{") else part for part in route.path.split("/"))
        for method in sorted((route.methods or {"GET", "POST"}) - {"HEAD"}):
            yield method, path


EVERY = sorted(
    set(paths(create_app(Settings(database_url="postgresql://nowhere/none", public_url=ORIGIN)).router.routes))
)


async def test_every_route_is_asked() -> None:
    assert len(EVERY) > 120


@pytest.mark.parametrize(("method", "path"), EVERY)
async def test_the_header_host_comes_back_from_nowhere(site: Site, method: str, path: str) -> None:
    headers = {
        "Host": EVIL,
        "X-Forwarded-Host": EVIL,
        "X-Forwarded-Proto": "http",
        "X-Original-Url": f"https://{EVIL}/",
        "Forwarded": f"host={EVIL}",
        "Origin": ORIGIN,
    }
    http = site.browser().http
    for asked in (path, f"{path}/"):
        answer = await http.request(method, asked, headers=headers)

        assert answer.status_code < 500
        assert EVIL not in f"{answer.headers} {answer.text}"


async def test_a_slash_too_many_leads_nowhere(site: Site) -> None:
    for path in ("/graphql/", "/schema.graphql/", "/oauth/token/", "/oauth/authorize/", "/live/"):
        assert (await site.browser().open(path)).status == 404


@pytest.mark.parametrize("way", ELSEWHERE)
async def test_no_page_of_signing_in_leads_to_another_site(site: Site, way: str) -> None:
    person = await site.signed_in(await site.person())
    answers = [
        await person.http.get(path, params={"return_to": way})
        for path in ("/console/sign-in", "/console/confirm", "/console/sign-in/organisation", "/console/sign-in/lost")
    ]
    form = (await person.open("/console/me")).token
    answers += [
        (await person.post(path, {"form_token": form, "return_to": way, "language": "sv"})).answer
        for path in ("/console/me/language", "/console/confirm/organisation", "/console/sign-in")
    ]

    for answer in answers:
        location = answer.headers.get("location", "")
        assert EVIL not in location
        assert not location or location.startswith("/console/")
        assert f'value="{way}"' not in answer.text


@pytest.mark.parametrize("back", ELSEWHERE)
async def test_no_page_before_leads_to_another_site(site: Site, back: str) -> None:
    owner = await site.person()
    organisation = await site.organisation()
    await site.member(organisation, owner)
    person = await site.signed_in(owner, authenticated_at=datetime.now(UTC) - timedelta(hours=1))
    form = (await person.open("/console/me")).token

    path = f"/console/organisations/{organisation}/identity"
    answer = await person.post(path, {"form_token": form, "domain": "example.fi"}, referer=back.strip())

    assert answer.status == 303
    assert EVIL not in answer.way


@pytest.mark.parametrize("address", REDIRECTS)
async def test_no_code_and_no_error_is_sent_to_an_address_that_is_not_registered(site: Site, address: str) -> None:
    client = await application(site)
    for more in (
        {},
        {"response_type": "token"},
        {"scope": "nothing"},
        {"prompt": "none"},
        {"code_challenge_method": "plain"},
    ):
        asked = {**request_of(client), "redirect_uri": address, **more}
        person = await site.signed_in(await site.person())
        answer = await person.http.get("/oauth/authorize", params=asked)

        assert answer.status_code == 400
        assert "location" not in answer.headers


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_signing_out_leads_to_registered_addresses_only(site: Site, address: str) -> None:
    client = await application(site)
    for hint in ({}, {"id_token_hint": "a.b.c"}):
        answer = await site.browser().http.get(
            "/oauth/logout", params={"client_id": client, "post_logout_redirect_uri": address, **hint}
        )

        assert answer.headers.get("location", "").partition("?")[0] in {"", "/console/sign-in"}


async def test_a_form_of_another_site_is_led_on_with_fields_of_any_name(site: Site) -> None:
    names = ("path", "self", "url", "status", "ticket", "state", "return_to")
    for address in ("/oauth/logout", "/oauth/authorize"):
        for name in names:
            answer = await site.browser().http.post(
                address, data={name: f"https://{EVIL}/"}, headers={"Origin": f"https://{EVIL}"}
            )

            assert answer.status_code == 303
            assert answer.headers["location"].startswith(f"{address}?")


async def test_a_form_of_another_site_ends_no_session_and_gives_no_consent(site: Site) -> None:
    client, account = await application(site), await site.person()
    secret = await site.session(account)
    browser = site.browser(secret)
    headers = {"Origin": f"https://{EVIL}", "Sec-Fetch-Site": "cross-site"}

    led = await browser.http.post("/oauth/authorize", data=request_of(client), headers=headers)
    await browser.http.post("/oauth/logout", data={"client_id": client}, headers=headers)
    shown = await browser.open(led.headers["location"])

    assert (shown.status, 'name="ticket"' in shown.text) == (200, True)
    assert (await browser.open("/console/me")).status == 200


async def test_a_ticket_of_one_kind_opens_nothing_else(site: Site) -> None:
    client, person = await application(site), await site.signed_in(await site.person())
    led = await person.http.post("/oauth/authorize", data=request_of(client), headers={"Origin": f"https://{EVIL}"})
    (ticket,) = parse_qs(urlsplit(led.headers["location"]).query)["ticket"]

    logout = await person.http.get("/oauth/logout", params={"ticket": ticket})
    person.http.cookies.set("__Host-ilm_once", ticket, domain="api.example.fi")
    once = await person.open("/console/me/recovery-codes")

    assert logout.status_code == 400
    assert (once.status, once.shown) == (200, [])


@pytest.mark.parametrize("kind", ["invitation", "set-up"])
@pytest.mark.parametrize("secret", ["%E2%82%AC", "%0d%0aSet-Cookie:%20x=1", "%00", "a;b=c", "x" * 5_000])
async def test_a_link_that_is_none_leaves_no_cookie(site: Site, kind: str, secret: str) -> None:
    answer = await site.browser().open(f"/console/{kind}/{secret}")

    cookies = answer.answer.headers.get_list("set-cookie")
    assert answer.status in {404, 410}
    assert [cookie for cookie in cookies if "ilm_link" in cookie and "Max-Age=0" not in cookie] == []
    assert "x" * 100 not in str(cookies)


@pytest.mark.parametrize(
    "path",
    [
        "/auth/cb/%00",
        "/auth/cb/x?state=%00&iss=%00",
        "/console/me/passkeys/%00/remove",
        "/console/organisations/%00",
        "/console/organisations/%00/audit?after=%00&actor=%00",
        "/console/platform/open/%00",
        "/console/platform?search=%00",
        "/oauth/authorize?client_id=%00",
        "/oauth/authorize?ticket=%00",
        "/oauth/logout?client_id=%00&id_token_hint=%00",
        "/oauth/device?user_code=%00",
        "/console/assets/%00",
        "/assets/%00",
    ],
)
async def test_a_character_that_the_database_does_not_hold_is_no_fault_of_ours(site: Site, path: str) -> None:
    for browser in (site.browser(), await site.elevated()):
        assert (await browser.open(path)).status < 500


@pytest.mark.parametrize("form", [{"logout_token": "\0"}, {"logout_token": "a.b.c"}, {}])
@pytest.mark.parametrize("provider", ["%00", "idp_0", "..%2f"])
async def test_a_provider_that_is_none_is_no_fault_of_ours(site: Site, provider: str, form: dict[str, str]) -> None:
    answer = await site.browser().http.post(f"/auth/backchannel/{provider}", data=form)

    assert answer.status_code in {400, 404}


@pytest.mark.parametrize("organisation", ["%00", "nothing", "organisation_00000000000000000000000000"])
async def test_nobody_exports_the_log_of_what_is_not_there(site: Site, organisation: str) -> None:
    admin = await site.elevated()
    token = (await admin.open("/console/platform")).token

    answer = await admin.post(
        f"/console/organisations/{organisation}/audit/export", {"form_token": token, "form": "CSV"}
    )

    assert answer.status == 404


async def test_markup_in_names_is_shown_and_not_believed(site: Site) -> None:
    name, here = '"><script>alert(1)</script>', await estate(site)
    client = await application(site, organisation=here.organisation, name=name, description=name)
    person = await site.signed_in(await site.person(name))
    await site.member(here.organisation, await site.person(name))
    pages = [
        await person.http.get("/oauth/authorize", params=request_of(client)),
        (await person.open("/console/me")).answer,
        *[
            (await here.browser.open(f"/console/organisations/{here.organisation}{part}")).answer
            for part in ("/members", "/clients", f"/clients/{client}", f"/clients/{client}/delete", "/audit")
        ],
    ]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert not [page.text for page in pages if "<script>alert" in page.text]
    assert "&lt;script&gt;" in pages[0].text


async def application(site: Site, **columns: object) -> str:
    """Return a new public application."""
    client = site.new_id("client")
    usual = {
        "organisation_id": await site.organisation(),
        "kind": ClientKind.PUBLIC_APPLICATION,
        "name": "Näkymä",
        "authentication": ClientAuthentication.NONE,
        "scopes": ["openid", "content:read"],
        "redirect_uris": [CALLBACK],
    }
    if "organisation" in columns:
        columns["organisation_id"] = columns.pop("organisation")
    await site.add(ApiClient(id=client, **(usual | columns)))
    return client


def request_of(client: str) -> dict[str, str]:
    """Return an authorisation request that holds."""
    return {
        "client_id": client,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "state": fresh(SecretKind.CHALLENGE).text,
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
