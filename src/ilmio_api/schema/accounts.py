"""People and what they hold, in the published schema.

Owns: `Viewer`, `Account` and what belongs to a person: memberships, sessions, passkeys, consents.
Does not own: accounts of organisations (`schema.organisation_accounts`).

Nothing here is public: every type has a policy that shows nothing to those who come without credentials.
"""

from typing import TYPE_CHECKING, Annotated

import sqlalchemy as sa
import strawberry

from ilmio_api.access.rows import colleague, if_email_is_shared, oneself, own, within
from ilmio_api.access.scopes import Scope
from ilmio_api.compiler.declare import Entity, Form, Relation
from ilmio_api.domain.accounts.client_models import Consent as ConsentRow
from ilmio_api.domain.accounts.models import Account as AccountRow
from ilmio_api.domain.accounts.models import Membership as MembershipRow
from ilmio_api.domain.accounts.sign_in_models import Passkey as PasskeyRow
from ilmio_api.domain.accounts.sign_in_models import Session as SessionRow
from ilmio_api.domain.accounts.vocabulary import MemberRole, SignInMethod
from ilmio_api.domain.tables import table
from ilmio_api.schema.fields import computed, entity, many, one, plain
from ilmio_api.schema.orders import by_column
from ilmio_api.schema.references import OrganisationRef
from ilmio_api.schema.scalars import DateTime

if TYPE_CHECKING:
    from ilmio_api.schema.organisation_accounts import ApiClient

ApiClientRef = Annotated["ApiClient", strawberry.lazy("ilmio_api.schema.organisation_accounts")]

_MEMBERSHIP = table(MembershipRow)


@entity(Entity(table=table(AccountRow), policy=colleague(_MEMBERSHIP)))
@strawberry.type(description="A person, as the members of the same organisations see them.")
class Account:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the account.")
    name: str | None = plain("Name; null when the person's data was erased.")
    email: str | None = plain("E-mail address; null when there is none or the person's data was erased.")


@entity(
    Entity(
        table=_MEMBERSHIP,
        policy=within(Scope.ORGANISATION_READ, person="account_id"),
        orders={"ID": by_column("id")},
        default_order=("ID", False),
    )
)
@strawberry.type(description="That a person is a member of an organisation.")
class Membership:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the membership.")
    version: int = plain("Grows with every change; give it to `expectedVersion`.")
    role: MemberRole = plain("What the member may do.")
    created_at: DateTime = plain("When the person became a member.", form=Form.INSTANT)
    account: Account | None = one(
        "The person; null for who sees only that they are a member themselves.", Relation("account_id", "id")
    )
    organisation: OrganisationRef | None = one(
        "The organisation; null when the caller may not read its record.", Relation("organisation_id", "id")
    )


@entity(Entity(table=table(SessionRow), policy=own()))
@strawberry.type(description="A browser in which the person is, or was, signed in to the console.")
class Session:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the session.")
    method: SignInMethod = plain("How the person signed in.")
    created_at: DateTime = plain("When the person signed in.", form=Form.INSTANT)
    seen_at: DateTime = plain("When the session was last used, to the minute.", form=Form.INSTANT)
    expires_at: DateTime = plain("When it ends at the latest.", form=Form.INSTANT)
    ended_at: DateTime | None = plain("When it was ended; null while nobody has.", form=Form.INSTANT)
    browser: str = plain("Browser and system in a few words.")
    address: str = plain("Network that it was begun from, without its last part.")


@entity(Entity(table=table(PasskeyRow), policy=own()))
@strawberry.type(description="A passkey of the person.")
class Passkey:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the passkey within the service.")
    label: str = plain("Name that the person gave it.")
    backed_up: bool = plain("Whether it is kept on several devices.")
    created_at: DateTime = plain("When it was added.", form=Form.INSTANT)
    last_used_at: DateTime | None = plain("When it was last used; null when it never was.", form=Form.INSTANT)


@entity(Entity(table=table(ConsentRow), policy=own()))
@strawberry.type(description="That an application may act for the person.")
class Consent:
    """See the description."""

    client: ApiClientRef | None = one("The application; never null.", Relation("client_id", "id"))
    scopes: list[str] = plain("What it may do.")
    given_at: DateTime = plain("When the person said yes.", form=Form.INSTANT)


def _open(row: sa.FromClause) -> sa.ColumnElement[bool]:
    """Say whether a session has not been ended."""
    return row.c.ended_at.is_(None)


@entity(Entity(table=table(AccountRow), policy=oneself()))
@strawberry.type(
    description="The person who asks. Programs that act for the person need the scope `profile`; sessions, passkeys, "
    "memberships and consents are shown in the console only."
)
class Viewer:
    """See the description."""

    account_id: strawberry.ID = plain("Identifier of the account of the person.", "id")
    name: str | None = plain("Name; null when the identity provider that the person came by has not said it.")
    email: str | None = computed(
        "E-mail address; null when there is none, and for programs without the scope `email`.", if_email_is_shared
    )
    language: str | None = plain("Language of pages and mails: `fi`, `sv` or `en`; null when none was chosen.")
    is_platform_admin: bool = plain("Whether the person is an administrator of the platform.")
    memberships: list[Membership] = many(
        "Organisations of which the person is a member.", Relation("id", "account_id"), order=("id",)
    )
    sessions: list[Session] = many(
        "Sessions that nobody has ended; some may have expired.",
        Relation("id", "account_id", where=_open),
        order=("created_at", "id"),
    )
    passkeys: list[Passkey] = many("Passkeys of the person.", Relation("id", "account_id"), order=("created_at", "id"))
    consents: list[Consent] = many(
        "Applications that may act for the person.", Relation("id", "account_id"), order=("given_at", "client_id")
    )
