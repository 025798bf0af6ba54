"""What identity providers say about themselves: their metadata and their keys.

Owns: reading both, judging them, and how long they are believed.
Does not own: the request itself and which addresses it may reach (`domain.accounts.outgoing`), tokens
(`provider_tokens`), which provider belongs to whom (`domain.accounts.identity_providers`).

Sources: OpenID Connect Discovery 1.0 §3 and §4; JWK Set, RFC 7517 §5. Both are kept for an hour. A key that we do not
know makes us look again before that, but not more often than once a minute: what asks for it may be forged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

import orjson
from cachetools import LRUCache

from ilmio_api.domain.accounts.fetched import Fetched, NotFetchedError
from ilmio_api.oauth.provider_faults import Fault, ProviderError

_KEPT = timedelta(hours=1)
_SPARED = timedelta(minutes=1)
_MOST_PROVIDERS = 1_000
_MOST_KEYS = 50
_OK = 200


class Fetch(Protocol):
    """The one way out: `domain.accounts.outgoing.fetch` with its addresses decided."""

    async def __call__(
        self, method: str, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Return what an address answers.

        Raises:
            NotFetchedError: It may not be asked, or did not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a provider says about itself, as far as we need it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    names_issuer: bool
    """Whether it names itself when the browser comes back (RFC 9207); then it has to."""
    signing_algorithms: frozenset[str]
    """With which it signs ID tokens."""
    token_methods: frozenset[str]
    """How clients may prove who they are at its token endpoint."""
    assertion_algorithms: frozenset[str]
    """With which clients may sign their assertions."""


@dataclass(frozen=True, slots=True)
class _Keys:
    read_at: datetime
    keys: Sequence[Mapping[str, Any]]


class Directory:
    """The providers of one process."""

    def __init__(self, fetch: Fetch, *, allow_loopback: bool = False) -> None:
        """Begin with an empty memory.

        Args:
            fetch: Asks an address.
            allow_loopback: Whether a provider may be at `http://` on this machine; for tests.
        """
        self.fetch = fetch
        self._allow_loopback = allow_loopback
        self._metadata: LRUCache[str, tuple[datetime, Metadata]] = LRUCache(_MOST_PROVIDERS)
        self._keys: LRUCache[str, _Keys] = LRUCache(_MOST_PROVIDERS)

    async def metadata(self, issuer: str, at: datetime) -> Metadata:
        """Return what a provider says about itself.

        Raises:
            ProviderError: It does not answer, or is not the provider that was registered.
        """
        read_at, kept = self._metadata.get(issuer, (at, None))
        if kept is not None and at - read_at < _KEPT:
            return kept
        # OpenID Connect Discovery §4.1: a slash at the end of the issuer goes.
        said = await self.json_of("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration", Fault.NOT_METADATA)
        # §4.3: exactly the issuer that was asked for, or anybody could speak for anybody.
        if said.get("issuer") != issuer:
            raise ProviderError(Fault.ISSUER_DIFFERS)
        metadata = self._judged(issuer, said)
        self._metadata[issuer] = (at, metadata)
        return metadata

    async def keys(self, metadata: Metadata, at: datetime, *, afresh: bool = False) -> Sequence[Mapping[str, Any]]:
        """Return the keys of a provider, as JWKs that nobody has judged.

        Args:
            metadata: Of the provider.
            at: Now.
            afresh: Whether those that are known do not do; then they are read again, unless that was just done.

        Raises:
            ProviderError: They cannot be read.
        """
        kept = self._keys.get(metadata.jwks_uri)
        if kept is not None and at - kept.read_at < (_SPARED if afresh else _KEPT):
            return kept.keys
        said = await self.json_of("GET", metadata.jwks_uri, Fault.NOT_A_KEY_SET)
        keys = said.get("keys")
        if not isinstance(keys, list):
            raise ProviderError(Fault.NOT_A_KEY_SET)
        found = tuple(key for key in keys[:_MOST_KEYS] if isinstance(key, dict))
        self._keys[metadata.jwks_uri] = _Keys(at, found)
        return found

    async def json_of(
        self,
        method: str,
        url: str,
        fault: Fault,
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """Return the JSON object that an address of a provider answers with.

        Raises:
            ProviderError: It does not answer, or `fault`: what it answers is something else.
        """
        try:
            answer = await self.fetch(method, url, data=data, headers={"accept": "application/json", **(headers or {})})
        except NotFetchedError as error:
            raise ProviderError(Fault.UNREACHABLE) from error
        if answer.status != _OK:
            # To a form, an error is an answer: the provider is there and says no.
            raise ProviderError(Fault.UNREACHABLE if data is None else fault)
        try:
            # orjson refuses what is nested too deep; the json of Python would run out of stack.
            said = orjson.loads(answer.body)
        except ValueError as error:
            raise ProviderError(fault) from error
        if not isinstance(said, dict):
            raise ProviderError(fault)
        return said

    def _judged(self, issuer: str, said: Mapping[str, Any]) -> Metadata:
        """Return metadata whose addresses are safe to use."""
        userinfo = said.get("userinfo_endpoint")
        return Metadata(
            issuer=issuer,
            authorization_endpoint=self._address(said.get("authorization_endpoint")),
            token_endpoint=self._address(said.get("token_endpoint")),
            jwks_uri=self._address(said.get("jwks_uri")),
            userinfo_endpoint=None if userinfo is None else self._address(userinfo),
            names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
            # The defaults are those of OpenID Connect Discovery §3.
            signing_algorithms=_words(said, "id_token_signing_alg_values_supported", "RS256"),
            token_methods=_words(said, "token_endpoint_auth_methods_supported", "client_secret_basic"),
            assertion_algorithms=_words(said, "token_endpoint_auth_signing_alg_values_supported", "RS256"),
        )

    def _address(self, given: object) -> str:
        """Return an address to which a browser, a code or a secret may be sent."""
        if isinstance(given, str) and given.isascii() and given.isprintable() and " " not in given:
            try:
                parts = urlsplit(given)
                safe = parts.scheme == "https" or (
                    self._allow_loopback and parts.hostname in {"127.0.0.1", "localhost"}
                )
            except ValueError:
                safe = False
                parts = urlsplit("")
            if safe and parts.hostname and not parts.fragment and "@" not in parts.netloc:
                return given
        raise ProviderError(Fault.NOT_METADATA)


def _words(said: Mapping[str, Any], name: str, default: str) -> frozenset[str]:
    """Return a list of words; the default where there is none."""
    words = said.get(name)
    if words is None:
        return frozenset({default})
    if not isinstance(words, list):
        raise ProviderError(Fault.NOT_METADATA)
    return frozenset(word for word in words if isinstance(word, str))
