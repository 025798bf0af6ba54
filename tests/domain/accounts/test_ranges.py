"""Ranges of addresses from which a key or client may be used."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilmio_api.domain.accounts.ranges import MOST_RANGES, canonical, contains, problems_of
from ilmio_api.domain.outcomes import Problem, ProblemCode

v4 = st.ip_addresses(v=4).map(lambda address: IPv4Address(str(address)))
v6 = st.ip_addresses(v=6).map(lambda address: IPv6Address(str(address)))
v4_networks = st.builds(lambda address, length: IPv4Network((address, length), strict=False), v4, st.integers(0, 32))
v6_networks = st.builds(lambda address, length: IPv6Network((address, length), strict=False), v6, st.integers(0, 128))


@given(v4, v4_networks)
def test_an_ipv4_address_lies_in_a_range_when_its_first_bits_are_those_of_the_range(
    address: IPv4Address, network: IPv4Network
) -> None:
    same_bits = int(address) >> (32 - network.prefixlen) == int(network.network_address) >> (32 - network.prefixlen)

    assert contains([str(network)], str(address)) is same_bits


@given(v6, v6_networks)
def test_an_ipv6_address_lies_in_a_range_when_its_first_bits_are_those_of_the_range(
    address: IPv6Address, network: IPv6Network
) -> None:
    same_bits = int(address) >> (128 - network.prefixlen) == int(network.network_address) >> (128 - network.prefixlen)
    # An address of the other family inside an IPv6 address is of that family.
    expected = same_bits if address.ipv4_mapped is None else contains([str(network)], str(address.ipv4_mapped))

    assert contains([str(network)], str(address)) is expected


@given(v4, v4_networks)
def test_an_ipv4_mapped_address_is_the_ipv4_address_inside(address: IPv4Address, network: IPv4Network) -> None:
    mapped_range = f"::ffff:{network.network_address}/{96 + network.prefixlen}"

    assert contains([str(network)], f"::ffff:{address}") is (address in network)
    assert contains([mapped_range], str(address)) is (address in network)


@given(v4_networks | v6_networks)
def test_every_range_is_written_in_one_form_only(network: IPv4Network | IPv6Network) -> None:
    written = canonical(str(network))

    assert written is not None
    assert canonical(written) == written


@given(st.text() | v4.map(str) | v6.map(str))
def test_without_ranges_everybody_may_come(address: str) -> None:
    assert contains([], address) is True


@given(st.lists(v4_networks.map(str) | v6_networks.map(str), min_size=1))
def test_an_unknown_address_lies_in_no_range(ranges: list[str]) -> None:
    assert contains(ranges, "") is False
    assert contains(ranges, "localhost") is False


@given(st.lists(v4_networks.map(str), max_size=5), v4_networks, v4)
def test_another_range_never_takes_an_address_out_of_a_list_that_is_not_empty(
    ranges: list[str], other: IPv4Network, address: IPv4Address
) -> None:
    if ranges and contains(ranges, str(address)):
        assert contains([*ranges, str(other)], str(address)) is True


def test_an_address_with_a_zone_is_the_address() -> None:
    assert contains(["fe80::/10"], "fe80::1%eth0") is True


def test_a_range_that_cannot_be_read_lets_nobody_in() -> None:
    assert contains(["everywhere"], "192.0.2.1") is False


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        (" 192.0.2.0/24 ", "192.0.2.0/24"),
        ("2001:DB8:0::/32", "2001:db8::/32"),
        ("2001:db8::7", "2001:db8::7/128"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_a_range_has_one_written_form(given: str, written: str) -> None:
    assert canonical(given) == written


@pytest.mark.parametrize(
    "given",
    ["", "example.fi", "192.0.2.7/24", "192.0.2.0/33", "192.0.2", "fe80::1%eth0", "192.0.2.0/24, 198.51.100.0/24"],
)
def test_what_is_no_range_is_refused(given: str) -> None:
    assert canonical(given) is None


def test_the_place_of_a_bad_range_in_the_list_is_told() -> None:
    problems = problems_of(["192.0.2.0/24", "10.0.0.5/8"], "address_ranges")

    assert problems == (Problem(ProblemCode.NOT_AN_ADDRESS_RANGE, ("address_ranges", "1"), {"given": "10.0.0.5/8"}),)


def test_a_list_holds_fifty_ranges_at_most() -> None:
    full = [f"10.0.{number}.0/24" for number in range(MOST_RANGES)]

    assert problems_of(full, "address_ranges") == ()
    assert problems_of([*full, "10.1.0.0/24"], "address_ranges") == (
        Problem(ProblemCode.TOO_MANY, ("address_ranges",), {"most": 50}),
    )
