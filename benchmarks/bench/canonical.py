"""Answers of different servers in one form, so that they can be compared.

Owns: what counts as the same answer: the same values in the same order, lists inside an object in any order.
Does not own: the scenarios (`scenarios`).
"""

import json
import re
from typing import Any

from bench.scenarios import NESTED_COLD_ALIAS

_WRAPPERS = ({"nodes"}, {"_"})
_PAGE = re.compile(r"p(\d+)")
_COLD = re.compile(rf"{NESTED_COLD_ALIAS}\d+")


class AnswerError(Exception):
    """A server answered with errors, or without data."""


def canonical(body: bytes) -> Any:  # noqa: ANN401  # JSON
    """Return the data of an answer in the common form.

    Raises:
        AnswerError: It has errors or no data.
    """
    answer = json.loads(body)
    data = answer.get("data")
    if data is None or answer.get("errors"):
        raise AnswerError(str(answer)[:400])
    if any(_PAGE.fullmatch(key) for key in data):
        pages = sorted(data.items(), key=lambda item: int(item[0][1:]))
        return {"pilots": [_same(row, inside=True) for _, page in pages for row in page["nodes"]]}
    if isinstance(data.get("pilots"), dict) and "totalCount" in data["pilots"]:
        data = {"pilots": data["pilots"]["nodes"], "totalCount": data["pilots"]["totalCount"]}
    return {key: _same(value, inside=False) for key, value in data.items()}


def _same(value: Any, *, inside: bool) -> Any:  # noqa: ANN401  # JSON
    """Return a value without the wrappers of connections; a list inside an object is sorted."""
    if isinstance(value, dict):
        if value.keys() in _WRAPPERS:
            (content,) = value.values()
            return _same(content, inside=inside)
        return {_name(key): _same(content, inside=True) for key, content in value.items()}
    if isinstance(value, list):
        items = [_same(item, inside=True) for item in value]
        return sorted(items, key=_text) if inside else items
    return value


def _name(key: str) -> str:
    """Return the name of a field; those of the scenario `cold` have new ones."""
    return "title" if _COLD.fullmatch(key) else key


def _text(value: object) -> str:
    """Return a text to sort by."""
    return json.dumps(value, sort_keys=True)
