"""Mails that the pages send.

Owns: putting a mail together and handing it to the operator's mail server.
Does not own: the words (`words`), when one is sent (the pages).
"""

import asyncio
import logging
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

_LOG = logging.getLogger("ilmio.mail")
_TIMEOUT_S: Final = 10
_PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends mails through the server at `smtp_url`."""

    smtp_url: str
    """`smtp://user:password@host:587`, which changes to TLS where the server offers it, or `smtps://…`."""
    sender: str
    """Address that the mails come from."""

    async def send(self, to: str, subject: str, text: str) -> bool:
        """Send a mail and return whether the server took it; why it did not is logged, without the address."""
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].strip("> ") or None)
        # RFC 3834: holiday replies are not wanted.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            await asyncio.to_thread(self._hand_over, message)
        except (OSError, smtplib.SMTPException) as error:
            _LOG.warning("a mail was not taken: %s", type(error).__name__)
            return False
        return True

    def _hand_over(self, message: EmailMessage) -> None:
        """Talk to the server; blocks for at most as long as its silence is waited for."""
        parts = urlsplit(self.smtp_url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        secure = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=secure)
            if parts.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
        ) as server:
            if parts.scheme == "smtp":
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=secure)
                elif parts.username:
                    raise smtplib.SMTPNotSupportedError("A password is not sent without TLS.")
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
