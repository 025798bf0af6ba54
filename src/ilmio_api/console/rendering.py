"""From a template and its values to a page.

Owns: the template engine, the headers that fence a page in.
Does not own: the templates, the values (the pages).
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from ilmio_api.console.files import asset_path
from ilmio_api.console.words import day, day_and_time, filled
from ilmio_api.i18n.languages import Language
from ilmio_api.web.static_files import address_of

_ENGINE: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    # The templates do not change while a process runs.
    auto_reload=False,
)

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action {form_action}; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    # Not `no-referrer`: with that, browsers send `Origin: null` with forms, and where a form comes from is not known.
    # Other sites are told nothing either way.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
}


def rendered(template: str, values: Mapping[str, object]) -> str:
    """Return the text of a page; whatever fills it is escaped."""
    return _ENGINE.get_template(template).render(values)


def page_headers(language: Language, *, form_target: str = "", opener: bool = False) -> dict[str, str]:
    """Return the headers of a page.

    Args:
        language: Language of the page.
        form_target: Where a form of the page may end besides this service, as a source of CSP: browsers ask the policy
            also about the address that the answer to a form redirects to.
        opener: Whether the page may keep its ties to the window that opened it, as in an application's sign-in window.
    """
    action = f"'self' {form_target}".strip()
    headers = {
        **_HEADERS,
        "Content-Language": language.value,
        "Content-Security-Policy": _POLICY.format(form_action=action),
    }
    return headers if opener else {**headers, "Cross-Origin-Opener-Policy": "same-origin"}


def instant(moment: datetime | str) -> datetime:
    """Return a moment as it came from the database, or in JSON."""
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


@jinja2.pass_context
def _day(context: jinja2.runtime.Context, moment: datetime | str) -> Markup:
    """Return a day as a page says it."""
    return _time(moment, day, context["language"])


@jinja2.pass_context
def _moment(context: jinja2.runtime.Context, moment: datetime | str) -> Markup:
    """Return day and time as a page says them."""
    return _time(moment, day_and_time, context["language"])


def _time(moment: datetime | str, said: Any, language: Language) -> Markup:  # noqa: ANN401 - one of two functions
    """Return a moment for people and, in an attribute, for programs."""
    when = instant(moment)
    element = Markup('<time datetime="{machine}">{people}</time>')
    return element.format(machine=when.isoformat(timespec="seconds"), people=said(when, language))


_ENGINE.filters.update({"instant": instant, "fill": filled, "day": _day, "moment": _moment})
_LANGUAGES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
_ENGINE.globals.update({"asset": asset_path, "shared": address_of, "languages": _LANGUAGES})
