"""Whereabouts: two words of a browser and the network of an address."""

import pytest

from ilmio_api.domain.accounts.whereabouts import browser_of, network_of

_MOZILLA = "Mozilla/5.0"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{_MOZILLA} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        (f"{_MOZILLA} (Windows NT 10.0; Win64; x64) {_CHROME}", "Chrome, Windows"),
        (f"{_MOZILLA} (Windows NT 10.0; Win64; x64) {_CHROME} Edg/142.0.0.0", "Edge, Windows"),
        (f"{_MOZILLA} (Windows NT 10.0; Win64; x64) {_CHROME} OPR/124.0.0.0", "Opera, Windows"),
        (f"{_MOZILLA} (Linux; Android 16) {_CHROME}", "Chrome, Android"),
        (f"{_MOZILLA} (X11; CrOS x86_64 14541.0.0) {_CHROME}", "Chrome, ChromeOS"),
        (f"{_MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15", "Safari, macOS"),
        (f"{_MOZILLA} (iPhone; CPU iPhone OS 26_0 like Mac OS X) CriOS/142.0 Safari/604.1", "Chrome, iPhone"),
        (f"{_MOZILLA} (iPad; CPU OS 26_0 like Mac OS X) Version/26.0 Safari/604.1", "Safari, iPad"),
        ("curl/8.14.1", ""),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_two_words(user_agent: str, words: str) -> None:
    assert browser_of(user_agent) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_of_an_address_the_network_is_kept(address: str, network: str) -> None:
    assert network_of(address) == network
