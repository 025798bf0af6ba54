"""Mails about used tokens that came again: who gets one, what it says, and how often."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import httpx2
import pytest
from sqlalchemy import update
from tests.console.post import MailServer, mail_server, mailer
from tests.oauth.stage import ISSUER, Client, SignedIn, Stage

from ilmio_api.console.reuse_mails import ReuseMails
from ilmio_api.db.session import unit_of_work
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.oauth.routes import routes

__all__ = ["mail_server"]


@dataclass(frozen=True, slots=True)
class Scene:
    """A client of an organisation, and its owner."""

    stage: Stage
    mails: ReuseMails
    organisation: str
    owner: str
    client: Client

    async def reuse(self, person: SignedIn) -> httpx2.Response:
        """Let a used refresh token of a person come again, wait for the mails, and return the answer."""
        self.stage.signed_in = person
        token = (await self.stage.tokens(self.client))["refresh_token"]
        await self.stage.refresh(self.client, token)
        self.stage.clock.advance(seconds=31)
        answer = await self.stage.refresh(self.client, token)
        await asyncio.gather(*self.mails.under_way)
        return answer

    async def change(self, account: str, **columns: object) -> None:
        """Change the row of a person."""
        async with unit_of_work(self.stage.engine) as session:
            await session.execute(update(Account).where(Account.id == account).values(**columns))


@pytest.fixture
async def scene(stage: Stage, mail_server: MailServer) -> Scene:
    """Provide a server that sends mails."""
    mails = ReuseMails(mailer(mail_server.port), ISSUER)
    stage.application.router.routes[:0] = routes(replace(stage.oauth, post=mails))
    organisation = await stage.organisation()
    owner = await stage.person(**{organisation: MemberRole.OWNER})
    await stage.person(**{organisation: MemberRole.ADMIN})
    return Scene(stage, mails, organisation, owner, await stage.client(organisation=organisation))


def address(account: str) -> str:
    """Return the address of a person."""
    return f"{account}@example.fi"


Recipients = Callable[[], list[str]]


@pytest.fixture
def recipients(mail_server: MailServer) -> Recipients:
    """Provide a function that returns to whom mails went."""
    return lambda: sorted(str(mail["To"]) for mail in mail_server.received())


async def test_the_person_and_the_owners_are_told(scene: Scene, recipients: Recipients) -> None:
    person = await scene.stage.sign_in()

    assert (await scene.reuse(person)).json()["error"] == "invalid_grant"
    assert recipients() == sorted([address(person.account), address(scene.owner)])


async def test_each_is_told_in_their_language_what_concerns_them(scene: Scene, mail_server: MailServer) -> None:
    person = await scene.stage.sign_in()
    await scene.change(scene.owner, language="fi")
    await scene.reuse(person)

    by_address = {str(mail["To"]): mail for mail in mail_server.received()}
    own, owners = by_address[address(person.account)], by_address[address(scene.owner)]
    assert own["Subject"] == "En använd token kom igen: Näkymä, Ilmiö API"
    assert f"{ISSUER}/console/me/applications\r\n" in own.get_content()
    assert owners["Subject"] == "Käytetty tunnus tuli uudelleen: Näkymä, Ilmiö API"
    page = f"{ISSUER}/console/organisations/{scene.organisation}/clients/{scene.client.id}\r\n"
    assert page in owners.get_content()


async def test_a_mail_holds_no_token_and_nobody_elses_data(scene: Scene, mail_server: MailServer) -> None:
    person = await scene.stage.sign_in()
    await scene.reuse(person)

    texts = {str(mail["To"]): mail.get_content() for mail in mail_server.received()}
    assert ["ilm_" in text for text in texts.values()] == [False, False]
    assert person.account not in texts[address(scene.owner)]
    assert "Aino" not in texts[address(scene.owner)]


async def test_who_is_both_gets_one_mail(scene: Scene, recipients: Recipients) -> None:
    await scene.reuse(await scene.stage.sign_in(scene.owner))

    assert recipients() == [address(scene.owner)]


async def test_nobody_is_told_of_the_same_twice_in_an_hour(scene: Scene, recipients: Recipients) -> None:
    person = await scene.stage.sign_in()
    await scene.reuse(person)
    scene.stage.clock.advance(minutes=58)
    await scene.reuse(person)
    assert len(recipients()) == 2

    scene.stage.clock.advance(minutes=61)
    await scene.reuse(person)
    assert len(recipients()) == 4


async def test_another_person_is_told_within_the_hour_and_the_owners_are_not(
    scene: Scene, recipients: Recipients
) -> None:
    first, second = await scene.stage.sign_in(), await scene.stage.sign_in()
    await scene.reuse(first)
    await scene.reuse(second)

    assert recipients() == sorted(address(each) for each in (first.account, second.account, scene.owner))


@pytest.mark.parametrize("columns", [{"email_verified_at": None}, {"email": None}])
async def test_an_address_that_is_not_proved_gets_no_mail(
    scene: Scene, recipients: Recipients, columns: dict[str, object]
) -> None:
    person = await scene.stage.sign_in()
    await scene.change(person.account, **columns)
    await scene.reuse(person)

    assert recipients() == [address(scene.owner)]


async def test_a_mail_server_that_fails_changes_nothing(scene: Scene, mail_server: MailServer) -> None:
    mail_server.refuses = True
    answer = await scene.reuse(await scene.stage.sign_in())

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert await scene.stage.audited(scene.client.id) == ["CONSENT_GIVEN", "TOKEN_REUSED"]
