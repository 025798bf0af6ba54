"""Fixtures of the tests of the pages."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.conftest import DatabaseServer
from tests.console.chromium import MISSING, PROGRAM, Served, served_at
from tests.console.site import ORIGIN, Site

from ilmio_api.app import create_app
from ilmio_api.db.session import open_engine
from ilmio_api.settings import Settings


@pytest.fixture(scope="session")
async def pages_url(database_server: DatabaseServer, template: str) -> AsyncIterator[str]:
    """Provide a database that the tests of the pages share; each makes its own organisations and people."""
    async with database_server.database(f"ilmio_pages_{os.getpid()}", template=template) as url:
        yield url


@pytest.fixture(scope="session")
async def pages(pages_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Provide the application."""
    async with site_at(pages_url, tmp_path_factory.mktemp("pages")) as found:
        yield found


@pytest.fixture
async def site(pages: Site) -> AsyncIterator[Site]:
    """Provide the application, and close the browsers of the test."""
    yield pages
    for browser in pages.made:
        await browser.aclose()
    pages.made.clear()


@pytest.fixture
async def empty_site(private_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """Provide the application on a database with nobody in it."""
    async with site_at(private_url, tmp_path) as found:
        yield found
        for browser in found.made:
            await browser.aclose()


@asynccontextmanager
async def site_at(url: str, data_dir: Path) -> AsyncIterator[Site]:
    """Provide the application on a database."""
    application = create_app(
        Settings(database_url=url, data_dir=data_dir, public_url=ORIGIN, pool_size=2, rate_limit_points=0)
    )
    engine = open_engine(url)
    async with application.router.lifespan_context(application):
        yield Site(application, engine)
    await engine.dispose()


@pytest.fixture(scope="session")
async def served(
    database_server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """Provide the application as real browsers reach it."""
    if PROGRAM is None:
        pytest.skip(MISSING)
    name = f"ilmio_served_{os.getpid()}"
    async with (
        database_server.database(name, template=template) as url,
        served_at(url, tmp_path_factory.mktemp("served")) as found,
    ):
        yield found


@pytest.fixture
async def empty_served(private_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """Provide the application as real browsers reach it, with nobody in it."""
    if PROGRAM is None:
        pytest.skip(MISSING)
    async with served_at(private_url, tmp_path) as found:
        yield found
