"""What clients and keys in the tests of accounts are wanted to be.

Owns: one draft without problems of each kind.
Does not own: clients and keys that exist (`scene`).
"""

from ilmio_api.access.scopes import Scope
from ilmio_api.domain.accounts.api_keys import KeyDraft
from ilmio_api.domain.accounts.client_rules import ClientDraft
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind

SERVICE = ClientDraft(
    kind=ClientKind.SERVICE,
    name="Öinen vienti",
    authentication=ClientAuthentication.CLIENT_SECRET_BASIC,
    scopes=frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ}),
)

WEB_APPLICATION = ClientDraft(
    kind=ClientKind.WEB_APPLICATION,
    name="Alueen näkymä",
    authentication=ClientAuthentication.CLIENT_SECRET_POST,
    scopes=frozenset({Scope.OPENID, Scope.CONTENT_WRITE}),
    redirect_uris=("https://app.example.fi/cb",),
)

PUBLIC_APPLICATION = ClientDraft(
    kind=ClientKind.PUBLIC_APPLICATION,
    name="Selain",
    authentication=ClientAuthentication.NONE,
    scopes=frozenset({Scope.OPENID, Scope.CONTENT_READ}),
    redirect_uris=("http://127.0.0.1/cb",),
)

KEY = KeyDraft(name="Kojelauta", scopes=frozenset({Scope.CONTENT_READ}))
