"""Fixtures of the attacks.

Owns: the running application that they are made on.
Does not own: people, organisations and browsers (`tests.console.site`).
"""

import os
from collections.abc import AsyncIterator

import pytest
from tests.conftest import DatabaseServer
from tests.console.conftest import site_at
from tests.console.site import Site


@pytest.fixture(scope="session")
async def target(
    database_server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """Provide the application, on a database that all attacks share."""
    async with (
        database_server.database(f"ilmio_attacked_{os.getpid()}", template=template) as url,
        site_at(url, tmp_path_factory.mktemp("attacked")) as found,
    ):
        yield found


@pytest.fixture
async def site(target: Site) -> AsyncIterator[Site]:
    """Provide the application, and close the browsers of the test."""
    yield target
    for browser in target.made:
        await browser.aclose()
    target.made.clear()
