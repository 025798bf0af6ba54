"""Mails about used tokens that came again.

Owns: putting the words together, sending without anybody waiting.
Does not own: who gets one, and how often (`domain.accounts.token_reuse`), the words (`words`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from ilmio_api.console.mail import Mailer
from ilmio_api.console.own_pages import APPLICATIONS
from ilmio_api.console.words import WORDS, day_and_time, language_of
from ilmio_api.domain.accounts.token_reuse import Letter


@dataclass(frozen=True, slots=True)
class ReuseMails:
    """Sends the mails: whoever has sent the token is answered before."""

    mailer: Mailer
    issuer: str
    """Address of the service without a slash at its end."""
    under_way: set["asyncio.Task[None]"] = field(default_factory=set)
    """Nobody else holds the tasks, and one that nobody holds may vanish."""

    def __call__(self, letters: Sequence[Letter]) -> None:
        """Begin to send mails."""
        task = asyncio.get_running_loop().create_task(self._send(letters))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _send(self, letters: Sequence[Letter]) -> None:
        """Send mails one after the other."""
        for letter in letters:
            language = language_of(letter.language, None, None)
            words = WORDS[language]
            is_own = letter.organisation is None
            path = APPLICATIONS if is_own else f"/console/organisations/{letter.organisation}/clients/{letter.client}"
            text = (words.mail.reused_own if is_own else words.mail.reused_client).format(
                client=letter.name, moment=day_and_time(letter.at, language), link=f"{self.issuer}{path}"
            )
            await self.mailer.send(letter.email, words.mail.reused_subject.format(client=letter.name), text)
