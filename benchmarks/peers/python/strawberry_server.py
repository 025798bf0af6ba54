"""Peer `strawberry`: Strawberry with SQLAlchemy and data loaders, as its documentation shows it.

Owns: the schema, its resolvers and loaders.
Does not own: the database queries (`world`).

`--cached` adds the two caches that Strawberry brings, of parsed and of validated documents.
"""

import sys

import strawberry
import world
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

Info = strawberry.Info["Loaders", None]


class Loaders:
    """The loaders of one request."""

    def __init__(self, of: world.World) -> None:
        """Make them anew, since they remember what they have loaded."""
        self.world = of
        self.organisations = DataLoader(of.organisations)
        self.areas_of_pilots = DataLoader(of.areas_of_pilots)
        self.areas_of_organisations = DataLoader(of.areas_of_organisations)
        self.phenomena_of_pilots = DataLoader(of.phenomena_of_pilots)
        self.participations_of_pilots = DataLoader(of.participations_of_pilots)


@strawberry.type
class Area:
    """An area."""

    code: str
    name: str

    @classmethod
    def of(cls, row: world.Area) -> "Area":
        """Return the area of a row."""
        return cls(code=row.code, name=row.name["fi"])


@strawberry.type
class Organisation:
    """An organisation."""

    id: strawberry.ID
    name: str

    @strawberry.field
    async def areas(self, info: Info) -> list[Area]:
        """Return the areas that it serves."""
        return [Area.of(row) for row in await info.context.areas_of_organisations.load(self.id)]

    @classmethod
    def of(cls, row: world.Organisation) -> "Organisation":
        """Return the organisation of a row."""
        return cls(id=strawberry.ID(row.id), name=row.name["fi"])


@strawberry.type
class Phenomenon:
    """A phenomenon."""

    id: strawberry.ID
    name: str


@strawberry.type
class Participation:
    """A role of an organisation."""

    role: str
    organisation_id: strawberry.Private[str | None]

    @strawberry.field
    async def organisation(self, info: Info) -> Organisation | None:
        """Return the organisation."""
        return await _organisation(info, self.organisation_id)


@strawberry.type
class Pilot:
    """A pilot."""

    id: strawberry.ID
    slug: str
    title: str
    status: str
    stage: str
    lead_id: strawberry.Private[str | None]

    @strawberry.field
    async def areas(self, info: Info) -> list[Area]:
        """Return where it works."""
        return [Area.of(row) for row in await info.context.areas_of_pilots.load(self.id)]

    @strawberry.field
    async def lead_organisation(self, info: Info) -> Organisation | None:
        """Return who leads it."""
        return await _organisation(info, self.lead_id)

    @strawberry.field
    async def phenomena(self, info: Info) -> list[Phenomenon]:
        """Return what it tackles."""
        rows = await info.context.phenomena_of_pilots.load(self.id)
        return [Phenomenon(id=strawberry.ID(row.id), name=row.name["fi"]) for row in rows]

    @strawberry.field
    async def participations(self, info: Info) -> list[Participation]:
        """Return who takes part."""
        rows = await info.context.participations_of_pilots.load(self.id)
        return [Participation(role=row.role, organisation_id=row.organisation_id) for row in rows]

    @classmethod
    def of(cls, row: world.Initiative) -> "Pilot":
        """Return the pilot of a row."""
        return cls(
            id=strawberry.ID(row.id),
            slug=row.slug,
            title=row.title["fi"],
            status=row.status,
            stage=row.stage,
            lead_id=row.lead_organisation_id,
        )


@strawberry.type
class Hit:
    """A pilot that a search has found."""

    id: strawberry.ID
    title: str


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    async def pilot(self, info: Info, id: strawberry.ID) -> Pilot | None:  # noqa: A002  # the argument's published name
        """Return one pilot."""
        row = await info.context.world.pilot(id)
        return None if row is None else Pilot.of(row)

    @strawberry.field
    async def pilots(self, info: Info, first: int = 20, after: str | None = None) -> list[Pilot]:
        """Return pilots by title."""
        return [Pilot.of(row) for row in await info.context.world.pilots(first, after)]

    @strawberry.field
    async def pilots_within(self, info: Info, area: str, status: str, first: int = 20) -> list[Pilot]:
        """Return the pilots in an area, those that start last first."""
        return [Pilot.of(row) for row in await info.context.world.pilots_within(area, status, first)]

    @strawberry.field
    async def count_within(self, info: Info, area: str, status: str) -> int:
        """Return the number of pilots in an area."""
        return await info.context.world.count_within(area, status)

    @strawberry.field
    async def search(self, info: Info, text: str, first: int = 20) -> list[Hit]:
        """Return the pilots that match the words best."""
        rows = await info.context.world.search(text, first)
        return [Hit(id=strawberry.ID(row.id), title=row.title["fi"]) for row in rows]


async def _organisation(info: Info, key: str | None) -> Organisation | None:
    """Return the organisation of an id."""
    row = await info.context.organisations.load(key) if key else None
    return None if row is None else Organisation.of(row)


class Endpoint(GraphQL["Loaders", None]):
    """The endpoint, with new loaders for each request."""

    def __init__(self, schema: strawberry.Schema, of: world.World) -> None:
        """Take the schema and what its loaders read."""
        super().__init__(schema, graphql_ide=None)
        self._world = of

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Loaders:
        """Return the loaders of a request."""
        del request, response
        return Loaders(self._world)


if __name__ == "__main__":
    cached = "--cached" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--cached"]
    extensions = [ParserCache, ValidationCache] if cached else []
    SCHEMA = strawberry.Schema(Query, extensions=extensions)
    world.serve(lambda of: Endpoint(SCHEMA, of))
