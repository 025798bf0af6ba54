"""Commands about applications of other organisations, and about what belongs to the person who asks.

Owns: asking for a grant, deciding about it, taking it back; taking back a consent.
Does not own: the rules (`domain.accounts`).
"""

from typing import Annotated

import strawberry

from ilmio_api.access.scopes import Scope
from ilmio_api.compiler.mutations import Outcome
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import applications, consents
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused
from ilmio_api.schema.commands import Given, command, scopes_in
from ilmio_api.schema.organisation_accounts import ApplicationGrant
from ilmio_api.schema.results import Conflict, NotAllowed, StepUpNeeded, ValidationFailed, returned, told


@strawberry.type(description="An organisation was asked for a grant.")
class ApplicationRequested:
    """See the description."""

    application: ApplicationGrant | None = returned("What was asked.")


@strawberry.type(description="The organisation has decided about an application.")
class ApplicationDecided:
    """See the description."""

    application: ApplicationGrant | None = returned("The grant.")


@strawberry.type(description="The application does not act for the person any more.")
class ConsentWithdrawn:
    """See the description."""

    client_id: strawberry.ID = told("The application.")


@strawberry.input(description="Which organisation to ask for what.")
class RequestApplicationInput:
    """See the description."""

    organisation: strawberry.ID = strawberry.field(description="Organisation that is asked.")
    client: strawberry.ID = strawberry.field(description="The application; it has to be listed.")
    scopes: list[str] = strawberry.field(description="What the application wants to do there.")


@strawberry.input(description="Which application, and what it may do.")
class ApproveApplicationInput:
    """See the description."""

    application: strawberry.ID = strawberry.field(description="Identifier of the grant.")
    scopes: list[str] = strawberry.field(description="What is granted; it need not be what was asked.")
    expected_version: int = strawberry.field(
        description="Version that was read; when it has changed since, the answer is `Conflict`."
    )


@strawberry.input(description="Which application.")
class DecideApplicationInput:
    """See the description."""

    application: strawberry.ID = strawberry.field(description="Identifier of the grant.")


@strawberry.input(description="Which consent to take back.")
class WithdrawConsentInput:
    """See the description."""

    client: strawberry.ID = strawberry.field(description="The application.")


RequestApplicationResult = Annotated[
    ApplicationRequested | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("RequestApplicationResult", description="What asking for a grant answers."),
]

DecideApplicationResult = Annotated[
    ApplicationDecided | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("DecideApplicationResult", description="What deciding about an application answers."),
]

WithdrawConsentResult = Annotated[
    ConsentWithdrawn | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("WithdrawConsentResult", description="What taking back a consent answers."),
]


async def _request(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    scopes = scopes_in(given)
    if isinstance(scopes, Refused):
        return scopes
    done = await applications.request(session, occasion, given["organisation"], given["client"], scopes)
    return done if isinstance(done, Refused) else Outcome("ApplicationRequested", {"application": done.grant})


async def _approve(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    scopes = scopes_in(given)
    if isinstance(scopes, Refused):
        return scopes
    done = await applications.approve(session, occasion, given["application"], scopes, given["expectedVersion"])
    return done if isinstance(done, Refused) else Outcome("ApplicationDecided", {"application": given["application"]})


async def _reject(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await applications.reject(session, occasion, given["application"])
    return done if isinstance(done, Refused) else Outcome("ApplicationDecided", {"application": given["application"]})


async def _revoke(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await applications.revoke(session, occasion, given["application"])
    return done if isinstance(done, Refused) else Outcome("ApplicationDecided", {"application": given["application"]})


async def _withdraw_consent(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await consents.withdraw(session, occasion, given["client"])
    return done if isinstance(done, Refused) else Outcome("ConsentWithdrawn", {"clientId": given["client"]})


@strawberry.type(description="Commands about applications and the person who asks.")
class ApplicationCommands:
    """See the description."""

    request_application: RequestApplicationResult = command(
        "Ask an organisation to let an application act for its members.",
        Scope.ORGANISATION_READ,
        _request,
        RequestApplicationInput,
    )
    approve_application: DecideApplicationResult = command(
        "Let an application act within scopes, or change them. Needs a recent sign-in.",
        Scope.SETTINGS,
        _approve,
        ApproveApplicationInput,
    )
    reject_application: DecideApplicationResult = command(
        "Say no to an application that has asked. Needs a recent sign-in.",
        Scope.SETTINGS,
        _reject,
        DecideApplicationInput,
    )
    revoke_application: DecideApplicationResult = command(
        "Take back what an application was granted; its tokens for members are dead at once. Needs a recent sign-in.",
        Scope.SETTINGS,
        _revoke,
        DecideApplicationInput,
    )
    withdraw_consent: WithdrawConsentResult = command(
        "Take back the consent to an application; its tokens for the person are dead at once. A program can only take "
        "back the consent to itself.",
        None,
        _withdraw_consent,
        WithdrawConsentInput,
    )
