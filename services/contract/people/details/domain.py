"""A name, a zone, an e-mail address and a phone number as they are kept. ``Refused``, with the field, for what can't be."""

from __future__ import annotations

from services.contract.people.domain import LONGEST_NAME, is_email, tidy_name
from shared.errors import Refused
from shared.i18n import _l
from shared.phone import telephone
from shared.time import zone_of


def checked_name(name: str) -> str:
    tidied = tidy_name(name)
    if not tidied or len(tidied) > LONGEST_NAME:
        raise Refused(_l("Write a name."), field="name")
    return tidied


def checked_zone(zone: str) -> str:
    try:
        return str(zone_of(zone))
    except ValueError:
        raise Refused(_l("There is no such time zone."), field="zone") from None


def checked_email(email: str) -> str | None:
    written = email.strip()
    if written and not is_email(written):
        raise Refused(_l("Write an e-mail address, for example name@example.org."), field="email")
    return written or None


def checked_phone(phone: str) -> str | None:
    number = telephone(phone) if phone.strip() else ""
    if number is None:
        raise Refused(_l("No network has this phone number. Check the digits."), field="phone")
    return number or None
