"""Make synthetic pilots and what belongs to each: areas, phenomena, roles, money, goals, events, learnings.

Owns: how the pilots are spread over place, time, phase and result.
Does not own: what they refer to (`demo.synthetic_setting`).
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from ilmio_api.demo.copying import Row
from ilmio_api.demo.synthetic_records import SyntheticWorld, in_json, marked, record_columns
from ilmio_api.demo.synthetic_setting import Choice, Place, Setting
from ilmio_api.demo.synthetic_words import GOALS, LEARNINGS, PILOT_THEMES, Words
from ilmio_api.domain.areas.vocabulary import AreaKind
from ilmio_api.domain.events.vocabulary import EventKind, EventMode
from ilmio_api.domain.initiatives.vocabulary import (
    AreaScope,
    Decision,
    ExperimentOutcome,
    FundingKind,
    GoalLevel,
    InitiativeKind,
    InitiativeStatus,
    OrganisationRole,
    PilotKind,
    Stage,
)
from ilmio_api.domain.knowledge.vocabulary import LearningKind
from ilmio_api.domain.records import DatePrecision
from ilmio_api.ids import new_id

_TODAY = date(2026, 6, 30)
"""The day on which the synthetic world is told; fixed, so that the world never changes."""

_YEARS = Choice((year, 1 + (year - 2015) * 0.6) for year in range(2015, 2028))
_PRECISIONS = Choice(
    [(DatePrecision.DAY, 50), (DatePrecision.MONTH, 30), (DatePrecision.YEAR, 15), (DatePrecision.NONE, 5)]
)
_KINDS_OF_PLACE = Choice(
    [
        (AreaKind.MUNICIPALITY, 60),
        (AreaKind.REGION, 18),
        (AreaKind.WELLBEING_SERVICES_COUNTY, 14),
        (AreaKind.SUB_REGION, 4),
        (AreaKind.EMPLOYMENT_AREA, 4),
    ]
)
_SCOPES = {
    AreaKind.MUNICIPALITY: AreaScope.MUNICIPALITY,
    AreaKind.REGION: AreaScope.REGION,
    AreaKind.WELLBEING_SERVICES_COUNTY: AreaScope.WELLBEING_SERVICES_COUNTY,
    AreaKind.SUB_REGION: AreaScope.SUB_REGION,
    AreaKind.EMPLOYMENT_AREA: AreaScope.EMPLOYMENT_AREA,
}
_STAGES = {
    InitiativeStatus.PLANNED: Choice([(Stage.IDEA, 7), (Stage.IN_DEVELOPMENT, 3)]),
    InitiativeStatus.ACTIVE: Choice([(Stage.IN_DEVELOPMENT, 3), (Stage.IN_TRIAL, 6), (Stage.READY, 1)]),
    InitiativeStatus.PAUSED: Choice([(Stage.IN_DEVELOPMENT, 5), (Stage.IN_TRIAL, 5)]),
    InitiativeStatus.ENDED: Choice([(Stage.READY, 5), (Stage.IN_PERMANENT_USE, 2), (Stage.DISCONTINUED, 3)]),
    InitiativeStatus.CANCELLED: Choice([(Stage.DISCONTINUED, 9), (Stage.IDEA, 1)]),
    InitiativeStatus.UNKNOWN: Choice([(Stage.UNKNOWN, 1)]),
}
_RESULTS = Choice(
    [
        ((ExperimentOutcome.SUCCESS, Decision.SCALE), 20),
        ((ExperimentOutcome.SUCCESS, Decision.CONTINUE), 20),
        ((ExperimentOutcome.PARTIAL, Decision.ADAPT), 25),
        ((ExperimentOutcome.FAILURE, Decision.STOP), 12),
        ((ExperimentOutcome.INCONCLUSIVE, Decision.NOT_DECIDED), 15),
        ((None, None), 8),
    ]
)
_ROLES = Choice(
    [
        (OrganisationRole.PARTNER, 40),
        (OrganisationRole.PART_IMPLEMENTER, 30),
        (OrganisationRole.FUNDER, 20),
        (OrganisationRole.EVALUATOR, 5),
        (OrganisationRole.STEERING, 5),
    ]
)
_LEARNING_KINDS = Choice(
    [
        (LearningKind.SUCCESS, 45),
        (LearningKind.FAILURE, 25),
        (LearningKind.SURPRISE, 10),
        (LearningKind.RECOMMENDATION, 20),
    ]
)
_EUROS = Choice([(5_000, 4), (20_000, 8), (60_000, 6), (150_000, 3), (500_000, 1)])


@dataclass(frozen=True, slots=True)
class _Period:
    start: date | None
    end: date | None
    precision: DatePrecision
    open_ended: bool
    status: InitiativeStatus


@dataclass(frozen=True, slots=True)
class _Pilot:
    """What the rows of one pilot have in common."""

    world: SyntheticWorld
    number: int
    id: str
    at: datetime
    theme: Words
    places: list[Place]
    phenomena: list[str]
    organisations: list[str]

    def part_id(self, prefix: str, rng: Random) -> str:
        return new_id(prefix, at=self.at, entropy=rng.randbytes(10))


def pilot_rows(world: SyntheticWorld, setting: Setting, number: int, rng: Random) -> Iterator[tuple[str, Row]]:
    """Yield table and row of one pilot and of all that belongs to it, in an order that references allow."""
    lead, *partners = setting.organisations.several(rng, rng.randint(2, 4))
    at = world.time_of(number)
    columns = record_columns("pilot", world.slug("pilotti", number), at, rng, owner_id=lead)
    kind = _KINDS_OF_PLACE.pick(rng)
    pilot = _Pilot(
        world=world,
        number=number,
        id=str(columns["id"]),
        at=at,
        theme=rng.choice(PILOT_THEMES),
        places=setting.places[kind].several(rng, rng.choice((1, 1, 1, 2))),
        phenomena=setting.phenomena.several(rng, rng.choice((1, 1, 2, 3))),
        organisations=[lead, *partners],
    )
    parent_id = setting.projects.pick(rng) if _happens(rng, 0.4) else None
    period = _period(rng)
    yield "initiative", {**columns, **_told(pilot, rng), **_state(period, rng), "parent_id": parent_id}
    yield from _links(pilot, rng)
    yield from _money_and_goals(pilot, rng)
    if period.start and _happens(rng, 0.12):
        yield "event", _event(pilot, period.start, rng)
    if period.status is InitiativeStatus.ENDED and _happens(rng, 0.35):
        yield from _learning(pilot, rng)


def _told(pilot: _Pilot, rng: Random) -> dict[str, object]:
    """Return kind, title, summary, scope and lead."""
    place = pilot.places[0]
    theme = pilot.theme
    summary = {
        "fi": f"Keksitty pilotti, jolla palvelua kokeillaan: {theme.fi.lower()}, {place.in_language('fi')}.",
        "sv": f"En påhittad pilot för att pröva tjänsten: {theme.sv.lower()}, {place.in_language('sv')}.",
        "en": f"An invented pilot for trying the service: {theme.en.lower()}, {place.in_language('en')}.",
    }
    # Finnish always, the other languages in part: fallback shows only where something is missing.
    for language, share in (("sv", 0.6), ("en", 0.5)):
        if not _happens(rng, share):
            del summary[language]
    return {
        "kind": InitiativeKind.PILOT,
        "pilot_kind": PilotKind.EXPERIMENT if _happens(rng, 0.3) else PilotKind.PILOT,
        "title": marked(theme, place, pilot.number),
        "summary": in_json(summary),
        "scope": _SCOPES[place.kind] if len(pilot.places) == 1 else AreaScope.MULTI_REGION,
        "lead_organisation_id": pilot.organisations[0],
        "planned_duration_days": rng.choice((30, 60, 90, 180, 365)),
    }


def _state(period: _Period, rng: Random) -> dict[str, object]:
    """Return period, status, stage, outcome and decision."""
    outcome, decision = _RESULTS.pick(rng) if period.status is InitiativeStatus.ENDED else (None, None)
    return {
        "status": period.status,
        "stage": _STAGES[period.status].pick(rng),
        "period_start": period.start,
        "period_start_precision": period.precision if period.start else DatePrecision.NONE,
        "period_end": period.end,
        "period_end_precision": period.precision if period.end else DatePrecision.NONE,
        "period_open_ended": period.open_ended,
        "outcome": outcome,
        "decision": decision,
    }


def _period(rng: Random) -> _Period:
    """Return when a pilot runs, how exactly that is known, and the status that follows."""
    start = date(_YEARS.pick(rng), rng.randint(1, 12), rng.randint(1, 28))
    end = start + timedelta(days=rng.randint(60, 1_000))
    status = _status(start, end, rng)
    precision = _PRECISIONS.pick(rng)
    match precision:
        case DatePrecision.NONE:
            return _Period(None, None, precision, open_ended=False, status=InitiativeStatus.UNKNOWN)
        case DatePrecision.YEAR:
            start, end = start.replace(month=1, day=1), end.replace(month=12, day=31)
        case DatePrecision.MONTH:
            start, end = start.replace(day=1), end.replace(day=monthrange(end.year, end.month)[1])
        case DatePrecision.DAY:
            pass
    open_ended = status is InitiativeStatus.ACTIVE and _happens(rng, 0.15)
    return _Period(start, None if open_ended else end, precision, open_ended, status)


def _status(start: date, end: date, rng: Random) -> InitiativeStatus:
    """Return the status that dates imply on the day of the telling, or now and then an interrupted one."""
    if start > _TODAY:
        return InitiativeStatus.PLANNED
    if end < _TODAY:
        return InitiativeStatus.CANCELLED if _happens(rng, 0.06) else InitiativeStatus.ENDED
    return InitiativeStatus.PAUSED if _happens(rng, 0.05) else InitiativeStatus.ACTIVE


def _links(pilot: _Pilot, rng: Random) -> Iterator[tuple[str, Row]]:
    """Yield areas, phenomena and the roles of organisations."""
    for place in pilot.places:
        yield "initiative_area", {"initiative_id": pilot.id, "area_id": place.id}
    for phenomenon_id in pilot.phenomena:
        yield "initiative_phenomenon", {"initiative_id": pilot.id, "phenomenon_id": phenomenon_id}
    for ordinal, organisation_id in enumerate(pilot.organisations, start=1):
        yield (
            "participation",
            {
                "id": pilot.part_id("participation", rng),
                "initiative_id": pilot.id,
                "organisation_id": organisation_id,
                "role": OrganisationRole.ADMINISTRATOR if ordinal == 1 else _ROLES.pick(rng),
                "ordinal": ordinal,
            },
        )


def _money_and_goals(pilot: _Pilot, rng: Random) -> Iterator[tuple[str, Row]]:
    """Yield one line of funding for half of the pilots, and one or two goals for all."""
    if _happens(rng, 0.5):
        funding = {
            "id": pilot.part_id("funding", rng),
            "initiative_id": pilot.id,
            "funder_id": pilot.organisations[-1],
            "kind": FundingKind.GRANT,
            "amount": _EUROS.pick(rng),
            "currency": "EUR",
        }
        yield "funding", funding
    for ordinal, goal in enumerate(rng.sample(GOALS, rng.randint(1, 2)), start=1):
        yield (
            "goal",
            {
                "id": pilot.part_id("goal", rng),
                "initiative_id": pilot.id,
                "level": GoalLevel.OBJECTIVE,
                "text": in_json(goal._asdict()),
                "ordinal": ordinal,
            },
        )


def _event(pilot: _Pilot, start: date, rng: Random) -> Row:
    """Return a workshop in the first weeks of the pilot."""
    day = start + timedelta(days=rng.randint(0, 40))
    slug = pilot.world.slug("tapahtuma", pilot.number)
    place = pilot.places[0]
    return {
        **record_columns("event", slug, pilot.at, rng, owner_id=pilot.organisations[0]),
        "title": marked(Words("Työpaja", "Verkstad", "Workshop"), place, pilot.number),
        "kind": EventKind.WORKSHOP,
        "mode": rng.choice((EventMode.ON_SITE, EventMode.ONLINE, EventMode.HYBRID)),
        "initiative_id": pilot.id,
        "area_id": place.id,
        "period_start": day,
        "period_start_precision": DatePrecision.DAY,
        "period_end": day,
        "period_end_precision": DatePrecision.DAY,
    }


def _learning(pilot: _Pilot, rng: Random) -> Iterator[tuple[str, Row]]:
    """Yield what an ended pilot taught, and the phenomenon that it concerns."""
    slug = pilot.world.slug("oppi", pilot.number)
    row = {
        **record_columns("learning", slug, pilot.at, rng, owner_id=pilot.organisations[0]),
        "text": marked(rng.choice(LEARNINGS)),
        "kind": _LEARNING_KINDS.pick(rng),
        "initiative_id": pilot.id,
    }
    yield "learning", row
    yield "learning_phenomenon", {"learning_id": row["id"], "phenomenon_id": pilot.phenomena[0]}


def _happens(rng: Random, share: float) -> bool:
    """Return True in this share of all cases, from 0 to 1."""
    return rng.random() < share
