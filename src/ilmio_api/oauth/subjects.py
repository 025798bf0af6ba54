"""Who signed in, as a client may believe it.

Owns: the claims `sub`, `idp`, `amr`, `acr` and `auth_time`, the same in ID tokens, at the UserInfo endpoint and at
introspection.
Does not own: what a token allows (`domain.accounts.principals`), who may sign in
(`domain.accounts.sign_in`, `oauth.federation`).

The identity provider of an organisation can say of anybody that they are any of its members. The clients of that
organisation live with it. To the clients of others, whom it vouches for is somebody else than the person who has proved
to us who they are: the subject names the organisation too, `account_….organisation_…`. So a hostile provider opens no
account that the person has at a client of somebody else.

Sources: OpenID Connect Core 1.0 §2, RFC 8176 (`amr`), RFC 9470 §6.2, OpenID Connect Extended Authentication Profile ACR
Values 1.0 (`phr`).
"""

from dataclasses import dataclass

from sqlalchemy import select

from ilmio_api.domain.accounts.client_models import ApiClient
from ilmio_api.domain.accounts.principals import is_believed
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, Session
from ilmio_api.domain.accounts.token_models import TokenFamily
from ilmio_api.domain.accounts.vocabulary import SignInMethod
from ilmio_api.oauth.service import Work

PHISHING_RESISTANT = "phr"
"""Nobody whom the person was led to by mistake could have used what they showed: `acr` of a passkey."""

# Not of links, by which an account is made, nor of providers, which keep it to themselves.
_METHODS = {
    SignInMethod.PASSKEY: ["pop", "mfa"],
    SignInMethod.PASSWORD_AND_CODE: ["pwd", "otp", "mfa"],
    SignInMethod.RECOVERY_CODE: ["otp"],
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The person behind an authorisation, as its client knows them."""

    name: str
    """`sub`."""
    vouching: str | None
    """Organisation whose identity provider vouches for the person; None when they proved it to us."""

    def claims(self) -> dict[str, object]:
        """Return what is said of a person wherever one is named."""
        return {"sub": self.name, **({"idp": self.vouching} if self.vouching else {})}


def subject(account: str, vouching: str | None, owner: str | None) -> Subject:
    """Return a person as a client knows them.

    Args:
        account: The person.
        vouching: Organisation whose identity provider has begun the session; None when the person proved it to us.
        owner: Organisation of the client; None for the service's own command line.
    """
    return Subject(account if is_believed(vouching, owner) else f"{account}.{vouching}", vouching)


def subject_in(work: Work, account: str, session: str, owner: str | None) -> Subject:
    """Return the person of a session of the console as a client of `owner` would know them."""
    vouching = work.db.scalar(
        select(IdentityProvider.organisation_id)
        .join(Session, Session.identity_provider_id == IdentityProvider.id)
        .where(Session.id == session)
    )
    return subject(account, vouching, owner)


def claims_of(work: Work, family: TokenFamily) -> dict[str, object]:
    """Return what a client may believe of the person who has authorised a family of tokens.

    How they proved who they are is told as long as the session knows it of that time.
    """
    begun = work.db.execute(
        select(
            ApiClient.organisation_id.label("owner"),
            IdentityProvider.organisation_id.label("vouching"),
            Session.method,
            Session.authenticated_at,
        )
        .select_from(ApiClient)
        .outerjoin(Session, Session.id == family.session_id)
        .outerjoin(IdentityProvider, Session.identity_provider_id == IdentityProvider.id)
        .where(ApiClient.id == family.client_id)
    ).one()
    claims = subject(family.account_id, begun.vouching, begun.owner).claims()
    claims["auth_time"] = int(family.authenticated_at.timestamp())
    if begun.authenticated_at == family.authenticated_at and begun.method in _METHODS:
        claims["amr"] = _METHODS[begun.method]
        if begun.method is SignInMethod.PASSKEY:
            claims["acr"] = PHISHING_RESISTANT
    return claims
