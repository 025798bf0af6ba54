"""Run migrations on the connection that `ilmio_api.db.migrations` hands over.

Owns: what Alembic compares when it looks for differences between models and database.
Does not own: the address of the database, or when migrations are run (`db.migrations`).

Alembic cannot see everything. Write these by hand and test them: CHECK constraints and the values in them (a
new name in a vocabulary), expressions of generated columns, functions and triggers, extensions, storage
parameters, collations of columns, and renames (it drafts a drop and an add).
"""

from alembic import context
from sqlalchemy import Connection

import ilmio_api.domain  # noqa: F401  # imports every table, so that the metadata is whole
from ilmio_api.db.base import Base
from ilmio_api.db.migrations import COMPARISON
from ilmio_api.errors import OperatorError


def run() -> None:
    """Run the migrations, each in a transaction of its own: a lock is not held longer than its migration."""
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", target_metadata=Base.metadata, literal_binds=True, **COMPARISON)
    else:
        context.configure(
            connection=_connection(),
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            **COMPARISON,
        )
    with context.begin_transaction():
        context.run_migrations()


def _connection() -> Connection:
    """Return the connection that was handed over."""
    connection = context.config.attributes.get("connection")
    if not isinstance(connection, Connection):
        raise OperatorError(
            "Alembic was run by itself, without a database.",
            "Run ilmio db upgrade, ilmio db check or make migration, which bring one.",
        )
    return connection


run()
