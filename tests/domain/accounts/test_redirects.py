"""Addresses to which a browser is sent back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilmio_api.domain.accounts.redirects import is_registered, matches, problems_of
from ilmio_api.domain.accounts.vocabulary import ClientKind
from ilmio_api.domain.outcomes import Problem, ProblemCode

WEB, PUBLIC = ClientKind.WEB_APPLICATION, ClientKind.PUBLIC_APPLICATION

uris = st.text(alphabet="abchtps:/.@[]1270#?%\\ \n", max_size=40) | st.sampled_from(
    ["https://app.example.fi/cb", "http://127.0.0.1/cb", "http://[::1]:9000/cb?a=1", "fi.example.app:/cb"]
)
ports = st.integers(1, 65_535)


@given(uris)
def test_an_address_matches_itself(uri: str) -> None:
    assert matches(uri, uri) is True


@given(uris, uris)
def test_two_that_match_differ_in_nothing_but_the_port_on_this_machine(registered: str, given: str) -> None:
    if matches(registered, given) and registered != given:
        assert registered.startswith(("http://127.0.0.1", "http://[::1]"))
        assert registered.partition("/cb")[2] == given.partition("/cb")[2]


@given(st.sampled_from(["127.0.0.1", "[::1]"]), ports, ports, st.sampled_from(["", "/", "/cb", "/cb?x=1", "?x=1"]))
def test_on_this_machine_the_port_is_free(host: str, registered: int, given: int, rest: str) -> None:
    assert matches(f"http://{host}:{registered}{rest}", f"http://{host}:{given}{rest}") is True
    assert matches(f"http://{host}{rest}", f"http://{host}:{given}{rest}") is True
    assert matches(f"http://{host}:{registered}{rest}", f"http://{host}{rest}") is True


@given(st.sampled_from(["https://app.example.fi", "http://localhost", "https://127.0.0.1"]), ports, ports)
def test_elsewhere_the_port_is_not_free(origin: str, registered: int, given: int) -> None:
    assert matches(f"{origin}:{registered}/cb", f"{origin}:{given}/cb") is (registered == given)


@given(st.sampled_from(["https://app.example.fi/cb", "http://127.0.0.1:8080/cb", "fi.example.app:/cb"]), st.text())
def test_nothing_can_be_put_before_or_behind_a_registered_address(registered: str, more: str) -> None:
    assert matches(registered, registered + more) is (more == "")
    assert matches(registered, more + registered) is (more == "")


@pytest.mark.parametrize(
    ("registered", "given"),
    [
        ("https://app.example.fi/cb", "https://app.example.fi/cb/"),
        ("https://app.example.fi/cb", "https://app.example.fi/CB"),
        ("https://app.example.fi/cb", "https://APP.example.fi/cb"),
        ("https://app.example.fi/cb", "https://app.example.fi:443/cb"),
        ("https://app.example.fi/cb", "https://app.example.fi/cb?x=1"),
        ("https://app.example.fi/cb", "https://app.example.fi/%63b"),
        ("https://app.example.fi/cb", "https://app.example.fi/x/../cb"),
        ("https://app.example.fi/cb", "https://app.example.fi.attacker.example/cb"),
        ("https://app.example.fi/cb", "http://app.example.fi/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:80@attacker.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1.attacker.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:0/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:१२/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.2:80/cb"),
        ("http://127.0.0.1/cb", "https://127.0.0.1/cb"),
        ("http://127.0.0.1/cb", "http://[::1]/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:80/other"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:80\n/cb"),
    ],
)
def test_another_address_does_not_match(registered: str, given: str) -> None:
    assert matches(registered, given) is False


def test_an_address_has_to_be_one_of_those_registered() -> None:
    registered = ["https://app.example.fi/cb", "http://127.0.0.1/cb"]

    assert is_registered(registered, "http://127.0.0.1:49152/cb") is True
    assert is_registered(registered, "https://app.example.fi/other") is False
    assert is_registered([], "https://app.example.fi/cb") is False


@pytest.mark.parametrize("kind", [WEB, PUBLIC])
@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example.fi",
        "https://app.example.fi/",
        "https://app.example.fi:8443/cb?tenant=1",
        "https://xn--tiss-5qa6q.fi/cb",
        "https://192.0.2.1/cb",
        "https://[2001:db8::1]/cb",
    ],
)
def test_applications_may_be_anywhere_on_the_web(kind: ClientKind, uri: str) -> None:
    assert problems_of(uri, kind) == ()


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:8080/cb",
        "http://[::1]:8080/cb",
        "http://localhost:3000/cb",
        "fi.example.app:/cb",
        "com.example-two.app:/cb/of/it",
    ],
)
def test_only_public_applications_may_be_on_the_device(uri: str) -> None:
    assert problems_of(uri, PUBLIC) == ()
    assert problems_of(uri, WEB, "redirect_uris", "0") == (
        Problem(ProblemCode.NOT_A_REDIRECT_ADDRESS, ("redirect_uris", "0"), {"given": uri, "reason": "scheme"}),
    )


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("", "characters"),
        ("https://app.example.fi/cb#part", "characters"),
        ("https://*.example.fi/cb", "characters"),
        ("https://app.example.fi/*", "characters"),
        ("https://app.example.fi\\@attacker.example/", "characters"),
        ("https://app.example.fi/c b", "characters"),
        ("https://app.example.fi/cb\n", "characters"),
        ("https://äpp.example.fi/cb", "characters"),
        ("https://user@app.example.fi/cb", "host"),
        ("https://app.example.fi@attacker.example/cb", "host"),
        ("https://App.example.fi/cb", "host"),
        ("https://app..example.fi/cb", "host"),
        ("https://app.example.fi:0/cb", "host"),
        ("https://app.example.fi:99999/cb", "host"),
        ("https://app.example.fi:/cb", "host"),
        ("https:///cb", "host"),
        ("https://", "host"),
        ("https://%61pp.example.fi/cb", "host"),
        ("HTTPS://app.example.fi/cb", "scheme"),
        ("https:app.example.fi/cb", "scheme"),
        ("//app.example.fi/cb", "scheme"),
        ("/cb", "scheme"),
        ("http://app.example.fi/cb", "host"),
        ("http://127.0.0.1.attacker.example/cb", "host"),
        ("http://127.0.0.1@attacker.example/cb", "host"),
        ("http://127.1/cb", "host"),
        ("http://0.0.0.0/cb", "host"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,x", "scheme"),
        ("myapp:/cb", "scheme"),
        ("fi.example.app://host/cb", "scheme"),
        ("fi.example.app:cb", "scheme"),
        ("ftp://ftp.example.fi/cb", "scheme"),
        ("https://app.example.fi/" + "a" * 500, "length"),
    ],
)
def test_what_is_no_redirect_address_is_refused(uri: str, reason: str) -> None:
    assert problems_of(uri, PUBLIC, "redirect_uris") == (
        Problem(ProblemCode.NOT_A_REDIRECT_ADDRESS, ("redirect_uris",), {"given": uri, "reason": reason}),
    )
