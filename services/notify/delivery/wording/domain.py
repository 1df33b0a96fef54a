"""Puts a claimed delivery into the recipient's words: language, detail, and a link made for them alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify.delivery.channel.domain import Mail, Trouble
from services.notify.delivery.message import domain as message
from services.notify.delivery.preference.domain import PLACE
from services.notify.delivery.sending.domain import Recipient, Taken, address, detail_for
from shared.auth import answer_token, signin_code, signin_token
from shared.events import UnitChanged
from shared.i18n import LANGUAGES


@dataclass(frozen=True)
class Wording:
    """What the words need beside the delivery: our public address, and the secrets of answer links and of codes."""

    public_url: str
    answer_secret: str
    code_secret: str

    def mail(self, taken: Taken, channel: str, unit: UnitChanged | None, at: datetime) -> tuple[Mail, str]:
        """The message and its level of detail. Raises ``Trouble`` when there is nobody or nowhere to write to."""
        recipient = taken.recipient
        to = address(recipient, channel) if recipient else None
        if recipient is None or to is None:
            raise Trouble("no_channel")
        detail = detail_of(recipient, unit)
        words = message.render(
            taken.template,
            taken.version,
            taken.params,
            language=language_of(recipient),
            link=self.link(taken),
            at=at,
            place=(unit.name, unit.phone) if unit and detail == PLACE else None,
            digits=self.digits(taken),
        )
        mail = Mail(
            id=taken.id,
            message_id=taken.message_id,
            to=to,
            subject=words.subject,
            text=words.body,
            language=language_of(recipient),
            at=at,
            possible_duplicate=taken.possible_duplicate,
        )
        return mail, detail

    def link(self, taken: Taken) -> str:
        """Where the message leads: to one question, where it asks one, else to the person's own page."""
        if taken.subject_id and taken.params.get("asks"):
            token = answer_token(self.answer_secret, taken.subject_id, taken.recipient_id)
            return f"{self.public_url}/selfcare/a/{token}"
        if taken.subject_id and taken.template == message.CODE:
            return f"{self.public_url}/contract/signin/code/l/{signin_token(self.code_secret, taken.subject_id)}"
        return self.public_url + message.PATHS[taken.template]

    def digits(self, taken: Taken) -> str:
        """The code that the message tells, as people read it aloud."""
        if taken.subject_id is None or taken.template != message.CODE:
            return message.NO_DIGITS
        code = signin_code(self.code_secret, taken.subject_id)
        return f"{code[:4]} {code[4:]}"


def language_of(recipient: Recipient) -> str:
    """A language we speak: the wished one, or the first of ours."""
    return recipient.language if recipient.language in LANGUAGES else next(iter(LANGUAGES))


def detail_of(recipient: Recipient, unit: UnitChanged | None) -> str:
    return detail_for(recipient, neutral_unit=unit is None or unit.neutral)


def wants_place(recipient: Recipient | None) -> Any:
    """Whether the unit must be looked up for this recipient at all."""
    return recipient is not None and recipient.wishes.detail == PLACE
