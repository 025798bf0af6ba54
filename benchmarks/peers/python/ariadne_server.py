"""Peer `ariadne`: Ariadne, schema first, with the same database queries and aiodataloader.

Owns: the schema, its resolvers and loaders.
Does not own: the database queries (`world`).
"""

from typing import Any, TypeAlias, cast

import world
from aiodataloader import DataLoader
from ariadne import ObjectType, QueryType, make_executable_schema
from ariadne.asgi import GraphQL
from ariadne.asgi.handlers import GraphQLHTTPHandler
from graphql import GraphQLResolveInfo

Info: TypeAlias = "GraphQLResolveInfo[dict[str, Any]]"

SCHEMA = """
type Query {
  pilot(id: ID!): Pilot
  pilots(first: Int = 20, after: String): [Pilot!]!
  pilotsWithin(area: String!, status: String!, first: Int = 20): [Pilot!]!
  countWithin(area: String!, status: String!): Int!
  search(text: String!, first: Int = 20): [Hit!]!
}
type Pilot {
  id: ID!
  slug: String!
  title: String!
  status: String!
  stage: String!
  areas: [Area!]!
  leadOrganisation: Organisation
  phenomena: [Phenomenon!]!
  participations: [Participation!]!
}
type Participation { role: String!, organisation: Organisation }
type Organisation { id: ID!, name: String!, areas: [Area!]! }
type Phenomenon { id: ID!, name: String! }
type Area { code: String!, name: String! }
type Hit { id: ID!, title: String! }
"""

query = QueryType()
pilot = ObjectType("Pilot")
participation = ObjectType("Participation")
organisation = ObjectType("Organisation")
phenomenon = ObjectType("Phenomenon")
area = ObjectType("Area")
hit = ObjectType("Hit")


@query.field("pilot")
async def _pilot(_: object, info: Info, id: str) -> world.Initiative | None:  # noqa: A002
    return await _world(info).pilot(id)


@query.field("pilots")
async def _pilots(_: object, info: Info, first: int, after: str | None = None) -> object:
    return await _world(info).pilots(first, after)


@query.field("pilotsWithin")
async def _pilots_within(_: object, info: Info, area: str, status: str, first: int) -> object:
    return await _world(info).pilots_within(area, status, first)


@query.field("countWithin")
async def _count_within(_: object, info: Info, area: str, status: str) -> int:
    return await _world(info).count_within(area, status)


@query.field("search")
async def _search(_: object, info: Info, text: str, first: int) -> object:
    return await _world(info).search(text, first)


@pilot.field("areas")
async def _areas(row: world.Initiative, info: Info) -> object:
    return await info.context["areas_of_pilots"].load(row.id)


@pilot.field("leadOrganisation")
async def _lead(row: world.Initiative, info: Info) -> object:
    key = row.lead_organisation_id
    return await info.context["organisations"].load(key) if key else None


@pilot.field("phenomena")
async def _phenomena(row: world.Initiative, info: Info) -> object:
    return await info.context["phenomena_of_pilots"].load(row.id)


@pilot.field("participations")
async def _participations(row: world.Initiative, info: Info) -> object:
    return await info.context["participations_of_pilots"].load(row.id)


@participation.field("organisation")
async def _participant(row: world.Participation, info: Info) -> object:
    key = row.organisation_id
    return await info.context["organisations"].load(key) if key else None


@organisation.field("areas")
async def _served(row: world.Organisation, info: Info) -> object:
    return await info.context["areas_of_organisations"].load(row.id)


@pilot.field("title")
@hit.field("title")
def _title(row: world.Initiative | world.Record, _: Info) -> str:
    return row.title["fi"]


@organisation.field("name")
@phenomenon.field("name")
@area.field("name")
def _name(row: world.Organisation | world.Phenomenon | world.Area, _: Info) -> str:
    return row.name["fi"]


def _world(info: Info) -> world.World:
    """Return what reads the database."""
    found: world.World = info.context["world"]
    return found


def _app(of: world.World) -> GraphQL:
    """Return the application."""

    def context(_request: object, _data: object = None) -> dict[str, object]:
        batches = (
            of.organisations,
            of.areas_of_pilots,
            of.areas_of_organisations,
            of.phenomena_of_pilots,
            of.participations_of_pilots,
        )
        return {"world": of, **{batch.__name__: DataLoader(cast("Any", batch)) for batch in batches}}

    schema = make_executable_schema(SCHEMA, query, pilot, participation, organisation, phenomenon, area, hit)
    return GraphQL(
        schema,
        context_value=context,
        explorer=None,
        execute_get_queries=True,
        http_handler=GraphQLHTTPHandler(),
    )


if __name__ == "__main__":
    world.serve(_app)
