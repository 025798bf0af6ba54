"""Commands about the documents that are registered for API clients.

Owns: registering and forgetting documents, restricting a client to them; that a document fits the schema.
Does not own: the other rules (`domain.accounts.documents`), how requests name a document (`web.documents`).
"""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Annotated

import strawberry
from graphql import GraphQLSchema

from ilmio_api.access.scopes import Scope
from ilmio_api.compiler.documents import InvalidDocumentError, parsed, validated
from ilmio_api.compiler.mutations import Outcome
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import clients, documents
from ilmio_api.domain.accounts.documents import DocumentDraft
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, invalid
from ilmio_api.errors import TooComplexError
from ilmio_api.schema.commands import Given, WithSchema, command
from ilmio_api.schema.organisation_accounts import ApiClient
from ilmio_api.schema.results import Conflict, NotAllowed, StepUpNeeded, ValidationFailed, returned, told


@strawberry.type(description="The documents are registered.")
class DocumentsRegistered:
    """See the description."""

    client: ApiClient | None = returned("The client.")
    document_ids: list[str] = told("What requests name them by: `sha256:…`, each once, in the order of the input.")


@strawberry.type(description="The documents are not registered any more.")
class DocumentsForgotten:
    """See the description."""

    client: ApiClient | None = returned("The client.")
    document_ids: list[str] = told("Those that were registered, sorted.")


@strawberry.type(description="What the client may ask is as it should be.")
class ApiClientRestricted:
    """See the description."""

    client: ApiClient | None = returned("The client.")


@strawberry.input(description="A document.")
class DocumentInput:
    """See the description."""

    text: str = strawberry.field(
        description="The document, at most 100 000 characters, character by character as its SHA-256 is reckoned."
    )
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What people call it; 1–100 characters. Not given: it keeps its name."
    )


@strawberry.input(description="What to register.")
class RegisterDocumentsInput:
    """See the description."""

    client: strawberry.ID = strawberry.field(description="Identifier of the client.")
    documents: list[DocumentInput] = strawberry.field(
        description="The documents. A client has at most 500; all are registered or none."
    )


@strawberry.input(description="What to forget.")
class ForgetDocumentsInput:
    """See the description."""

    client: strawberry.ID = strawberry.field(description="Identifier of the client.")
    document_ids: list[str] = strawberry.field(
        description="What requests name the documents by: `sha256:…`; at most 500. Unknown ones are passed over."
    )


@strawberry.input(description="What the client may ask.")
class RestrictApiClientInput:
    """See the description."""

    client: strawberry.ID = strawberry.field(description="Identifier of the client.")
    expected_version: int = strawberry.field(
        description="Version that was read; when it has changed since, the answer is `Conflict`."
    )
    only_registered_documents: bool = strawberry.field(
        description="Whether its requests may ask nothing but the documents that are registered for it."
    )


RegisterDocumentsResult = Annotated[
    DocumentsRegistered | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("RegisterDocumentsResult", description="What registering documents answers."),
]

ForgetDocumentsResult = Annotated[
    DocumentsForgotten | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("ForgetDocumentsResult", description="What forgetting documents answers."),
]

RestrictApiClientResult = Annotated[
    ApiClientRestricted | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("RestrictApiClientResult", description="What restricting a client answers."),
]


async def _register(
    schema: GraphQLSchema, session: WriteSession, occasion: Occasion, given: Given
) -> Outcome | Refused:
    drafts = [DocumentDraft(each["text"], each.get("name")) for each in given["documents"]]
    # Before the work: what does not fit is told to nobody who may not register it.
    client = await clients.managed(session, occasion, given["client"])
    if isinstance(client, Refused):
        return client
    problems = documents.problems_of(drafts) or await _misfits(drafts, schema)
    if problems:
        return invalid(*problems)
    done = await documents.register(session, occasion, given["client"], drafts)
    if isinstance(done, Refused):
        return done
    return Outcome("DocumentsRegistered", {"client": done.client, "documentIds": list(done.digests)})


async def _forget(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await documents.forget(session, occasion, given["client"], given["documentIds"])
    if isinstance(done, Refused):
        return done
    return Outcome("DocumentsForgotten", {"client": done.client, "documentIds": list(done.digests)})


async def _restrict(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    only_registered = given["onlyRegisteredDocuments"]
    done = await documents.restrict(
        session, occasion, given["client"], given["expectedVersion"], only_registered=only_registered
    )
    return done if isinstance(done, Refused) else Outcome("ApiClientRestricted", {"client": done.client})


async def _misfits(drafts: Iterable[DocumentDraft], schema: GraphQLSchema) -> tuple[Problem, ...]:
    """Return which documents are none that the schema allows."""
    found: list[Problem] = []
    for place, draft in enumerate(drafts):
        reason = _misfit(draft.text, schema)
        if reason is not None:
            found.append(Problem(ProblemCode.NOT_A_DOCUMENT, ("documents", str(place), "text"), {"reason": reason}))
        # Each takes milliseconds; other requests go on between them.
        await asyncio.sleep(0)
    return tuple(found)


def _misfit(text: str, schema: GraphQLSchema) -> str | None:
    """Return why a text is not a document that the schema allows, in graphql-core's words; None when it is one."""
    try:
        validated(parsed(text), schema)
    except InvalidDocumentError as error:
        return error.errors[0].message
    except TooComplexError as error:
        return f"{error.facts['limit']}: {error.facts['given']}, at most {error.facts['maximum']}."
    return None


@strawberry.type(description="Commands about the documents that are registered for API clients.")
class DocumentCommands:
    """See the description."""

    register_documents: RegisterDocumentsResult = command(
        "Register documents for an API client, which may then name them by `documentId` instead of sending them. "
        "Needs a recent sign-in.",
        Scope.CLIENTS,
        WithSchema(lambda schema: partial(_register, schema)),
        RegisterDocumentsInput,
    )
    forget_documents: ForgetDocumentsResult = command(
        "Let documents of an API client be registered no more. Needs a recent sign-in.",
        Scope.CLIENTS,
        _forget,
        ForgetDocumentsInput,
    )
    restrict_api_client: RestrictApiClientResult = command(
        "Say whether an API client may ask nothing but its registered documents. Needs a recent sign-in.",
        Scope.CLIENTS,
        _restrict,
        RestrictApiClientInput,
    )
