"""The reference tables of areas: what each line says, and whether all of them together make sense.

Owns: the columns of every table and the rules that keep hand-made changes from breaking the register.
Does not own: the file format (`importers.areas_lines`), the database (`importers.areas`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources.abc import Traversable

from ilmio_api.db.base import LocalizedText
from ilmio_api.domain.areas.rules import Membership, Succession, Validity, joined
from ilmio_api.domain.areas.vocabulary import AreaKind, LanguageStatus, SuccessionKind, UrbanRuralClass
from ilmio_api.errors import OperatorError
from ilmio_api.importers.areas_lines import Line, read_lines

COUNTRY = "FI"
"""The code of the country. Every municipality belongs to it, so no table says so."""

_KIND_OF_PREFIX = {
    "FI": AreaKind.COUNTRY,
    "KU": AreaKind.MUNICIPALITY,
    "SK": AreaKind.SUB_REGION,
    "MK": AreaKind.REGION,
    "HVA": AreaKind.WELLBEING_SERVICES_COUNTY,
    "YTA": AreaKind.COLLABORATIVE_AREA,
    "TYA": AreaKind.EMPLOYMENT_AREA,
    "ELY": AreaKind.ELY_CENTRE,
    "EVK": AreaKind.ECONOMIC_DEVELOPMENT_CENTRE,
}
_CODE = re.compile(r"(?P<prefix>FI|(?:KU|SK)(?=\d{3}$)|(?:MK|HVA|YTA|TYA|ELY|EVK)(?=\d{2}$))\d*")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")
_WHOLES = {
    "sub_region": AreaKind.SUB_REGION,
    "region": AreaKind.REGION,
    "wellbeing_services_county": AreaKind.WELLBEING_SERVICES_COUNTY,
    "collaborative_area": AreaKind.COLLABORATIVE_AREA,
    "employment_area": AreaKind.EMPLOYMENT_AREA,
    "ely_centre": AreaKind.ELY_CENTRE,
    "economic_development_centre": AreaKind.ECONOMIC_DEVELOPMENT_CENTRE,
}
"""The columns of memberships.csv that name an area, and the kind that each must name."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area as the tables describe it."""

    line: Line
    kind: AreaKind
    name: LocalizedText
    validity: Validity
    abbreviation: str | None = None
    language_status: LanguageStatus | None = None
    urban_rural_class: UrbanRuralClass | None = None


@dataclass(frozen=True, slots=True)
class OtherCode:
    """The code of an area in another classification; `version` is empty where the classification has none."""

    area: str
    scheme: str
    version: str
    value: str


@dataclass(frozen=True, slots=True)
class AreaTables:
    """Everything that the tables say, checked; areas are named by their codes."""

    areas: Mapping[str, AreaRow]
    other_codes: Sequence[OtherCode]
    memberships: Sequence[Membership]
    successions: Sequence[Succession]
    residents: Mapping[tuple[str, int], int]
    """Residents of a municipality on 31 December of a year."""


def read_tables(folder: Traversable) -> AreaTables:
    """Return what the tables in `folder` say.

    Raises:
        OperatorError: A table is missing or says something that cannot be; it names the table and the line.
    """
    areas = _areas(folder)
    _add_further_names(folder, areas)
    return AreaTables(
        areas=areas,
        other_codes=_other_codes(folder, areas),
        memberships=_memberships(folder, areas),
        successions=_successions(folder, areas),
        residents=_residents(folder, areas),
    )


def _areas(folder: Traversable) -> dict[str, AreaRow]:
    """Read municipalities.csv and areas.csv."""
    areas: dict[str, AreaRow] = {}
    columns = ["code", "fi", "sv", "en", "language_status", "urban_rural_class", "valid_from", "valid_to"]
    for line in read_lines(folder, "municipalities.csv", columns):
        if _kind(line) is not AreaKind.MUNICIPALITY:
            raise line.fault("the code is not that of a municipality.", "Move the line to areas.csv.")
        areas[_new_code(line, areas)] = AreaRow(
            line=line,
            kind=AreaKind.MUNICIPALITY,
            name=_name(line),
            validity=line.validity(),
            language_status=line.word("language_status", LanguageStatus),
            urban_rural_class=line.word("urban_rural_class", UrbanRuralClass),
        )
    for line in read_lines(folder, "areas.csv", ["code", "fi", "sv", "en", "abbreviation", "valid_from", "valid_to"]):
        kind = _kind(line)
        if kind is AreaKind.MUNICIPALITY:
            raise line.fault("the code is that of a municipality.", "Move the line to municipalities.csv.")
        areas[_new_code(line, areas)] = AreaRow(
            line=line,
            kind=kind,
            name=_name(line),
            validity=line.validity(),
            abbreviation=line.optional("abbreviation"),
        )
    if COUNTRY not in areas:
        raise OperatorError(f"areas.csv has no line for {COUNTRY}.", "Add the country.")
    return areas


def _kind(line: Line) -> AreaKind:
    """Return the kind of area that the code on this line is for."""
    match = _CODE.fullmatch(line.text("code"))
    if match is None:
        raise line.fault(
            f"{line.text('code')!r} is no code of an area.",
            f"Begin with one of {', '.join(_KIND_OF_PREFIX)}; "
            "three digits follow after KU and SK, two after the others.",
        )
    return _KIND_OF_PREFIX[match["prefix"]]


def _new_code(line: Line, areas: Mapping[str, AreaRow]) -> str:
    """Return the code on this line, which no earlier line has."""
    code = line.text("code")
    if code in areas:
        earlier = areas[code].line
        raise line.fault(f"{code} has a line already, {earlier.table} line {earlier.number}.", "Delete one of them.")
    return code


def _name(line: Line) -> LocalizedText:
    """Return the name in every language that the line has; Finnish must be there."""
    named = {"fi": line.text("fi"), "sv": line.optional("sv"), "en": line.optional("en")}
    return {language: name for language, name in named.items() if name is not None}


def _add_further_names(folder: Traversable, areas: Mapping[str, AreaRow]) -> None:
    """Read further_names.csv: the names in languages that few areas have a name in."""
    for line in read_lines(folder, "further_names.csv", ["code", "language", "name"]):
        names = areas[_known(line, "code", areas)].name
        language = line.text("language")
        if language in names or not _LANGUAGE_TAG.fullmatch(language):
            raise line.fault(f"{language!r} cannot be the language of a further name.", "Write se, smn or sms.")
        names[language] = line.text("name")


def _known(line: Line, column: str, areas: Mapping[str, AreaRow], kind: AreaKind | None = None) -> str:
    """Return a code that is the code of an area, and of one of `kind` if that is given."""
    code = line.text(column)
    if code not in areas:
        raise line.fault(f"no area has the code {code}.", "Mend the code, or add the area first.")
    if kind is not None and areas[code].kind is not kind:
        raise line.fault(f"{column} cannot be {code}, which is a {areas[code].kind}.", f"Write the code of a {kind}.")
    return code


def _other_codes(folder: Traversable, areas: Mapping[str, AreaRow]) -> list[OtherCode]:
    """Read other_codes.csv."""
    codes: dict[tuple[str, str, str], OtherCode] = {}
    for line in read_lines(folder, "other_codes.csv", ["code", "scheme", "version", "value"]):
        area, scheme, version = (
            _known(line, "code", areas),
            line.text("scheme"),
            line.optional("version") or "",
        )
        if (area, scheme, version) in codes:
            raise line.fault(f"{area} has a code of that scheme and version already.", "Delete one of them.")
        codes[area, scheme, version] = OtherCode(area, scheme, version, line.text("value"))
    return list(codes.values())


def _memberships(folder: Traversable, areas: Mapping[str, AreaRow]) -> list[Membership]:
    """Read memberships.csv: what a municipality belonged to in the time that the line is valid."""
    periods: dict[tuple[str, str], list[Validity]] = defaultdict(list)
    for member, lines in _membership_lines(folder, areas).items():
        periods[member, COUNTRY].append(areas[member].validity)
        for line, validity in lines:
            for whole, shared in _wholes(line, validity, areas):
                periods[member, whole].append(shared)
    populated = {code for pair in periods for code in pair}
    for code in sorted(areas.keys() - populated):
        raise areas[code].line.fault(f"{code} has no municipality.", "Name it in memberships.csv.")
    return [
        Membership(member, whole, validity) for (member, whole), parts in periods.items() for validity in joined(parts)
    ]


def _membership_lines(folder: Traversable, areas: Mapping[str, AreaRow]) -> dict[str, list[tuple[Line, Validity]]]:
    """Return the lines of every municipality; they follow each other through all the time that it existed."""
    lines_of: dict[str, list[tuple[Line, Validity]]] = {
        code: [] for code, area in areas.items() if area.kind is AreaKind.MUNICIPALITY
    }
    for line in read_lines(folder, "memberships.csv", ["municipality", *_WHOLES, "valid_from", "valid_to"]):
        member = _known(line, "municipality", areas, AreaKind.MUNICIPALITY)
        validity = line.validity().overlap(areas[member].validity)
        if validity is None:
            raise line.fault(f"{member} did not exist at that time.")
        for earlier, taken in lines_of[member]:
            if taken.overlap(validity):
                raise line.fault(f"{member} has line {earlier.number} for the same time.", "End one on the day before.")
        lines_of[member].append((line, validity))
    for member, lines in lines_of.items():
        if joined(validity for _, validity in lines) != [areas[member].validity]:
            raise areas[member].line.fault(
                f"memberships.csv does not say for all of its time what {member} belonged to.",
                "Let the lines of memberships.csv follow each other without a gap.",
            )
    return lines_of


def _wholes(line: Line, validity: Validity, areas: Mapping[str, AreaRow]) -> Iterator[tuple[str, Validity]]:
    """Yield the areas that a line of memberships.csv names, each with the days when both were valid."""
    for column, kind in _WHOLES.items():
        if line.optional(column) is None:
            continue
        whole = _known(line, column, areas, kind)
        shared = areas[whole].validity.overlap(validity)
        if shared is None:
            raise line.fault(f"{whole} did not exist at that time.", f"Leave {column} empty.")
        yield whole, shared


def _successions(folder: Traversable, areas: Mapping[str, AreaRow]) -> list[Succession]:
    """Read successions.csv."""
    columns = ["predecessor", "successor", "kind", "on_date", "municipality_count"]
    successions: dict[tuple[str, str], Succession] = {}
    for line in read_lines(folder, "successions.csv", columns):
        predecessor, successor = _known(line, "predecessor", areas), _known(line, "successor", areas)
        on_date = line.day("on_date")
        if (predecessor, successor) in successions:
            raise line.fault(f"{predecessor} is followed by {successor} already.", "Delete one of the lines.")
        if areas[predecessor].validity.valid_to != on_date - timedelta(days=1):
            raise line.fault(
                f"{predecessor} does not end on the day before on_date.", "Mend on_date, or valid_to there."
            )
        if not areas[successor].validity.holds_on(on_date):
            raise line.fault(f"{successor} does not exist on {on_date}.", "Mend on_date, or valid_from there.")
        successions[predecessor, successor] = Succession(
            predecessor,
            successor,
            line.word("kind", SuccessionKind),
            on_date,
            line.number_of("municipality_count") if line.optional("municipality_count") else None,
        )
    return list(successions.values())


def _residents(folder: Traversable, areas: Mapping[str, AreaRow]) -> dict[tuple[str, int], int]:
    """Read population.csv: a year that it counts at all, it counts for every municipality of that year."""
    residents: dict[tuple[str, int], int] = {}
    for line in read_lines(folder, "population.csv", ["municipality", "year", "residents"]):
        municipality = _known(line, "municipality", areas, AreaKind.MUNICIPALITY)
        year = line.number_of("year")
        if (municipality, year) in residents:
            raise line.fault(f"{municipality} has a count for {year} already.", "Delete one of the lines.")
        if not areas[municipality].validity.holds_on(date(year, 12, 31)):
            raise line.fault(f"{municipality} did not exist at the end of {year}.", "Delete the line.")
        residents[municipality, year] = line.number_of("residents")
    for year in sorted({year for _, year in residents}):
        for code, area in areas.items():
            existed = area.kind is AreaKind.MUNICIPALITY and area.validity.holds_on(date(year, 12, 31))
            if existed and (code, year) not in residents:
                raise area.line.fault(f"population.csv has no count of {year} for {code}.", "Add the line there.")
    return residents
