"""Members and invitations.

Owns: the pages.
Does not own: the commands (`domain.accounts.members`, `domain.accounts.invitations`).
"""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.access.roles import Role, may_give
from ilmio_api.access.scopes import Scope
from ilmio_api.console.arriving import invitation_link
from ilmio_api.console.place import Place, own_membership, place, place_with
from ilmio_api.console.rendering import instant
from ilmio_api.console.visits import HOME, Visit
from ilmio_api.console.words import Said, day, filled
from ilmio_api.domain.accounts import invitations, members
from ilmio_api.domain.accounts.invitations import MemberInvited
from ilmio_api.domain.outcomes import Refused

_SHOWN = "/members/invited"


async def show(visit: Visit) -> Response:
    """Show the members and the open invitations."""
    here = await place(visit, "members", personal=("invitations", "members"), after=visit.asked("after") or None)
    return here.page(
        "members.html",
        members=here.account["members"],
        invitations=[each for each in here.account["invitations"]["nodes"] if _is_open(visit, each)],
        manages=here.may(Scope.MEMBERS),
    )


async def show_role(visit: Visit) -> Response:
    """Show the roles that a member can have."""
    here, member = await _member(visit)
    return await _role_page(here, member)


async def set_role(visit: Visit) -> Response:
    """Change the role of a member."""
    here, member = await _member(visit)
    role, version = _role(visit), visit.form.number("version") or 0
    changed = await visit.change(
        lambda session: members.change_role(session, visit.occasion, member["id"], role, version)
    )
    return (
        await _role_page(here, member, visit.said(changed))
        if isinstance(changed, Refused)
        else here.go("/members", done="role")
    )


async def show_remove(visit: Visit) -> Response:
    """Ask once more before a member is removed, or leaves."""
    here, member = await _member(visit)
    return _remove_page(here, member)


async def remove(visit: Visit) -> Response:
    """Remove a member, or leave."""
    here, member = await _member(visit)
    removed = await visit.change(lambda session: members.remove(session, visit.occasion, member["id"]))
    if isinstance(removed, Refused):
        return _remove_page(here, member, visit.said(removed))
    return visit.go(HOME, done="left") if _is_own(here, member) else here.go("/members", done="removed")


async def show_invite(visit: Visit) -> Response:
    """Show the form of an invitation."""
    here = await place(visit, "standing")
    if not here.may(Scope.MEMBERS) and not await _lacks_owner(here):
        raise HTTPException(404)
    return await _invite_page(here)


async def invite(visit: Visit) -> Response:
    """Invite somebody by mail; where there is no mail server, or it does not take the mail, show the link once."""
    here, email, role = await place(visit, "standing"), visit.form.text("email"), _role(visit)
    invited = await visit.change(lambda session: invitations.invite(session, visit.occasion, here.id, email, role))
    if isinstance(invited, Refused):
        return await _invite_page(here, visit.said(invited))
    link = invitation_link(visit.console.issuer, invited.secret.text)
    if await _mailed(here, invited, role, link):
        await visit.change(lambda session: invitations.note_mailed(session, invited.invitation, visit.at))
        return here.go("/members" if here.may(Scope.ORGANISATION_READ) else "", done="invited")
    visit.once({"name": invited.email, "text": link, **({"not_mailed": True} if visit.console.mailer else {})})
    return here.go(_SHOWN)


async def show_invited(visit: Visit) -> Response:
    """Show the link of an invitation, once."""
    here = await place(visit, "standing")
    return here.page(
        "shown.html", kind="link", once=visit.shown_once(), samples=(), back=f"{here.root}/members", narrow=True
    )


async def show_withdraw(visit: Visit) -> Response:
    """Ask once more before an invitation is withdrawn."""
    return _withdraw_page(*await _invitation(visit))


async def withdraw(visit: Visit) -> Response:
    """Withdraw an invitation."""
    here, invitation = await _invitation(visit)
    withdrawn = await visit.change(lambda session: invitations.withdraw(session, visit.occasion, invitation["id"]))
    if isinstance(withdrawn, Refused):
        return _withdraw_page(here, invitation, visit.said(withdrawn))
    return here.go("/members", done="withdrawn")


async def _invitation(visit: Visit) -> tuple[Place, dict[str, Any]]:
    """Return the organisation, and the open invitation that the path names.

    Raises:
        HTTPException: 404, there is none that the visitor may withdraw.
    """
    here, invitation = await place_with(
        visit, "invitation", "invitations", visit.part("invitation"), personal=("invitations",)
    )
    if not (here.may(Scope.MEMBERS) and _is_open(visit, invitation)):
        raise HTTPException(404)
    return here, invitation


def _is_open(visit: Visit, invitation: dict[str, Any]) -> bool:
    """Return whether an invitation can still be accepted."""
    decided = invitation["acceptedAt"] or invitation["withdrawnAt"]
    return not decided and instant(invitation["expiresAt"]) > visit.at


async def _lacks_owner(here: Place) -> bool:
    """Return whether an administrator of the platform may give the organisation an owner."""
    return here.visit.principal.elevated and not await here.visit.change(
        lambda session: members.has_owner(session, here.id)
    )


async def _member(visit: Visit) -> tuple[Place, dict[str, Any]]:
    """Return the organisation, and the member that the path names.

    Raises:
        HTTPException: 404, there is none whom the visitor may change.
    """
    here, member = await place_with(visit, "member", "members", visit.part("membership"), personal=("members",))
    if not (here.may(Scope.MEMBERS) or _is_own(here, member)):
        raise HTTPException(404)
    return here, member


def _is_own(here: Place, member: dict[str, Any]) -> bool:
    """Return whether a membership is the visitor's own."""
    return bool(member["account"] and member["account"]["id"] == here.visit.signed_in.account)


def _role(visit: Visit) -> Role:
    """Return the role that was chosen.

    Raises:
        HTTPException: 400, there is no such role.
    """
    chosen = visit.form.text("role")
    if chosen not in set(Role):
        raise HTTPException(400)
    return Role(chosen)


async def _roles(here: Place) -> list[tuple[str, str, str]]:
    """Return the roles that the visitor may give, with name and explanation."""
    own = await own_membership(here.visit, here.id)
    # An elevated administrator of the platform, who is no member, may give an organisation an owner.
    given = [role for role in Role if may_give(Role(own["role"]), role)] if own else [Role.OWNER]
    words = here.visit.words.roles
    return [(role.value, words[role.value].name, words[role.value].about) for role in given]


async def _role_page(here: Place, member: dict[str, Any], problems: list[Said] | None = None) -> Response:
    """Return the page of a member's role."""
    values = {"role": here.visit.form.text("role")} if problems else {}
    return here.page("member.html", problems, narrow=True, member=member, options=await _roles(here), values=values)


def _remove_page(here: Place, member: dict[str, Any], problems: list[Said] | None = None) -> Response:
    """Return the page that asks once more."""
    words, own = here.visit.words, _is_own(here, member)
    name = (member["account"] or {}).get("name") or words.frame.unknown
    heading = filled(words.sure.leave_heading, name=here.name) if own else filled(words.sure.remove_heading, name=name)
    return here.sure(
        heading,
        words.organisation.leaving_text if own else words.sure.remove_text,
        words.sure.buttons.leave if own else words.sure.buttons.remove,
        action=f"/members/{member['id']}/remove",
        back="" if own else "/members",
        problems=problems,
        facts=[] if own else [(words.members.role, words.roles[member["role"]].name)],
    )


async def _invite_page(here: Place, problems: list[Said] | None = None) -> Response:
    """Return the form of an invitation."""
    form = here.visit.form
    return here.page(
        "invite.html",
        problems,
        narrow=True,
        mails=here.visit.console.mailer is not None,
        options=await _roles(here),
        values={"email": form.text("email"), "role": form.text("role")} if problems else {},
    )


def _withdraw_page(here: Place, invitation: dict[str, Any], problems: list[Said] | None = None) -> Response:
    """Return the page that asks once more."""
    words = here.visit.words
    return here.sure(
        words.sure.withdraw_heading,
        words.sure.withdraw_text,
        words.sure.buttons.withdraw,
        action=f"/invitations/{invitation['id']}/withdraw",
        back="/members",
        problems=problems,
        facts=[(words.invite.email, invitation["email"]), (words.members.role, words.roles[invitation["role"]].name)],
    )


async def _mailed(here: Place, invited: MemberInvited, role: Role, link: str) -> bool:
    """Send the invitation in the language of who invites, and return whether the mail was taken."""
    visit = here.visit
    mailer = visit.console.mailer
    if mailer is None:
        return False
    words = visit.words
    subject = words.mail.subject.format(organisation=here.name)
    text = words.mail.text.format(
        organisation=here.name,
        role=words.roles[role.value].name,
        day=day(invited.expires_at, visit.language),
        link=link,
    )
    return await mailer.send(invited.email, subject, text.lstrip())
