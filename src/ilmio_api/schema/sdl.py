"""The published schema as text, as it is committed beside this module.

Owns: the SDL and where it is kept.
Does not own: the comparison in checks (`cli.schema`).
"""

from pathlib import Path

from ilmio_api.schema.query import published

SDL_PATH = Path(__file__).with_name("schema.graphql")
"""The committed SDL."""


def sdl() -> str:
    """Return the published schema in the schema definition language, with a final newline."""
    return published().as_str().rstrip() + "\n"
