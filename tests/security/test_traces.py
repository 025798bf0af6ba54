"""What must not stand in logs, and whose agreement is asked anew."""

import json
import logging
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.console.site import Site
from tests.security.estate import estate
from tests.security.test_ways_out import application, request_of

from ilmio_api.access.scopes import Scope
from ilmio_api.domain.accounts.client_models import Consent

SECRET = re.compile(r"ilm_[a-z]{2}_[0-9A-Za-z]{49}")
CHANGE = """
mutation ($input: ChangeApiClientInput!) { changeApiClient(input: $input) { __typename ... on UserError { code } } }
"""


INVITE = "mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { __typename } }"


def invitation_to(organisation: str) -> dict[str, object]:
    """Return the request that invites somebody."""
    given = {"organisation": organisation, "email": "salainen@example.fi", "role": "VIEWER"}
    return {"query": INVITE, "variables": {"input": given}}


async def test_an_error_of_the_database_names_nobody(site: Site) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with site.engine.connect() as connection:
            await connection.execute(text("SELECT CAST(:email AS integer)"), {"email": "aino@example.fi"})

    assert "parameters hidden" in str(failed.value)
    assert "[parameters" not in str(failed.value)


async def test_no_secret_and_no_address_stands_in_a_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    here = await estate(site)
    with caplog.at_level(logging.DEBUG):
        token = await here.token()
        headers = {"Authorization": f"Bearer {token}"}
        await site.browser().http.post("/graphql", json=invitation_to(here.organisation), headers=headers)
        root = f"/console/organisations/{here.organisation}"
        made = await here.browser.send(f"{root}/keys/new", {"name": "Avain", "scopes": "content:read", "days": "7"})
        shown = await here.browser.follow(made)
        await here.browser.send(
            "/console/sign-in", {"email": "salainen@example.fi", "password": "x" * 20}, form_of="/console/me"
        )
        await site.browser().http.post("/oauth/token", data={"grant_type": "refresh_token", "refresh_token": token})

    assert len(shown.shown) == 1
    assert SECRET.findall(caplog.text) == []
    assert "salainen@example.fi" not in caplog.text


async def test_with_a_new_address_to_go_to_people_are_asked_again(site: Site) -> None:
    here, account = await estate(site), await site.person()
    client = await application(site, organisation=here.organisation)
    await site.add(Consent(account_id=account, client_id=client, scopes=["openid"], given_at=datetime.now(UTC)))
    person = await site.signed_in(account)
    before = await person.http.get("/oauth/authorize", params=request_of(client))
    changed = await site.browser().http.post(
        "/graphql",
        json={
            "query": CHANGE,
            "variables": {
                "input": {
                    "client": client,
                    "kind": "PUBLIC_APPLICATION",
                    "name": "Näkymä",
                    "authentication": "NONE",
                    "scopes": ["openid", "content:read"],
                    "redirectUris": ["https://app.example.fi/cb", "https://elsewhere.example/cb"],
                    "expectedVersion": 1,
                }
            },
        },
        headers={"Authorization": f"Bearer {await here.token((Scope.CLIENTS, Scope.CONTENT_READ))}"},
    )
    after = await person.http.get("/oauth/authorize", params=request_of(client))

    assert changed.json()["data"]["changeApiClient"]["__typename"] == "ApiClientChanged", json.dumps(changed.json())
    assert (before.status_code, before.headers["location"].partition("?")[0]) == (303, "https://app.example.fi/cb")
    assert (after.status_code, 'name="ticket"' in after.text) == (200, True)
    # It stands among the person's applications still, from where it can be withdrawn.
    assert client in (await person.open("/console/me/applications")).text


async def test_personal_data_in_the_answer_of_a_command_leaves_a_trace(site: Site) -> None:
    here = await estate(site)
    # It changes nothing, so there is no other event.
    query = """
        mutation ($id: ID!) {
          changeOrganisationPolicy(input: { organisation: $id, expectedVersion: 1, maxSessionHours: 12 }) {
            ... on OrganisationPolicyChanged {
              organisationAccount { members { nodes { account { email } } } invitations { nodes { email } } }
            }
          }
        }
    """
    body = {"query": query, "variables": {"id": here.organisation}}
    headers = {"Authorization": f"Bearer {await here.token()}"}

    answer = await site.browser().http.post("/graphql", json=body, headers=headers)

    assert "kutsuttu@example.fi" in answer.text
    assert await site.audited(here.organisation) == ["PERSONAL_DATA_READ"]
