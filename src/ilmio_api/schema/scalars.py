"""Scalars of the published schema.

Owns: their names, forms and checks on input.
Does not own: how the database writes them (`compiler.declare.Form`).
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal as Number
from decimal import InvalidOperation
from typing import NewType

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

Date = NewType("Date", str)
"""A calendar day as `2026-01-31`."""

DateTime = NewType("DateTime", str)
"""A point in time as `2026-01-31T12:00:00.000Z`."""

Decimal = NewType("Decimal", str)
"""An exact decimal number as a string: `"587500.00"`."""

URL = NewType("URL", str)
"""An absolute address."""

JSON = NewType("JSON", object)
"""Any JSON value."""

Representation = NewType("Representation", object)
"""An object named by its type and a key: `{"__typename": "Area", "code": "EVK03"}`."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def parse_date(value: object) -> str:
    """Return a calendar day in ISO 8601.

    Raises:
        ValueError: The value is not such a day, or the day does not exist.
    """
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    message = "an existing day in the form YYYY-MM-DD is needed"
    raise ValueError(message)


def parse_datetime(value: object) -> str:
    """Return a point in time in UTC.

    Raises:
        ValueError: The value is not RFC 3339, or has no offset.
    """
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value)
            if parsed.tzinfo is not None:
                return parsed.astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            pass
    message = "RFC 3339 with an offset is needed, such as 2026-01-31T12:00:00Z"
    raise ValueError(message)


def parse_decimal(value: object) -> str:
    """Return a decimal number as text.

    Raises:
        ValueError: The value is not a finite number.
    """
    if isinstance(value, str | int):
        try:
            number = Number(value)
        except InvalidOperation:
            number = Number("NaN")
        if number.is_finite():
            return str(number)
    message = "a finite number as a string is needed"
    raise ValueError(message)


def _text(value: object) -> str:
    """Return a text as it is."""
    if isinstance(value, str):
        return value
    message = "a string is needed"
    raise ValueError(message)


def _as_it_is(value: object) -> object:
    """Return a value as it is."""
    return value


SCALARS: dict[object, ScalarDefinition] = {
    Date: strawberry.scalar(
        name="Date",
        description="A calendar day in ISO 8601: `2026-01-31`.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=str,
        parse_value=parse_date,
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A point in time in RFC 3339, written in UTC with milliseconds: `2026-01-31T12:00:00.000Z`.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=str,
        parse_value=parse_datetime,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number as a string: `"587500.00"`. Used for money, which must not be rounded.',
        serialize=str,
        parse_value=parse_decimal,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An absolute web address (RFC 3986).",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
        serialize=str,
        parse_value=_text,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=_as_it_is,
    ),
    Representation: strawberry.scalar(
        name="_Any",
        description="An object of a larger graph, named by its type and one of its keys: "
        '`{__typename: "Area", code: "EVK03"}`. What else it holds is ignored.',
    ),
}
"""Definition of every custom scalar by its Python type."""

CONFIG = StrawberryConfig(scalar_map=SCALARS)
"""Configuration of the published schema."""

PARSERS = {"Date": parse_date, "DateTime": parse_datetime, "Decimal": parse_decimal, "URL": _text}
"""Input check of every custom scalar by its GraphQL name."""
