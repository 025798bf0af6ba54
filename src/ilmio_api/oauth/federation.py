"""Signing in with the identity provider of an organisation: the two steps of the browser.

Owns: sending the browser to the provider, and what is made of it when it comes back.
Does not own: the provider (`federation_providers`), its tokens (`provider_tokens`), who the person is here
(`federation_persons`), the session in the browser (`domain.accounts.sessions`, `console`).

The page that a person leaves calls `begin` and redirects; the page at `CALLBACK` calls `complete`. Each provider has a
redirect address of its own, so that an answer cannot be taken for another provider's. No transaction is open while a
provider is asked: a slow one keeps nobody waiting but the person who chose it.

Sources: OpenID Connect Core 1.0 §3.1, RFC 7636 (PKCE), RFC 9207, RFC 9700, OWASP ASVS 5.0 chapter 10.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from ipaddress import ip_network
from typing import Any, TypeAlias
from urllib.parse import urlencode

from sqlalchemy import select

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import attempts, challenges
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.whereabouts import network_of
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import (
    Problem,
    ProblemCode,
    Refusal,
    Refused,
    conflict,
    not_allowed,
    step_up_needed,
)
from ilmio_api.oauth import federation_persons, provider_exchange, provider_tokens
from ilmio_api.oauth.federation_providers import ACTING, Federation, Provider, proof, provider_in_use, signed_for_us
from ilmio_api.oauth.provider_directory import Metadata
from ilmio_api.oauth.provider_exchange import Code, Profile, Tokens
from ilmio_api.oauth.provider_faults import Fault, ProviderError
from ilmio_api.oauth.provider_tokens import Expected, Signed, Subject

_PURPOSE = "provider"
_LIFE_S = 600
_SCOPE = "openid email profile"
_OF_NETWORK, _OF_ALL, _WINDOW_S = 100, 1_000, 300
"""Most sign-ins that begin in so many seconds: from one network, where a whole organisation may be; in all."""
_RANDOM_BYTES = 32
_MOST_AGE = timedelta(days=30)
"""The person may have signed in at the provider so long ago. Asked for this, a provider has to say when it was (OpenID
Connect Core 1.0 §3.1.2.1); of one that does not we know no more than that."""

Step: TypeAlias = Mapping[str, Any]
"""What `begin` leaves behind for `complete`."""


class Intent(StrEnum):
    """Why somebody goes to their provider."""

    SIGN_IN = "SIGN_IN"
    STEP_UP = "STEP_UP"
    """To prove again who they are, in a session that the provider began; they have to sign in there anew."""
    LINK = "LINK"
    """To be known to the provider from now on, as the person who is signed in here."""


@dataclass(frozen=True, slots=True)
class SignedInBy:
    """A provider has told who the person is."""

    account: str
    identity_provider: str
    provider_session: str | None
    """Their session at the provider, by which it can end the one here."""
    return_to: str
    """As it was given to `begin`."""
    intent: Intent
    authenticated_at: datetime
    """When they signed in at the provider; when it does not say, so long ago that nothing is opened by it."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a provider has said of the person who came back."""

    metadata: Metadata
    tokens: Tokens
    signed: Signed
    subject: Subject


async def begin(
    federation: Federation,
    occasion: Occasion,
    provider_id: str,
    *,
    return_to: str,
    browser_binding: str,
    intent: Intent = Intent.SIGN_IN,
) -> str | Refused:
    """Return the address at the provider to which the browser has to go.

    Args:
        federation: The way to providers.
        occasion: Now; for other intents than signing in, as the person who is signed in.
        provider_id: The provider.
        return_to: A path of ours, which the caller has judged; comes back from `complete`.
        browser_binding: Value of a cookie that only this browser has; it has to come back with the same.
        intent: Why the person goes there.

    Raises:
        ValueError: `browser_binding` is empty; then anybody could finish what another browser has begun.
    """
    if not browser_binding:
        raise ValueError("a browser has to be bound to what it begins")
    async with accounts_work(federation.oauth.engine, ACTING) as session:
        provider = await provider_in_use(session, federation.oauth.sealer, provider_id)
        refused = await _refused(session, federation, occasion, provider, intent)
    if provider is None or refused is not None:
        return refused or not_allowed()
    try:
        metadata = await federation.directory.metadata(provider.issuer, occasion.at)
    except ProviderError as error:
        return _failed(error)
    step: Step = {
        "provider": provider.id,
        "intent": intent.value,
        "browser": _digest(browser_binding),
        "return_to": return_to,
        "nonce": _random(occasion),
        "verifier": _random(occasion),
        "begun_at": occasion.at.timestamp(),
    }
    async with accounts_work(federation.oauth.engine, ACTING) as session:
        account = None if intent is Intent.SIGN_IN else occasion.principal.account
        state = await challenges.new(session, occasion, _PURPOSE, step, _LIFE_S, account)
    return _address(metadata, provider, step, state=state.text, callback=provider.callback(federation))


async def complete(
    federation: Federation,
    occasion: Occasion,
    provider_id: str,
    parameters: Sequence[tuple[str, str]],
    browser_binding: str,
) -> SignedInBy | Refused:
    """Return who came back from a provider.

    Whatever comes of it, the same answer of the provider is good once. A person who comes for the first time gets an
    account, or a membership, if the organisation has said so (`federation_persons`).

    Args:
        federation: The way to providers.
        occasion: Now; for other intents than signing in, as the person who is signed in.
        provider_id: The provider to whose address the browser came back.
        parameters: Of the query, in order, repeated ones too.
        browser_binding: Value of the cookie; empty when there is none.
    """
    given = dict(parameters)
    if len(given) != len(parameters):
        return conflict(ProblemCode.EXPIRED)
    async with accounts_work(federation.oauth.engine, ACTING) as session:
        step = await _taken(session, occasion, given.get("state", ""), provider_id, browser_binding)
        provider = await provider_in_use(session, federation.oauth.sealer, provider_id)
    if step is None or provider is None:
        return conflict(ProblemCode.EXPIRED)
    try:
        answer = await _answer(federation, occasion, provider, step, given)
        if answer is None:
            return conflict(ProblemCode.PROVIDER_REFUSED)
        intent = Intent(step["intent"])
        account = await _person(federation, occasion, provider, answer, intent)
    except ProviderError as error:
        return _failed(error)
    if isinstance(account, Refused):
        return account
    return SignedInBy(
        account=account,
        identity_provider=provider.id,
        provider_session=answer.subject.session,
        return_to=step["return_to"],
        intent=intent,
        authenticated_at=answer.subject.authenticated_at or occasion.at - _MOST_AGE,
    )


async def _refused(
    session: WriteSession, federation: Federation, occasion: Occasion, provider: Provider | None, intent: Intent
) -> Refused | None:
    """Return why somebody may not go to a provider, or None when they may."""
    for bucket, limit in _limits(federation, occasion):
        if not await attempts.allowed(session, bucket, at=occasion.at, limit=limit, window_s=_WINDOW_S):
            return conflict(ProblemCode.TRY_LATER)
    if provider is None or (intent is not Intent.SIGN_IN and occasion.principal.account is None):
        return not_allowed()
    if intent is Intent.LINK and not occasion.is_recent():
        return step_up_needed()
    if intent is Intent.STEP_UP:
        begun_by = await session.scalar(
            select(Session.identity_provider_id).where(Session.id == occasion.principal.credential)
        )
        # A provider vouches for what it began, not for a session that a passkey began.
        return None if begun_by == provider.id else not_allowed()
    return None


def _limits(federation: Federation, occasion: Occasion) -> Sequence[tuple[str, int]]:
    """Return what is counted when a sign-in begins, and the most of each, the narrowest first."""
    network = network_of(occasion.address)
    whole = ("provider:all", _OF_ALL)
    # Who comes from this machine comes through a proxy that nobody has told us of: not one caller, but all of them.
    if not network or ip_network(network).is_loopback:
        return [whole]
    return [(f"provider:network:{federation.oauth.sealer.keyed_hash(network)}", _OF_NETWORK), whole]


def _address(metadata: Metadata, provider: Provider, step: Step, *, state: str, callback: str) -> str:
    """Return the authorisation request."""
    challenge = urlsafe_b64encode(sha256(step["verifier"].encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback,
        "scope": _SCOPE,
        "state": state,
        "nonce": step["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "max_age": str(int(_MOST_AGE.total_seconds())),
    }
    if step["intent"] == Intent.STEP_UP:
        query |= {"prompt": "login", "max_age": "0"}
    # RFC 6749 §3.1: the address may have a query of its own, which stays.
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(query)}"


async def _taken(
    session: WriteSession, occasion: Occasion, state: str, provider_id: str, browser_binding: str
) -> Step | None:
    """Return the step that a browser comes back to, once, and only to the browser and person that began it."""
    found = await challenges.look(session, state, _PURPOSE, occasion.at)
    if found is None or found.state["provider"] != provider_id:
        return None
    if not compare_digest(found.state["browser"], _digest(browser_binding)):
        return None
    if found.account is not None and found.account != occasion.principal.account:
        return None
    return await challenges.take(session, state, _PURPOSE, occasion.at)


async def _answer(
    federation: Federation, occasion: Occasion, provider: Provider, step: Step, given: Mapping[str, str]
) -> _Answer | None:
    """Return what the provider says of the person who came back, or None when it has not signed them in.

    Raises:
        ProviderError: The provider cannot be believed.
    """
    metadata = await federation.directory.metadata(provider.issuer, occasion.at)
    # RFC 9207 §2.4: before the code goes anywhere. A provider that promises to name itself has to.
    if given.get("iss", None if metadata.names_issuer else provider.issuer) != provider.issuer:
        raise ProviderError(Fault.MIXED_UP)
    if "code" not in given:
        return None
    code = Code(given["code"], step["verifier"], provider.callback(federation))
    proven = await proof(federation, occasion, metadata, provider)
    tokens = await provider_exchange.redeemed(federation.directory, metadata, code, proven)
    signed = await signed_for_us(federation, occasion, metadata, tokens.id_token)
    fresh_since = datetime.fromtimestamp(step["begun_at"], UTC) if step["intent"] == Intent.STEP_UP else None
    expected = Expected(provider.client_id, step["nonce"], tokens.access_token, fresh_since)
    return _Answer(metadata, tokens, signed, provider_tokens.subject_of(signed, metadata, expected, occasion.at))


async def _person(
    federation: Federation, occasion: Occasion, provider: Provider, answer: _Answer, intent: Intent
) -> str | Refused:
    """Return the account of the person, which may be a new one.

    Raises:
        ProviderError: The provider was asked for more, and cannot be believed.
    """
    engine, subject = federation.oauth.engine, answer.subject
    if intent is Intent.SIGN_IN:
        # Who was signed in before in this browser has nothing to do with it.
        occasion = replace(occasion, principal=ANONYMOUS, authenticated_at=None)
    async with accounts_work(engine, ACTING) as session:
        if intent is Intent.LINK:
            return await federation_persons.linked(session, occasion, provider, subject)
        account = await federation_persons.known(session, occasion, provider, subject)
    if intent is Intent.STEP_UP:
        return account if account == occasion.principal.account and account is not None else not_allowed()
    if account is not None:
        return account
    profile = await _profile(federation, answer)
    async with accounts_work(engine, ACTING) as session:
        return await federation_persons.admitted(session, occasion, provider, subject, profile)


async def _profile(federation: Federation, answer: _Answer) -> Profile:
    """Return what the provider says of a person, asked for at the first visit only."""
    return await provider_exchange.profile(federation.directory, answer.metadata, answer.signed.claims, answer.tokens)


def _failed(error: ProviderError) -> Refused:
    """Return the refusal that names what is wrong with a provider."""
    return Refused(Refusal.CONFLICT, (Problem(ProblemCode.PROVIDER_FAILED, facts={"reason": error.fault.value}),))


def _random(occasion: Occasion) -> str:
    """Return 256 random bits in 43 characters that need no escaping (RFC 7636 §4.1)."""
    return urlsafe_b64encode(occasion.entropy(_RANDOM_BYTES)).rstrip(b"=").decode()


def _digest(text: str) -> str:
    """Return what is kept of a cookie."""
    return sha256(text.encode()).hexdigest()
