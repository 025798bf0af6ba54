"""Real browsers: Chromium on the application, which listens on this machine.

Owns: the server, the browser, passkeys without a device, what is judged of a page as a browser shows it.
Does not own: what is promised (the tests beside).
"""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from axe_playwright_python.base import AXE_SCRIPT, AxeResults  # type: ignore[import-untyped]  # no marker
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright
from tests.console.site import Site

from ilmio_api.app import create_app
from ilmio_api.db.session import open_engine
from ilmio_api.settings import Settings

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISSING = "no Chromium on this machine: install it (Debian and Ubuntu: apt-get install chromium) to run these tests"

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOURS = ["color-contrast", "link-in-text-block"]
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_STEPS = 80


@dataclass(slots=True)
class Screen:
    """A page that a person has before them, and what the browser complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note what is wrong in the browser's eyes; an answer that is no 200 is said on the page itself."""

        def note(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
                self.complaints.append(message.text)

        self.page.on("console", note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def heading(self) -> str:
        """Return the first heading."""
        return await self.page.inner_text("h1")

    async def press_until(self, selector: str) -> None:
        """Press Tab until an element has the focus, which has to be seen all the way."""
        for _ in range(_STEPS):
            await self.page.keyboard.press("Tab")
            if not await self.page.evaluate(_IS_FOCUS_SEEN):
                unseen = await self.page.evaluate("document.activeElement.outerHTML")
                raise AssertionError(f"The focus is not seen on {unseen}")
            if await self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached by the keyboard")

    async def faults(self) -> list[str]:
        """Return what is wrong with the page in a wide window, in dark colours, and in narrow windows."""
        found = [await self._violations(_RULES)]
        await self.page.emulate_media(color_scheme="dark")
        found.append(await self._violations(_COLOURS))
        await self.page.emulate_media(color_scheme="light")
        # 1280 pixels enlarged to 200 % and, WCAG 2.2 §1.4.10, to 400 %.
        for width in (640, 320):
            await self.page.set_viewport_size({"width": width, "height": 800})
            over = int(await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
            found.append(f"{over} pixels wider than a window of {width}" if over > 0 else "")
        await self.page.set_viewport_size({"width": 1280, "height": 800})
        return [each for each in (*found, *self.complaints) if each]

    async def _violations(self, rules: Sequence[str]) -> str:
        """Return what axe finds wrong with the page; empty when nothing."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE_SCRIPT)
        # What is right is not described, which would take as long as looking for what is wrong.
        options = {"runOnly": list(rules), "resultTypes": ["violations"]}
        found = AxeResults(await self.page.evaluate("options => axe.run(options)", options))
        return str(found.generate_report()) if found.violations_count else ""


_IS_FOCUS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement), box = document.activeElement.getBoundingClientRect();
  return document.activeElement === document.body
    || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.height > 0);
}"""


@dataclass(slots=True)
class Served:
    """The application as browsers reach it."""

    site: Site
    address: str
    browser: Browser

    @asynccontextmanager
    async def screen(
        self,
        *,
        session: str = "",
        language: str = "en",
        passkeys: bool = False,
        scripts: bool = True,
    ) -> AsyncIterator[Screen]:
        """Provide a page in a browser of its own.

        Args:
            session: Secret of the session in which somebody is signed in.
            language: Language that the browser asks for.
            passkeys: Whether the machine keeps passkeys, and the person is always there to confirm.
            scripts: Whether scripts run.
        """
        context: BrowserContext = await self.browser.new_context(
            base_url=self.address, locale=language, java_script_enabled=scripts
        )
        context.set_default_timeout(15_000)
        if session:
            await context.add_cookies([{"name": "ilm_sid", "value": session, "url": self.address}])
        page = await context.new_page()
        if passkeys:
            devtools = await context.new_cdp_session(page)
            await devtools.send("WebAuthn.enable")
            await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
        screen = Screen(page)
        screen.listen()
        try:
            yield screen
        finally:
            await context.close()


class _Server(uvicorn.Server):
    """A server that tells when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Nothing has started yet."""
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell so."""
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def served_at(url: str, data_dir: Path) -> AsyncIterator[Served]:
    """Provide the application on a database, on a free port of this machine, and a browser.

    Passkeys belong to a name, so browsers reach it as `localhost`.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    application = create_app(Settings(database_url=url, data_dir=data_dir, port=port, pool_size=2, rate_limit_points=0))
    server = _Server(uvicorn.Config(application, ws="none", log_config=None, lifespan="on"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    engine = open_engine(url)
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=PROGRAM, args=_ARGUMENTS)
            await server.ready.wait()
            yield Served(Site(application, engine), f"http://localhost:{port}", browser)
            await browser.close()
    finally:
        server.should_exit = True
        await running
        await engine.dispose()
        listener.close()
