"""What every filter means, stated a second time, row by row.

Owns: the condition behind each field of each filter.
Does not own: where filters stand (`oracle.interpreter`).

A record that the reader may not see is never a reason to find or not to find another one.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from tests.oracle.lists import Refusal
from tests.oracle.policies import is_visible
from tests.oracle.reading import JSON
from tests.oracle.world import Row, World

Condition: TypeAlias = Callable[[World, Row, Any], bool]
"""Whether a row fulfils a given value of a filter field."""


def fulfils(world: World, input_type: str, row: Row, given: Mapping[str, Any] | None) -> bool:
    """Tell whether a row passes a filter."""
    return all(
        _holds(world, input_type, row, name, value) for name, value in (given or {}).items() if value is not None
    )


def check_filter(world: World, given: object) -> None:
    """Refuse spans that end before they start, and area codes that the register does not have.

    Raises:
        Refusal: With BAD_RANGE or UNKNOWN_AREA.
    """
    if isinstance(given, list):
        for each in given:
            check_filter(world, each)
    elif isinstance(given, dict):
        for name, value in given.items():
            if name == "area" and value is not None:
                for code in _codes(value):
                    _area_of(world, code)
            else:
                check_filter(world, value)
        start, end = given.get("from"), given.get("to")
        if start is not None and end is not None and start > end:
            raise Refusal("BAD_RANGE")


def _holds(world: World, input_type: str, row: Row, name: str, value: JSON) -> bool:
    match name:
        case "and":
            return all(fulfils(world, input_type, row, each) for each in value)
        case "or":
            return any(fulfils(world, input_type, row, each) for each in value)
        case "not":
            return not fulfils(world, input_type, row, value)
        case _:
            return _condition(input_type, name)(world, row, value)


def _condition(input_type: str, name: str) -> Condition:
    own = _CONDITIONS.get(input_type, {})
    if name in own:
        return own[name]
    if input_type in _INITIATIVE_FILTERS and name in _OF_INITIATIVES:
        return _OF_INITIATIVES[name]
    return _OF_RECORDS[name]


def _listed(column: str) -> Condition:
    return lambda _world, row, values: row[column] is not None and row[column] in values


def _flag(column: str) -> Condition:
    return lambda _world, row, wanted: (row[column] is True) is wanted


def _known(column: str) -> Condition:
    return lambda _world, row, wanted: (row[column] is not None) is wanted


def _years(_world: World, row: Row, span: Mapping[str, int | None]) -> bool:
    start, end = span.get("from"), span.get("to")
    if start is None and end is None:
        return True
    year = row["year"]
    return year is not None and (start is None or start <= year) and (end is None or year <= end)


def _in_time(column: str) -> Condition:
    def condition(_world: World, row: Row, span: Mapping[str, str | None]) -> bool:
        start, end = span.get("from"), span.get("to")
        return (start is None or datetime.fromisoformat(start) <= row[column]) and (
            end is None or row[column] < datetime.fromisoformat(end)
        )

    return condition


def _period(_world: World, row: Row, span: Mapping[str, str | None]) -> bool:
    """Tell whether a period with a known end shares a day with the span; unknown ends are open."""
    starts, ends = row["period_start"], row["period_end"]
    if starts is None and ends is None:
        return False
    first = date.fromisoformat(span.get("from") or "0001-01-01")
    last = date.fromisoformat(span.get("to") or "9999-12-31")
    return first <= last and (starts or date.min) <= last and (ends or date.max) >= first


def valid_on(_world: World, row: Row, day: str) -> bool:
    """Tell whether a row with an open or known validity is valid on the day."""
    on = date.fromisoformat(day)
    return (row["valid_from"] or date.min) <= on <= (row["valid_to"] or date.max)


def _matches(world: World, row: Row, words: str) -> bool:
    return row["id"] in world.ranks[words]


def _row_of(table: str, column: str, key: str = "slug") -> Condition:
    """Demand that a foreign key points to a visible row with one of the keys."""

    def condition(world: World, row: Row, keys: list[str]) -> bool:
        target = world.one(table, row[column])
        return target is not None and is_visible(world, table, target) and target[key] in keys

    return condition


def _linked(link: str, near: str, far: Condition) -> Condition:
    """Demand a visible line of another table that points here and fulfils a condition of its own."""
    return lambda world, row, value: any(
        is_visible(world, link, line) and far(world, line, value) for line in world.where(link, near, row["id"])
    )


def _through(link: str, near: str, column: str, table: str) -> Condition:
    """Demand a link to a visible row with one of the slugs."""
    return _linked(link, near, _row_of(table, column))


def _by_phenomena_of(initiatives: Callable[[World, Row], Iterable[object]]) -> Condition:
    """Demand that one of the visible initiatives of a row tackles a visible phenomenon with one of the slugs."""
    tackles = _through("initiative_phenomenon", "initiative_id", "phenomenon_id", "phenomenon")

    def condition(world: World, row: Row, slugs: list[str]) -> bool:
        found = (world.one("initiative", each) for each in initiatives(world, row))
        return any(each and is_visible(world, "initiative", each) and tackles(world, each, slugs) for each in found)

    return condition


def _own_initiative(_world: World, row: Row) -> list[object]:
    return [row["initiative_id"]]


def _initiatives_of_organisation(world: World, row: Row) -> list[object]:
    return [line["initiative_id"] for line in world.where("participation", "organisation_id", row["id"])]


def _participant(world: World, row: Row, criterion: Mapping[str, list[str] | None]) -> bool:
    slugs, roles = criterion.get("slugs"), criterion.get("roles")
    by_slug = _row_of("organisation", "organisation_id")
    return any(
        (slugs is None or by_slug(world, line, slugs)) and (roles is None or line["role"] in roles)
        for line in world.where("participation", "initiative_id", row["id"])
    )


def _superseded(world: World, row: Row, wanted: bool) -> bool:  # noqa: FBT001 - the value of a filter field
    same = world.where("observation", "indicator_id", row["indicator_id"])
    dimensions = ("area_id", "year", "gender", "age_group")
    newer = any(
        each["vintage"] > row["vintage"] and all(each[name] == row[name] for name in dimensions) for each in same
    )
    return newer is wanted


def _area_of(world: World, code: str) -> str:
    """Return the id of an area.

    Raises:
        Refusal: No area has the code.
    """
    found = world.where("area", "code", code)
    if not found:
        raise Refusal("UNKNOWN_AREA")
    return str(found[0]["id"])


def _codes(criterion: Mapping[str, Any]) -> list[str]:
    single = [criterion[name] for name in ("within", "overlapping") if criterion.get(name) is not None]
    return [*single, *(criterion.get("withinAny") or ())]


def _in_area(areas_of: Callable[[World, Row], Iterable[object]]) -> Condition:
    """Demand that one of the areas of a row fulfils each part of the criterion."""

    def condition(world: World, row: Row, criterion: Mapping[str, Any]) -> bool:
        own = set(areas_of(world, row)) - {None}
        wanted: list[set[object]] = []
        if criterion.get("within") is not None:
            wanted.append(_reaching(world, criterion["within"]))
        if criterion.get("withinAny") is not None:
            wanted.append({each for code in criterion["withinAny"] for each in _reaching(world, code)})
        if criterion.get("overlapping") is not None:
            wanted.append(_sharing(world, criterion["overlapping"]))
        return all(own & areas for areas in wanted)

    return condition


def _reaching(world: World, code: str) -> set[object]:
    return {line["inner_id"] for line in world.where("area_reach", "outer_id", _area_of(world, code))}


def _sharing(world: World, code: str) -> set[object]:
    """Return the areas that some municipality reaches which also reaches the area of the code."""
    kinds = {identifier: (world.one("area", identifier) or {})["kind"] for identifier in _reaching(world, code)}
    return {
        line["outer_id"]
        for identifier, kind in kinds.items()
        if kind == "MUNICIPALITY"
        for line in world.where("area_reach", "inner_id", identifier)
    }


def _own_area(_world: World, row: Row) -> list[object]:
    return [row["area_id"]]


def _itself(_world: World, row: Row) -> list[object]:
    return [row["id"]]


def _lines(link: str, near: str) -> Callable[[World, Row], list[object]]:
    """Say that the areas of a row are those of its visible lines in another table."""
    return lambda world, row: [
        line["area_id"] for line in world.where(link, near, row["id"]) if is_visible(world, link, line)
    ]


_OF_RECORDS: dict[str, Condition] = {
    "ids": _listed("id"),
    "slugs": _listed("slug"),
    "text": _matches,
    "createdAt": _in_time("created_at"),
    "updatedAt": _in_time("updated_at"),
    "synthetic": _flag("synthetic"),
    "period": _period,
}

_INITIATIVE_FILTERS = {
    "InitiativeFilter",
    "PilotFilter",
    "ProjectFilter",
    "RegionalProgrammeFilter",
    "CollectionFilter",
}

_OF_INITIATIVES: dict[str, Condition] = {
    "status": _listed("status"),
    "stage": _listed("stage"),
    "scope": _listed("scope"),
    "area": _in_area(_lines("initiative_area", "initiative_id")),
    "phenomena": _through("initiative_phenomenon", "initiative_id", "phenomenon_id", "phenomenon"),
    "participant": _participant,
    "leadOrganisations": _row_of("organisation", "lead_organisation_id"),
    "parents": _row_of("initiative", "parent_id"),
}

_EVENTS: dict[str, Condition] = {
    "initiatives": _row_of("initiative", "initiative_id"),
    "phenomena": _by_phenomena_of(_own_initiative),
}

_CONDITIONS: dict[str, dict[str, Condition]] = {
    "AreaFilter": {
        "kind": lambda _world, row, kind: row["kind"] == kind,
        "kinds": _listed("kind"),
        "codes": _listed("code"),
        "validOn": valid_on,
        "area": _in_area(_itself),
        "ended": _known("valid_to"),
        "languageStatus": _listed("language_status"),
    },
    "PhenomenonFilter": {
        "nature": _listed("nature"),
        "area": _in_area(_lines("phenomenon_priority", "phenomenon_id")),
        "indicators": _through("phenomenon_indicator", "phenomenon_id", "indicator_id", "indicator"),
        "initiatives": _through("initiative_phenomenon", "phenomenon_id", "initiative_id", "initiative"),
    },
    "PhenomenonPriorityFilter": {
        "area": _in_area(_own_area),
        "organisations": _row_of("organisation", "organisation_id"),
    },
    "InitiativeFilter": {"kind": _listed("kind")},
    "PilotFilter": {
        "pilotKind": _listed("pilot_kind"),
        "outcome": _listed("outcome"),
        "decision": _listed("decision"),
    },
    "ParticipationFilter": {
        "roles": _listed("role"),
        "organisations": _row_of("organisation", "organisation_id"),
        "initiatives": _row_of("initiative", "initiative_id"),
        "ofOrganisation": _known("organisation_id"),
    },
    "OrganisationFilter": {
        "type": _listed("type"),
        "businessIds": _listed("business_id"),
        "area": _in_area(_lines("organisation_area", "organisation_id")),
        "validOn": valid_on,
        "parents": _row_of("organisation", "parent_id"),
        "role": _linked("participation", "organisation_id", _listed("role")),
        "initiatives": _through("participation", "organisation_id", "initiative_id", "initiative"),
        "phenomena": _by_phenomena_of(_initiatives_of_organisation),
    },
    "OperatingModelFilter": {
        "stage": _listed("stage"),
        "scope": _listed("scope"),
        "phenomena": _through("operating_model_phenomenon", "model_id", "phenomenon_id", "phenomenon"),
        "collections": _row_of("initiative", "collection_id"),
        "implementers": _through("implementation", "model_id", "organisation_id", "organisation"),
        "area": _in_area(_lines("implementation", "model_id")),
        "takenIntoPractice": _flag("taken_into_practice"),
    },
    "ImplementationFilter": {
        "status": _listed("status"),
        "models": _row_of("operating_model", "model_id"),
        "organisations": _row_of("organisation", "organisation_id"),
        "area": _in_area(_own_area),
    },
    "PrincipleSetFilter": {"audience": _listed("audience"), "publishers": _row_of("organisation", "publisher_id")},
    "LearningFilter": {
        "kind": _listed("kind"),
        "phenomena": _through("learning_phenomenon", "learning_id", "phenomenon_id", "phenomenon"),
        "initiatives": _row_of("initiative", "initiative_id"),
        "operatingModels": _row_of("operating_model", "model_id"),
    },
    "ImpactFigureFilter": {
        "unit": _listed("unit"),
        "evidenceLevel": _listed("evidence_level"),
        "years": _years,
        "hasYear": _known("year"),
        "phenomena": _row_of("phenomenon", "phenomenon_id"),
        "initiatives": _row_of("initiative", "initiative_id"),
        "organisations": _row_of("organisation", "organisation_id"),
    },
    "IndicatorFilter": {
        "direction": _listed("direction"),
        "measureType": _listed("measure_type"),
        "level": _listed("level"),
        "sourceSystems": _listed("source_system"),
        "sourceCodes": _listed("source_code"),
        "area": _in_area(_lines("observation", "indicator_id")),
        "phenomena": _through("phenomenon_indicator", "indicator_id", "phenomenon_id", "phenomenon"),
    },
    "ObservationFilter": {
        "area": _in_area(_own_area),
        "years": _years,
        "gender": _listed("gender"),
        "ageGroups": _listed("age_group"),
        "status": _listed("status"),
        "derived": _flag("derived"),
        "superseded": _superseded,
        "indicators": _row_of("indicator", "indicator_id"),
    },
    "EventSeriesFilter": _EVENTS,
    "EventFilter": {
        **_EVENTS,
        "kind": _listed("kind"),
        "mode": _listed("mode"),
        "series": _row_of("event_series", "series_id"),
        "area": _in_area(_own_area),
        "sector": _linked("event_attendance", "event_id", _listed("sector")),
    },
    "NetworkFilter": {
        "area": _in_area(_lines("network_area", "network_id")),
        "phenomena": _through("network_phenomenon", "network_id", "phenomenon_id", "phenomenon"),
        "members": _through("network_member", "network_id", "organisation_id", "organisation"),
        "coordinators": _row_of("organisation", "coordinator_id"),
        "initiatives": _row_of("initiative", "initiative_id"),
    },
}
