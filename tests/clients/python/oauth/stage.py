"""What the scripts need around a client: the world they are told of, a person with a browser, and the runner.

Owns: walking the pages of the service with plain HTTP, reading the draft, telling what was done.
Does not own: the protocol (each client's own file), who and what there is (`tests.clients.account_world`).
"""

import json
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

import httpx2

_DRAFT = "query Draft($slug: String!) { phenomenon(by: { slug: $slug }) { id } }"


class Browser:
    """A browser of the person. It stops where the service sends it to another site."""

    def __init__(self, world: Mapping[str, Any]) -> None:
        """Begin with nobody signed in."""
        self._issuer: str = world["issuer"]
        self._http = httpx2.Client()

    @classmethod
    def signed_in(cls, world: Mapping[str, Any]) -> Self:
        """Return one in which the person has signed in."""
        browser = cls(world)
        name, _, value = httpx2.post(f"{world['stagehand']}/sign-in").text.partition("=")
        browser._http.cookies.set(name, value, domain="localhost.local")
        return browser

    def allow(self, address: str) -> str:
        """Return the address of the other site that the service leads to, saying yes where it asks."""
        arrived = self._open("GET", address)
        while not isinstance(arrived, str):
            arrived = self._pressed(arrived)
        return arrived

    def _open(self, method: str, address: str, fields: Mapping[str, str] | None = None) -> "str | _Page":
        """Return the page that the service shows, or the address of another site that it leads to."""
        if not address.startswith(f"{self._issuer}/"):
            return address
        headers = {"Origin": self._issuer, "Sec-Fetch-Site": "same-origin"} if fields else {}
        answer = self._http.request(method, address, data=fields, headers=headers)
        if "location" in answer.headers:
            return self._open("GET", urljoin(address, answer.headers["location"]))
        page = _Page(address)
        page.feed(answer.text)
        assert answer.status_code == 200, f"{answer.status_code} {page.text[:400]}"
        return page

    def _pressed(self, page: "_Page") -> "str | _Page":
        """Press yes, and return what comes next; a page that asks nothing any more is the end of the way."""
        for form in page.forms:
            if ("allowed", "yes") in form.fields:
                yes = [(name, value) for name, value in form.fields if (name, value) != ("allowed", "no")]
                arrived = self._open("POST", urljoin(page.address, form.action), dict(yes))
                return arrived if isinstance(arrived, str) else arrived.address
        raise AssertionError(f"nothing to allow: {page.text[:400]}")


class _Form:
    """A form on a page."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: list[tuple[str, str]] = []


class _Page(HTMLParser):
    """A page of the service."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.text = ""
        self.forms: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms with their fields and buttons."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(given.get("action", "")))
        elif tag in {"input", "button"} and self.forms and "name" in given:
            self.forms[-1].fields.append((given["name"], given.get("value", "")))

    def handle_data(self, data: str) -> None:
        """Keep the text, for messages."""
        self.text += " ".join(data.split()) + " "


def draft_read(world: Mapping[str, Any], token: str | None = None) -> tuple[int, str | None]:
    """Ask the API for the draft; return the status, and its id when it can be read."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"query": _DRAFT, "variables": {"slug": world["draft"]["slug"]}}
    answer = httpx2.post(f"{world['issuer']}/graphql", json=body, headers=headers)
    found = (answer.json().get("data") or {}).get("phenomenon")
    return answer.status_code, found and found["id"]


def assert_reads(world: Mapping[str, Any], token: str) -> None:
    """Check that the draft can be read with a token, and not without one."""
    assert draft_read(world, token) == (200, world["draft"]["id"])
    assert draft_read(world)[1] is None


def assert_dead(world: Mapping[str, Any], token: str) -> None:
    """Check that a token opens nothing any more, within the second that is promised."""
    deadline = time.monotonic() + 1
    while draft_read(world, token)[0] != 401:
        assert time.monotonic() < deadline, "still alive after a second"


def run(package: str, *tasks: Callable[[dict[str, Any]], str]) -> None:
    """Run tasks one after another, and print what the runner reads; a task returns what it has shown."""
    world = json.loads(Path(sys.argv[-1]).read_text(encoding="utf-8"))
    print(f"version: {version(package)}")  # noqa: T201  # read by the runner
    failed = False
    for task in tasks:
        try:
            print(task(world))  # noqa: T201  # the same
        except Exception:  # noqa: BLE001  # whatever a client raises, the next task is run
            traceback.print_exc()
            failed = True
    raise SystemExit(int(failed))
