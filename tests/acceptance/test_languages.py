"""What the customer asks of languages: the reader's own, visible fallback, easy language."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

Ask = Callable[..., Awaitable[Any]]

NAME = '{ phenomenon(by: { slug: "koulupudokkuus" }) { name } }'
FINNISH, SWEDISH, ENGLISH = "Koulupudokkuus", "Skolavhopp", "School dropout"


@pytest.mark.parametrize(
    ("accepted", "language", "name"),
    [
        ("fi", "fi", FINNISH),
        ("sv", "sv", SWEDISH),
        ("en-GB,en;q=0.9", "en", ENGLISH),
        ("de, sv;q=0.5, en;q=0.8", "en", ENGLISH),
        ("de", "fi", FINNISH),
        ("se", "se", FINNISH),
        ("", "fi", FINNISH),
        ("*", "fi", FINNISH),
        ("sv;q=0, en;q=0.1", "en", ENGLISH),
        (";;;q=,,,\x7f", "fi", FINNISH),
    ],
)
async def test_texts_come_in_the_language_that_the_reader_accepts(
    api: httpx2.AsyncClient, accepted: str, language: str, name: str
) -> None:
    answer = await api.post("/graphql", json={"query": NAME}, headers={"Accept-Language": accepted})

    assert answer.json() == {"data": {"phenomenon": {"name": name}}}
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize(("language", "name"), [("FI", FINNISH), ("SV", SWEDISH), ("EN", ENGLISH), ("SMS", FINNISH)])
async def test_the_operation_names_a_language_for_all_its_texts(
    api: httpx2.AsyncClient, language: str, name: str
) -> None:
    query = f"query @inContext(language: {language}) {NAME}"
    answer = await api.post("/graphql", json={"query": query}, headers={"Accept-Language": "sv"})

    assert answer.json() == {"data": {"phenomenon": {"name": name}}}
    assert answer.headers["content-language"] == language.lower()


async def test_the_language_of_the_operation_can_be_a_variable(api: httpx2.AsyncClient) -> None:
    query = f"query ($language: Language!) @inContext(language: $language) {NAME}"
    names = [
        (await api.post("/graphql", json={"query": query, "variables": {"language": language}})).json()["data"]
        for language in ("EN", "SV", "EN")
    ]

    assert [each["phenomenon"]["name"] for each in names] == [ENGLISH, SWEDISH, ENGLISH]


async def test_a_field_names_a_language_of_its_own(ask: Ask) -> None:
    data = await ask(
        """query @inContext(language: SV) {
          phenomenon(by: { slug: "koulupudokkuus" }) { name fi: name(language: FI) en: name(language: EN) languages }
        }"""
    )

    assert data["phenomenon"] == {"name": SWEDISH, "fi": FINNISH, "en": ENGLISH, "languages": ["FI", "SV", "EN"]}


async def test_easy_language_is_given_where_it_exists_and_the_standard_text_elsewhere(ask: Ask) -> None:
    definition = (
        await ask(
            """{
              phenomenon(by: { slug: "koulupudokkuus" }) {
                easy: definition(register: EASY)
                easySwedish: definition(language: SV, register: EASY)
                swedish: definition(language: SV)
                name(register: EASY)
              }
            }"""
        )
    )["phenomenon"]

    assert definition["easy"] == "Nuori lopettaa koulun kesken. Hän ei saa ammattia eikä opiskele."
    assert definition["easySwedish"] == definition["swedish"]
    assert definition["name"] == FINNISH


async def test_the_dialect_of_a_place_is_content_too(ask: Ask) -> None:
    model = (
        await ask(
            '{ operatingModel(by: { slug: "yhteisollinen-innovointi" }) { tips dialect: tips(register: DIALECT) } }'
        )
    )["operatingModel"]

    assert model["dialect"].startswith("Lähe sieki mukkaan")
    assert model["tips"] != model["dialect"]


async def test_all_texts_of_a_record_are_told_with_their_tags(ask: Ask) -> None:
    translations = (
        await ask(
            """{
              phenomenon(by: { slug: "koulupudokkuus" }) {
                translations { field tag language register origin text }
              }
            }"""
        )
    )["phenomenon"]["translations"]

    assert [(each["tag"], each["text"]) for each in translations if each["field"] == "name"] == [
        ("en", ENGLISH),
        ("fi", FINNISH),
        ("sv", SWEDISH),
    ]
    assert [(each["tag"], each["language"], each["origin"]) for each in translations if each["register"] == "EASY"] == [
        ("fi-simple", "FI", "HUMAN"),
        ("fi-simple", "FI", "HUMAN"),
    ]


async def test_the_order_of_a_list_is_finnish_and_does_not_change_with_the_language(ask: Ask) -> None:
    query = (
        '{ areas(first: 100, filter: { kind: REGION, codes: ["MK01", "MK02", "MK05", "MK07", "MK21"] })'
        " { nodes { name(language: FI) } } }"
    )
    lists = [(await ask(query, accept_language=language))["areas"]["nodes"] for language in ("fi", "sv", "en")]

    assert [each["name"] for each in lists[0]] == [
        "Ahvenanmaa",
        "Kanta-Häme",
        "Päijät-Häme",
        "Uusimaa",
        "Varsinais-Suomi",
    ]
    assert lists[1] == lists[0]
    assert lists[2] == lists[0]
