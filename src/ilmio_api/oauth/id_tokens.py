"""ID tokens: what a client learns of who signed in.

Owns: their claims and signature, reading one that comes back as a hint.
Does not own: the keys (`oauth.keys`), who the person is to the client (`oauth.subjects`), what else it may know of them
(`oauth.userinfo`).

Source: OpenID Connect Core 1.0 §2, §3.1.3.6; RP-Initiated Logout 1.0 §2.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from authlib.oidc.core.grants.code import OpenIDToken
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.errors import JoseError

from ilmio_api.domain.accounts.token_models import TokenFamily
from ilmio_api.domain.accounts.vocabulary import IdTokenAlgorithm
from ilmio_api.oauth import keys
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.service import Work
from ilmio_api.oauth.subjects import claims_of

_LIFE = timedelta(hours=1)
_ALGORITHMS = [algorithm.value for algorithm in IdTokenAlgorithm]
_LONGEST = 4_096


class IdTokens(OpenIDToken):  # type: ignore[misc]  # authlib has no stubs
    """Adds an ID token to answers of the token endpoint with the scope `openid`."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def encode_id_token(self, token: dict[str, Any], request: ServerRequest) -> str:
        """Return a signed ID token; what the client may know of the person it asks at the UserInfo endpoint."""
        family: TokenFamily = request.family
        signer = keys.signer(self._work, request.client.row.id_token_algorithm)
        at = int(self._work.at.timestamp())
        claims = {
            "iss": self._work.oauth.issuer,
            "aud": family.client_id,
            "iat": at,
            "exp": at + int(_LIFE.total_seconds()),
            "at_hash": create_half_hash(token["access_token"], signer.algorithm).decode(),
            **claims_of(self._work, family),
        }
        if family.session_id:
            claims["sid"] = family.session_id
        # Only with the code: an answer to a refresh has none (OpenID Connect Core 1.0 §12.2).
        if request.authorization_code and request.authorization_code.nonce:
            claims["nonce"] = request.authorization_code.nonce
        header = {"alg": signer.algorithm, "kid": signer.kid}
        return jwt.encode(header, claims, signer.key, [signer.algorithm])


@dataclass(frozen=True, slots=True)
class Hint:
    """An ID token of ours that a client has sent back."""

    subject: str
    """The person as the client knows them."""
    client: str
    session: str | None


def hint_of(work: Work, text: str) -> Hint | None:
    """Return what an ID token says, or None when it is not ours; it may have expired, also its key."""
    if len(text) > _LONGEST:
        return None
    try:
        claims = jwt.decode(text, keys.all_public(work), _ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        # Whatever the text is, and it may be anything, it is no ID token.
        return None
    subject, client, session = claims.get("sub"), claims.get("aud"), claims.get("sid")
    if claims.get("iss") != work.oauth.issuer or not isinstance(subject, str) or not isinstance(client, str):
        return None
    return Hint(subject, client, session if isinstance(session, str) else None)
