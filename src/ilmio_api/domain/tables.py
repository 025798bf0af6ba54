"""The way from a mapped class to its table, with the type that SQLAlchemy's Core wants."""

from typing import cast

from sqlalchemy import Table

from ilmio_api.db.base import Base


def table(model: type[Base]) -> Table:
    """Return the table of a mapped class."""
    # Every mapped class of this project maps one table; SQLAlchemy types the attribute more widely.
    return cast("Table", model.__table__)
