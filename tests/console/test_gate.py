"""Who comes in to the pages, which forms are believed, and what every page carries."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from starlette.routing import Route
from tests.console.site import ORIGIN, Browser, Site

from ilmio_api.console.cookies import Cookie
from ilmio_api.console.gate import Entry, Gate
from ilmio_api.console.routes import routes
from ilmio_api.console.visits import own_path
from ilmio_api.domain.accounts.vocabulary import MemberRole

GATED = [route for route in routes() if isinstance(route, Route) and hasattr(route.endpoint, "__self__")]
FORMS = [route for route in GATED if "POST" in (route.methods or ())]
LONG_AGO = datetime.now(UTC) - timedelta(minutes=20)
FOREIGN = {"/oauth/authorize", "/oauth/logout"}
ELSEWHERE = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "https://api.example.fi.evil.example"},
    {"origin": "http://api.example.fi"},
    {"origin": ORIGIN, "sec_fetch_site": "cross-site"},
    {"origin": ORIGIN, "sec_fetch_site": "same-site"},
    {"origin": "null", "sec_fetch_site": "none"},
)
HEADERS = {
    "cache-control": "no-store",
    "content-language": "en",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "content-type": "text/html; charset=utf-8",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def gate_of(route: Route) -> Gate:
    gate = getattr(route.endpoint, "__self__", None)
    assert isinstance(gate, Gate)
    return gate


def filled(route: Route) -> str:
    return re.sub(r"\{(\w+)\}", "nothing_00000000000000000000000000", route.path)


def ids(route: Route) -> str:
    return route.path


SHOWN_TO_PERSONS = [r for r in GATED if gate_of(r).show and gate_of(r).entry is not Entry.ANYBODY]
RECENT = [r for r in GATED if gate_of(r).show and gate_of(r).entry is Entry.RECENT]


@pytest.mark.parametrize("route", SHOWN_TO_PERSONS, ids=ids)
async def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(site: Site, route: Route) -> None:
    answer = await site.browser().open(filled(route))

    assert answer.status == 303
    assert answer.way.startswith("/console/sign-in?return_to=%2F")
    assert (await site.browser().open(answer.way)).status == 200


@pytest.mark.parametrize("route", [r for r in FORMS if gate_of(r).entry is not Entry.ANYBODY], ids=ids)
async def test_no_form_of_a_person_is_taken_from_somebody_else(site: Site, route: Route) -> None:
    answer = await site.browser().post(filled(route), {"form_token": "x"})

    assert answer.status == 303
    assert answer.way.startswith("/console/sign-in?return_to=")


@pytest.mark.parametrize("route", [r for r in FORMS if r.path not in FOREIGN], ids=ids)
async def test_no_form_is_taken_without_its_token(site: Site, route: Route) -> None:
    person = await site.signed_in(await site.person())
    without = await person.post(filled(route), {"name": "x"})
    of_another = await person.post(filled(route), {"form_token": (await site.browser().open("/console/sign-in")).token})

    assert (without.status, of_another.status) == (403, 403)


@pytest.mark.parametrize("route", [r for r in FORMS if r.path not in FOREIGN], ids=ids)
async def test_no_form_is_taken_from_another_site(site: Site, route: Route) -> None:
    browser = site.browser()
    answers = [await browser.post(filled(route), {"form_token": "x"}, **headers) for headers in ELSEWHERE]

    assert [answer.status for answer in answers] == [403] * len(ELSEWHERE)


async def test_a_form_that_hides_its_origin_is_taken_when_the_browser_says_it_is_ours(site: Site) -> None:
    browser = site.browser()
    token = (await browser.open("/console/sign-in")).token
    fields = {"form_token": token, "email": "a@example.fi", "password": "x"}

    answer = await browser.post("/console/sign-in", fields, origin="null", sec_fetch_site="same-origin")

    assert answer.status == 422


@pytest.mark.parametrize("route", RECENT, ids=ids)
async def test_what_changes_rights_asks_first_who_is_there(site: Site, route: Route) -> None:
    account = await site.person()
    person = await site.signed_in(account, authenticated_at=LONG_AGO)
    answer = await person.open(filled(route))

    assert answer.status == 303
    assert answer.way.startswith("/console/confirm?return_to=%2Fconsole%2F")


@pytest.mark.parametrize("route", [r for r in FORMS if gate_of(r).entry is Entry.RECENT], ids=ids)
async def test_a_form_that_changes_rights_is_not_taken_long_after_the_proof(site: Site, route: Route) -> None:
    person = await site.signed_in(await site.person(), authenticated_at=LONG_AGO)
    token = (await person.open("/console/me")).token
    answer = await person.post(filled(route), {"form_token": token})

    assert (answer.status, answer.way) == (303, "/console/confirm?return_to=%2Fconsole%2F")


@pytest.mark.parametrize("route", [r for r in GATED if gate_of(r).show], ids=ids)
async def test_every_page_carries_the_headers_that_fence_it_in(site: Site, route: Route) -> None:
    answer = await site.browser().open(filled(route))
    answer = await site.browser().follow(answer)

    kept = {name: value for name, value in answer.answer.headers.items() if name in HEADERS}
    assert kept == HEADERS


@pytest.mark.parametrize("route", GATED, ids=ids)
async def test_no_page_believes_the_header_host(site: Site, route: Route) -> None:
    method = "GET" if gate_of(route).show else "POST"
    browser = site.browser()
    answer = await browser.http.request(method, filled(route), headers={"Host": "evil.example", "Origin": ORIGIN})

    assert "evil.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "part", ["", "/members", "/clients", "/keys/new", "/applications", "/identity", "/policy", "/audit"]
)
async def test_an_organisation_of_others_looks_like_none_at_all(site: Site, part: str) -> None:
    hidden, person = await site.organisation(), await site.signed_in(await site.person())
    theirs = await person.open(f"/console/organisations/{hidden}{part}")
    nobodys = await person.open(f"/console/organisations/{site.new_id('organisation')}{part}")

    assert (theirs.status, nobodys.status) == (404, 404)
    assert without_paths(theirs.text) == without_paths(nobodys.text)


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        (MemberRole.VIEWER, {"": 200, "/members": 200, "/clients": 200, "/policy": 200, "/audit": 404}),
        (MemberRole.TECHNICAL_CONTACT, {"": 200, "/clients/new": 200, "/members/invite": 404, "/audit": 404}),
        (MemberRole.EDITOR, {"": 200, "/keys/new": 404, "/clients/new": 404, "/members/invite": 404}),
        (MemberRole.ADMIN, {"": 200, "/members/invite": 200, "/audit": 200, "/identity/provider": 404}),
        (MemberRole.OWNER, {"": 200, "/members/invite": 200, "/audit": 200, "/identity/provider": 200}),
    ],
)
async def test_a_member_sees_what_the_role_may(site: Site, role: MemberRole, parts: dict[str, int]) -> None:
    organisation, account = await site.organisation(), await site.person()
    await site.member(organisation, account, role)
    person = await site.signed_in(account)

    seen = {part: (await person.open(f"/console/organisations/{organisation}{part}")).status for part in parts}

    assert seen == parts


@pytest.mark.parametrize(
    "path", ["/console/nothing", "/console/organisations", "/console/me/nothing", "/console//evil"]
)
async def test_a_page_that_is_not_there_says_so(site: Site, path: str) -> None:
    answer = await site.browser().open(path)

    assert (answer.status, answer.heading) == (404, "There is no such page")


async def test_the_front_page_is_also_found_without_the_slash(site: Site) -> None:
    answer = await site.browser().open("/console")

    assert (answer.status, answer.way) == (303, "/console/")


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 70_000, 413),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(300)), 400),
        ("application/x-www-form-urlencoded", b"\xff\xfe", 400),
    ],
)
async def test_what_is_no_form_is_not_read(site: Site, content_type: str, body: bytes, status: int) -> None:
    http = site.browser().http
    answer = await http.post("/console/sign-in", content=body, headers={"Content-Type": content_type, "Origin": ORIGIN})

    assert answer.status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/console//evil.example",
        "/console/../graphql",
        "/console/%0d%0aLocation: x\r\n",
        "javascript:alert(1)",
        "/graphql",
        "/console",
        "/oauth/token",
        "/oauth/authorizeevil",
        "/console/#fragment",
        "/console/" + "x" * 8_000,
        "",
    ],
)
def test_no_form_leads_to_another_site(path: str) -> None:
    assert own_path(path) == "/console/"


@pytest.mark.parametrize(
    "path", ["/console/", "/console/me?x=1", "/oauth/authorize?ticket=abc//def", "/oauth/device?user_code=BCDF-GHJK"]
)
def test_a_path_of_ours_is_gone_back_to(path: str) -> None:
    assert own_path(path) == path


async def test_the_cookie_of_a_session_belongs_to_this_host_and_to_no_script(site: Site) -> None:
    answer = await site.browser().open("/console/sign-in")
    (cookie,) = answer.answer.headers.get_list("set-cookie")

    assert re.fullmatch(r"__Host-ilm_visitor=[0-9a-f]{64}; HttpOnly; Path=/; SameSite=lax; Secure", cookie)
    assert {each.known_as(https=False) for each in Cookie} == {each.known_as(https=True)[7:] for each in Cookie}


async def test_a_session_that_is_over_is_forgotten(site: Site) -> None:
    browser = site.browser("ilm_ss_" + "0" * 49)
    answer = await browser.open("/console/")

    assert answer.way == "/console/sign-in?return_to=%2Fconsole%2F"


async def test_no_page_has_a_script_or_a_style_within_it(site: Site) -> None:
    organisation, owner = await site.owner()
    pages = [
        await owner.open(f"/console/organisations/{organisation}{part}")
        for part in ("", "/members", "/clients", "/policy", "/audit", "/identity")
    ]

    assert [re.findall(r"<style|style=|\son\w+=|javascript:|<script(?![^>]* src=)", page.text) for page in pages] == [
        []
    ] * 6


async def test_the_files_of_a_page_are_served_under_the_names_of_their_content(site: Site) -> None:
    browser: Browser = site.browser()
    page = (await browser.open("/console/sign-in")).text
    files = [await browser.open(path) for path in re.findall(r'"(/console/assets/[^"]+)"', page)]

    assert [(file.status, file.answer.headers["content-type"]) for file in files] == [
        (200, "text/css; charset=utf-8"),
        (200, "text/javascript; charset=utf-8"),
    ]
    assert (await browser.open("/console/assets/console.css")).status == 404
    assert (await browser.open("/console/assets/..%2fgate.py")).status == 404


def without_paths(text: str) -> str:
    return re.sub(r'organisation_\w+|form_token" value="\w+', "", text)
