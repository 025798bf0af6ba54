"""The front page of an organisation, and its policy.

Owns: these two pages.
Does not own: what the policy is and who may change it (`domain.accounts.organisation_accounts`).
"""

from starlette.responses import Response

from ilmio_api.console.place import Place, own_membership, place
from ilmio_api.console.visits import Visit
from ilmio_api.console.words import Said
from ilmio_api.domain.accounts import members
from ilmio_api.domain.accounts.organisation_accounts import PolicyChanges, change_policy
from ilmio_api.domain.outcomes import Refused


async def show_home(visit: Visit) -> Response:
    """Show the person's role, and what is still to be done."""
    here = await place(visit, "home")
    account, principal = here.account, visit.principal
    has_owner = not principal.elevated or await visit.change(lambda session: members.has_owner(session, here.id))
    steps = (
        ("step_members", "/members", account["members"]["totalCount"] > 1),
        ("step_key", "/clients", account["apiKeys"]["totalCount"] > 0),
        ("step_client", "/clients", account["clients"]["totalCount"] > 0),
        ("step_identity", "/identity", account["identityProvider"] is not None),
        ("step_policy", "/policy", account["version"] > 1),
    )
    return here.page(
        "organisation_home.html",
        membership=await own_membership(visit, here.id),
        has_owner=has_owner,
        steps=[{"name": name, "path": path, "done": done} for name, path, done in steps],
    )


async def show_policy(visit: Visit) -> Response:
    """Show what the organisation demands."""
    return _policy_page(await place(visit, "policy"))


async def set_policy(visit: Visit) -> Response:
    """Change what the organisation demands."""
    here, form = await place(visit, "policy"), visit.form
    changes = PolicyChanges(
        # What is no number is out of bounds.
        max_credential_days=form.number("max_credential_days") or 0,
        max_session_hours=form.number("max_session_hours") or 0,
        applications_need_approval=form.is_ticked("applications_need_approval"),
        address_ranges=form.lines("address_ranges"),
        single_sign_on_required=form.is_ticked("single_sign_on_required"),
    )
    version = form.number("version") or 0
    changed = await visit.change(lambda session: change_policy(session, visit.occasion, here.id, version, changes))
    if isinstance(changed, Refused):
        return _policy_page(here, visit.said(changed))
    return here.go("/policy", done="saved")


def _policy_page(here: Place, problems: list[Said] | None = None) -> Response:
    """Return the page of the policy."""
    policy, form = dict(here.account["policy"]), here.visit.form
    if problems:
        policy["applicationsNeedApproval"] = form.is_ticked("applications_need_approval")
        policy["singleSignOnRequired"] = form.is_ticked("single_sign_on_required")
    names = ("max_credential_days", "max_session_hours", "address_ranges")
    return here.page(
        "policy.html",
        problems,
        policy=policy,
        version=here.account["version"],
        values={name: form.secret(name) for name in names} if problems else {},
    )
