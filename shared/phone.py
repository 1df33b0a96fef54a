"""Telephone numbers: which of them exist, and how people write them."""

from __future__ import annotations

import phonenumbers

HOME_REGION = "SE"
LONGEST_NUMBER = 40


def telephone(raw: str, region: str = HOME_REGION) -> str | None:
    """The number as +46…, or None for one that no network has."""
    number = _parsed(raw, region)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else None


def readable(raw: str, region: str = HOME_REGION) -> str:
    """A number as people write it where they live: 036-32 10 00 at home, +45 … abroad; what is no number stays."""
    number = _parsed(raw, region)
    if number is None:
        return raw.strip()
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def _parsed(raw: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(raw[:LONGEST_NUMBER], region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
