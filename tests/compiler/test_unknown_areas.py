"""An area code that the register does not have is refused wherever it stands, and whatever is selected."""

import pytest
from tests.oracle.comparison import Question, Witnesses

from ilmio_api.errors import ErrorCode
from ilmio_api.i18n.languages import Language


@pytest.mark.parametrize(
    "text",
    [
        '{ pilots(filter: {area: {within: "X"}}) { nodes { id } } }',
        '{ pilots(filter: {area: {within: "X"}}) { totalCount } }',
        '{ pilots(filter: {area: {within: "X"}}) { __typename } }',
        '{ pilots(filter: {area: {within: "X"}}, first: 0) { edges { cursor } } }',
        '{ pilots(filter: {area: {withinAny: ["KU286", "X"]}}) { __typename } }',
        '{ pilots(filter: {area: {overlapping: "X"}}) { __typename } }',
        '{ pilots(filter: {or: [{}, {not: {area: {within: "X"}}}]}) { __typename } }',
        '{ phenomena(first: 0) { nodes { initiatives(filter: {area: {within: "X"}}) { __typename } } } }',
        '{ area(code: "X") { __typename } }',
    ],
)
async def test_an_unknown_code_is_refused(true: Witnesses, text: str) -> None:
    reply = await true.compiled(Question(text, {}, Language.FI))

    assert reply.refusal == ErrorCode.UNKNOWN_AREA
