"""Requests of our own: which addresses are asked, and how much of an answer is read."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ilmio_api.domain.accounts import outgoing
from ilmio_api.domain.accounts.fetched import Fetched, NotFetched, NotFetchedError
from ilmio_api.domain.accounts.outgoing import Network, fetch, is_global

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}"


@dataclass(slots=True)
class Resolver:
    """A name server that answers with one list of addresses after the other, and counts."""

    answers: Iterator[Sequence[str]]
    asked: int = 0

    async def __call__(self, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        return next(self.answers)


@asynccontextmanager
async def serving(answer: Answer, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve on a free port and provide it."""
    server = await asyncio.start_server(answer, host, 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


def answering(*pieces: bytes, heard: list[bytes] | None = None, until: asyncio.Event | None = None) -> Answer:
    """Return a server that reads a request and sends pieces; it keeps the connection open until `until`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if heard is not None:
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0
            )
            heard.append(head + await reader.readexactly(length))
        for piece in pieces:
            writer.write(piece)
        await writer.drain()
        if until is not None:
            await until.wait()
        writer.close()

    return answer


async def reason_of(url: str, *, allow_loopback: bool = False, network: Network = outgoing.INTERNET) -> NotFetched:
    with pytest.raises(NotFetchedError) as refused:
        await fetch("GET", url, allow_loopback=allow_loopback, network=network)
    return refused.value.reason


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2a00::1%eth0",
        "example.fi",
        "",
    ],
)
def test_an_address_that_is_not_of_the_public_internet_is_not_global(address: str) -> None:
    assert is_global(address) is False


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "193.166.3.2", "2a00:1450:400f:80d::200e", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_an_address_of_the_public_internet_is_global(address: str) -> None:
    assert is_global(address) is True


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
async def test_this_machine_and_its_neighbours_are_not_asked_however_they_are_written(url: str) -> None:
    assert await reason_of(url) == NotFetched.ADDRESS_REFUSED


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/",
        "https://8.8.8.8:8443/",
        "https://8.8.8.8:22/",
        "https://user:password@8.8.8.8/",
        "https://127.0.0.1@8.8.8.8/",
        "https://[fe80::1%25eth0]/",
        "https:///path",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "//8.8.8.8/",
        "8.8.8.8",
        "",
        "https://0177.0.0.1/",
        "https://①②⑦.0.0.1/",
        "https://a\n.fi/",
    ],
)
async def test_only_plain_https_addresses_are_asked(url: str) -> None:
    assert await reason_of(url) == NotFetched.ADDRESS_REFUSED


async def test_one_private_address_among_public_ones_spoils_the_host() -> None:
    network = Network(Resolver(iter([["8.8.8.8", "10.0.0.1"]])))

    assert await reason_of("https://idp.example.fi/", network=network) == NotFetched.ADDRESS_REFUSED


async def test_loopback_that_is_allowed_allows_no_other_private_address() -> None:
    network = Network(Resolver(iter([["127.0.0.1", "10.0.0.1"]])))

    assert (
        await reason_of("https://idp.example.fi/", allow_loopback=True, network=network) == NotFetched.ADDRESS_REFUSED
    )


async def test_a_name_is_resolved_once_and_the_connection_goes_to_the_address_that_was_judged() -> None:
    heard: list[bytes] = []
    async with serving(answering(OK, heard=heard)) as port:
        # A name server that changes its mind: who asked twice would connect to the second address.
        resolver = Resolver(iter([["127.0.0.1"], ["169.254.169.254"]]))
        url = f"http://idp.example.fi:{port}/path?x=1"
        answer = await fetch("GET", url, allow_loopback=True, network=Network(resolver))

    assert answer == Fetched(200, b"{}", "application/json")
    assert resolver.asked == 1
    assert heard[0].startswith(b"GET /path?x=1 HTTP/1.1\r\n")
    assert f"\r\nhost: idp.example.fi:{port}\r\n".encode() in heard[0].lower()


async def test_the_second_address_is_tried_when_the_first_does_not_answer(unused_tcp_port: int) -> None:
    async with serving(answering(OK)) as port:
        network = Network(Resolver(iter([["127.0.0.2", "127.0.0.1"]])))
        answer = await fetch("GET", f"http://idp.example.fi:{port}/", allow_loopback=True, network=network)

    assert answer.status == 200
    assert await reason_of(f"http://127.0.0.1:{unused_tcp_port}/", allow_loopback=True) == NotFetched.UNREACHABLE


async def test_an_ipv6_address_can_be_asked() -> None:
    async with serving(answering(OK), host="::1") as port:
        answer = await fetch("GET", f"http://[::1]:{port}/", allow_loopback=True)

    assert answer.status == 200


async def test_a_form_is_sent_with_headers_of_the_caller() -> None:
    heard: list[bytes] = []
    async with serving(answering(OK, heard=heard)) as port:
        url = f"http://127.0.0.1:{port}/token"
        headers = {"Authorization": "Basic eA=="}
        await fetch("POST", url, allow_loopback=True, data={"code": "å b"}, headers=headers)

    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert body == b"code=%C3%A5+b"
    assert b"\r\nauthorization: Basic eA==" in head.replace(b"Authorization", b"authorization")
    assert b"application/x-www-form-urlencoded" in head
    assert b"\r\naccept-encoding: identity" in head.lower()


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    heard: list[bytes] = []
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/admin\r\nContent-Length: 0\r\n\r\n"
    async with serving(answering(moved, heard=heard)) as port:
        answer = await fetch("GET", f"http://127.0.0.1:{port}/", allow_loopback=True)

    assert answer == Fetched(302, b"")
    assert len(heard) == 1


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_tcp_port}")
    async with serving(answering(OK)) as port:
        answer = await fetch("GET", f"http://127.0.0.1:{port}/", allow_loopback=True)

    assert answer.status == 200


async def test_64_kib_are_read_and_no_more() -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    async with AsyncExitStack() as stack:
        just = await stack.enter_async_context(serving(answering(head, b"a" * 65_536)))
        more = await stack.enter_async_context(serving(answering(head, b"a" * 65_537)))
        answer = await fetch("GET", f"http://127.0.0.1:{just}/", allow_loopback=True)

        assert len(answer.body) == 65_536
        assert await reason_of(f"http://127.0.0.1:{more}/", allow_loopback=True) == NotFetched.TOO_LARGE


async def test_an_answer_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_WHOLE_TIME_S", 0.05)
    never = asyncio.Event()
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"
    async with serving(answering(begun, until=never)) as port:
        reason = await reason_of(f"http://127.0.0.1:{port}/", allow_loopback=True)
        never.set()

    assert reason == NotFetched.TOO_SLOW


async def test_a_name_server_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_WHOLE_TIME_S", 0.05)

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    assert await reason_of("https://idp.example.fi/", network=Network(resolve)) == NotFetched.TOO_SLOW


async def test_a_host_without_an_address_is_unreachable() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        raise OSError

    assert await reason_of("https://idp.example.fi/", network=Network(resolve)) == NotFetched.UNREACHABLE


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"])
async def test_what_is_not_a_whole_http_answer_is_none(answer: bytes) -> None:
    async with serving(answering(answer)) as port:
        assert await reason_of(f"http://127.0.0.1:{port}/", allow_loopback=True) == NotFetched.UNREACHABLE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a certificate of idp.example.fi with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.fi")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("idp.example.fi")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "idp.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


async def test_the_server_is_asked_and_proves_itself_by_the_name_of_the_host(certificate: Path) -> None:
    asked_for: list[str | None] = []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    tls.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    trusting = ssl.create_default_context(cafile=str(certificate))

    async with serving(answering(OK), tls=tls) as port:
        network = Network(Resolver(iter([["127.0.0.1"], ["127.0.0.1"]])), trusting)
        answer = await fetch("GET", f"https://idp.example.fi:{port}/", allow_loopback=True, network=network)
        other = await reason_of(f"https://other.example.fi:{port}/", allow_loopback=True, network=network)

    assert answer.status == 200
    assert other == NotFetched.UNREACHABLE
    assert asked_for == ["idp.example.fi", "other.example.fi"]


async def test_a_certificate_that_nobody_vouches_for_is_no_proof(certificate: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)

    async with serving(answering(OK), tls=tls) as port:
        network = Network(Resolver(iter([["127.0.0.1"]])))
        reason = await reason_of(f"https://idp.example.fi:{port}/", allow_loopback=True, network=network)

    assert reason == NotFetched.UNREACHABLE


def test_an_error_does_not_repeat_the_address() -> None:
    assert str(NotFetchedError(NotFetched.TOO_SLOW, "idp.example.fi")) == "TOO_SLOW 'idp.example.fi'"
