"""Read the series of the indicators: one file per indicator, one line per area, one column per year.

A cell is a value, or `value/number of persons`. An empty cell is a value that the data owner does not have; a
line that ends early belongs to an area whose series ends there.

Owns: the form of the files in `world/series/`.
Does not own: what a series measures (`world/indicators.toml`).
"""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ilmio_api.demo.rows import WORLD, Row
from ilmio_api.demo.shapes import Entry
from ilmio_api.domain.indicators.vocabulary import ObservationStatus
from ilmio_api.ids import named_id


def observation_rows(indicator: Entry) -> Iterator[Row]:
    """Yield the observations of an indicator of the world files.

    Raises:
        FileNotFoundError: The indicator has no series.
    """
    slug = indicator["slug"]
    vintage: date = indicator["series"]["vintage"]
    lines = csv.reader((WORLD / "series" / f"{slug}.csv").read_text("utf-8").splitlines())
    _, *years = next(lines)
    for area, *cells in lines:
        # Not strict: a line may end before the last year.
        for year, cell in zip(years, cells, strict=False):
            yield {
                "id": named_id("observation", f"{slug}/{area}/{year}"),
                "indicator_id": named_id("indicator", slug),
                "area_id": named_id("area", area),
                "year": int(year),
                "vintage": vintage,
                **_measured(cell),
            }


def _measured(cell: str) -> Row:
    """Return the value, the number of persons and the status that a cell stands for."""
    if not cell:
        return {"value": None, "absolute": None, "status": ObservationStatus.MISSING}
    value, _, absolute = cell.partition("/")
    return {
        "value": Decimal(value),
        "absolute": int(absolute) if absolute else None,
        "status": ObservationStatus.FINAL,
    }
