"""What the Python peers read: the tables they need, as SQLAlchemy models, and one batch query per relation.

Owns: how Strawberry and Ariadne read the database; both use exactly these functions.
Does not own: their schemas and their data loaders (`strawberry_server`, `ariadne_server`).

The models are written as one would for such a service, with the columns that its schema needs. Each batch opens a
session of its own, since the loaders of one request run at the same time and a session serves one task.
"""

import argparse
import base64
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import uvicorn
from sqlalchemy import ColumnElement, ForeignKey, Numeric, Select, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Texts = dict[str, str]
_Value = TypeVar("_Value")


class Base(DeclarativeBase):
    """Base of the models."""


class Initiative(Base):
    """A pilot, project, programme or collection."""

    __tablename__ = "initiative"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    slug: Mapped[str]
    title: Mapped[Texts] = mapped_column(JSONB)
    status: Mapped[str]
    stage: Mapped[str]
    is_public: Mapped[bool]
    sort_key: Mapped[str]
    starts_on: Mapped[date]
    lead_organisation_id: Mapped[str | None]


class Organisation(Base):
    """An organisation."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[Texts] = mapped_column(JSONB)
    is_public: Mapped[bool]


class Phenomenon(Base):
    """A phenomenon."""

    __tablename__ = "phenomenon"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[Texts] = mapped_column(JSONB)
    is_public: Mapped[bool]
    sort_key: Mapped[str]


class Area(Base):
    """An area."""

    __tablename__ = "area"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[Texts] = mapped_column(JSONB)
    sort_key: Mapped[str]


class InitiativeArea(Base):
    """An area that an initiative works in."""

    __tablename__ = "initiative_area"

    initiative_id: Mapped[str] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"), primary_key=True)


class InitiativePhenomenon(Base):
    """A phenomenon that an initiative tackles."""

    __tablename__ = "initiative_phenomenon"

    initiative_id: Mapped[str] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    phenomenon_id: Mapped[str] = mapped_column(ForeignKey("phenomenon.id"), primary_key=True)


class OrganisationArea(Base):
    """An area that an organisation serves."""

    __tablename__ = "organisation_area"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"), primary_key=True)


class AreaReach(Base):
    """What is recorded for the inner area concerns the outer one."""

    __tablename__ = "area_reach"

    outer_id: Mapped[str] = mapped_column(ForeignKey("area.id"), primary_key=True)
    inner_id: Mapped[str] = mapped_column(ForeignKey("area.id"), primary_key=True)


class Participation(Base):
    """A role of an organisation in an initiative."""

    __tablename__ = "participation"

    id: Mapped[str] = mapped_column(primary_key=True)
    initiative_id: Mapped[str] = mapped_column(ForeignKey("initiative.id"))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str]
    ordinal: Mapped[int]


class Record(Base):
    """A line in the directory of all records, which search reads."""

    __tablename__ = "record"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[Texts] = mapped_column(JSONB)
    is_public: Mapped[bool]
    document: Mapped[str]


@dataclass(frozen=True, slots=True)
class World:
    """Reads the database."""

    sessions: async_sessionmaker[AsyncSession]

    async def pilot(self, pilot_id: str) -> Initiative | None:
        """Return one pilot."""
        async with self.sessions() as session:
            return await session.scalar(_pilots().where(Initiative.id == pilot_id))

    async def pilots(self, first: int, after: str | None = None) -> Sequence[Initiative]:
        """Return pilots by title, those after a cursor: base64 of the last sort key and id as JSON."""
        question = _pilots()
        if after is not None:
            key, pilot_id = json.loads(base64.b64decode(after))
            question = question.where(tuple_(Initiative.sort_key, Initiative.id) > tuple_(key, pilot_id))
        async with self.sessions() as session:
            found = await session.scalars(question.order_by(Initiative.sort_key, Initiative.id).limit(first))
            return found.all()

    async def pilots_within(self, area: str, status: str, first: int) -> Sequence[Initiative]:
        """Return the pilots in an area, those that start last first."""
        question = _pilots().where(*_within(area, status))
        async with self.sessions() as session:
            found = await session.scalars(
                question.order_by(Initiative.starts_on.desc(), Initiative.id.desc()).limit(first)
            )
            return found.all()

    async def count_within(self, area: str, status: str) -> int:
        """Return the number of pilots in an area."""
        question = select(func.count()).where(Initiative.kind == "PILOT", Initiative.is_public, *_within(area, status))
        async with self.sessions() as session:
            return await session.scalar(question) or 0

    async def search(self, text: str, first: int) -> Sequence[Record]:
        """Return the pilots that match the words best."""
        query = func.ilmio_query(text)
        async with self.sessions() as session:
            found = await session.scalars(
                select(Record)
                .where(Record.is_public, Record.kind == "PILOT", Record.document.op("@@")(query))
                .order_by(func.round(cast(func.ts_rank(Record.document, query), Numeric), 6).desc(), Record.id.desc())
                .limit(first)
            )
            return found.all()

    async def organisations(self, ids: Sequence[str]) -> Sequence[Organisation | None]:
        """Return the organisations with these ids, in their order."""
        async with self.sessions() as session:
            found = await session.scalars(select(Organisation).where(Organisation.id.in_(ids), Organisation.is_public))
            by_id = {organisation.id: organisation for organisation in found}
        return [by_id.get(key) for key in ids]

    async def areas_of_pilots(self, ids: Sequence[str]) -> Sequence[list[Area]]:
        """Return the areas of each of the pilots."""
        link = InitiativeArea
        return await self._grouped(
            select(link.initiative_id, Area)
            .join(Area, Area.id == link.area_id)
            .where(link.initiative_id.in_(ids))
            .order_by(Area.sort_key, Area.id),
            ids,
        )

    async def areas_of_organisations(self, ids: Sequence[str]) -> Sequence[list[Area]]:
        """Return the areas of each of the organisations."""
        link = OrganisationArea
        return await self._grouped(
            select(link.organisation_id, Area)
            .join(Area, Area.id == link.area_id)
            .where(link.organisation_id.in_(ids))
            .order_by(Area.sort_key, Area.id),
            ids,
        )

    async def phenomena_of_pilots(self, ids: Sequence[str]) -> Sequence[list[Phenomenon]]:
        """Return the phenomena of each of the pilots."""
        link = InitiativePhenomenon
        return await self._grouped(
            select(link.initiative_id, Phenomenon)
            .join(Phenomenon, Phenomenon.id == link.phenomenon_id)
            .where(link.initiative_id.in_(ids), Phenomenon.is_public)
            .order_by(Phenomenon.sort_key, Phenomenon.id),
            ids,
        )

    async def participations_of_pilots(self, ids: Sequence[str]) -> Sequence[list[Participation]]:
        """Return the participations in each of the pilots."""
        return await self._grouped(
            select(Participation.initiative_id, Participation)
            .where(Participation.initiative_id.in_(ids))
            .order_by(Participation.ordinal, Participation.id),
            ids,
        )

    async def _grouped(self, question: Select[str, _Value], ids: Sequence[str]) -> Sequence[list[_Value]]:
        """Return the second column of the rows, grouped by the first."""
        groups: Mapping[str, list[_Value]] = defaultdict(list)
        async with self.sessions() as session:
            for key, value in await session.execute(question):
                groups[key].append(value)
        return [groups[key] for key in ids]


def serve(make_app: Callable[[World], Any]) -> None:
    """Serve the application that `make_app` returns until the process is told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--socket-dir", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--pool-size", type=int, required=True)
    asked = parser.parse_args()
    engine = create_async_engine(
        URL.create(
            "postgresql+asyncpg",
            username="postgres",
            database=asked.database,
            query={"host": asked.socket_dir, "port": "5432"},
        ),
        pool_size=asked.pool_size,
        max_overflow=0,
    )
    world = World(async_sessionmaker(engine, expire_on_commit=False))
    uvicorn.run(
        make_app(world),
        host="127.0.0.1",
        port=asked.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
    )


def _pilots() -> Select[Initiative]:
    """Return the question for all public pilots."""
    return select(Initiative).where(Initiative.kind == "PILOT", Initiative.is_public)


def _within(area: str, status: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a pilot works in an area, by its code, and has a status."""
    there = (
        select(InitiativeArea.initiative_id)
        .join(AreaReach, AreaReach.inner_id == InitiativeArea.area_id)
        .join(Area, Area.id == AreaReach.outer_id)
        .where(Area.code == area)
    )
    return Initiative.status == status, Initiative.id.in_(there)
