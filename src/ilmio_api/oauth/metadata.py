"""What clients can find out about the authorization server by asking.

Owns: the metadata documents, the same under both addresses.
Does not own: the key set (`oauth.keys`).

Source: RFC 8414, OpenID Connect Discovery 1.0, RFC 9126 §5, RFC 9207 §3, RP-Initiated Logout 1.0 §2.1.
"""

from ilmio_api.access.scopes import Scope
from ilmio_api.domain.accounts.vocabulary import IdTokenAlgorithm
from ilmio_api.oauth.authorisation_requests import AUTHORISE
from ilmio_api.oauth.client_authentication import ALGORITHMS
from ilmio_api.oauth.clients import CODE, CREDENTIALS, DEVICE, METHODS, REFRESH
from ilmio_api.oauth.grants import CONFIDENTIAL
from ilmio_api.oauth.server import PUSHED, TOKEN
from ilmio_api.oauth.subjects import PHISHING_RESISTANT
from ilmio_api.oauth.userinfo import CLAIMS

REVOKE, INTROSPECT, USERINFO = "/oauth/revoke", "/oauth/introspect", "/oauth/userinfo"
DEVICE_START, KEYS, LOGOUT = "/oauth/device_authorization", "/oauth/jwks", "/oauth/logout"


def metadata(issuer: str) -> dict[str, object]:
    """Return what the server supports.

    Args:
        issuer: Address of the service.
    """
    endpoints = {
        "authorization_endpoint": AUTHORISE,
        "token_endpoint": TOKEN,
        "revocation_endpoint": REVOKE,
        "introspection_endpoint": INTROSPECT,
        "userinfo_endpoint": USERINFO,
        "jwks_uri": KEYS,
        "device_authorization_endpoint": DEVICE_START,
        "pushed_authorization_request_endpoint": PUSHED,
        "end_session_endpoint": LOGOUT,
    }
    return {
        "issuer": issuer,
        **{name: f"{issuer}{path}" for name, path in endpoints.items()},
        "scopes_supported": [scope.value for scope in Scope if scope is not Scope.PLATFORM],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [CODE, REFRESH, CREDENTIALS, DEVICE],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [algorithm.value for algorithm in IdTokenAlgorithm],
        "token_endpoint_auth_methods_supported": list(METHODS),
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": list(CONFIDENTIAL),
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "claim_types_supported": ["normal"],
        "claims_supported": ["iss", "aud", "exp", "iat", "auth_time", "amr", "acr", "nonce", "sid", *CLAIMS],
        "acr_values_supported": [PHISHING_RESISTANT],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_pushed_authorization_requests": False,
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["fi", "sv", "en"],
        "service_documentation": f"{issuer}/openapi-notes.md",
    }
