"""The pages for people: the landing page and the query explorer.

Owns: what the two pages show, and the headers that fence them in.
Does not own: when `/graphql` answers with the explorer (`web.graphql`), the files that the pages load
(`web.static_files`), the explorer's sources (`deploy/explorer`).
"""

import json
import re
import secrets
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import takewhile
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ilmio_api.i18n.languages import Reading, negotiate
from ilmio_api.settings import Settings
from ilmio_api.web.static_files import FOLDER, address_of, is_current, static_file, text_file

_HERE: Final = Path(__file__).parent
_HOST: Final = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")

CURL_QUERY: Final = '{ area(code: "ELY06") { name successors { code name } } }'
"""What the command on the landing page asks."""

_EVERYWHERE: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_PAGE_HEADERS: Final = {
    **_EVERYWHERE,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_LANDING_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Monaco builds its lines of text as HTML with style attributes, so those are admitted. Style elements pass
# with the nonce only, and scripts only as files of our own, never as text (no `eval`).
_EXPLORER_POLICY: Final = (
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
    "connect-src 'self'; img-src 'self' data:; font-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Example:
    """One example query: its file's name, what it asks, a sentence more, and the document itself."""

    name: str
    title: str
    about: str
    query: str


def explorer() -> Response:
    """Return the page of the query explorer, which asks the address that it was itself loaded from."""
    nonce = secrets.token_urlsafe(18)
    configuration = {
        "workers": {kind: address_of(f"explorer/{_BUILT[f'{kind}-worker']}") for kind in ("editor", "graphql", "json")},
        "examples": [{"title": example.title, "about": example.about, "query": example.query} for example in EXAMPLES],
    }
    page = _EXPLORER.substitute(
        nonce=nonce,
        style=address_of(f"explorer/{_BUILT['style']}"),
        script=address_of(f"explorer/{_BUILT['explorer']}"),
        # Within a script element only "<" could end the text or open a comment.
        configuration=json.dumps(configuration, ensure_ascii=False).replace("<", "\\u003c"),
    )
    headers = {
        **_PAGE_HEADERS,
        "Content-Security-Policy": _EXPLORER_POLICY.format(nonce=nonce),
        # Whoever kept the page would keep its nonce.
        "Cache-Control": "no-store",
        "Content-Language": "en",
        "Vary": "Accept",
    }
    return Response(page, media_type="text/html", headers=headers)


def landing(request: Request) -> Response:
    """Return the landing page in Finnish, Swedish or English, as `?lang=` or else `Accept-Language` asks."""
    language, base = _language_of(request), _base_url(request)
    words = _WORDS[language]
    texts = {key: escape(text) for key, text in words.items() if isinstance(text, str)}
    page = _LANDING.substitute(
        texts,
        **{f"current_{code}": ' aria-current="true"' if code == language else "" for code in _WORDS},
        lang=language,
        base=escape(base),
        base_style=address_of("base.css"),
        style=address_of("landing.css"),
        script=address_of("landing.js"),
        licences=address_of("explorer/LICENSES.txt"),
        request=escape(_curl(base, language)),
        answer=escape(json.dumps(curl_answer(language), ensure_ascii=False, indent=2)),
        questions=_questions(words["questions"]),
    ).encode()
    tag = f'"{sha256(page).hexdigest()[:20]}"'
    headers = {
        **_PAGE_HEADERS,
        "Content-Security-Policy": _LANDING_POLICY,
        "Cache-Control": "no-cache",
        "Content-Language": language,
        "ETag": tag,
        "Vary": "Accept-Language",
    }
    if is_current(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(page, media_type="text/html", headers=headers)


def curl_answer(language: str) -> object:
    """Return what the API answers to `CURL_QUERY` in `language`, as the landing page shows it."""
    names = _WORDS[language]["answer"]
    successor = {"code": "EVK03", "name": names["after"]}
    return {"data": {"area": {"name": names["before"], "successors": [successor]}}}


def favicon(_request: Request) -> Response:
    """Return the mark of the service, at an address that does not change."""
    headers = {
        **_EVERYWHERE,
        "Cache-Control": "public, max-age=86400",
        "Content-Security-Policy": "default-src 'none'",
    }
    return Response(_FAVICON, media_type="image/svg+xml", headers=headers)


def robots(_request: Request) -> Response:
    """Return which pages search engines may read: the landing page and the documents, not the API itself."""
    rules = "User-agent: *\nDisallow: /graphql\nDisallow: /console\nDisallow: /auth/\nDisallow: /oauth/\n"
    headers = {**_EVERYWHERE, "Cache-Control": "public, max-age=86400"}
    return Response(rules, media_type="text/plain", headers=headers)


def openapi_notes(request: Request) -> Response:
    """Return the description of the routes that are not GraphQL."""
    return text_file(request, _published("openapi-notes.md"), "text/markdown; charset=utf-8")


ROUTES: Final[list[BaseRoute]] = [
    Route("/", landing, methods=["GET"]),
    Route("/assets/{path:path}", static_file, methods=["GET"]),
    Route("/favicon.svg", favicon, methods=["GET"]),
    Route("/openapi-notes.md", openapi_notes, methods=["GET"]),
    Route("/robots.txt", robots, methods=["GET"]),
]
"""Everything here but the explorer, which shares its address with the API."""


def _language_of(request: Request) -> str:
    """Return the language asked for, if the page exists in it, else the first of its fallbacks."""
    asked = request.query_params.get("lang", "")
    if asked in _WORDS:
        return asked
    wanted = Reading(negotiate(request.headers.get("accept-language")))
    return next(tag for tag in wanted.chain() if tag in _WORDS)


def _base_url(request: Request) -> str:
    """Return the address of the service, without a slash at its end.

    The `Host` header is what the caller says it is: one that is no host name is not repeated on the page.
    """
    settings: Settings = request.app.state.settings
    if settings.public_url is not None:
        return settings.public_url
    host = request.headers.get("host", "")
    if _HOST.fullmatch(host) is None:
        host = f"{settings.host}:{settings.port}"
    return f"{request.scope['scheme']}://{host}"


def _curl(base: str, language: str) -> str:
    """Return a command for a POSIX shell that asks the query of the landing page."""
    body = shlex.quote(json.dumps({"query": CURL_QUERY}))
    return (
        f"curl {shlex.quote(f'{base}/graphql')} \\\n"
        f"  -H 'Content-Type: application/json' \\\n"
        f"  -H 'Accept-Language: {language}' \\\n"
        f"  -d {body}"
    )


def _questions(titles: Mapping[str, str]) -> str:
    """Return a list of links, each of which opens one example in the explorer."""
    links = ((quote(example.query, safe=""), escape(titles[example.name])) for example in EXAMPLES)
    return "\n".join(f'        <li><a href="graphql?query={query}">{title}</a></li>' for query, title in links)


def _published(name: str) -> Path:
    """Return where a file of the repository lies that the web also shows; an installed package has a copy."""
    packed = _HERE / name
    return packed if packed.exists() else _HERE.parents[2] / name


def _examples() -> tuple[Example, ...]:
    """Return the example queries in the order of their numbers."""
    # Listing a folder that is not there fails loudly, where a glob would find nothing.
    paths = sorted(path for path in _published("examples/queries").iterdir() if path.suffix == ".graphql")
    return tuple(_example(path.stem, path.read_text(encoding="utf-8")) for path in paths)


def _example(name: str, query: str) -> Example:
    """Read the comment at the head of a query: its first line is the title, the others say more."""
    head = takewhile(lambda line: line.startswith("#"), query.splitlines())
    title, *about = [line.removeprefix("#").strip() for line in head]
    return Example(name=name, title=title, about=" ".join(about), query=query)


EXAMPLES: Final = _examples()
"""The queries of `examples/queries`, which the explorer opens with."""

_BUILT: Final[dict[str, str]] = json.loads((FOLDER / "explorer/manifest.json").read_bytes())
_FAVICON: Final = (FOLDER / "favicon.svg").read_bytes()
_WORDS: Final = tomllib.loads((_HERE / "templates/landing.toml").read_text(encoding="utf-8"))
_LANDING: Final = Template((_HERE / "templates/landing.html").read_text(encoding="utf-8"))
_EXPLORER: Final = Template((_HERE / "templates/explorer.html").read_text(encoding="utf-8"))
