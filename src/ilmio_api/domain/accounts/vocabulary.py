"""Values that describe accounts.

Owns: kinds of clients, states of grants, ways to sign in, what the audit log tells of.
Does not own: roles and scopes (`access`), which the vocabularies here only explain.
"""

from ilmio_api.access.roles import Role
from ilmio_api.domain.vocabulary import Vocabulary


class MemberRole(Vocabulary):
    """What a member is in an organisation."""

    OWNER = Role.OWNER.value, "May do everything, also change the policy and the identity provider."
    ADMIN = Role.ADMIN.value, "Manages members, clients and keys; cannot make or remove owners."
    EDITOR = Role.EDITOR.value, "Writes the organisation's records and reads their contact persons."
    VIEWER = Role.VIEWER.value, "Reads drafts and internal records of the organisation."
    TECHNICAL_CONTACT = Role.TECHNICAL_CONTACT.value, "Manages API clients and keys; reads no drafts."


class ClientKind(Vocabulary):
    """What an API client is."""

    SERVICE = "SERVICE", "A program of the organisation that acts in its own name (client credentials)."
    WEB_APPLICATION = "WEB_APPLICATION", "A web application with a server of its own, which keeps a secret or a key."
    PUBLIC_APPLICATION = "PUBLIC_APPLICATION", "An application in the browser or on a device, which can keep no secret."
    COMMAND_LINE = "COMMAND_LINE", "The service's own command line, the only one that may use the device flow."


class ClientAuthentication(Vocabulary):
    """How a client proves who it is at the token endpoint."""

    NONE = "NONE", "Not at all; only for public applications, which are bound by PKCE."
    CLIENT_SECRET_BASIC = "CLIENT_SECRET_BASIC", "A secret in the header `Authorization`."
    CLIENT_SECRET_POST = "CLIENT_SECRET_POST", "A secret in the body."
    PRIVATE_KEY_JWT = "PRIVATE_KEY_JWT", "A signed assertion (RFC 7523); no secret is shared."


class IdTokenAlgorithm(Vocabulary):
    """How ID tokens for a client are signed."""

    ES256 = "ES256", "ECDSA on P-256: short and quick."
    RS256 = "RS256", "RSA with 2048 bits, for clients that know nothing else."


class GrantStatus(Vocabulary):
    """Where an organisation's grant to an application of another organisation is."""

    REQUESTED = "REQUESTED", "Somebody has asked; nobody has decided."
    APPROVED = "APPROVED", "The application may act within the granted scopes."
    REJECTED = "REJECTED", "The organisation has said no."
    REVOKED = "REVOKED", "Was approved and has been taken back."


class SignInMethod(Vocabulary):
    """How a person signed in."""

    PASSKEY = "PASSKEY", "A passkey, which verified the person."
    PASSWORD_AND_CODE = "PASSWORD_AND_CODE", "A password and a one-time code."
    RECOVERY_CODE = "RECOVERY_CODE", "A recovery code, with the password where there is one."
    IDENTITY_PROVIDER = "IDENTITY_PROVIDER", "The identity provider of an organisation."
    SETUP_LINK = "SETUP_LINK", "The link that a new service prints once."
    INVITATION = "INVITATION", "An invitation, when the account was made."


class AuditAction(Vocabulary):
    """What was done. The names are stable."""

    ACCOUNT_CREATED = "ACCOUNT_CREATED", "A person got an account."
    ACCOUNT_ERASED = "ACCOUNT_ERASED", "A person's data was erased."
    ACCOUNT_CHANGED = "ACCOUNT_CHANGED", "A person changed their name or language."
    ACCOUNT_DISABLED = "ACCOUNT_DISABLED", "An account was disabled."
    ACCOUNT_ENABLED = "ACCOUNT_ENABLED", "A disabled account was enabled again."
    PLATFORM_ADMIN_MADE = "PLATFORM_ADMIN_MADE", "A person became an administrator of the platform."
    SIGNED_IN = "SIGNED_IN", "A person signed in."
    SIGN_IN_FAILED = "SIGN_IN_FAILED", "Somebody failed to sign in to a known account."
    SIGNED_OUT = "SIGNED_OUT", "A session ended."
    SESSION_ENDED = "SESSION_ENDED", "A session was ended from elsewhere."
    CREDENTIAL_ADDED = "CREDENTIAL_ADDED", "A way to sign in was added."
    CREDENTIAL_REMOVED = "CREDENTIAL_REMOVED", "A way to sign in was removed."
    ELEVATED = "ELEVATED", "An administrator of the platform opened all organisation accounts, with a reason."
    ORGANISATION_ACCOUNT_CREATED = "ORGANISATION_ACCOUNT_CREATED", "An organisation got an account."
    POLICY_CHANGED = "POLICY_CHANGED", "The organisation's policy was changed."
    MEMBER_INVITED = "MEMBER_INVITED", "Somebody was invited."
    INVITATION_WITHDRAWN = "INVITATION_WITHDRAWN", "An invitation was withdrawn."
    MEMBER_JOINED = "MEMBER_JOINED", "An invited person became a member."
    MEMBER_ROLE_CHANGED = "MEMBER_ROLE_CHANGED", "The role of a member was changed."
    MEMBER_REMOVED = "MEMBER_REMOVED", "A member was removed or left."
    CLIENT_CREATED = "CLIENT_CREATED", "An API client was made."
    CLIENT_CHANGED = "CLIENT_CHANGED", "An API client was changed."
    CLIENT_DELETED = "CLIENT_DELETED", "An API client was deleted, with all its tokens."
    CLIENT_SECRET_ADDED = "CLIENT_SECRET_ADDED", "A client got a secret."
    CLIENT_SECRET_REVOKED = "CLIENT_SECRET_REVOKED", "A secret of a client was revoked."
    DOCUMENTS_REGISTERED = "DOCUMENTS_REGISTERED", "Documents were registered for a client."
    DOCUMENTS_FORGOTTEN = "DOCUMENTS_FORGOTTEN", "Documents of a client are not registered any more."
    API_KEY_CREATED = "API_KEY_CREATED", "An API key was made."
    API_KEY_ROTATED = "API_KEY_ROTATED", "An API key was replaced; the old one lives on for a while."
    API_KEY_REVOKED = "API_KEY_REVOKED", "An API key was revoked."
    APPLICATION_REQUESTED = "APPLICATION_REQUESTED", "An application of another organisation asked for scopes."
    APPLICATION_APPROVED = "APPLICATION_APPROVED", "An application was approved."
    APPLICATION_REJECTED = "APPLICATION_REJECTED", "An application was rejected."
    APPLICATION_REVOKED = "APPLICATION_REVOKED", "The grant to an application was taken back."
    CONSENT_GIVEN = "CONSENT_GIVEN", "A person let an application act for them."
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN", "A person took back a consent."
    TOKEN_REVOKED = "TOKEN_REVOKED", "A token was revoked."
    TOKEN_REUSED = "TOKEN_REUSED", "A used code or refresh token came again: all its tokens were revoked."
    IDENTITY_PROVIDER_CHANGED = "IDENTITY_PROVIDER_CHANGED", "The organisation's identity provider was changed."
    DOMAIN_ADDED = "DOMAIN_ADDED", "A domain was named that the organisation is about to prove its own."
    DOMAIN_VERIFIED = "DOMAIN_VERIFIED", "A domain of the organisation was verified."
    DOMAIN_REMOVED = "DOMAIN_REMOVED", "A domain was removed."
    PERSONAL_DATA_READ = "PERSONAL_DATA_READ", "Personal data was read."
    AUDIT_EXPORTED = "AUDIT_EXPORTED", "The audit log was exported."
