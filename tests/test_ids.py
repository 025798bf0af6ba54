"""TypeIDs: readable, typed and sortable identifiers."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilmio_api.ids import named_id, new_id, prefix_of, uuid_of

AT = datetime(2026, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=2_000_000)).map(lambda passed: EPOCH + passed)
ENTROPY = st.binary(min_size=10, max_size=16)


@pytest.mark.parametrize(
    ("suffix", "uuid"),
    [
        # From the valid examples of the specification.
        ("00000000000000000000000000", "00000000-0000-0000-0000-000000000000"),
        ("00000000000000000000000001", "00000000-0000-0000-0000-000000000001"),
        ("0000000000000000000000000z", "00000000-0000-0000-0000-00000000001f"),
        ("7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        ("0123456789abcdefghjkmnpqrs", "0110c853-1d09-52d8-d73e-1194e95b5f19"),
        ("01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057"),
    ],
)
def test_the_text_form_is_that_of_the_specification(suffix: str, uuid: str) -> None:
    assert uuid_of(f"prefix_{suffix}") == UUID(uuid)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pilot",
        "pilot_",
        "_00000000000000000000000000",
        "00000000000000000000000000",
        "Pilot_00000000000000000000000000",
        "pilot_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "pilot_0000000000000000000000000",
        "pilot_000000000000000000000000000",
        "pilot_0000000000000000000000000I",
        "pilot_0000000000000000000000000u",
        "pilot-00000000000000000000000000",
        "pilot_00000000000000000000000000\n",
        " pilot_00000000000000000000000000",
        "pilot_٠0000000000000000000000000",
        "a" * 64 + "_00000000000000000000000000",
        "_pilot_00000000000000000000000000",
        "pilot__00000000000000000000000000",
    ],
    ids=ascii,
)
def test_a_text_that_is_no_identifier_is_not_taken_for_one(text: str) -> None:
    assert prefix_of(text) is None
    with pytest.raises(ValueError, match="is not a TypeID"):
        uuid_of(text)


@pytest.mark.parametrize("prefix", ["pilot", "operatingmodel", "a", "a_b", "a" * 63])
def test_an_identifier_names_its_kind(prefix: str) -> None:
    assert prefix_of(new_id(prefix, at=AT, entropy=bytes(10))) == prefix


@given(MOMENTS, ENTROPY)
def test_a_new_identifier_holds_a_uuid_of_version_7(at: datetime, entropy: bytes) -> None:
    uuid = uuid_of(new_id("pilot", at=at, entropy=entropy))

    assert (uuid.version, uuid.variant) == (7, "specified in RFC 4122")
    assert uuid.int >> 80 == int(at.timestamp() * 1000)


@given(MOMENTS, ENTROPY, ENTROPY)
def test_identifiers_sort_by_their_time(at: datetime, first: bytes, second: bytes) -> None:
    later = at + timedelta(milliseconds=2)

    assert new_id("pilot", at=at, entropy=first) < new_id("pilot", at=later, entropy=second)


def test_the_same_name_has_the_same_identifier_for_ever() -> None:
    assert named_id("phenomenon", "koulupudokkuus") == "phenomenon_5jw1t99rnybwpvvyjxs21h4qkj"


@given(st.text(max_size=40), st.text(max_size=40))
def test_different_names_have_different_identifiers(one: str, other: str) -> None:
    assert (named_id("area", one) == named_id("area", other)) is (one == other)


def test_the_same_name_in_another_kind_is_another_record() -> None:
    assert uuid_of(named_id("area", "x")) != uuid_of(named_id("pilot", "x"))
