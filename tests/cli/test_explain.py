"""`ilmio explain`: what an operation becomes."""

from pathlib import Path

import pytest
from tests.cli.command_line import Ended, run


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Provide a file with an operation that asks for an area by its code."""
    path = tmp_path / "area.graphql"
    path.write_text("query ($code: String!) { area(code: $code) { code } }", encoding="utf-8")
    return path


def explained(document: Path, url: str, *options: str) -> Ended:
    """Return what is said of the operation for one area."""
    return run(["explain", str(document), "--variables", '{"code": "ELY06"}', *options], {"ILMIO_DATABASE_URL": url})


def test_an_operation_is_explained_by_its_statement_and_plan(document: Path, world_url: str) -> None:
    result = explained(document, world_url)

    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[1] == '-- 1 statement, 2 parameters: ["ELY06", "ELY06"]'
    assert "-- answer: 16 bytes" in lines
    assert "--     Index Only Scan on area using uq_area_code (about 1 rows)" in lines


def test_an_operation_that_is_analysed_is_run(document: Path, world_url: str) -> None:
    result = explained(document, world_url, "--analyze")

    assert "--     Index Only Scan on area using uq_area_code (1 rows × 1, " in result.stdout
