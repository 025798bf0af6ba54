"""What a browser is sent: the landing page, the explorer, their files, and the headers that fence them in."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from httpx2 import Response as Answer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ilmio_api.settings import Settings
from ilmio_api.web import pages

PAGE_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def site(settings: Settings) -> Starlette:
    async def graphql(_request: Request) -> Response:
        return pages.explorer()

    app = Starlette(routes=[*pages.ROUTES, Route("/graphql", graphql)])
    app.state.settings = settings
    return app


@pytest.fixture
def browser() -> Iterator[TestClient]:
    with TestClient(site(Settings()), base_url="http://api.example.fi") as client:
        yield client


@pytest.fixture
def published_browser() -> Iterator[TestClient]:
    with TestClient(site(Settings(public_url="https://ilmio.example.fi/api"))) as client:
        yield client


def headers_of(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in {"content-length", "etag"}}


def address_in(page: Answer, pattern: str) -> str:
    return "/" + next(re.finditer(pattern, page.text)).group()


def test_the_landing_page_has_exactly_these_headers(browser: TestClient) -> None:
    answer = browser.get("/")

    assert headers_of(answer) == {
        **PAGE_HEADERS,
        "cache-control": "no-cache",
        "content-language": "fi",
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "vary": "Accept-Language",
    }


def test_the_explorer_has_exactly_these_headers(browser: TestClient) -> None:
    answer = browser.get("/graphql")

    nonce = re.findall('property="csp-nonce" nonce="([A-Za-z0-9_-]{24})"', answer.text)[0]
    assert headers_of(answer) == {
        **PAGE_HEADERS,
        "cache-control": "no-store",
        "content-language": "en",
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; "
            f"style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
            "connect-src 'self'; img-src 'self' data:; font-src 'self'; worker-src 'self'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
        "vary": "Accept",
    }


def test_a_static_file_has_exactly_these_headers(browser: TestClient) -> None:
    answer = browser.get(address_in(browser.get("/graphql"), r"assets/explorer/explorer-\w+\.js"))

    assert headers_of(answer) == {
        "cache-control": "public, max-age=31536000, immutable",
        "content-encoding": "gzip",
        "content-security-policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
        "content-type": "text/javascript; charset=utf-8",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "vary": "Accept-Encoding",
        "x-content-type-options": "nosniff",
    }


def test_every_explorer_page_has_a_nonce_of_its_own(browser: TestClient) -> None:
    policies = {browser.get("/graphql").headers["content-security-policy"] for _ in range(2)}

    assert len(policies) == 2


@pytest.mark.parametrize("path", ["/", "/graphql"])
def test_no_page_carries_a_script_or_a_style_within_it(browser: TestClient, path: str) -> None:
    page = browser.get(path).text

    assert re.findall(r"<style|style=|\son\w+=|javascript:", page) == []
    assert set(re.findall(r"<script([^>]*)>[^<]", page)) <= {' type="application/json" id="configuration"'}


@pytest.mark.parametrize("path", ["/", "/graphql", "/?lang=sv"])
def test_every_file_that_a_page_loads_is_served(browser: TestClient, path: str) -> None:
    addresses = set(re.findall(r'"((?:assets/|favicon)[^"]+)"', browser.get(path).text))

    assert len(addresses) >= 4
    assert {browser.get(f"/{address}").status_code for address in addresses} == {200}


def test_every_part_of_the_explorer_is_served(browser: TestClient) -> None:
    script = browser.get(address_in(browser.get("/graphql"), r"assets/explorer/explorer-\w+\.js")).text
    parts = set(re.findall(r'"\./(part-[0-9A-Z]{8}\.js)"', script))

    assert len(parts) > 5
    assert {browser.get(f"/assets/explorer/{part}").status_code for part in parts} == {200}


def gone(path: Path) -> bytes:
    raise FileNotFoundError(path)


def other(_path: Path) -> bytes:
    return b"/* another version */"


@pytest.mark.parametrize("now", [gone, other])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_file_that_is_replaced_under_a_running_server_is_not_found(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch, now: Callable[[Path], bytes], coding: str
) -> None:
    addresses = re.findall(r'"(assets/[^"]+)"', browser.get("/graphql").text + browser.get("/").text)
    monkeypatch.setattr(Path, "read_bytes", now)
    answers = [browser.get(f"/{address}", headers={"Accept-Encoding": coding}) for address in addresses]

    assert [answer.status_code for answer in answers] == [404] * 9
    assert ["cache-control" in answer.headers for answer in answers] == [False] * 9


def test_nothing_that_the_explorer_runs_is_made_of_text(browser: TestClient) -> None:
    script = browser.get(address_in(browser.get("/graphql"), r"assets/explorer/explorer-\w+\.js")).text

    assert re.findall(r"\bnew Function\(|(?<![.\w])eval\(", script) == []


def test_the_packages_in_the_explorer_are_named_with_their_licences(browser: TestClient) -> None:
    licences = browser.get(address_in(browser.get("/"), r"assets/explorer/LICENSES-\w+\.txt")).text

    assert re.findall(r"^(react|graphiql|monaco-editor) [0-9.]+ \((.+)\)$", licences, re.MULTILINE) == [
        ("graphiql", "MIT"),
        ("monaco-editor", "MIT"),
        ("react", "MIT"),
    ]


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0, br", "x-gzip"])
def test_a_client_without_gzip_gets_the_same_file_uncompressed(browser: TestClient, accepted: str) -> None:
    address = address_in(browser.get("/"), r"assets/landing-\w+\.css")
    plain = browser.get(address, headers={"Accept-Encoding": accepted})

    assert "content-encoding" not in plain.headers
    assert plain.text == browser.get(address).text


@pytest.mark.parametrize("accepted", ["gzip", "br, GZIP", "deflate, gzip;q=1.0, *;q=0.5", "gzip;q=0.2"])
def test_a_client_with_gzip_gets_the_file_compressed(browser: TestClient, accepted: str) -> None:
    address = address_in(browser.get("/"), r"assets/base-\w+\.css")
    with browser.stream("GET", address, headers={"Accept-Encoding": accepted}) as answer:
        sent = b"".join(answer.iter_raw())

    assert answer.headers["content-encoding"] == "gzip"
    assert b"--paper" in gzip.decompress(sent)


@pytest.mark.parametrize("path", ["/assets/", "/assets/landing.css", "/assets/explorer/manifest.json"])
def test_a_file_is_found_under_its_public_address_only(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/assets/../pages.py", "/assets/%2e%2e/pages.py", "/assets//etc/passwd"])
def test_no_address_leads_out_of_the_folder(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/favicon.svg", "/robots.txt"])
def test_a_page_is_read_with_get_and_head_only(browser: TestClient, path: str) -> None:
    answer = browser.post(path)

    assert answer.status_code == 405
    assert sorted(answer.headers["allow"].split(", ")) == ["GET", "HEAD"]


def test_what_has_not_changed_is_not_sent_again(browser: TestClient) -> None:
    page = browser.get("/")
    address = address_in(page, r"assets/landing-\w+\.js")
    script = browser.get(address)

    again = [
        browser.get("/", headers={"If-None-Match": page.headers["etag"]}),
        browser.get(address, headers={"If-None-Match": f'"other", {script.headers["etag"]}'}),
    ]

    assert [(answer.status_code, answer.content) for answer in again] == [(304, b""), (304, b"")]


def test_the_landing_page_in_another_language_counts_as_changed(browser: TestClient) -> None:
    finnish = browser.get("/?lang=fi").headers["etag"]

    assert browser.get("/?lang=sv", headers={"If-None-Match": finnish}).status_code == 200


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/", "sv-FI, en;q=0.8", "sv"),
        ("/", "en;q=0.5, fi;q=0.9", "fi"),
        ("/", "se", "fi"),
        ("/", "de, *;q=0.1", "fi"),
        ("/", "", "fi"),
        ("/?lang=en", "sv", "en"),
        ("/?lang=xx", "sv", "sv"),
        ("/?lang=%3Cscript%3E", "", "fi"),
    ],
)
def test_the_language_is_the_one_asked_for(browser: TestClient, path: str, accepted: str, language: str) -> None:
    answer = browser.get(path, headers={"Accept-Language": accepted})

    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text
    assert f'lang="{language}" hreflang="{language}" aria-current="true"' in answer.text
    assert answer.text.count("aria-current") == 1


def test_the_page_names_its_other_languages_with_full_addresses(browser: TestClient) -> None:
    links = re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', browser.get("/").text)

    assert links == [
        ("fi", "http://api.example.fi/?lang=fi"),
        ("sv", "http://api.example.fi/?lang=sv"),
        ("en", "http://api.example.fi/?lang=en"),
        ("x-default", "http://api.example.fi/"),
    ]


@pytest.mark.parametrize("host", ["api.example.fi", "127.0.0.1:8000", "[::1]:8000", "localhost"])
def test_the_command_goes_to_the_address_that_the_page_was_asked_from(browser: TestClient, host: str) -> None:
    page = browser.get("/", headers={"Host": host}).text

    assert re.findall(r"curl &#x27;?(http://[^ &]+/graphql)|curl (http://\S+/graphql)", page)[0] in {
        (f"http://{host}/graphql", ""),
        ("", f"http://{host}/graphql"),
    }


@pytest.mark.parametrize(
    "host", ['x"><script>alert(1)</script>', "a b", "evil.example/path", "x';rm -rf ~;'", "-o.example", "x:y"]
)
def test_a_host_that_is_no_host_is_not_repeated(browser: TestClient, host: str) -> None:
    page = browser.get("/", headers={"Host": host}).text

    assert host not in page
    assert "curl http://127.0.0.1:8000/graphql" in page


def test_the_public_address_goes_before_the_host(published_browser: TestClient) -> None:
    page = published_browser.get("/", headers={"Host": "other.example"}).text

    assert "curl https://ilmio.example.fi/api/graphql" in page
    assert "other.example" not in page


@pytest.mark.parametrize(("language", "name"), [("fi", "Konsoli"), ("sv", "Konsolen"), ("en", "Console")])
def test_the_landing_page_leads_to_the_console(browser: TestClient, language: str, name: str) -> None:
    assert f'<a href="console/">{name}</a>' in browser.get(f"/?lang={language}").text


def test_every_example_is_offered_in_every_language(browser: TestClient) -> None:
    links = {language: browser.get(f"/?lang={language}").text for language in ("fi", "sv", "en")}

    assert [page.count('href="graphql?query=') for page in links.values()] == [len(pages.EXAMPLES)] * 3


def test_the_explorer_opens_with_the_examples(browser: TestClient) -> None:
    configuration = json.loads(re.findall(r'id="configuration">(.*)</script>', browser.get("/graphql").text)[0])

    assert [example["query"] for example in configuration["examples"]] == [example.query for example in pages.EXAMPLES]
    assert pages.EXAMPLES[0].title == "Who tackles school dropout, where, and with what result?"


def test_every_example_says_what_it_shows_and_has_a_name() -> None:
    assert [(bool(one.title), bool(one.about), one.query.count("\nquery ")) for one in pages.EXAMPLES] == [
        (True, True, 1)
    ] * len(pages.EXAMPLES)


def test_the_answer_on_the_page_is_in_the_language_of_the_page(browser: TestClient) -> None:
    page = browser.get("/?lang=sv").text

    assert "Accept-Language: sv" in page
    assert "Sydöstra Finlands livskraftscentral" in page
    assert pages.curl_answer("sv") == {
        "data": {
            "area": {
                "name": "NTM-centralen i Sydöstra Finland",
                "successors": [{"code": "EVK03", "name": "Sydöstra Finlands livskraftscentral"}],
            }
        }
    }
