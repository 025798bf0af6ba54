"""Business ids of organisations: the database keeps only those whose check digit is right."""

import pytest
from sqlalchemy.exc import IntegrityError

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.organisations.vocabulary import OrganisationType
from ilmio_api.ids import named_id


async def record(session: WriteSession, business_id: str | None) -> None:
    """Write an organisation with this business id."""
    session.add(
        Organisation(
            id=named_id("organisation", "yhdistys"),
            slug="yhdistys",
            name={"fi": "Yhdistys"},
            type=OrganisationType.ASSOCIATION,
            business_id=business_id,
        )
    )
    await session.flush()


@pytest.mark.parametrize("business_id", ["1852679-9", "1474763-1", "1502533-1", "2388924-4", "0139545-4", None])
async def test_a_business_id_with_the_right_check_digit_is_kept(
    write_session: WriteSession, business_id: str | None
) -> None:
    await record(write_session, business_id)


@pytest.mark.parametrize(
    "business_id",
    [
        "2077474-1",  # another digit
        "1000008-0",  # the weighted sum leaves one: no digit would do
        "1852679-",
        "18526799",
        "1852679-9 ",
        "",
    ],
)
async def test_a_business_id_that_cannot_be_one_is_refused(write_session: WriteSession, business_id: str) -> None:
    with pytest.raises(IntegrityError, match="ck_organisation_business_id_form"):
        await record(write_session, business_id)
