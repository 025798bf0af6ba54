"""Commands about API clients and keys.

Owns: clients, their secrets, API keys.
Does not own: the rules (`domain.accounts.clients`, `domain.accounts.api_keys`), grants (`schema.application_commands`).
"""

from typing import Annotated

import strawberry

from ilmio_api.access.scopes import Scope
from ilmio_api.compiler.mutations import Outcome
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import api_keys, clients
from ilmio_api.domain.accounts.client_rules import ClientDraft
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, IdTokenAlgorithm
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused
from ilmio_api.schema.commands import Given, command, scopes_in
from ilmio_api.schema.organisation_accounts import ApiClient, ApiKey
from ilmio_api.schema.results import Conflict, NotAllowed, StepUpNeeded, ValidationFailed, returned, told
from ilmio_api.schema.scalars import JSON

_ONCE = "The secret, shown once; null when the answer is repeated for the same idempotency key."
_VERSION = "Version that was read; when it has changed since, the answer is `Conflict`."


@strawberry.type(description="The client was made.")
class ApiClientCreated:
    """See the description."""

    client: ApiClient | None = returned("The client.")
    secret: str | None = told(f"{_ONCE[:-1]}, and for a client that proves otherwise who it is.")


@strawberry.type(description="The client was changed.")
class ApiClientChanged:
    """See the description."""

    client: ApiClient | None = returned("The client.")


@strawberry.type(description="The client was deleted; its secrets and tokens are dead.")
class ApiClientDeleted:
    """See the description."""

    client_id: strawberry.ID = told("What the client was.")


@strawberry.type(description="The client has one more secret.")
class ClientSecretAdded:
    """See the description."""

    client: ApiClient | None = returned("The client.")
    secret: str | None = told(_ONCE)


@strawberry.type(description="The secret is dead.")
class ClientSecretRevoked:
    """See the description."""

    client: ApiClient | None = returned("The client.")


@strawberry.type(description="The key was made.")
class ApiKeyCreated:
    """See the description."""

    api_key: ApiKey | None = returned("The key.")
    secret: str | None = told(_ONCE)


@strawberry.type(description="The key was replaced by a new one.")
class ApiKeyRotated:
    """See the description."""

    api_key: ApiKey | None = returned("The new key.")
    secret: str | None = told(_ONCE)


@strawberry.type(description="The key is dead.")
class ApiKeyRevoked:
    """See the description."""

    api_key: ApiKey | None = returned("The key.")


@strawberry.input
class _ClientFields:
    """What a client is, the same when it is made and when it is changed."""

    kind: ClientKind = strawberry.field(description="What it is; this cannot be changed later.")
    name: str = strawberry.field(
        description="Name, as people see it when they are asked for consent; 1–100 characters."
    )
    authentication: ClientAuthentication = strawberry.field(description="How it proves who it is.")
    scopes: list[str] = strawberry.field(description="Most that it may ask for.")
    redirect_uris: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Addresses to which people are sent back, compared exactly; at most ten."
    )
    post_logout_redirect_uris: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Addresses to which people are sent after signing out; at most ten."
    )
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What it does.")
    website: str | None = strawberry.field(default=strawberry.UNSET, description="Its web site.")
    jwks: JSON | None = strawberry.field(
        default=strawberry.UNSET,
        description="Its public keys, a JSON Web Key Set with at most ten, for `PRIVATE_KEY_JWT`.",
    )
    address_ranges: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Network addresses (CIDR) from which it may be used; anywhere when not given.",
    )
    is_listed: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether other organisations may find it; no when not given."
    )
    id_token_algorithm: IdTokenAlgorithm | None = strawberry.field(
        default=strawberry.UNSET, description="How its ID tokens are signed; ES256 when not given."
    )


@strawberry.input(description="What the client is.")
class CreateApiClientInput(_ClientFields):
    """See the description."""

    organisation: strawberry.ID = strawberry.field(description="Identifier of the organisation.")


@strawberry.input(description="What the client will be, as a whole: what is not given is emptied.")
class ChangeApiClientInput(_ClientFields):
    """See the description."""

    client: strawberry.ID = strawberry.field(description="Identifier of the client.")
    expected_version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="Which client to delete.")
class DeleteApiClientInput:
    """See the description."""

    client: strawberry.ID = strawberry.field(description="Identifier of the client.")


@strawberry.input(description="Which client gets a secret.")
class AddClientSecretInput:
    """See the description."""

    client: strawberry.ID = strawberry.field(description="Identifier of the client.")
    days: int | None = strawberry.field(
        default=strawberry.UNSET, description="Its life; 90 days, or less where the organisation allows less."
    )


@strawberry.input(description="Which secret to revoke.")
class RevokeClientSecretInput:
    """See the description."""

    secret: strawberry.ID = strawberry.field(description="Identifier of the secret.")


@strawberry.input(description="What the key is.")
class CreateApiKeyInput:
    """See the description."""

    organisation: strawberry.ID = strawberry.field(description="Identifier of the organisation.")
    name: str = strawberry.field(description="What it is for; 1–100 characters.")
    scopes: list[str] = strawberry.field(description="What it may be used for: scopes for reading only.")
    days: int | None = strawberry.field(
        default=strawberry.UNSET, description="Its life; 90 days, or less where the organisation allows less."
    )
    address_ranges: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Network addresses (CIDR) from which it may be used; anywhere when not given.",
    )


@strawberry.input(description="Which key to replace.")
class RotateApiKeyInput:
    """See the description."""

    api_key: strawberry.ID = strawberry.field(description="Identifier of the key.")
    overlap_hours: int = strawberry.field(description="Hours for which the old key goes on: 0–168.")
    days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Life of the new key; 90 days, or less where the organisation allows less.",
    )


@strawberry.input(description="Which key to revoke.")
class RevokeApiKeyInput:
    """See the description."""

    api_key: strawberry.ID = strawberry.field(description="Identifier of the key.")


CreateApiClientResult = Annotated[
    ApiClientCreated | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("CreateApiClientResult", description="What making a client answers."),
]

ChangeApiClientResult = Annotated[
    ApiClientChanged | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("ChangeApiClientResult", description="What changing a client answers."),
]

DeleteApiClientResult = Annotated[
    ApiClientDeleted | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("DeleteApiClientResult", description="What deleting a client answers."),
]

AddClientSecretResult = Annotated[
    ClientSecretAdded | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("AddClientSecretResult", description="What adding a secret answers."),
]

RevokeClientSecretResult = Annotated[
    ClientSecretRevoked | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("RevokeClientSecretResult", description="What revoking a secret answers."),
]

CreateApiKeyResult = Annotated[
    ApiKeyCreated | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("CreateApiKeyResult", description="What making a key answers."),
]

RotateApiKeyResult = Annotated[
    ApiKeyRotated | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("RotateApiKeyResult", description="What replacing a key answers."),
]

RevokeApiKeyResult = Annotated[
    ApiKeyRevoked | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("RevokeApiKeyResult", description="What revoking a key answers."),
]


def _draft(given: Given, kind: ClientKind) -> ClientDraft | Refused:
    """Return what the client shall be."""
    scopes = scopes_in(given)
    if isinstance(scopes, Refused):
        return scopes
    return ClientDraft(
        kind=kind,
        name=given["name"],
        authentication=ClientAuthentication[given["authentication"]],
        scopes=scopes,
        redirect_uris=given.get("redirectUris") or (),
        post_logout_redirect_uris=given.get("postLogoutRedirectUris") or (),
        description=given.get("description"),
        website=given.get("website"),
        jwks=given.get("jwks"),
        address_ranges=given.get("addressRanges") or (),
        is_listed=bool(given.get("isListed")),
        id_token_algorithm=IdTokenAlgorithm[given.get("idTokenAlgorithm") or "ES256"],
    )


async def _create(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    draft = _draft(given, ClientKind[given["kind"]])
    if isinstance(draft, Refused):
        return draft
    done = await clients.create(session, occasion, given["organisation"], draft)
    return (
        done
        if isinstance(done, Refused)
        else Outcome("ApiClientCreated", {"client": done.client, "secret": done.secret})
    )


async def _change(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    client = given["client"]
    draft = _draft(given, ClientKind[given["kind"]])
    if isinstance(draft, Refused):
        return draft
    done = await clients.change(session, occasion, client, draft, given["expectedVersion"])
    return done if isinstance(done, Refused) else Outcome("ApiClientChanged", {"client": client})


async def _delete(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await clients.delete(session, occasion, given["client"])
    return done if isinstance(done, Refused) else Outcome("ApiClientDeleted", {"clientId": given["client"]})


async def _add_secret(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await clients.add_secret(session, occasion, given["client"], given.get("days"))
    return (
        done
        if isinstance(done, Refused)
        else Outcome("ClientSecretAdded", {"client": done.client, "secret": done.secret})
    )


async def _revoke_secret(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await clients.revoke_secret(session, occasion, given["secret"])
    return done if isinstance(done, Refused) else Outcome("ClientSecretRevoked", {"client": done.client})


async def _create_key(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    scopes = scopes_in(given)
    if isinstance(scopes, Refused):
        return scopes
    draft = api_keys.KeyDraft(given["name"], scopes, given.get("days"), given.get("addressRanges") or ())
    done = await api_keys.create(session, occasion, given["organisation"], draft)
    return done if isinstance(done, Refused) else Outcome("ApiKeyCreated", {"apiKey": done.key, "secret": done.secret})


async def _rotate_key(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await api_keys.rotate(session, occasion, given["apiKey"], given["overlapHours"], given.get("days"))
    return done if isinstance(done, Refused) else Outcome("ApiKeyRotated", {"apiKey": done.key, "secret": done.secret})


async def _revoke_key(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await api_keys.revoke(session, occasion, given["apiKey"])
    return done if isinstance(done, Refused) else Outcome("ApiKeyRevoked", {"apiKey": done.key})


@strawberry.type(description="Commands about API clients and keys.")
class ClientCommands:
    """See the description."""

    create_api_client: CreateApiClientResult = command(
        "Make an API client of an organisation. Needs a recent sign-in.", Scope.CLIENTS, _create, CreateApiClientInput
    )
    change_api_client: ChangeApiClientResult = command(
        "Change an API client. Needs a recent sign-in.", Scope.CLIENTS, _change, ChangeApiClientInput
    )
    delete_api_client: DeleteApiClientResult = command(
        "Delete an API client; its secrets and tokens are dead at once. Needs a recent sign-in.",
        Scope.CLIENTS,
        _delete,
        DeleteApiClientInput,
    )
    add_client_secret: AddClientSecretResult = command(
        "Add a secret to an API client; two may be valid at once. Needs a recent sign-in.",
        Scope.CLIENTS,
        _add_secret,
        AddClientSecretInput,
    )
    revoke_client_secret: RevokeClientSecretResult = command(
        "Revoke a secret of an API client. Needs a recent sign-in.",
        Scope.CLIENTS,
        _revoke_secret,
        RevokeClientSecretInput,
    )
    create_api_key: CreateApiKeyResult = command(
        "Make an API key of an organisation. Needs a recent sign-in.", Scope.CLIENTS, _create_key, CreateApiKeyInput
    )
    rotate_api_key: RotateApiKeyResult = command(
        "Replace an API key; the old one may go on for a while. Needs a recent sign-in.",
        Scope.CLIENTS,
        _rotate_key,
        RotateApiKeyInput,
    )
    revoke_api_key: RevokeApiKeyResult = command(
        "Revoke an API key at once. Needs a recent sign-in.", Scope.CLIENTS, _revoke_key, RevokeApiKeyInput
    )
