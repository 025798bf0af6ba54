"""${message.strip()[:1].upper() + message.strip()[1:]}.

Old and new code run side by side while a version is rolled out. So expand first and contract in a later release:
add a column as nullable or with a default, build an index CONCURRENTLY (in an autocommit block), add a foreign key
or a CHECK as NOT VALID and validate it in the next migration, and never rename what is in use.

Revision: ${up_revision}
Follows: ${down_revision or 'nothing' | comma,n}
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision: str = ${repr(up_revision)}
down_revision: str | Sequence[str] | None = ${repr(down_revision)}
branch_labels: str | Sequence[str] | None = ${repr(branch_labels)}
depends_on: str | Sequence[str] | None = ${repr(depends_on)}


def upgrade() -> None:
    # Whoever waits for a lock makes everyone behind it wait too: give up early and try again later.
    op.execute("SET LOCAL lock_timeout = '5s'")
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    ${downgrades if downgrades else "pass"}
