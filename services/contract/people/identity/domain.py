"""Personal identity numbers, coordination numbers and reserve numbers: read as people write them, kept in one form.

The rules are Skatteverket's (SKV 704 and 707): the tenth digit is Luhn's, a coordination number's day is 60 higher, ``+``
instead of ``-`` says that somebody has turned a hundred. Reserve numbers are the care's own, for somebody whose number
nobody knows: they have letters, or a century that nobody lives in, and no check digit that all regions agree on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.contract.people.domain import identity_key
from shared.i18n import Lazy, _l

Kind = Literal["personal", "coordination", "interim", "reserve"]

PERSONAL = re.compile(r"^(\d\d)?(\d\d)(\d\d)(\d\d)([-+]?)(\d{3})(\d)$")
INTERIM = re.compile(r"^(\d\d)?(\d\d)(\d\d)(\d\d)([-+]?)([TRSUWXJKLMN]\d\d)(\d)$")
RESERVE = re.compile(r"^(?=(?:.*\d){6})[0-9A-Z]{10,14}$")
CENTURIES = ("18", "19", "20")
DASHES = str.maketrans({"–": "-", "−": "-", "‐": "-", "\u2011": "-"})
COORDINATION = 60

NOT_A_NUMBER = _l("Write all twelve digits, for example 19500101-1237, or the reserve number.")
NO_SUCH_DAY = _l("There is no such day of birth. Check the first digits.")
NOT_BORN = _l("The day of birth has not been yet. Check the first digits.")
WRONG_DIGIT = _l("One of the digits is wrong. Check the number once more.")


class WrongIdentity(ValueError):
    """A number that nobody has; ``text`` says to the writer what is wrong with it."""

    def __init__(self, text: Lazy) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True)
class Identity:
    """``key`` is how it is kept: twelve signs without a dash, or a reserve number in capitals. ``born`` is None where
    the number doesn't say."""

    key: str
    kind: Kind
    born: date | None


def read_identity(raw: str, today: date) -> Identity:
    """What a patient's number says. Ten digits are of the century that makes somebody younger than a hundred on
    ``today``, unless ``+`` stands before the last four. Raises ``WrongIdentity``."""
    written = "".join(raw.split()).translate(DASHES).upper()
    for pattern in (PERSONAL, INTERIM):
        told = pattern.match(written)
        if told and (told[1] is None or told[1] in CENTURIES):
            try:
                return _numbered(told, today)
            except WrongIdentity:
                if pattern is PERSONAL:
                    raise
    plain = written.replace("-", "")
    if not RESERVE.match(plain) or (plain.isdigit() and len(plain) < 12):
        raise WrongIdentity(NOT_A_NUMBER)
    return Identity(plain, "reserve", None)


def known_as(raw: str | None, today: date) -> str | None:
    """The number as it is kept, also for one that can't be right: a record may bring any."""
    try:
        return read_identity(raw or "", today).key
    except WrongIdentity:
        return identity_key(raw)


def born(identity: str | None, today: date) -> date | None:
    """The day of birth in a number, None for a reserve number or one that can't be right."""
    try:
        return read_identity(identity or "", today).born
    except WrongIdentity:
        return None


def looked_for(words: str) -> tuple[str, ...]:
    """What to look for when somebody writes a number: ten digits may be of any century."""
    key = (identity_key(words.translate(DASHES)) or "").upper()
    ten = re.fullmatch(r"(\d{6})[-+]?(\w{4})", key)
    return (key, *(century + ten[1] + ten[2] for century in CENTURIES)) if ten else (key, key.replace("-", ""))


def _numbered(told: re.Match[str], today: date) -> Identity:
    century, year, month, day, sign, serial, check = told.groups()
    coordination = int(day) >= COORDINATION
    full = int(century + year) if century else _year(int(year), today, older=sign == "+")
    born = _day(full, int(month), int(day) - COORDINATION * coordination)
    if born is None and not (coordination and int(month) <= 12 and int(day) <= COORDINATION + 31):
        raise WrongIdentity(NO_SUCH_DAY)
    digits = f"1{serial[1:]}" if serial[0].isalpha() else serial
    if digits == "000" or _luhn(year + month + day + digits) != int(check):
        raise WrongIdentity(WRONG_DIGIT)
    if born is not None and born > today:
        raise WrongIdentity(NOT_BORN)
    kind: Kind = "interim" if serial[0].isalpha() else "coordination" if coordination else "personal"
    return Identity(f"{full:04}{month}{day}{serial}{check}", kind, born)


def _day(year: int, month: int, day: int) -> date | None:
    """None for one that the calendar doesn't have: a coordination number may stand for a day that nobody knows."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(two_digits: int, today: date, *, older: bool) -> int:
    latest = today.year - 100 * older
    return latest - (latest - two_digits) % 100


def _luhn(digits: str) -> int:
    """The check digit: every other digit doubled, the digits of the products summed."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return -sum(number // 10 + number % 10 for number in doubled) % 10
