"""Filters that every record offers.

Owns: the fields that all filters of records begin with.
Does not own: filters of one type (the modules of the contexts).
"""

import strawberry

from ilmio_api.compiler.cost import SEARCH_POINTS
from ilmio_api.schema.fields import where
from ilmio_api.schema.rules import DateTimeRange, in_time, is_true, matches_text, one_of


@strawberry.input(description="Filters of every record.")
class RecordCriteria:
    """Base of the filters of records."""

    ids: list[strawberry.ID] | None = where(one_of("id", broad=False), "Records with these identifiers.")
    slugs: list[str] | None = where(one_of("slug", broad=False), "Records with these slugs.")
    text: str | None = where(
        matches_text,
        "Words in Finnish, Swedish or English, inflected or cut short: all of them must occur. Quotes and a "
        "leading minus "
        "work as in web searches.",
        points=SEARCH_POINTS,
    )
    created_at: DateTimeRange | None = where(in_time("created_at"), "Made in this service in this time.")
    updated_at: DateTimeRange | None = where(in_time("updated_at"), "Last changed in this service in this time.")
    synthetic: bool | None = where(is_true("synthetic"), "Only made-up records (true) or only real ones (false).")
