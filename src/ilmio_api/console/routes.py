"""All pages on one screen: what is shown, what its form does, whom it lets in."""

from starlette.routing import BaseRoute, Route

from ilmio_api.console import (
    application_pages,
    arriving,
    audit_pages,
    authorising,
    client_pages,
    document_pages,
    identity_pages,
    key_pages,
    member_pages,
    organisation_pages,
    own_pages,
    own_ways_in,
    platform_pages,
    provider_sign_in,
    signing_in,
)
from ilmio_api.console.files import asset
from ilmio_api.console.gate import Entry, foreign_form, nowhere, page, to_the_front

_OPEN, _RECENT = Entry.ANYBODY, Entry.RECENT
_ORG = "/console/organisations/{organisation}"
_MEMBER, _CLIENT, _KEY = f"{_ORG}/members/{{membership}}", f"{_ORG}/clients/{{client}}", f"{_ORG}/keys/{{key}}"
_DOCUMENT = f"{_CLIENT}/documents/{{document}}"
_GRANT, _DOMAIN = f"{_ORG}/applications/{{grant}}", f"{_ORG}/identity/domains/{{domain}}"


def routes() -> list[BaseRoute]:
    """Return the pages; `app.state.console` is what they need.

    They end with a page for everything below `/console/` that there is not, so they come after other routes.
    """
    return [
        Route("/console/assets/{name}", asset, methods=["GET"], include_in_schema=False),
        *_arriving(),
        *_authorising(),
        *_own(),
        *_organisation(),
        *_clients(),
        Route("/console", to_the_front, methods=["GET"], include_in_schema=False),
        Route("/console/{rest:path}", nowhere, methods=["GET", "POST"], include_in_schema=False),
    ]


def _arriving() -> list[BaseRoute]:
    """Return the pages of signing in and of becoming a person here."""
    return [
        page("/console/sign-in", signing_in.show, signing_in.check_password, entry=_OPEN),
        page("/console/sign-in/code", signing_in.show_code, signing_in.check_code, entry=_OPEN),
        page("/console/sign-in/recovery", signing_in.show_code, signing_in.check_code, entry=_OPEN),
        page("/console/sign-in/lost", signing_in.show_lost, signing_in.check_lost, entry=_OPEN),
        page("/console/sign-in/passkey", act=signing_in.ask_passkey, entry=_OPEN),
        page("/console/sign-in/with-passkey", act=signing_in.check_passkey, entry=_OPEN),
        page("/console/sign-in/organisation", provider_sign_in.show, provider_sign_in.begin, entry=_OPEN),
        page("/auth/cb/{idp}", provider_sign_in.come_back, entry=_OPEN),
        page("/console/confirm", signing_in.show_confirm),
        page("/console/confirm/organisation", act=provider_sign_in.confirm),
        page("/console/sign-out", act=signing_in.sign_out, entry=_OPEN),
        page("/console/set-up", arriving.show_set_up, arriving.accept_set_up, entry=_OPEN),
        page("/console/set-up/{secret}", arriving.open_set_up, entry=_OPEN),
        page("/console/invitation", arriving.show_invitation, arriving.begin_invited, entry=_OPEN),
        page("/console/invitation/accept", act=arriving.accept_invitation),
        page("/console/invitation/{secret}", arriving.open_invitation, entry=_OPEN),
        page("/console/enrol", arriving.choose, entry=_OPEN),
        page("/console/enrol/passkey", act=arriving.ask_passkey, entry=_OPEN),
        page("/console/enrol/with-passkey", act=arriving.add_passkey, entry=_OPEN),
        page("/console/enrol/password", arriving.show_password, arriving.set_password, entry=_OPEN),
        page("/console/enrol/codes", arriving.show_codes, arriving.confirm_codes, entry=_OPEN),
    ]


def _authorising() -> list[BaseRoute]:
    """Return the pages of the authorization server; two of them also take forms of other sites."""
    return [
        foreign_form("/oauth/authorize", authorising.show_consent, authorising.lead_on),
        page("/oauth/authorize/decide", act=authorising.decide_consent),
        page("/oauth/device", authorising.show_device, authorising.find_device),
        page("/oauth/device/decide", act=authorising.decide_device),
        foreign_form("/oauth/logout", authorising.show_sign_out, authorising.lead_on_to_sign_out),
        page("/oauth/logout/decide", act=authorising.decide_sign_out, entry=_OPEN),
    ]


def _own() -> list[BaseRoute]:
    """Return the pages of the person who is signed in, and those of the platform."""
    return [
        page("/console/", own_pages.show_overview),
        page("/console/me", own_pages.show_profile, own_pages.change_profile),
        page("/console/me/language", act=own_pages.change_language),
        page("/console/me/erase", own_pages.show_erase, own_pages.erase, entry=_RECENT),
        page("/console/me/sessions", own_pages.show_sessions, own_pages.end_session),
        page("/console/me/applications", own_pages.show_applications, own_pages.withdraw_consent),
        page("/console/me/provider", act=provider_sign_in.link, entry=_RECENT),
        page("/console/me/sign-in", own_ways_in.show),
        page("/console/me/passkeys/new", own_ways_in.show_new_passkey, own_ways_in.add_passkey, entry=_RECENT),
        page("/console/me/passkeys/ask", act=own_ways_in.ask_passkey, entry=_RECENT),
        page(
            "/console/me/passkeys/{passkey}/remove",
            own_ways_in.show_remove_passkey,
            own_ways_in.remove_passkey,
            entry=_RECENT,
        ),
        page("/console/me/password", own_ways_in.show_password, own_ways_in.set_password, entry=_RECENT),
        page(
            "/console/me/password/remove",
            own_ways_in.show_remove_password,
            own_ways_in.remove_password,
            entry=_RECENT,
        ),
        page("/console/me/codes", own_ways_in.show_codes, own_ways_in.confirm_codes, entry=_RECENT),
        page("/console/me/recovery-codes", own_ways_in.show_recovery_codes),
        page(
            "/console/me/recovery-codes/new",
            own_ways_in.show_renew_recovery_codes,
            own_ways_in.renew_recovery_codes,
            entry=_RECENT,
        ),
        page("/console/platform", platform_pages.show, platform_pages.elevate, entry=_RECENT),
        page("/console/platform/log", act=audit_pages.export_of_service),
        page("/console/platform/persons", platform_pages.show_persons, platform_pages.manage_person, entry=_RECENT),
        page("/console/platform/open/{organisation}", platform_pages.show_open, platform_pages.open_for, entry=_RECENT),
    ]


def _organisation() -> list[BaseRoute]:
    """Return the pages of an organisation, but for those of its programs."""
    return [
        page(_ORG, organisation_pages.show_home),
        page(f"{_ORG}/policy", organisation_pages.show_policy, organisation_pages.set_policy),
        page(f"{_ORG}/members", member_pages.show),
        page(f"{_ORG}/members/invite", member_pages.show_invite, member_pages.invite, entry=_RECENT),
        page(f"{_ORG}/members/invited", member_pages.show_invited),
        page(_MEMBER, member_pages.show_role, member_pages.set_role, entry=_RECENT),
        page(f"{_MEMBER}/remove", member_pages.show_remove, member_pages.remove, entry=_RECENT),
        page(
            f"{_ORG}/invitations/{{invitation}}/withdraw",
            member_pages.show_withdraw,
            member_pages.withdraw,
            entry=_RECENT,
        ),
        page(f"{_ORG}/identity", identity_pages.show, identity_pages.add_domain),
        page(f"{_DOMAIN}/verify", act=identity_pages.verify_domain),
        page(f"{_DOMAIN}/remove", identity_pages.show_remove_domain, identity_pages.remove_domain, entry=_RECENT),
        page(f"{_ORG}/identity/provider", identity_pages.show_provider, identity_pages.set_provider, entry=_RECENT),
        page(f"{_ORG}/identity/provider/switch", identity_pages.show_switch, identity_pages.switch, entry=_RECENT),
        page(f"{_ORG}/audit", audit_pages.show),
        page(f"{_ORG}/audit/export", act=audit_pages.export),
    ]


def _clients() -> list[BaseRoute]:
    """Return the pages of an organisation's programs, and of those that ask for its permission."""
    return [
        page(f"{_ORG}/clients", client_pages.show_all),
        page(f"{_ORG}/clients/new", client_pages.show_new, client_pages.make, entry=_RECENT),
        page(_CLIENT, client_pages.show),
        page(f"{_CLIENT}/shown", client_pages.show_secret),
        page(f"{_CLIENT}/change", client_pages.show_change, client_pages.change, entry=_RECENT),
        page(f"{_CLIENT}/delete", client_pages.show_delete, client_pages.delete, entry=_RECENT),
        page(f"{_CLIENT}/secrets/new", client_pages.show_new_secret, client_pages.add_secret, entry=_RECENT),
        page(
            f"{_CLIENT}/secrets/{{secret}}/revoke",
            client_pages.show_revoke_secret,
            client_pages.revoke_secret,
            entry=_RECENT,
        ),
        page(f"{_CLIENT}/documents", document_pages.show),
        page(f"{_CLIENT}/documents/restrict", document_pages.show_restrict, document_pages.restrict, entry=_RECENT),
        page(f"{_DOCUMENT}/forget", document_pages.show_forget, document_pages.forget, entry=_RECENT),
        page(f"{_ORG}/keys/new", key_pages.show_new, key_pages.make, entry=_RECENT),
        page(f"{_ORG}/keys/shown", key_pages.show_made),
        page(f"{_KEY}/rotate", key_pages.show_rotate, key_pages.rotate, entry=_RECENT),
        page(f"{_KEY}/revoke", key_pages.show_revoke, key_pages.revoke, entry=_RECENT),
        page(f"{_ORG}/applications", application_pages.show_all),
        page(f"{_ORG}/applications/ask", application_pages.show_ask, application_pages.ask),
        page(_GRANT, application_pages.show_decide, application_pages.decide, entry=_RECENT),
        page(f"{_GRANT}/revoke", application_pages.show_revoke, application_pages.revoke, entry=_RECENT),
    ]
