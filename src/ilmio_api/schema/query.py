"""The root of the published schema.

Owns: the root fields, and the one schema and catalogue that the service runs on.
Does not own: the types (the modules of the contexts).
"""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry.directive import DirectiveLocation, DirectiveValue

from ilmio_api.compiler import declare
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.declare import Arguments
from ilmio_api.compiler.predicates import All, Predicate, Test
from ilmio_api.compiler.values import Leaf
from ilmio_api.schema import costs
from ilmio_api.schema.accounts import Viewer
from ilmio_api.schema.areas import Area
from ilmio_api.schema.catalogue import catalogue_of
from ilmio_api.schema.commands import Run
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.federation import ENTITY, KEYS, Entity, Service
from ilmio_api.schema.fields import PAGE_ARGUMENTS, argument, declared, listing, lookup
from ilmio_api.schema.indicators import Indicator
from ilmio_api.schema.initiatives import Collection, Initiative, Pilot, Project, RegionalProgramme
from ilmio_api.schema.knowledge import OperatingModel
from ilmio_api.schema.languages import Language
from ilmio_api.schema.lookups import OrganisationKey, RecordKey, by_id, by_key
from ilmio_api.schema.mutation import Mutation, idempotent, runs_of
from ilmio_api.schema.organisation_accounts import OrganisationAccount
from ilmio_api.schema.organisations import Organisation
from ilmio_api.schema.phenomena import Phenomenon
from ilmio_api.schema.rate_limit import RateLimit
from ilmio_api.schema.records import Node
from ilmio_api.schema.references import (
    AreaRef,
    CollectionRef,
    EventRef,
    EventSeriesRef,
    ImpactFigureRef,
    IndicatorRef,
    InitiativeRef,
    LearningRef,
    NetworkRef,
    OperatingModelRef,
    OrganisationRef,
    PhenomenonRef,
    PilotRef,
    PrincipleSetRef,
    ProjectRef,
    RegionalProgrammeRef,
)
from ilmio_api.schema.rules import known_area, valid_on
from ilmio_api.schema.scalars import CONFIG, Date, Representation
from ilmio_api.schema.search import ARGUMENTS as SEARCH_ARGUMENTS
from ilmio_api.schema.search import SEARCH, SearchResult, matching

_BY = argument("by", RecordKey, "Which one is meant.")


def _has_code(given: Arguments) -> Predicate:
    """Demand the area with the code, existing on the day that was asked for."""
    code, as_of = given["code"], given.get("asOf")
    conditions: list[Predicate] = []
    if isinstance(code, Leaf):
        conditions.append(known_area(code, Test(lambda row, binds: row.c.code == binds[0], (code,))))
    if isinstance(as_of, Leaf) and (valid := valid_on(as_of)):
        conditions.append(valid)
    return All(tuple(conditions))


def _of_organisation(given: Arguments) -> Predicate:
    """Demand the account of an organisation."""
    leaf = given["organisation"]
    return Test(lambda row, binds: row.c.organisation_id == binds[0], (leaf,)) if isinstance(leaf, Leaf) else All(())


def _find(description: str) -> Any:
    """Declare a lookup of a record by one of its keys."""
    return lookup(f"{description} When nothing readable fits: null, with the error `NOT_FOUND`.", (_BY,), by_key)


@strawberry.type(description="Everything that can be read.")
class Query:
    """See the description."""

    phenomena: Connection[PhenomenonRef] = listing("Phenomena.", PhenomenonRef)
    phenomenon: Phenomenon | None = _find("One phenomenon.")
    organisations: Connection[OrganisationRef] = listing("Organisations.", OrganisationRef)
    organisation: Organisation | None = lookup(
        "One organisation. When nothing readable fits: null, with the error `NOT_FOUND`.",
        (argument("by", OrganisationKey, "Which one is meant."),),
        by_key,
    )
    initiatives: Connection[InitiativeRef] = listing("Initiatives of all kinds.", InitiativeRef)
    pilots: Connection[PilotRef] = listing("Pilots and experiments.", PilotRef)
    pilot: Pilot | None = _find("One pilot.")
    projects: Connection[ProjectRef] = listing("Projects.", ProjectRef)
    project: Project | None = _find("One project.")
    regional_programmes: Connection[RegionalProgrammeRef] = listing("Regional programmes.", RegionalProgrammeRef)
    regional_programme: RegionalProgramme | None = _find("One regional programme.")
    collections: Connection[CollectionRef] = listing("Collections.", CollectionRef)
    collection: Collection | None = _find("One collection.")
    operating_models: Connection[OperatingModelRef] = listing("Operating models.", OperatingModelRef)
    operating_model: OperatingModel | None = _find("One operating model.")
    principle_sets: Connection[PrincipleSetRef] = listing("Sets of principles.", PrincipleSetRef)
    learnings: Connection[LearningRef] = listing("What was learnt.", LearningRef)
    impact_figures: Connection[ImpactFigureRef] = listing("Figures about impact that somebody states.", ImpactFigureRef)
    indicators: Connection[IndicatorRef] = listing("Indicators.", IndicatorRef)
    indicator: Indicator | None = _find("One indicator.")
    events: Connection[EventRef] = listing("Events.", EventRef)
    event_series: Connection[EventSeriesRef] = listing("Series of events.", EventSeriesRef)
    networks: Connection[NetworkRef] = listing("Networks.", NetworkRef)
    areas: Connection[AreaRef] = listing("Areas of any kind and time.", AreaRef)
    area: Area | None = lookup(
        "The area with a code, also one that no longer exists. An unknown code is the error `UNKNOWN_AREA`; an "
        "area that did "
        "not exist on the day `asOf` is null, with the error `NOT_FOUND`.",
        (
            argument("code", str, "Code such as `KU286`, `MK08`, `EVK03`, `ELY06`."),
            argument("as_of", Date | None, "Only if it existed on this day; on any day when not given."),
        ),
        _has_code,
    )
    search: Connection[SearchResult] = declared(
        declare.Listing(condition=matching),
        "Records of any kind that match words, best match first.",
        (*SEARCH_ARGUMENTS, *PAGE_ARGUMENTS),
    )
    node: Node | None = lookup(
        "The object with a global identifier. When nothing readable has it: null, with the error `NOT_FOUND`.",
        (argument("id", strawberry.ID, "Global identifier."),),
        by_id,
    )
    nodes: list[Node | None] = declared(
        declare.LookupMany("ids"),
        "The objects with these global identifiers, in the same order; null where nothing readable has the identifier.",
        (argument("ids", list[strawberry.ID], "Global identifiers, at most 100."),),
    )
    viewer: Viewer | None = lookup(
        "The person who asks; null for those without credentials and for programs in their own name.",
        (),
        lambda _: All(()),
        required=False,
    )
    organisation_account: OrganisationAccount | None = lookup(
        "The account of an organisation, for its members. When there is none that may be read: null, with the error "
        "`NOT_FOUND`.",
        (argument("organisation", strawberry.ID, "Identifier of the organisation."),),
        _of_organisation,
    )
    rate_limit: RateLimit = declared(
        declare.Allowance("dryRun"),
        "What the operation costs, and what its caller may spend.",
        (
            argument(
                "dry_run",
                bool,
                "Only ask for the price, which costs 1 point: the operation is checked and not run, and its other "
                "fields are absent from the answer, as if each had `@skip(if: true)`.",
                default=False,
            ),
        ),
    )
    service: Service = declared(
        declare.Embedded(), "This schema as a part of a larger graph (Apollo Federation 2).", name="_service"
    )
    entities: list[Entity | None] = declared(
        declare.Represented("representations", KEYS),
        "The objects that a gateway names, in the same order; null where nothing readable has the key.",
        (argument("representations", list[Representation], "Objects named by type and key, at most 100."),),
        name="_entities",
    )


@strawberry.directive(
    locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
    name="inContext",
    description="Reads all texts of the operation in a language, instead of the one that `Accept-Language` asks for.",
)
def in_context(
    value: DirectiveValue[Any], language: Annotated[Language, strawberry.argument(description="The language.")]
) -> Any:
    """Return the value: the compiler reads the directive itself."""
    del language
    return value


def published() -> strawberry.Schema:
    """Return the published types as one schema, made anew."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        config=CONFIG,
        directives=[in_context, idempotent],
        types=[Initiative],
    )
    costs.publish(schema)
    return schema


def _served() -> tuple[Catalogue, Mapping[str, tuple[str, Run]]]:
    """Return what the service runs on. Strawberry's schema is not kept: nothing asks it again."""
    schema = published()
    catalogue = catalogue_of(schema, {"SearchResult": SEARCH, "_Entity": ENTITY})
    definition = schema._schema.mutation_type  # noqa: SLF001 - the only way to the built types
    return catalogue, runs_of(definition, catalogue.schema)


CATALOGUE, RUNS = _served()
"""The schema that requests meet, and where every part of it comes from; needed scope and way to carry out of every
command."""
