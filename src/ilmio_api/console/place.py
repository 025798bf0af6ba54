"""An organisation in which a visitor is.

Owns: what every page of an organisation reads and shows.
Does not own: the pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.access.scopes import Scope
from ilmio_api.console.visits import HOME, ProviderNeededError, Visit
from ilmio_api.console.words import Said
from ilmio_api.domain.accounts import members
from ilmio_api.domain.accounts.audit import note_personal_data_read


@dataclass(frozen=True, slots=True)
class Place:
    """The account of the organisation that the path names, as the visitor may see it."""

    visit: Visit
    id: str
    account: dict[str, Any]
    """What the page's document has read of it."""

    @property
    def root(self) -> str:
        """Return the path of the organisation's pages."""
        return f"{HOME}organisations/{self.id}"

    @property
    def name(self) -> str:
        """Return the name of the organisation."""
        return str(self._organisation["name"])

    @property
    def _organisation(self) -> dict[str, Any]:
        """Return the organisation; one that the visitor may not read has no name but its id."""
        known: dict[str, Any] | None = self.account["organisation"]
        return known or {"id": self.id, "name": self.id}

    def may(self, scope: Scope) -> bool:
        """Return whether the visitor has a scope in the organisation."""
        return self.visit.principal.may(scope, self.id)

    def require(self, scope: Scope) -> None:
        """Refuse a visitor who does not have a scope in the organisation.

        Raises:
            HTTPException: 404, as for what there is not.
        """
        if not self.may(scope):
            raise HTTPException(404)

    def page(self, template: str, problems: list[Said] | None = None, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """Answer with a page of the organisation."""
        return self.visit.page(
            template,
            status=422 if problems else 200,
            org=self._organisation,
            problems=problems or (),
            **values,
        )

    def sure(self, heading: object, text: str, button: str, *, action: str, back: str, **values: Any) -> Response:  # noqa: ANN401 - as above
        """Answer with a page that asks once more, as `Visit.sure`; paths are below the organisation's own."""
        paths = {"action": f"{self.root}{action}", "back": f"{self.root}{back}"}
        return self.visit.sure(heading, text, button, **paths, org=self._organisation, **values)

    def go(self, path: str, **parameters: str) -> Response:
        """Answer with the way to another page of the organisation."""
        return self.visit.go(f"{self.root}{path}", **parameters)


async def place(visit: Visit, document: str, *, personal: Sequence[str] = (), **variables: object) -> Place:
    """Return the organisation that the path names.

    Args:
        visit: The visit.
        document: Name of the document that is read.
        personal: Kinds of personal data of others that the page shows: that they were read stands in the log.
        variables: Variables of the document.

    Raises:
        HTTPException: 404, there is none that the visitor may see.
        ProviderNeededError: The visitor is a member, and has to come through the identity provider of the organisation.
    """
    organisation = visit.part("organisation")
    data = await visit.read(document, organisation=organisation, **variables)
    account = data["organisationAccount"]
    if account is None:
        await _check_way_in(visit, organisation)
        raise HTTPException(404)
    if personal and visit.request.method == "GET" and visit.principal.may(Scope.ORGANISATION_READ, organisation):
        await visit.change(
            lambda session: note_personal_data_read(session, visit.occasion, organisation, kinds=personal)
        )
    return Place(visit, organisation, account)


async def place_to_manage(visit: Visit, document: str, scope: Scope) -> Place:
    """Return the organisation that the path names, in which the visitor has a scope.

    Raises:
        HTTPException: 404, there is none, or the visitor does not.
        ProviderNeededError: As `place`.
    """
    here = await place(visit, document)
    here.require(scope)
    return here


async def _check_way_in(visit: Visit, organisation: str) -> None:
    """Tell a member who came in by a way of their own that the organisation wants another.

    Raises:
        ProviderNeededError: It does.
    """
    # In the session of a provider, one organisation is told nothing of the others.
    if visit.signed_in.identity_provider is not None:
        return
    mine = visit.signed_in.account
    if await visit.change(lambda session: members.needs_provider(session, organisation, mine)):
        raise ProviderNeededError


async def place_with(
    visit: Visit, document: str, connection: str, wanted: str, *, personal: Sequence[str] = ()
) -> tuple[Place, dict[str, Any]]:
    """Return the organisation that the path names, and one row of a list of it.

    Args:
        visit: The visit.
        document: A document with the list, and the variable `after`.
        connection: Name of the list.
        wanted: Id of the row.
        personal: As for `place`.

    Raises:
        HTTPException: 404, there is none that the visitor may see.
    """
    after: str | None = None
    while True:
        here = await place(visit, document, personal=() if after else personal, after=after)
        page = here.account[connection]
        for each in page["nodes"]:
            if each["id"] == wanted:
                return here, each
        if not page["pageInfo"]["hasNextPage"]:
            raise HTTPException(404)
        after = page["pageInfo"]["endCursor"]


async def own_membership(visit: Visit, organisation: str) -> dict[str, Any] | None:
    """Return the membership of the visitor in an organisation; None for an administrator of the platform."""
    viewer = (await visit.read("viewer"))["viewer"] or {"memberships": ()}
    memberships: list[dict[str, Any]] = viewer["memberships"]
    return next((each for each in memberships if (each["organisation"] or {}).get("id") == organisation), None)
