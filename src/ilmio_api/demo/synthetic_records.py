"""Make what synthetic pilots refer to: phenomena, organisations, programmes and projects.

Owns: the columns that all synthetic records share, their slugs and times.
Does not own: the pilots (`demo.synthetic_pilots`), the words (`demo.synthetic_words`).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random

import orjson

from ilmio_api.demo.copying import Row
from ilmio_api.demo.synthetic_setting import Choice, Place
from ilmio_api.demo.synthetic_words import (
    MARK,
    ORGANISATION_FORMS,
    PHENOMENON_GROUPS,
    PHENOMENON_SUBJECTS,
    PILOT_THEMES,
    Words,
)
from ilmio_api.domain.initiatives.vocabulary import InitiativeKind, InitiativeStatus, Stage
from ilmio_api.domain.phenomena.vocabulary import PhenomenonNature
from ilmio_api.domain.records import DatePrecision, Licence, PublicationStatus, Visibility
from ilmio_api.ids import new_id

_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
"""When the first synthetic record is said to have been written; ids sort by it."""

_SPAN = timedelta(days=730)
"""The pilots of a world are spread over this time, whatever their number."""

_READERS = Choice(
    [
        ((PublicationStatus.PUBLISHED, Visibility.PUBLIC), 94.5),
        ((PublicationStatus.DRAFT, Visibility.PUBLIC), 3.0),
        ((PublicationStatus.PUBLISHED, Visibility.ORGANISATION), 2.0),
        ((PublicationStatus.WITHDRAWN, Visibility.PUBLIC), 0.5),
    ]
)
"""Who may read a synthetic pilot: most are public, the rest make visibility testable."""


@dataclass(frozen=True, slots=True)
class SyntheticWorld:
    """One synthetic world; worlds of another size or seed stand beside it without meeting it."""

    count: int
    seed: int

    def rng(self, part: str) -> Random:
        """Return the source of chance of one part of the world, independent of all other parts."""
        # Not for secrets: the world must come out the same each time.
        return Random(f"{self.count}:{self.seed}:{part}")  # noqa: S311

    def slug(self, kind: str, number: int) -> str:
        """Return the slug of the record of this kind and number."""
        return f"synteettinen-{kind}-{self.count}-{self.seed}-{number}"

    def time_of(self, number: int) -> datetime:
        """Return when the pilot of this number, from 1 to `count`, is said to have been written."""
        return _FIRST + _SPAN * (number / self.count)

    def setting_time(self, number: int) -> datetime:
        """Return when what the pilots refer to is said to have been written: before the pilots."""
        return _FIRST - timedelta(days=365) + timedelta(seconds=number)


def record_columns(prefix: str, slug: str, at: datetime, rng: Random, *, owner_id: str | None) -> dict[str, object]:
    """Return the columns that every synthetic record has; a record without owner is always public."""
    status, visibility = _READERS.pick(rng) if owner_id else (PublicationStatus.PUBLISHED, Visibility.PUBLIC)
    return {
        "id": new_id(prefix, at=at, entropy=rng.randbytes(10)),
        "slug": slug,
        "created_at": at,
        "updated_at": at + timedelta(hours=rng.randrange(24 * 90)),
        "publication_status": status,
        "visibility": visibility,
        "licence": Licence.CC0_1_0,
        "synthetic": True,
        "published_at": None if status is PublicationStatus.DRAFT else at,
        "owner_id": owner_id,
    }


def marked(words: Words, place: Place | None = None, number: int | None = None) -> str:
    """Return a name as JSON in three languages, with place and number where given, always with the mark."""
    return in_json(
        {
            language: " ".join(
                part
                for part in (
                    text if place is None else f"{text}, {place.in_language(language)}",
                    None if number is None else str(number),
                    mark,
                )
                if part
            )
            for language, text, mark in zip(("fi", "sv", "en"), words, MARK, strict=True)
        }
    )


def in_json(value: object) -> str:
    """Return JSON text, as COPY takes it."""
    return orjson.dumps(value).decode()


def phenomenon_rows(world: SyntheticWorld) -> list[Row]:
    """Return the synthetic phenomena: every subject for every group."""
    rng = world.rng("phenomena")
    pairs = product(PHENOMENON_SUBJECTS, PHENOMENON_GROUPS)
    return [
        {
            **record_columns("phenomenon", world.slug("ilmio", number), world.setting_time(number), rng, owner_id=None),
            "nature": PhenomenonNature.CHALLENGE,
            "name": marked(Words(*(f"{a}: {b}" for a, b in zip(subject, group, strict=True)))),
        }
        for number, (subject, group) in enumerate(pairs, start=1)
    ]


def organisation_rows(world: SyntheticWorld, municipalities: Choice[Place], amount: int) -> list[tuple[Row, Row]]:
    """Return synthetic organisations, each with the municipality that it serves."""
    rng = world.rng("organisations")
    made: list[tuple[Row, Row]] = []
    for number in range(1, amount + 1):
        kind, form = rng.choice(ORGANISATION_FORMS)
        place = municipalities.pick(rng)
        slug = world.slug("organisaatio", number)
        row = {
            **record_columns("organisation", slug, world.setting_time(number), rng, owner_id=None),
            "name": marked(form, place, number),
            "type": kind,
        }
        # An organisation keeps its own entry; there is no member who could keep a public one hidden.
        row["owner_id"] = row["id"]
        made.append((row, {"organisation_id": row["id"], "area_id": place.id}))
    return made


def programme_rows(world: SyntheticWorld, places: Choice[Place], owners: Choice[str], amount: int) -> list[Row]:
    """Return synthetic regional programmes."""
    rng = world.rng("programmes")
    name = Words("Alueohjelma", "Regionprogram", "Regional programme")
    return [
        {
            **record_columns(
                "programme", world.slug("ohjelma", number), world.setting_time(number), rng, owner_id=None
            ),
            **_umbrella_columns(owners.pick(rng), rng),
            "kind": InitiativeKind.REGIONAL_PROGRAMME,
            "title": marked(name, places.pick(rng), number),
            "parent_id": None,
        }
        for number in range(1, amount + 1)
    ]


def project_rows(world: SyntheticWorld, programmes: Choice[str], owners: Choice[str], amount: int) -> list[Row]:
    """Return synthetic projects, each in a programme."""
    rng = world.rng("projects")
    return [
        {
            **record_columns("project", world.slug("hanke", number), world.setting_time(number), rng, owner_id=None),
            **_umbrella_columns(owners.pick(rng), rng),
            "kind": InitiativeKind.PROJECT,
            "title": marked(rng.choice(PILOT_THEMES), number=number),
            "parent_id": programmes.pick(rng),
        }
        for number in range(1, amount + 1)
    ]


def _umbrella_columns(owner_id: str, rng: Random) -> dict[str, object]:
    """Return what a programme and a project have in common: public, under way, without an end."""
    return {
        "owner_id": owner_id,
        "status": InitiativeStatus.ACTIVE,
        "stage": Stage.UNKNOWN,
        "lead_organisation_id": owner_id,
        "period_start": date(rng.randrange(2014, 2027), 1, 1),
        "period_start_precision": DatePrecision.YEAR,
        "period_open_ended": True,
    }
