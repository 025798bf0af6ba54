"""The commands of the published schema.

Owns: the root type `Mutation`, the directive of idempotency keys, what carries out the commands of a request.
Does not own: single commands (`schema.member_commands`, `schema.client_commands`, `schema.document_commands`,
`schema.application_commands`).
"""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from graphql import GraphQLSchema
from sqlalchemy.ext.asyncio import AsyncEngine
from strawberry.directive import DirectiveLocation, DirectiveValue

from ilmio_api.compiler import declare
from ilmio_api.domain.occasion import Occasion
from ilmio_api.i18n.languages import Language
from ilmio_api.schema.application_commands import ApplicationCommands
from ilmio_api.schema.client_commands import ClientCommands
from ilmio_api.schema.commands import RUN, Commands, Run, WithSchema
from ilmio_api.schema.costs import DECLARATION
from ilmio_api.schema.document_commands import DocumentCommands
from ilmio_api.schema.member_commands import MemberCommands


@strawberry.type(
    description="Everything that can be changed. Needs a token; each command says in `@requiresScope` what it needs. "
    "What a caller can mend is a result, not an error. With an idempotency key (`@idempotent`, or the header "
    "`Idempotency-Key`), a command that is sent again within a day is answered again and not carried out again."
)
class Mutation(MemberCommands, ClientCommands, DocumentCommands, ApplicationCommands):
    """See the description."""


@strawberry.directive(
    locations=[DirectiveLocation.FIELD],
    name="idempotent",
    description="Gives a command a key: the same command with the same key is carried out once. A key belongs to its "
    "caller and is kept for a day; for another command it is the error `KEY_REUSED`.",
)
def idempotent(
    value: DirectiveValue[Any],
    key: Annotated[str, strawberry.argument(description="Any text of 1–255 characters, such as a UUID.")],
) -> Any:
    """Return the value: the commands read the directive themselves."""
    del key
    return value


def runs_of(definition: Any, schema: GraphQLSchema) -> Mapping[str, tuple[str, Run]]:
    """Return needed scope and way to carry out of every command, by the published name of its root field.

    Args:
        definition: Strawberry's definition of the type `Mutation`.
        schema: The schema that requests meet.

    Raises:
        TypeError: A command does not say which scope it needs, or how it is carried out.
    """
    found: dict[str, tuple[str, Run]] = {}
    for name, field in definition.fields.items():
        metadata = field.extensions["strawberry-definition"].metadata
        declaration, run = metadata.get(DECLARATION), metadata.get(RUN)
        if not isinstance(declaration, declare.Command) or run is None:
            message = f"Mutation.{name} does not say which scope it needs and how it is carried out"
            raise TypeError(message)
        found[name] = (declaration.scope, run.run(schema) if isinstance(run, WithSchema) else run)
    return found


def commands(
    engine: AsyncEngine, runs: Mapping[str, tuple[str, Run]], occasion: Occasion, language: Language
) -> Commands:
    """Return what carries out the commands of one request."""
    return Commands(engine, runs, occasion, language)
