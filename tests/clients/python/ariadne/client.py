"""ariadne-codegen: a typed client generated from the schema, then three operations with it.

Owns: what a partner who prefers generated classes would do.
Does not own: the server, or the environment that this runs in (`tests.clients.run`).

Usage: python client.py http://127.0.0.1:8000/graphql
"""

import asyncio
import importlib
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_PACKAGE = "generated_client"


def main(url: str) -> None:
    """Generate the client, run the operations and tell what was done."""
    _generate(url)
    sys.path.insert(0, str(_HERE))
    counts = asyncio.run(_answered(importlib.import_module(_PACKAGE), url))
    done = [f"version: {version('ariadne-codegen')}", "generated", *counts]
    print("\n".join(done))  # noqa: T201  # read by the runner


def _generate(url: str) -> None:
    """Write the package of the typed client beside this file."""
    settings = {
        "remote_schema_url": url,
        "queries_path": str(_HERE / "queries.graphql"),
        "target_package_path": str(_HERE),
        "target_package_name": _PACKAGE,
    }
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in settings.items()]
    configuration = _HERE / "ariadne-codegen.toml"
    configuration.write_text("[tool.ariadne-codegen]\n" + "".join(lines), encoding="utf-8")
    program = Path(sys.executable).parent / "ariadne-codegen"
    subprocess.run([program, "--config", configuration], check=True, stdout=subprocess.DEVNULL)


async def _answered(generated: Any, url: str) -> list[str]:  # noqa: ANN401  # it exists only from here on
    """Run each operation once and return what to tell of it."""
    async with generated.Client(url=url) as client:
        phenomena = (await client.phenomena(first=3)).phenomena
        assert len(phenomena.nodes) == 3
        assert all(node.id.startswith("phenomenon_") for node in phenomena.nodes)

        area = (await client.area_by_code(code="ELY06")).area
        assert area.kind is generated.AreaKind.ELY_CENTRE

        wanted = generated.OrganisationFilter(type=[generated.OrganisationType.MUNICIPALITY])
        organisations = (await client.organisations(wanted)).organisations
        assert {node.type_ for node in organisations.nodes} == {generated.OrganisationType.MUNICIPALITY}
    return ["list", "area", f"{organisations.total_count} organisations by a typed filter"]


if __name__ == "__main__":
    main(sys.argv[1])
