"""How sending a mail can fail. The class decides whether it's sent again."""

from __future__ import annotations

from retrieval.english import Text
from retrieval.errors import PaperBotError


class MailError(PaperBotError):
    """A mail wasn't sent, or may not have been. ``detail`` is the mail server's reply or the network error."""

    def __init__(self, sentence: Text, detail: str) -> None:
        super().__init__(sentence)
        self.detail = detail


class MailUnavailable(MailError):
    """The server isn't accepting mail now. The mail wasn't sent and can be sent later."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            Text("The mail server isn't accepting mail right now. Please try again in a few minutes."), detail
        )


class SenderRefused(MailUnavailable):
    """The server doesn't accept mail from us now, whoever it is for: a quota, a policy, a relay that is closed.

    It's the operator's to fix, and no address is to blame.
    """


class RecipientDelayed(MailUnavailable):
    """The server doesn't accept mail for this address now, for example because its mailbox is full; others may work."""


class AddressRefused(MailError):
    """The server doesn't accept mail for this address. The mail wasn't sent and won't be."""

    def __init__(self, detail: str) -> None:
        super().__init__(Text("The mail server doesn't accept mail for this address: {detail}", detail=detail), detail)


class MessageRefused(MailError):
    """The server rejected the message itself. The mail wasn't sent and won't be."""

    def __init__(self, detail: str) -> None:
        super().__init__(Text("The mail server rejected the message. The bot's log says why."), detail)


class MailOutcomeUnknown(MailError):
    """The mail was handed over, but the server's reply is missing. It must not be sent again."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            Text("The connection to the mail server was lost. The mail may still arrive: check before you try again."),
            detail,
        )
