"""What the operator can set, read once from environment variables.

Owns: the names of the variables, their defaults and bounds, and the words that say how to mend a wrong one.
Does not own: what a setting leads to (`db`, `web`, `cli`). No other module reads the environment.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from ilmio_api.errors import OperatorError

_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")

DEFAULT_POINTS = 300_000
"""Points that a caller from another machine may spend in a minute when the operator says nothing."""


class SettingsError(OperatorError):
    """An environment variable has a value that cannot be used."""

    def __init__(self, variable: str, *, problem: str, remedy: str) -> None:
        """Name the variable, so that it can be found in whatever file it was set in."""
        super().__init__(f"{variable} {problem}", remedy)
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; they do not change while it runs."""

    database_url: str | None = None
    """`postgresql://…`; None means the embedded server in `data_dir`."""
    data_dir: Path = Path(".ilmio")
    """Where the embedded server keeps its data; made when missing."""
    host: str = "127.0.0.1"
    """The address to listen on. The default is reached from this machine only."""
    port: int = 8000
    """The TCP port to listen on, 1 to 65535."""
    pool_size: int = 8
    """Read connections to PostgreSQL in each process, 1 to 100."""
    statement_timeout_ms: int = 10_000
    """PostgreSQL stops a reading statement after this time; 0 means never."""
    max_body_bytes: int = 262_144
    """The largest request body that is read."""
    public_url: str | None = None
    """The address that the world uses, without a slash at its end; None means the address of each request."""

    secret_key: str | None = None
    """Seals what the service must be able to read again, such as its signing keys: 32 bytes in URL-safe base64, or
    several, newest first, with commas between. None means the file `secret.key` in `data_dir`, made when missing."""
    smtp_url: str | None = None
    """`smtp://user:password@host:587` or `smtps://…`, where invitations are sent from; None means links only."""
    mail_from: str | None = None
    """Sender of the mails."""
    security_contact: str | None = None
    """Where to report a weakness: `mailto:…` or `https://…`; None means that `security.txt` is not served."""

    rate_limit_points: int | None = None
    """Points that an anonymous caller may spend in a minute; 0 means any number.

    None means `DEFAULT_POINTS`, for callers from other machines only: on this one it is the operator who asks, or a
    proxy that nobody has told us of, whose callers must not be taken for one.
    """
    rate_limit_store: str | None = None
    """`valkey://…` or `redis://…`, where several processes count points together; None means each for itself."""
    trusted_proxies: int = 0
    """Proxies of the operator's own that stand in a row before the service, 0 to 10."""

    documents: Path | None = None
    """A file with registered documents; None means none."""
    only_registered_documents: bool = False
    """Whether other documents are refused."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings in `environ`; an empty variable counts as not set.

        Raises:
            SettingsError: A variable has a value that cannot be used.
        """
        default = cls()
        return cls(
            database_url=_database_url(environ),
            data_dir=Path(_text(environ, "ILMIO_DATA_DIR", "DATA_DIR") or default.data_dir).expanduser(),
            host=_text(environ, "ILMIO_HOST") or default.host,
            # Hosting platforms set PORT; our own variable goes before it.
            port=_number(
                environ,
                "ILMIO_PORT" if _text(environ, "ILMIO_PORT") else "PORT",
                default.port,
                bounds=(1, 65_535),
            ),
            pool_size=_number(environ, "ILMIO_POOL_SIZE", default.pool_size, bounds=(1, 100)),
            statement_timeout_ms=_number(
                environ, "ILMIO_STATEMENT_TIMEOUT_MS", default.statement_timeout_ms, bounds=(0, 3_600_000)
            ),
            max_body_bytes=_number(
                environ, "ILMIO_MAX_BODY_BYTES", default.max_body_bytes, bounds=(1_024, 64 * 1024 * 1024)
            ),
            public_url=_public_url(environ),
            secret_key=_secret_key(environ),
            smtp_url=_smtp_url(environ),
            mail_from=_text(environ, "ILMIO_MAIL_FROM"),
            security_contact=_security_contact(environ),
            rate_limit_points=_number(environ, "ILMIO_RATE_LIMIT_POINTS", DEFAULT_POINTS, bounds=(0, 1_000_000_000))
            if _text(environ, "ILMIO_RATE_LIMIT_POINTS")
            else None,
            rate_limit_store=_rate_limit_store(environ),
            trusted_proxies=_number(environ, "ILMIO_TRUSTED_PROXIES", default.trusted_proxies, bounds=(0, 10)),
            documents=_path(environ, "ILMIO_DOCUMENTS"),
            only_registered_documents=_only_registered_documents(environ),
        )

    @property
    def issuer(self) -> str:
        """Return the address by which the service is known to clients and browsers, never taken from a request."""
        # Not 127.0.0.1: passkeys belong to a name.
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def points_per_minute(self) -> int:
        """Return the points that a caller may spend in a minute, unless it is spared; 0 means any number."""
        return DEFAULT_POINTS if self.rate_limit_points is None else self.rate_limit_points

    @property
    def spares_this_machine(self) -> bool:
        """Return whether callers on the machine itself may spend any number of points."""
        return self.rate_limit_points is None


def settings_of_this_process() -> Settings:
    """Return the settings in this process's environment: the only place that reads it.

    Raises:
        SettingsError: A variable has a value that cannot be used.
    """
    return Settings.from_environment(os.environ)


def environment_with(changes: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with changes: what a process that it starts is given."""
    return {**os.environ, **changes}


def _text(environ: Mapping[str, str], *variables: str) -> str | None:
    """Return the first of `variables` that is set to something."""
    return next((value for variable in variables if (value := environ.get(variable, "").strip())), None)


def _number(environ: Mapping[str, str], variable: str, default: int, *, bounds: tuple[int, int]) -> int:
    """Return a whole number within `bounds`, both included."""
    text = _text(environ, variable)
    if text is None:
        return default
    least, most = bounds
    # Only ASCII digits: int() would also take "1_000" and digits of other scripts, which are typing errors
    # here.
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise SettingsError(
            variable,
            problem=f"is {text!r}, which is not a whole number from {least} to {most}.",
            remedy=f"Set {variable} to such a number, or unset it to use {default}.",
        )
    return int(text)


def _database_url(environ: Mapping[str, str]) -> str | None:
    """Return the database address, of which only the scheme is judged here; the driver judges the rest."""
    variable = "ILMIO_DATABASE_URL"
    url = _text(environ, variable)
    if url is None:
        return None
    scheme = url.partition("://")[0].partition("+")[0]
    if scheme not in {"postgresql", "postgres"}:
        # The value is not repeated: it may hold a password.
        raise SettingsError(
            variable,
            problem="does not begin with postgresql://.",
            remedy=(
                "Write it as postgresql://user:password@host:5432/database, or unset it to use the embedded "
                "PostgreSQL in the data directory."
            ),
        )
    return url


def _rate_limit_store(environ: Mapping[str, str]) -> str | None:
    """Return the address of a store; its client judges all but the scheme."""
    variable = "ILMIO_RATE_LIMIT_STORE"
    url = _text(environ, variable)
    if url is not None and url.partition("://")[0] not in {"valkey", "valkeys", "redis", "rediss"}:
        # The value is not repeated: it may hold a password.
        raise SettingsError(
            variable,
            problem="does not begin with valkey://, valkeys://, redis:// or rediss://.",
            remedy="Write it as valkey://:password@host:6379/0, or unset it to count points in each process.",
        )
    return url


def _secret_key(environ: Mapping[str, str]) -> str | None:
    """Return the keys that seal, of which each is 32 bytes in URL-safe base64."""
    variable = "ILMIO_SECRET_KEY"
    keys = _text(environ, variable)
    if keys is not None and not all(_KEY.fullmatch(key.strip()) for key in keys.split(",")):
        # The value is not repeated: it is a secret.
        raise SettingsError(
            variable,
            problem="is not 32 bytes in URL-safe base64.",
            remedy="Make one with: openssl rand -base64 32 | tr '+/' '-_'",
        )
    return keys


def _smtp_url(environ: Mapping[str, str]) -> str | None:
    """Return the address of a mail server."""
    variable = "ILMIO_SMTP_URL"
    url = _text(environ, variable)
    if url is not None and (urlsplit(url).scheme not in {"smtp", "smtps"} or not urlsplit(url).hostname):
        # The value is not repeated: it may hold a password.
        raise SettingsError(
            variable,
            problem="does not begin with smtp:// or smtps:// and a host.",
            remedy="Write it as smtp://user:password@host:587, or unset it to hand out links only.",
        )
    return url


def _security_contact(environ: Mapping[str, str]) -> str | None:
    """Return the address for reports of weaknesses."""
    variable = "ILMIO_SECURITY_CONTACT"
    address = _text(environ, variable)
    if address is not None and not address.startswith(("mailto:", "https://")):
        raise SettingsError(
            variable,
            problem=f"is {address!r}, which begins neither with mailto: nor with https://.",
            remedy=f"Write {variable} as mailto:security@example.org, or unset it.",
        )
    return address


def _path(environ: Mapping[str, str], variable: str) -> Path | None:
    """Return a path, which need not exist."""
    text = _text(environ, variable)
    return Path(text).expanduser() if text else None


def _yes_or_no(environ: Mapping[str, str], variable: str) -> bool:
    """Return whether a switch is on."""
    text = _text(environ, variable)
    if text not in {None, "0", "1"}:
        raise SettingsError(variable, problem=f"is {text!r}.", remedy=f"Set {variable} to 1 or 0, or unset it.")
    return text == "1"


def _only_registered_documents(environ: Mapping[str, str]) -> bool:
    """Return whether only documents of the operator are answered; there have to be some."""
    variable = "ILMIO_ONLY_REGISTERED_DOCUMENTS"
    only = _yes_or_no(environ, variable)
    if only and _text(environ, "ILMIO_DOCUMENTS") is None:
        raise SettingsError(
            variable, problem="refuses every document, since none is registered.", remedy="Set ILMIO_DOCUMENTS too."
        )
    return only


def _public_url(environ: Mapping[str, str]) -> str | None:
    """Return the public address without a slash at its end."""
    variable = "ILMIO_PUBLIC_URL"
    url = _text(environ, variable)
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError(
            variable,
            problem=f"is {url!r}, which is not an address such as https://api.example.org.",
            remedy=f"Set {variable} to the address that the world uses, or unset it.",
        )
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        # Cookies, passkeys and OAuth (RFC 6749 §3.1) need TLS everywhere else.
        raise SettingsError(
            variable,
            problem=f"is {url!r}, which is neither https nor this machine.",
            remedy=f"Put a proxy with TLS in front, and set {variable} to its https address.",
        )
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    """Tell whether a host is `localhost` or a loopback address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
