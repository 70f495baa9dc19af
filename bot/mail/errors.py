"""What a mail may end with. Which of them it is decides whether it is sent again."""

from __future__ import annotations

from retrieval.errors import PaperBotError


class MailError(PaperBotError):
    """A mail was not sent, or may not have been. ``detail`` is what the mail server or the network said."""

    def __init__(self, sentence: str, detail: str) -> None:
        super().__init__(sentence)
        self.detail = detail


class MailUnavailable(MailError):
    """The server takes no mail now: it was not sent, and can be tried again later."""

    def __init__(self, detail: str) -> None:
        super().__init__("The mail server does not take my mail just now. Please try again in some minutes.", detail)


class AddressRefused(MailError):
    """The server takes no mail for this address: it was not sent, and will not be."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"The mail server does not take mail for this address: {detail}", detail)


class MessageRefused(MailError):
    """The server read the mail and does not deliver it: it was not sent, and will not be."""

    def __init__(self, detail: str) -> None:
        super().__init__("The mail server refused the mail itself. Whoever runs this bot finds why in its log.", detail)


class MailOutcomeUnknown(MailError):
    """The mail was handed over, and whether it was taken is not known: it must not be sent again."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "The mail server broke off. The mail may or may not arrive: look before you try again.", detail
        )
