"""Texts are read in the language that was asked for, else in the next best."""

import json
from collections.abc import Mapping

import pytest
from tests.oracle.comparison import Question, Witnesses
from tests.oracle.mottled import ODD_TEXTS

from ilmio_api.i18n.languages import Language

SWEDISH, FINNISH, MACHINE_ENGLISH, SAMI, ENGLISH, ONLY_MACHINE = ODD_TEXTS


@pytest.fixture
def id_with(mottled: Witnesses) -> Mapping[str, str]:
    """Provide the id of a readable initiative for each odd title, by the title as JSON."""
    rows = [row for row in mottled.oracle.world.tables["initiative"] if row["is_public"]]
    return {json.dumps(row["title"], sort_keys=True): row["id"] for row in rows}


async def title_of(
    witnesses: Witnesses, ids: Mapping[str, str], texts: Mapping[str, str], *, arguments: str = "", asked: Language
) -> str | None:
    """Return the title of an initiative as a reader of a language gets it."""
    identifier = ids[json.dumps(texts, sort_keys=True)]
    text = f'{{ node(id: "{identifier}") {{ ... on Initiative {{ title{arguments} }} }} }}'
    reply = await witnesses.compiled(Question(text, {}, asked))
    title: str | None = json.loads(reply.data)["node"]["title"]
    return title


@pytest.mark.parametrize(
    ("texts", "asked", "tag"),
    [
        (SWEDISH, Language.FI, "sv"),
        (SWEDISH, Language.SV, "sv"),
        (SWEDISH, Language.EN, "sv"),
        (FINNISH, Language.FI, "fi"),
        (FINNISH, Language.SMS, "fi"),
        (MACHINE_ENGLISH, Language.EN, "en-t-fi-t0-und"),
        (MACHINE_ENGLISH, Language.SV, "fi"),
        (SAMI, Language.SE, "se"),
        (SAMI, Language.SMN, "smn"),
        (SAMI, Language.FI, "se"),
        (ENGLISH, Language.FI, "en"),
        (ENGLISH, Language.SV, "en"),
        (ONLY_MACHINE, Language.EN, "en-t-sv-t0-und"),
        (ONLY_MACHINE, Language.FI, "en-t-sv-t0-und"),
    ],
)
async def test_a_missing_text_is_read_in_the_next_best_language(
    mottled: Witnesses, id_with: Mapping[str, str], texts: Mapping[str, str], asked: Language, tag: str
) -> None:
    assert await title_of(mottled, id_with, texts, asked=asked) == texts[tag]


@pytest.mark.parametrize(
    ("texts", "arguments", "tag"),
    [
        (FINNISH, "(register: EASY)", "fi-simple"),
        (FINNISH, "(register: DIALECT)", "fi-x-dialect"),
        (FINNISH, "(register: STANDARD)", "fi"),
        (FINNISH, "(register: null)", "fi"),
        (FINNISH, "(language: FI, register: EASY)", "fi-simple"),
        (FINNISH, "(language: SV, register: EASY)", "fi"),
        (SWEDISH, "(language: SV)", "sv"),
        (SWEDISH, "(register: EASY)", "sv"),
        (SAMI, "(language: SMN)", "smn"),
        (SAMI, "(language: null)", "se"),
    ],
)
async def test_arguments_of_a_field_go_before_the_language_of_the_reader(
    mottled: Witnesses, id_with: Mapping[str, str], texts: Mapping[str, str], arguments: str, tag: str
) -> None:
    assert await title_of(mottled, id_with, texts, arguments=arguments, asked=Language.FI) == texts[tag]


@pytest.mark.parametrize("given", ["SE", "$language"])
async def test_the_language_of_the_operation_goes_before_that_of_the_request(
    mottled: Witnesses, id_with: Mapping[str, str], given: str
) -> None:
    identifier = id_with[json.dumps(SAMI, sort_keys=True)]
    declared = "($language: Language!)" if given == "$language" else ""
    node = f'node(id: "{identifier}") {{ ... on Initiative {{ title }} }}'
    text = f"query Q{declared} @inContext(language: {given}) {{ {node} }}"
    variables = {"language": "SE"} if declared else {}

    reply = await mottled.compiled(Question(text, variables, Language.SMN))

    assert json.loads(reply.data) == {"node": {"title": SAMI["se"]}}


async def test_translations_hold_every_text_with_what_its_tag_says(
    mottled: Witnesses, id_with: Mapping[str, str]
) -> None:
    identifier = id_with[json.dumps(SWEDISH, sort_keys=True)]
    parts = "translations { field tag language register origin text }"
    text = f'{{ node(id: "{identifier}") {{ ... on Initiative {{ {parts} }} }} }}'

    reply = await mottled.compiled(Question(text, {}, Language.FI))
    titles = [each for each in json.loads(reply.data)["node"]["translations"] if each["field"] == "title"]

    common = {"field": "title", "language": "SV", "register": "STANDARD"}
    assert titles == [
        {**common, "tag": "sv", "origin": "HUMAN", "text": SWEDISH["sv"]},
        {**common, "tag": "sv-t-fi-t0-und", "origin": "MACHINE", "text": SWEDISH["sv-t-fi-t0-und"]},
    ]
