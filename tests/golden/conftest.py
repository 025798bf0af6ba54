"""The option that writes the golden files anew.

make test ARGS="tests/golden --update-golden"
"""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option; pytest reads it here when this folder is named on the command line."""
    parser.addoption("--update-golden", action="store_true", help="write sql.sql and answer.json of every behaviour")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Provide whether the golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden", default=False))
