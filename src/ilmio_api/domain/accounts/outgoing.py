"""Requests of our own to addresses that somebody else has written down.

Owns: the one way out: which addresses may be asked, how long, and how much of an answer is read.
Does not own: what comes back (`fetched`), what is asked for (`oauth`), where the addresses are kept
(`identity_providers`).

Few processes ask anybody, and the library takes 2 MB: `app` imports this module when the first does.

Whoever may write down an address must not be able to make this service ask machines that only it can reach: the
cloud's metadata, the database, a neighbour (server-side request forgery). A name is therefore resolved once, the
addresses are judged, and the connection goes to just those, so that the name cannot mean something else a moment later.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

import httpx2

from ilmio_api.domain.accounts.fetched import Fetched, NotFetched, NotFetchedError

_WHOLE_TIME_S = 5.0
_MOST_BYTES = 65_536
_HTTPS_PORT = 443

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host, for a port, in the order in which they should be tried.

It raises OSError when there are none.
"""


async def resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as the system knows them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A dictionary, because it keeps the system's order.
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Network:
    """What lies between this service and others."""

    resolve: Resolve = resolved
    tls: ssl.SSLContext | None = None
    """Which certificates are trusted; None means those that the system trusts."""


INTERNET = Network()
"""The network as the system knows it."""


async def fetch(
    method: str,
    url: str,
    *,
    allow_loopback: bool,
    data: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    network: Network = INTERNET,
) -> Fetched:
    """Ask somebody else's server and return its answer.

    Args:
        method: `GET` or `POST`.
        url: An `https` address on port 443.
        allow_loopback: Whether this machine may be asked too, then also over `http` and on any port: for tests
            only, never where others can reach it.
        data: Fields of a form to send; None for none.
        headers: More headers.
        network: How hosts are found and which certificates are trusted.

    Raises:
        NotFetchedError: There is no answer; also when the address is one that is not asked.
    """
    try:
        async with asyncio.timeout(_WHOLE_TIME_S):
            parsed = _parsed(url)
            addresses = await _addresses(parsed, network.resolve, allow_loopback=allow_loopback)
            return await _answer(httpx2.Request(method, parsed, data=data, headers=headers), addresses, network)
    except TimeoutError as error:
        raise NotFetchedError(NotFetched.TOO_SLOW, _host(url)) from error


def _parsed(url: str) -> httpx2.URL:
    """Return the parts of an address. The same reading is used for judging and for asking."""
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise NotFetchedError(NotFetched.ADDRESS_REFUSED, "") from error
    if parsed.scheme not in {"https", "http"} or not parsed.host or parsed.userinfo or "%" in parsed.host:
        raise NotFetchedError(NotFetched.ADDRESS_REFUSED, parsed.host)
    return parsed


async def _addresses(url: httpx2.URL, resolve: Resolve, *, allow_loopback: bool) -> Sequence[str]:
    """Return the addresses of a host, all of which may be asked."""
    port = url.port or (_HTTPS_PORT if url.scheme == "https" else 80)
    try:
        found = await resolve(url.raw_host.decode("ascii"), port)
    except (OSError, UnicodeError) as error:
        raise NotFetchedError(NotFetched.UNREACHABLE, url.host) from error
    if allow_loopback and found and all(_is_loopback(address) for address in found):
        return found
    # One bad address spoils the host: an honest one does not have a public and a private address at once.
    if url.scheme != "https" or port != _HTTPS_PORT or not all(is_global(address) for address in found):
        raise NotFetchedError(NotFetched.ADDRESS_REFUSED, url.host)
    return found


async def _answer(request: httpx2.Request, addresses: Sequence[str], network: Network) -> Fetched:
    """Return the answer of the first of the addresses that takes the connection."""
    host = request.url.host
    # No proxy of the environment, which would resolve the name again.
    async with httpx2.AsyncClient(
        verify=network.tls or _trust_of_system(), trust_env=False, follow_redirects=False, timeout=_WHOLE_TIME_S
    ) as client:
        for address in addresses:
            try:
                return await _answer_of(client, request, address)
            except httpx2.ConnectError:
                continue
            except httpx2.TimeoutException as error:
                raise NotFetchedError(NotFetched.TOO_SLOW, host) from error
            except httpx2.RequestError as error:
                raise NotFetchedError(NotFetched.UNREACHABLE, host) from error
    raise NotFetchedError(NotFetched.UNREACHABLE, host)


async def _answer_of(client: httpx2.AsyncClient, request: httpx2.Request, address: str) -> Fetched:
    """Return the answer of one address, which is asked, and has to prove itself, by the name of the host."""
    directed = client.build_request(
        request.method,
        request.url.copy_with(host=address),
        content=request.content,
        headers={
            # Compressed, a short answer could become a long one.
            "accept-encoding": "identity",
            "accept": "application/json",
            "user-agent": "ilmio-api",
            **request.headers,
        },
        extensions={"sni_hostname": request.url.raw_host.decode("ascii")},
    )
    answer = await client.send(directed, stream=True)
    try:
        body = b""
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > _MOST_BYTES:
                raise NotFetchedError(NotFetched.TOO_LARGE, request.url.host)
    finally:
        await answer.aclose()
    return Fetched(answer.status_code, body, answer.headers.get("content-type", "").partition(";")[0].strip().lower())


@cache
def _trust_of_system() -> ssl.SSLContext:
    """Return the certificates that the system trusts. Reading them takes so long that it is done once."""
    return httpx2.create_ssl_context()


_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NEVER = [
    # Special purposes that the standard library of some Pythons calls global (RFC 6890, RFC 7526, RFC 9637): protocol
    # assignments, relays and addresses of 6to4, which hide an IPv4 address, documentation.
    ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
]


def is_global(text: str) -> bool:
    """Return whether an address is one of the public internet, reached directly or through NAT64."""
    address = _unwrapped(text)
    if address is None or not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _NEVER)


def _is_loopback(text: str) -> bool:
    """Return whether an address is this machine."""
    address = _unwrapped(text)
    return address is not None and address.is_loopback


def _unwrapped(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address, or the IPv4 address that an IPv6 address stands for; None when it has a zone or is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    if address.scope_id is not None:
        return None
    # RFC 6052 §2.1: where only IPv6 is spoken, this is how every IPv4 address looks.
    return address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else address)


def _host(url: str) -> str:
    """Return the host of an address that has been read once."""
    return httpx2.URL(url).host
