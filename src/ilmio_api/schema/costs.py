"""What operations cost, as the schema publishes it.

Owns: the directives `@cost` and `@listSize`, and which of them a declaration calls for.
Does not own: the weights and the arithmetic (`compiler.cost`).

Clients and gateways that know the directives reckon the cost of an operation from the SDL alone; nothing here is
counted by the service itself, and a test compares the two.

Source: GraphQL Cost Directives, https://ibm.github.io/graphql-specs/cost-spec.html
"""

from collections.abc import Sequence

import strawberry
from graphql import GraphQLObjectType, get_named_type
from strawberry.schema_directive import Location, StrawberrySchemaDirective

from ilmio_api.compiler import declare
from ilmio_api.compiler.cost import SHORT_LIST
from ilmio_api.compiler.paging import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE

DECLARATION = "ilmio"
"""Key of a field's metadata under which its declaration stands."""

_DEFINITION = "strawberry-definition"


@strawberry.schema_directive(
    locations=[
        Location.ARGUMENT_DEFINITION,
        Location.ENUM,
        Location.FIELD_DEFINITION,
        Location.INPUT_FIELD_DEFINITION,
        Location.OBJECT,
        Location.SCALAR,
    ],
    name="cost",
    description="Points that each one adds to the cost of an operation; without it, an object adds 1 and all else 0.",
)
class Cost:
    """See the description."""

    weight: str = strawberry.field(description="Whole number of points, in digits.")


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="listSize",
    description="How many rows a list counts as: the largest given slicing argument, else the assumed size. With sized "
    "fields it is about the lists in these fields of the object.",
)
class ListSize:
    """See the description."""

    assumed_size: int | None = strawberry.field(
        default=strawberry.UNSET, description="Rows when no slicing argument is given."
    )
    slicing_arguments: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Arguments of the field that set the number of rows."
    )
    sized_fields: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Fields of the object that hold the rows."
    )
    require_one_slicing_argument: bool | None = strawberry.field(
        default=True, description="Whether exactly one slicing argument has to be given."
    )


FREE = Cost(weight="0")
"""For objects that add nothing: those that only hold a page, or columns of the same row."""


def cost(points: int) -> Sequence[object]:
    """Return the directives of what adds points to the cost of an operation."""
    return (Cost(weight=str(points)),) if points else ()


def size_of(declaration: declare.Declaration) -> Sequence[object]:
    """Return the directives that say how many rows a field counts as."""
    match declaration:
        case declare.Listing():
            return (
                ListSize(
                    assumed_size=DEFAULT_PAGE_SIZE,
                    slicing_arguments=["first", "last"],
                    sized_fields=["nodes", "edges"],
                    require_one_slicing_argument=False,
                ),
            )
        case declare.Many() | declare.Translations():
            return (_assumed(SHORT_LIST),)
        case declare.LookupMany() | declare.Represented():
            return (_assumed(MAX_PAGE_SIZE),)
        case _:
            return ()


def _assumed(size: int) -> ListSize:
    """Return the size of a list that no argument decides on."""
    return ListSize(assumed_size=size, require_one_slicing_argument=strawberry.UNSET)


def publish(schema: strawberry.Schema) -> None:
    """Complete the directives of a schema with what the declarations of single fields cannot know.

    Types of objects that are made of columns of the same row, or of facts about the request, become free.
    """
    built = schema._schema  # noqa: SLF001 - the only way to the built types
    for type_ in built.type_map.values():
        for field in type_.fields.values() if isinstance(type_, GraphQLObjectType) else ():
            definition = field.extensions.get(_DEFINITION)
            declaration = definition.metadata.get(DECLARATION) if definition is not None else None
            if isinstance(declaration, declare.Embedded | declare.Allowance):
                get_named_type(field.type).extensions[_DEFINITION].directives = (FREE,)
    # Strawberry leaves out the descriptions of these arguments.
    for directive in built.directives:
        definition = directive.extensions.get(_DEFINITION)
        for argument in definition.fields if isinstance(definition, StrawberrySchemaDirective) else ():
            directive.args[schema.config.name_converter.get_graphql_name(argument)].description = argument.description
