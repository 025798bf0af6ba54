"""The programs that the pages show to be copied are programs."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ilmio_api.console.samples import Sample, samples_of_application, samples_of_key, samples_of_service

ISSUER, SCOPES = "https://api.example.fi", ["openid", "drafts:read"]
SAMPLES = [
    *samples_of_key(ISSUER),
    *samples_of_service(ISSUER, "client_x", SCOPES),
    *samples_of_application(ISSUER, "client_x", SCOPES, "https://app.example.fi/cb", browser=None),
    *samples_of_application(ISSUER, "client_x", SCOPES, "https://app.example.fi/cb", browser="In the browser"),
]
NODE = shutil.which("node")


def of(*names: str) -> list[Sample]:
    """Return the samples of a language."""
    return [sample for sample in SAMPLES if sample.name in names]


@pytest.mark.parametrize("sample", of("Python"))
def test_a_sample_in_python_is_python(sample: Sample) -> None:
    assert ast.parse(sample.text).body != []


@pytest.mark.skipif(NODE is None, reason="Node is not installed")
@pytest.mark.parametrize("sample", of("JavaScript", "In the browser"))
def test_a_sample_in_javascript_is_javascript(sample: Sample, tmp_path: Path) -> None:
    module = tmp_path / "sample.mjs"
    module.write_text(sample.text, encoding="utf-8")

    subprocess.run([NODE or "", "--check", module], check=True)


@pytest.mark.parametrize("sample", of("curl"))
def test_a_sample_for_a_shell_is_a_command(sample: Sample) -> None:
    subprocess.run(["/bin/sh", "-n", "-c", sample.text], check=True)


def test_every_sample_names_the_service_and_no_secret() -> None:
    assert [sample.name for sample in SAMPLES if ISSUER not in sample.text] == []
    assert [sample.name for sample in SAMPLES if "ilm_" in sample.text or re.search("@[A-Z]+@", sample.text)] == []
