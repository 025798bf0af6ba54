"""Which language a reader gets, and where a text is looked for."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilmio_api.i18n.languages import FALLBACK, Language, Reading, Register, negotiate

READINGS = st.builds(Reading, st.sampled_from(Language), st.sampled_from(Register))
RANGES = st.lists(
    st.tuples(
        st.sampled_from(["fi", "SV", "en-GB", "se", "smn", "sms", "de", "zh-Hant-TW", "*"]), st.integers(0, 1_000)
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, Language.FI),
        ("", Language.FI),
        ("fi", Language.FI),
        ("sv", Language.SV),
        ("SV-fi", Language.SV),
        ("en-GB,en;q=0.9,fi;q=0.8", Language.EN),
        ("fi;q=0.5, sv;q=0.9", Language.SV),
        ("fi;q=0.5, sv;q=0.5", Language.FI),
        ("sv;q=0.5, fi;q=0.5", Language.SV),
        ("sv ; q=0.2 , en ; q=0.3", Language.EN),
        ("sv;q=0, en;q=0.001", Language.EN),
        ("sv;q=0", Language.FI),
        ("se", Language.SE),
        ("smn-FI", Language.SMN),
        ("sms, se", Language.SMS),
        ("no, de;q=0.9", Language.FI),
        ("*", Language.FI),
        ("*;q=0.9, sv;q=0.1", Language.SV),
        ("sv;q=2", Language.FI),
        ("sv;q=-1, en", Language.EN),
        ("sv;q=1.0000, en", Language.EN),
        ("s v, en", Language.EN),
        ("fin, en;q=0.5", Language.EN),
        (",,,", Language.FI),
        ("\x00\xff", Language.FI),
        ("de," * 20 + "sv", Language.FI),
        ("sv" + ",de" * 100_000, Language.SV),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_the_language_is_the_best_that_is_accepted(accepted: str | None, language: Language) -> None:
    assert negotiate(accepted) is language


@given(st.text(max_size=200))
def test_any_header_leads_to_some_language(accepted: str) -> None:
    assert negotiate(accepted) in Language


@given(RANGES)
def test_no_language_that_is_offered_goes_before_a_better_one(ranges: list[tuple[str, int]]) -> None:
    header = ", ".join(f"{tag};q={thousandths / 1_000:.3f}" for tag, thousandths in ranges)
    weights: dict[str, int] = {}
    for tag, thousandths in ranges:
        primary = tag.lower().partition("-")[0]
        if primary in set(Language):
            weights[primary] = max(weights.get(primary, 0), thousandths)

    best = max(weights.values(), default=0)
    assert weights.get(negotiate(header), 0) == best


@pytest.mark.parametrize(
    ("reading", "chain"),
    [
        (Reading(), ("fi", "fi-t-sv-t0-und", "fi-t-en-t0-und", "sv", "en")),
        (Reading(Language.SV), ("sv", "sv-t-fi-t0-und", "sv-t-en-t0-und", "fi", "en")),
        (Reading(Language.EN), ("en", "en-t-fi-t0-und", "en-t-sv-t0-und", "fi", "sv")),
        (
            Reading(Language.SMN),
            ("smn", "smn-t-fi-t0-und", "smn-t-sv-t0-und", "smn-t-en-t0-und", "fi", "sv", "en"),
        ),
        (
            Reading(Language.FI, Register.EASY),
            ("fi-simple", "fi", "fi-t-sv-t0-und", "fi-t-en-t0-und", "sv", "en"),
        ),
        (
            Reading(Language.FI, Register.DIALECT),
            ("fi-x-dialect", "fi", "fi-t-sv-t0-und", "fi-t-en-t0-und", "sv", "en"),
        ),
    ],
    ids=str,
)
def test_a_text_is_looked_for_in_this_order(reading: Reading, chain: tuple[str, ...]) -> None:
    assert reading.chain() == chain


@given(READINGS)
def test_a_chain_begins_with_the_wish_and_leaves_out_no_common_language(reading: Reading) -> None:
    chain = reading.chain()

    assert chain[0] == (f"{reading.language}-{reading.register}" if reading.register else str(reading.language))
    assert len(set(chain)) == len(chain)
    assert set(FALLBACK) <= set(chain)


@given(READINGS)
def test_a_human_text_in_the_asked_language_goes_before_any_translation(reading: Reading) -> None:
    chain = reading.chain()

    translated = [position for position, tag in enumerate(chain) if "-t-" in tag]
    others = [position for position, tag in enumerate(chain) if tag in set(FALLBACK) - {reading.language}]
    assert chain.index(str(reading.language)) < min(translated)
    assert max(translated) < min(others)


def test_what_a_long_value_means_is_not_kept_with_it() -> None:
    tracemalloc.start()
    for number in range(100):
        negotiate(f"sv, {number}{'a' * 100_000}")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 2_000_000
