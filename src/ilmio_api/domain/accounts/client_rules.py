"""What an API client may be.

Owns: the values that describe one, and which of them go together.
Does not own: making and changing clients (`clients`), single redirect addresses (`redirects`), ranges (`ranges`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from ilmio_api.access.scopes import OF_APPLICATIONS, OF_DEVICES, OF_SERVICES, ORGANISATIONAL, Scope, values_of
from ilmio_api.domain.accounts import key_sets, ranges, redirects
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, IdTokenAlgorithm
from ilmio_api.domain.outcomes import Problem, ProblemCode

LONGEST_NAME = 100
"""Most characters in the name of a client or key."""

_LONGEST_DESCRIPTION = 1_000
_LONGEST_ADDRESS = 500
_WEBSITE = re.compile(r"https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]{1,5})?(?:[/?#][^\s\\\"<>]*)?")

WITH_SECRET = frozenset({ClientAuthentication.CLIENT_SECRET_BASIC, ClientAuthentication.CLIENT_SECRET_POST})
"""Ways in which a client proves who it is by a secret."""

_WAYS_OF_KIND: Mapping[ClientKind, frozenset[ClientAuthentication]] = {
    ClientKind.SERVICE: WITH_SECRET | {ClientAuthentication.PRIVATE_KEY_JWT},
    ClientKind.WEB_APPLICATION: WITH_SECRET | {ClientAuthentication.PRIVATE_KEY_JWT},
    ClientKind.PUBLIC_APPLICATION: frozenset({ClientAuthentication.NONE}),
    # There is one, which the service makes for itself.
    ClientKind.COMMAND_LINE: frozenset(),
}


@dataclass(frozen=True, slots=True)
class ClientDraft:
    """What somebody wants a client to be."""

    kind: ClientKind
    """Cannot be changed later."""
    name: str
    authentication: ClientAuthentication
    scopes: frozenset[Scope]
    """Most that it may ask for."""
    redirect_uris: Sequence[str] = ()
    post_logout_redirect_uris: Sequence[str] = ()
    description: str | None = None
    website: str | None = None
    jwks: Mapping[str, Any] | None = None
    """Public keys, when it proves who it is with one."""
    address_ranges: Sequence[str] = ()
    is_listed: bool = False
    id_token_algorithm: IdTokenAlgorithm = IdTokenAlgorithm.ES256


def columns_of(draft: ClientDraft) -> dict[str, Any]:
    """Return the columns of a draft without problems, each in its one written form."""
    return {
        "kind": draft.kind,
        "name": draft.name.strip(),
        "description": (draft.description or "").strip() or None,
        "website": draft.website or None,
        "authentication": draft.authentication,
        "scopes": values_of(draft.scopes),
        # A dictionary keeps the order and leaves out what comes again.
        "redirect_uris": list(dict.fromkeys(draft.redirect_uris)),
        "post_logout_redirect_uris": list(dict.fromkeys(draft.post_logout_redirect_uris)),
        "jwks": None if draft.jwks is None else key_sets.canonical(draft.jwks),
        "address_ranges": [ranges.canonical(each) for each in draft.address_ranges],
        "is_listed": draft.is_listed,
        "id_token_algorithm": draft.id_token_algorithm,
    }


def scopes_for(kind: ClientKind, held: frozenset[Scope]) -> frozenset[Scope]:
    """Return the scopes that a client may be given by somebody.

    A service acts in its own name, so nobody gives it more than they have themselves. Through an application people
    act with the rights that they have; but one that manages accounts is made only by those who may do so themselves.

    Args:
        kind: What the client is.
        held: Scopes of the giver in the organisation.
    """
    match kind:
        case ClientKind.SERVICE:
            return OF_SERVICES & held
        case ClientKind.WEB_APPLICATION | ClientKind.PUBLIC_APPLICATION:
            return OF_APPLICATIONS | (ORGANISATIONAL & held)
        case ClientKind.COMMAND_LINE:
            return OF_DEVICES


def problems_of(draft: ClientDraft, held: frozenset[Scope]) -> tuple[Problem, ...]:
    """Return what is wrong with a draft; paths begin with the names of its attributes.

    Args:
        draft: What the client shall be.
        held: Scopes of whoever wants it, in the organisation.
    """
    return (
        *problems_of_name(draft.name, "name"),
        *_problems_of_texts(draft),
        *_problems_of_authentication(draft),
        *problems_of_scopes(draft.scopes, scopes_for(draft.kind, held), "scopes"),
        *_problems_of_redirects(draft),
        *ranges.problems_of(draft.address_ranges, "address_ranges"),
    )


def problems_of_name(name: str, *path: str) -> tuple[Problem, ...]:
    """Return what is wrong with the name of a client or key."""
    if not name.strip():
        return (Problem(ProblemCode.REQUIRED, path),)
    return _problems_of_text(name, LONGEST_NAME, *path)


def problems_of_scopes(asked: frozenset[Scope], allowed: frozenset[Scope], *path: str) -> tuple[Problem, ...]:
    """Return what is wrong with scopes that are asked for: none, or such as cannot be given."""
    if not asked:
        return (Problem(ProblemCode.REQUIRED, path),)
    return tuple(Problem(ProblemCode.SCOPE_NOT_ALLOWED, path, {"scope": scope}) for scope in values_of(asked - allowed))


def _problems_of_texts(draft: ClientDraft) -> tuple[Problem, ...]:
    """Return what is wrong with what people read about the client."""
    described = _problems_of_text(draft.description or "", _LONGEST_DESCRIPTION, "description")
    if draft.website and (len(draft.website) > _LONGEST_ADDRESS or not _WEBSITE.fullmatch(draft.website)):
        return (*described, Problem(ProblemCode.NOT_A_WEB_ADDRESS, ("website",)))
    return described


def _problems_of_text(text: str, most: int, *path: str) -> tuple[Problem, ...]:
    """Return what is wrong with a text of at most so many characters."""
    if len(text) > most:
        return (Problem(ProblemCode.TOO_LONG, path, {"most": most}),)
    # Besides control characters these are the ones that turn the direction of writing: a page that asks for consent
    # must show the name as it is.
    if any(category(character).startswith("C") and character not in "\n\r" for character in text):
        return (Problem(ProblemCode.NOT_PRINTABLE, path),)
    return ()


def _problems_of_authentication(draft: ClientDraft) -> tuple[Problem, ...]:
    """Return what is wrong with how the client shall prove who it is."""
    if draft.authentication not in _WAYS_OF_KIND[draft.kind]:
        return (Problem(ProblemCode.DOES_NOT_FIT, ("authentication",), {"other": "kind"}),)
    if draft.authentication is not ClientAuthentication.PRIVATE_KEY_JWT:
        unwanted = draft.jwks is not None
        return (Problem(ProblemCode.DOES_NOT_FIT, ("jwks",), {"other": "authentication"}),) if unwanted else ()
    if draft.jwks is None:
        return (Problem(ProblemCode.REQUIRED, ("jwks",)),)
    return key_sets.problems_of(draft.jwks, "jwks")


def _problems_of_redirects(draft: ClientDraft) -> tuple[Problem, ...]:
    """Return what is wrong with where browsers shall be sent; with a service, no browser is there."""
    if draft.kind is ClientKind.SERVICE:
        return tuple(
            Problem(ProblemCode.DOES_NOT_FIT, (name,), {"other": "kind"})
            for name in ("redirect_uris", "post_logout_redirect_uris")
            if getattr(draft, name)
        )
    missing = () if draft.redirect_uris else (Problem(ProblemCode.REQUIRED, ("redirect_uris",)),)
    return (
        *missing,
        *_problems_of_addresses(draft.redirect_uris, draft.kind, "redirect_uris"),
        *_problems_of_addresses(draft.post_logout_redirect_uris, draft.kind, "post_logout_redirect_uris"),
    )


def _problems_of_addresses(addresses: Sequence[str], kind: ClientKind, name: str) -> tuple[Problem, ...]:
    """Return what is wrong with a list of addresses."""
    if len(addresses) > redirects.MOST_REDIRECTS:
        return (Problem(ProblemCode.TOO_MANY, (name,), {"most": redirects.MOST_REDIRECTS}),)
    return tuple(
        problem
        for place, address in enumerate(addresses)
        for problem in redirects.problems_of(address, kind, name, str(place))
    )
