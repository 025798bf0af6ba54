"""Mails: what is handed to the operator's mail server, and what happens when there is none."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from tests.console.post import MailServer, mail_server, mailer
from tests.console.site import Browser, Page, Site, with_passkey

from ilmio_api.domain.accounts.models import Account, Invitation

__all__ = ["mail_server"]


async def test_a_mail_arrives_as_it_was_written(mail_server: MailServer) -> None:
    taken = await mailer(mail_server.port).send("matti@kaupunki.example", "Kutsu: Järjestö", "Hei,\n\ntervetuloa åäö\n")

    mail = message_from_bytes(mail_server.mails[0], _class=EmailMessage, policy=policy.default)
    assert taken is True
    assert (mail["To"], mail["Subject"], mail["Auto-Submitted"]) == (
        "matti@kaupunki.example",
        "Kutsu: Järjestö",
        "auto-generated",
    )
    assert str(mail["Message-ID"]).endswith("@kaupunki.example>")
    assert mail.get_content().startswith("Hei,\r\n\r\ntervetuloa åäö\r\n")


async def test_a_subject_cannot_add_headers(mail_server: MailServer) -> None:
    with pytest.raises(ValueError, match="Header values may not contain linefeed"):
        await mailer(mail_server.port).send("matti@kaupunki.example", "Kutsu\r\nBcc: all@example.fi", "Hei")

    assert mail_server.mails == []


async def test_a_mail_that_is_refused_is_told_of(mail_server: MailServer) -> None:
    mail_server.refuses = True

    assert await mailer(mail_server.port).send("matti@kaupunki.example", "Kutsu", "Hei") is False


async def test_a_server_that_is_not_there_is_told_of(unused_tcp_port: int) -> None:
    assert await mailer(unused_tcp_port).send("matti@kaupunki.example", "Kutsu", "Hei") is False


async def test_a_password_is_not_sent_without_tls(mail_server: MailServer) -> None:
    assert await mailer(mail_server.port, "user:secret@").send("matti@kaupunki.example", "Kutsu", "Hei") is False
    assert mail_server.mails == []


async def invited(site: Site, mail_server: MailServer, email: str) -> tuple[str, Page, Browser]:
    """Return an organisation, what who invites is shown, and their browser."""
    organisation, owner = await site.owner()
    form = f"/console/organisations/{organisation}/members/invite"
    with site.with_parts(mailer=mailer(mail_server.port)):
        page = await owner.follow(await owner.send(form, {"email": email, "role": "EDITOR"}))
    return organisation, page, owner


def link_in(mail: bytes) -> str:
    """Return the path of the invitation in a mail."""
    text = message_from_bytes(mail, _class=EmailMessage, policy=policy.default).get_content()
    return f"/console/invitation/ilm_in_{text.partition('/console/invitation/ilm_in_')[2].split()[0]}"


async def test_a_link_that_was_mailed_is_shown_to_nobody_else(site: Site, mail_server: MailServer) -> None:
    organisation, page, owner = await invited(site, mail_server, "maija@kaupunki.example")

    assert ("The invitation was sent by mail." in page.text, "ilm_in_" in page.text) == (True, False)
    again = await owner.open(f"/console/organisations/{organisation}/members/invited")
    assert again.heading == "Shown already"
    assert len(mail_server.mails) == 1


async def test_a_link_whose_mail_was_not_taken_is_shown_and_proves_nothing(site: Site, mail_server: MailServer) -> None:
    mail_server.refuses = True
    organisation, page, _ = await invited(site, mail_server, "maija@kaupunki.example")

    assert "it does not prove the address then" in page.text
    assert page.shown[0].startswith("https://api.example.fi/console/invitation/ilm_in_")
    mailed = select(Invitation.mailed_at).where(Invitation.organisation_id == organisation)
    assert await site.rows(mailed) == [None]


async def test_who_reads_the_mail_of_an_address_gets_it_back(site: Site, mail_server: MailServer) -> None:
    email = "matti.toinen@kaupunki.example"
    squatter = await site.person(email=email)
    await site.member(await site.organisation(), squatter)
    organisation, _, _ = await invited(site, mail_server, email)
    browser, matti = site.browser(), {"name": "Matti", "language": "en"}
    asked = await browser.follow(await browser.open(link_in(mail_server.mails[0])))
    assert "takes_address" not in asked.text

    told = await browser.send("/console/invitation", matti)
    assert (told.status, 'name="takes_address"' in told.text) == (422, True)
    await browser.send("/console/invitation", matti | {"takes_address": "yes"})
    await browser.follow(await with_passkey(browser, await browser.open("/console/enrol")))

    assert (await browser.open(f"/console/organisations/{organisation}")).status == 200
    found = select(Account.id, Account.email_verified_at).where(Account.email == email)
    async with site.engine.connect() as connection:
        row = (await connection.execute(found)).one()
    assert row.id != squatter
    assert row.email_verified_at is not None
