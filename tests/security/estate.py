"""Something worth attacking: an organisation with one of everything that hangs on it.

Owns: making its rows, filling the parts of a path or the fields of an input with them, telling whether any has changed.
Does not own: the application and the browsers (`tests.console.site`).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedInputType,
    GraphQLNonNull,
    get_named_type,
)
from sqlalchemy import text
from tests.console.site import Browser, Site

from ilmio_api.access.scopes import ORGANISATIONAL, Scope
from ilmio_api.access.secrets import Secret, SecretKind, new_secret
from ilmio_api.db.session import unit_of_work
from ilmio_api.domain.accounts.client_models import (
    ApiClient,
    ApiKey,
    ApplicationGrant,
    ClientSecret,
    Consent,
    RegisteredDocument,
)
from ilmio_api.domain.accounts.models import Invitation
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, VerifiedDomain
from ilmio_api.domain.accounts.token_models import Token, TokenFamily
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, GrantStatus, MemberRole

_OWNED = (
    "api_client",
    "api_key",
    "application_grant",
    "audit_event",
    "client_secret",
    "identity_provider",
    "invitation",
    "membership",
    "organisation_account",
    "registered_document",
    "verified_domain",
)
# When something was last used, and that somebody has looked at personal data, is noted and changes nothing else.
_STATE = """
SELECT coalesce(md5(string_agg(known::text, ',' ORDER BY known::text)), '')
FROM (
    SELECT to_jsonb(one) - 'last_used_at' AS known FROM {table} AS one WHERE organisation_id = :organisation
) AS all_of_them
WHERE known ->> 'action' IS DISTINCT FROM 'PERSONAL_DATA_READ'
"""
DOCUMENT = f"sha256:{'0' * 64}"
"""A document of its client, as requests name it."""

EVERYTHING = tuple(sorted(ORGANISATIONAL))
"""Every scope that is a right in an organisation."""


@dataclass(frozen=True, slots=True)
class Estate:
    """An organisation, and the ids of what it has, by the names that paths and inputs have for them."""

    site: Site
    organisation: str
    owner: str
    """Account of its owner."""
    browser: Browser
    """In which the owner is signed in."""
    parts: Mapping[str, str]

    async def state(self) -> dict[str, str]:
        """Return what tells whether anything of it, or in its log, has changed, by table."""
        async with unit_of_work(self.site.engine) as session:
            return {
                table: await session.scalar(text(_STATE.format(table=table)), {"organisation": self.organisation})
                for table in _OWNED
            }

    async def token(
        self, scopes: tuple[Scope, ...] = EVERYTHING, *, account: str = "", signed_in_ago: timedelta = timedelta(0)
    ) -> str:
        """Return an access token of the owner, or of somebody else, through an application of this organisation."""
        secret = fresh(SecretKind.ACCESS_TOKEN)
        at, client, family = datetime.now(UTC), self.site.new_id("client"), self.site.new_id("family")
        await self.site.add(
            _client(client, self.organisation, kind=ClientKind.PUBLIC_APPLICATION, scopes=list(scopes)),
            TokenFamily(
                id=family,
                client_id=client,
                account_id=account or self.owner,
                scopes=list(scopes),
                authenticated_at=at - signed_in_ago,
                expires_at=at + timedelta(days=1),
            ),
            Token(
                id=self.site.new_id("token"),
                digest=secret.digest,
                is_refresh=False,
                client_id=client,
                account_id=account or self.owner,
                family_id=family,
                scopes=list(scopes),
                issued_at=at,
                expires_at=at + timedelta(minutes=10),
            ),
        )
        return secret.text


def fresh(kind: SecretKind) -> Secret:
    """Return a secret."""
    return new_secret(kind, os.urandom)


async def estate(site: Site, **policy: Any) -> Estate:  # noqa: ANN401 - columns
    """Return a new organisation with one of everything, whose owner is signed in."""
    organisation, (owner, other) = await site.organisation(**policy), (await site.person(), await site.person("Olli"))
    await site.member(organisation, owner)
    author = await site.organisation("Tekijä")
    names = ("client", "secret", "key", "grant", "domain", "invitation", "idp", "document")
    ids = {name: site.new_id(name) for name in names} | {"partner": site.new_id("client")}
    await site.add(
        _client(ids["client"], organisation),
        _client(ids["partner"], author, is_listed=True),
        *_rows_of(organisation, ids),
        Consent(account_id=owner, client_id=ids["client"], scopes=["content:read"], given_at=datetime.now(UTC)),
    )
    parts = {
        **ids,
        "organisation": organisation,
        "membership": await site.member(organisation, other, MemberRole.EDITOR),
        "document": DOCUMENT,
        "apiKey": ids["key"],
        "application": ids["grant"],
        "owner": other,
    }
    return Estate(site, organisation, owner, await site.signed_in(owner), parts)


def _rows_of(organisation: str, ids: Mapping[str, str]) -> list[object]:
    """Return one of everything that hangs on an organisation, but for people and clients."""
    soon = datetime.now(UTC) + timedelta(days=7)
    return [
        ClientSecret(
            id=ids["secret"],
            digest=os.urandom(32),
            client_id=ids["client"],
            organisation_id=organisation,
            last_four="wxyz",
            expires_at=soon,
        ),
        RegisteredDocument(
            id=ids["document"],
            client_id=ids["client"],
            organisation_id=organisation,
            digest=DOCUMENT,
            text="{ __typename }",
        ),
        ApiKey(
            id=ids["key"],
            digest=os.urandom(32),
            organisation_id=organisation,
            name="Avain",
            scopes=["content:read"],
            last_four="wxyz",
            expires_at=soon,
        ),
        ApplicationGrant(
            id=ids["grant"],
            organisation_id=organisation,
            client_id=ids["partner"],
            status=GrantStatus.APPROVED,
            scopes=["content:read"],
        ),
        VerifiedDomain(
            id=ids["domain"], organisation_id=organisation, domain=f"{ids['domain'][7:]}.example", proof="proof"
        ),
        IdentityProvider(
            id=ids["idp"], organisation_id=organisation, issuer="https://login.example.fi", client_id="ilmio"
        ),
        Invitation(
            id=ids["invitation"],
            digest=os.urandom(32),
            organisation_id=organisation,
            email="kutsuttu@example.fi",
            role=MemberRole.VIEWER,
            expires_at=soon,
        ),
    ]


def sent_for(field_type: object, values: Mapping[str, str], name: str = "", text_sent: str = "Nimi") -> Any:  # noqa: ANN401 - JSON
    """Return a value of an input type: ids by the name of the field, and something of the right type elsewhere."""
    if isinstance(field_type, GraphQLNonNull):
        return sent_for(field_type.of_type, values, name, text_sent)
    if isinstance(field_type, GraphQLList):
        return [sent_for(field_type.of_type, values, name, text_sent)]
    if isinstance(field_type, GraphQLInputObjectType):
        fields = field_type.fields.items()
        return {each: sent_for(field.type, values, each, text_sent) for each, field in fields if _is_needed(each)}
    if isinstance(field_type, GraphQLEnumType):
        return _ENUMS.get(name, next(iter(field_type.values)))
    named: GraphQLNamedInputType = get_named_type(field_type)  # type: ignore[call-overload]  # it is one by now
    by_type: dict[str, object] = {"Int": 1, "Boolean": True, "JSON": {"keys": []}}
    return by_type.get(named.name, values.get(name) or _TEXTS.get(name) or text_sent)


_ENUMS = {"role": "VIEWER", "kind": "SERVICE", "authentication": "CLIENT_SECRET_BASIC"}
_TEXTS = {"text": "{ __typename }", "scopes": "content:read", "email": "joku@example.fi"}


def _is_needed(name: str) -> bool:
    """Return whether a field of an input does not forbid others."""
    return name not in {
        "jwks",
        "redirectUris",
        "postLogoutRedirectUris",
        "website",
        "addressRanges",
        "singleSignOnRequired",
    }


def _client(client: str, organisation: str, **columns: Any) -> ApiClient:  # noqa: ANN401 - columns
    """Return the row of a client."""
    usual = {
        "kind": ClientKind.SERVICE,
        "name": "Näkymä",
        "authentication": ClientAuthentication.CLIENT_SECRET_BASIC,
        "scopes": ["content:read"],
    }
    return ApiClient(id=client, organisation_id=organisation, **(usual | columns))
