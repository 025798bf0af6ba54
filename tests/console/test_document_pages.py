"""The documents that are registered for a client: shown, forgotten, and all that the client may ask."""

import pytest
from sqlalchemy import select
from tests.console.site import Browser, Page, Site
from tests.security.estate import DOCUMENT, Estate, estate

from ilmio_api.domain.accounts.client_models import ApiClient, RegisteredDocument
from ilmio_api.domain.accounts.vocabulary import MemberRole


@pytest.fixture
async def home(site: Site) -> Estate:
    """Provide an organisation whose client has a document."""
    return await estate(site)


def path(home: Estate, rest: str = "") -> str:
    """Return the path of the page, or of one below it."""
    return f"/console/organisations/{home.organisation}/clients/{home.parts['client']}/documents{rest}"


async def as_technical_contact(home: Estate) -> Browser:
    """Return the browser of somebody who manages clients and is no owner."""
    account = await home.site.person()
    await home.site.member(home.organisation, account, MemberRole.TECHNICAL_CONTACT)
    return await home.site.signed_in(account)


async def test_the_documents_of_a_client_are_shown_to_its_organisation(home: Estate) -> None:
    page = await home.browser.open(path(home))

    assert (page.heading, DOCUMENT in page.text, "Documents: 1" in page.text) == ("Registered documents", True, True)
    assert "Anything that its token allows." in page.text


async def test_a_document_is_forgotten_once(home: Estate) -> None:
    browser = await as_technical_contact(home)
    form = path(home, f"/{DOCUMENT}/forget")

    done = await browser.send(form)
    again = await browser.send(form)

    assert (done.way, again.status) == (path(home, "?done=forgotten"), 404)
    kept = select(RegisteredDocument.id).where(RegisteredDocument.client_id == home.parts["client"])
    assert await home.site.rows(kept) == []


async def test_a_client_is_restricted_to_its_documents_and_let_free(home: Estate) -> None:
    async def sent(version: str, only: str) -> Page:
        return await home.browser.send(path(home, "/restrict"), {"version": version, "only": only})

    restricted = select(ApiClient.only_registered_documents).where(ApiClient.id == home.parts["client"])
    assert (await sent("1", "yes")).way == path(home, "?done=saved")
    assert await home.site.rows(restricted) == [True]
    assert "Nothing but its registered documents." in (await home.browser.open(path(home))).text
    late = await sent("1", "no")
    assert (late.status, len(late.problems)) == (422, 1)
    await sent("2", "no")
    assert await home.site.rows(restricted) == [False]
