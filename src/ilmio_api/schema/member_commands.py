"""Commands about organisation accounts and their members.

Owns: opening an account, its policy, invitations, members.
Does not own: the rules (`domain.accounts`), clients and keys (`schema.client_commands`).
"""

from typing import Annotated

import strawberry

from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import Scope
from ilmio_api.compiler.mutations import Outcome
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import invitations, members, organisation_accounts
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused
from ilmio_api.schema.accounts import Membership
from ilmio_api.schema.commands import Given, command
from ilmio_api.schema.organisation_accounts import Invitation, OrganisationAccount
from ilmio_api.schema.results import Conflict, NotAllowed, StepUpNeeded, ValidationFailed, returned, told

_VERSION = "Version that was read; when it has changed since, the answer is `Conflict`."


@strawberry.type(description="The organisation has an account now.")
class OrganisationAccountOpened:
    """See the description."""

    organisation_account: OrganisationAccount | None = returned("The account.")


@strawberry.type(description="The policy was changed.")
class OrganisationPolicyChanged:
    """See the description."""

    organisation_account: OrganisationAccount | None = returned("The account.")


@strawberry.type(description="Somebody was invited.")
class MemberInvited:
    """See the description."""

    invitation: Invitation | None = returned("The invitation.")
    token: str | None = told(
        "Secret of the link, shown once. The link is the address of the service, then `/console/invitation/` and "
        "this. Because the caller has seen it, it proves no address: that of an account made with it is not verified. "
        "Null when the answer is repeated for the same idempotency key."
    )


@strawberry.type(description="The invitation was withdrawn.")
class InvitationWithdrawn:
    """See the description."""

    invitation: Invitation | None = returned("The invitation.")


@strawberry.type(description="The role of the member was changed.")
class MemberRoleChanged:
    """See the description."""

    membership: Membership | None = returned("The membership.")


@strawberry.type(description="The member was removed; sessions, tokens and rights in the organisation have ended.")
class MemberRemoved:
    """See the description."""

    membership_id: strawberry.ID = told("What the membership was.")


@strawberry.input(description="Which organisation gets an account, and who will own it.")
class OpenOrganisationAccountInput:
    """See the description."""

    organisation: strawberry.ID = strawberry.field(description="Identifier of the organisation.")
    owner: strawberry.ID = strawberry.field(description="Account of the person who will be its first owner.")


@strawberry.input(description="The new policy. What is not given stays as it is.")
class ChangeOrganisationPolicyInput:
    """See the description."""

    organisation: strawberry.ID = strawberry.field(description="Identifier of the organisation.")
    expected_version: int = strawberry.field(description=_VERSION)
    max_credential_days: int | None = strawberry.field(
        default=strawberry.UNSET, description="Longest life of a new API key or client secret, in days: 1–366."
    )
    max_session_hours: int | None = strawberry.field(
        default=strawberry.UNSET, description="Longest session of a member in the console, in hours: 1–12."
    )
    applications_need_approval: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether an owner has to approve applications of other organisations."
    )
    address_ranges: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Network addresses (CIDR) from which keys and clients may be used."
    )
    single_sign_on_required: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether members other than owners have to use the identity provider."
    )


@strawberry.input(description="Whom to invite.")
class InviteMemberInput:
    """See the description."""

    organisation: strawberry.ID = strawberry.field(description="Identifier of the organisation.")
    email: str = strawberry.field(description="E-mail address of the person.")
    role: MemberRole = strawberry.field(description="What the person will be.")


@strawberry.input(description="Which invitation to withdraw.")
class WithdrawInvitationInput:
    """See the description."""

    invitation: strawberry.ID = strawberry.field(description="Identifier of the invitation.")


@strawberry.input(description="Which member, and what the member will be.")
class ChangeMemberRoleInput:
    """See the description."""

    membership: strawberry.ID = strawberry.field(description="Identifier of the membership.")
    role: MemberRole = strawberry.field(description="The new role.")
    expected_version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="Which member to remove.")
class RemoveMemberInput:
    """See the description."""

    membership: strawberry.ID = strawberry.field(description="Identifier of the membership.")


OpenOrganisationAccountResult = Annotated[
    OrganisationAccountOpened | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("OpenOrganisationAccountResult", description="What opening an account answers."),
]

ChangeOrganisationPolicyResult = Annotated[
    OrganisationPolicyChanged | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("ChangeOrganisationPolicyResult", description="What changing the policy answers."),
]

InviteMemberResult = Annotated[
    MemberInvited | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("InviteMemberResult", description="What inviting somebody answers."),
]

WithdrawInvitationResult = Annotated[
    InvitationWithdrawn | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("WithdrawInvitationResult", description="What withdrawing an invitation answers."),
]

ChangeMemberRoleResult = Annotated[
    MemberRoleChanged | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("ChangeMemberRoleResult", description="What changing a role answers."),
]

RemoveMemberResult = Annotated[
    MemberRemoved | ValidationFailed | Conflict | NotAllowed | StepUpNeeded,
    strawberry.union("RemoveMemberResult", description="What removing a member answers."),
]


async def _open(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await organisation_accounts.open_account(session, occasion, given["organisation"], given["owner"])
    return (
        done
        if isinstance(done, Refused)
        else Outcome("OrganisationAccountOpened", {"organisationAccount": given["organisation"]})
    )


async def _change_policy(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    changes = organisation_accounts.PolicyChanges(
        max_credential_days=given.get("maxCredentialDays"),
        max_session_hours=given.get("maxSessionHours"),
        applications_need_approval=given.get("applicationsNeedApproval"),
        address_ranges=given.get("addressRanges"),
        single_sign_on_required=given.get("singleSignOnRequired"),
    )
    organisation = given["organisation"]
    done = await organisation_accounts.change_policy(session, occasion, organisation, given["expectedVersion"], changes)
    return (
        done
        if isinstance(done, Refused)
        else Outcome("OrganisationPolicyChanged", {"organisationAccount": organisation})
    )


async def _invite(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await invitations.invite(session, occasion, given["organisation"], given["email"], Role(given["role"]))
    return (
        done
        if isinstance(done, Refused)
        else Outcome("MemberInvited", {"invitation": done.invitation, "token": done.secret})
    )


async def _withdraw(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await invitations.withdraw(session, occasion, given["invitation"])
    return done if isinstance(done, Refused) else Outcome("InvitationWithdrawn", {"invitation": given["invitation"]})


async def _change_role(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    membership, version = given["membership"], given["expectedVersion"]
    done = await members.change_role(session, occasion, membership, Role(given["role"]), version)
    return done if isinstance(done, Refused) else Outcome("MemberRoleChanged", {"membership": membership})


async def _remove(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
    done = await members.remove(session, occasion, given["membership"])
    return done if isinstance(done, Refused) else Outcome("MemberRemoved", {"membershipId": given["membership"]})


@strawberry.type(description="Commands about members.")
class MemberCommands:
    """See the description."""

    open_organisation_account: OpenOrganisationAccountResult = command(
        "Open the account of an organisation. For administrators of the platform who have said why.",
        Scope.PLATFORM,
        _open,
        OpenOrganisationAccountInput,
    )
    change_organisation_policy: ChangeOrganisationPolicyResult = command(
        "Change what an organisation demands of everybody who acts for it. Needs a recent sign-in.",
        Scope.SETTINGS,
        _change_policy,
        ChangeOrganisationPolicyInput,
    )
    invite_member: InviteMemberResult = command(
        "Invite somebody to become a member, by a link that works once and for seven days. Needs a recent sign-in.",
        Scope.MEMBERS,
        _invite,
        InviteMemberInput,
    )
    withdraw_invitation: WithdrawInvitationResult = command(
        "Withdraw an invitation. Needs a recent sign-in.", Scope.MEMBERS, _withdraw, WithdrawInvitationInput
    )
    change_member_role: ChangeMemberRoleResult = command(
        "Change what a member may do. Needs a recent sign-in.", Scope.MEMBERS, _change_role, ChangeMemberRoleInput
    )
    remove_member: RemoveMemberResult = command(
        "Remove a member. Needs a recent sign-in. Who wants to leave does so in the console.",
        Scope.MEMBERS,
        _remove,
        RemoveMemberInput,
    )
