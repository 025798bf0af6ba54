"""What an authorisation request wishes for besides a code.

Owns: reading and judging the parameters of OpenID Connect, and those that we do not support.
Does not own: client, address, scopes and PKCE (`oauth.code_grant`), what follows from the wishes (`oauth.authorise`).

Source: OpenID Connect Core 1.0 §3.1.2.1 and §6. `acr_values`, `claims` and `display` are read over, as it allows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError

from ilmio_api.oauth.code_grant import CodeGrant

_UNSUPPORTED = ("request", "request_uri", "registration")
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the client wants the person to be asked."""

    prompts: frozenset[str]
    max_age_s: int | None
    """The person's proof may be so old, in seconds; None for any age of a session that lives."""
    login_hint: str | None
    languages: tuple[str, ...]
    id_token_hint: str | None

    @property
    def silent(self) -> bool:
        """Return whether nothing may be shown to the person."""
        return "none" in self.prompts


class Parameters:
    """Extension of the code grant: refuses wishes that cannot be read or met."""

    def __call__(self, grant: CodeGrant) -> None:
        """Take part in judging an authorisation request, once client and address are known to be good."""
        grant.register_hook("after_validate_authorization_request_payload", self.check)

    def check(self, grant: CodeGrant, result: Any) -> None:  # noqa: ANN401 - of Authlib's hook
        """Refuse wishes that cannot be met.

        Raises:
            OAuth2Error: There are such.
        """
        del result
        payload = grant.request.payload
        if payload.repeated:
            raise InvalidRequestError("A parameter was sent more than once.")
        for name in _UNSUPPORTED:
            if name in payload.data:
                raise OAuth2Error(f"The parameter {name} is not supported.", error=f"{name}_not_supported")
        if payload.data.get("response_mode", "query") != "query":
            raise InvalidRequestError("The only response_mode is query.")
        if (wishes := wishes_of(payload.data)).silent and len(wishes.prompts) > 1:
            raise InvalidRequestError("The prompt none stands alone.")


def wishes_of(data: Mapping[str, str]) -> Wishes:
    """Return the wishes in a request.

    Raises:
        InvalidRequestError: The parameter max_age is not a number of seconds.
    """
    max_age = data.get("max_age")
    if max_age is not None and not (max_age.isascii() and max_age.isdigit() and len(max_age) <= _MOST_DIGITS):
        raise InvalidRequestError("The parameter max_age has to be a whole number of seconds.")
    return Wishes(
        prompts=frozenset(data.get("prompt", "").split()),
        max_age_s=None if max_age is None else int(max_age),
        login_hint=data.get("login_hint"),
        languages=tuple(data.get("ui_locales", "").split()),
        id_token_hint=data.get("id_token_hint"),
    )
