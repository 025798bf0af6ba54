"""A mail server on this machine, and what sends to it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from ilmio_api.console.mail import Mailer


@dataclass
class MailServer:
    """A mail server on this machine that keeps what it is given."""

    port: int = 0
    refuses: bool = False
    mails: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak as much SMTP as a mail needs (RFC 5321)."""
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
            if verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            writer.write(b"550 no\r\n" if self.refuses and verb == b"RCPT" else b"250 ok\r\n")
        writer.close()

    def received(self) -> list[EmailMessage]:
        """Return the mails."""
        return [message_from_bytes(mail, _class=EmailMessage, policy=policy.default) for mail in self.mails]


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    """Provide a mail server."""
    found = MailServer()
    server = await asyncio.start_server(found.talk, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()
    await server.wait_closed()


def mailer(port: int, user: str = "") -> Mailer:
    """Return what sends mails through the server."""
    return Mailer(f"smtp://{user}127.0.0.1:{port}", "Ilmiö <ilmio@kaupunki.example>")
