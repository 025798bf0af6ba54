"""What the pages read fits the published schema."""

import pytest
from graphql import build_schema, parse, validate

from ilmio_api.console.documents import DOCUMENTS
from ilmio_api.schema.sdl import SDL_PATH

SCHEMA = build_schema(SDL_PATH.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_fits_the_schema(name: str) -> None:
    assert validate(SCHEMA, parse(DOCUMENTS[name])) == []
