"""Dates, clock times and time left, said as people say them: "tisdag 24 november kl. 09.00", "45 min left"."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from shared.i18n.catalogue import current_language, translator

HOME_ZONE = ZoneInfo("Europe/Stockholm")
LOCALES = {"sv": "sv_SE", "en": "en_GB"}
CLOCKS = {"sv": "HH.mm", "en": "HH:mm"}


def day(
    value: date | datetime,
    language: str | None = None,
    *,
    zone: tzinfo = HOME_ZONE,
    now: datetime | None = None,
    year: bool = False,
) -> str:
    """ "tisdag 24 november", with the year if asked for or if ``now`` lies in another. Instants must be aware."""
    local = _local(value, zone) if isinstance(value, datetime) else value
    year = year or (now is not None and _local(now, zone).year != local.year)
    return format_date(local, "EEEE d MMMM y" if year else "EEEE d MMMM", locale=_locale(language))


def clock(value: datetime, language: str | None = None, *, zone: tzinfo = HOME_ZONE) -> str:
    """ "09.00" in Swedish, "09:00" in English."""
    pattern = CLOCKS[language or current_language()]
    return format_time(_local(value, zone).time(), pattern, locale=_locale(language))


def day_clock(
    value: datetime, language: str | None = None, *, zone: tzinfo = HOME_ZONE, now: datetime | None = None
) -> str:
    """ "tisdag 24 november kl. 09.00", "Tuesday 24 November at 09:00"."""
    _ = translator(language or current_language())
    return _(
        "%(day)s at %(clock)s", day=day(value, language, zone=zone, now=now), clock=clock(value, language, zone=zone)
    )


def left(until: datetime, at: datetime, language: str | None = None) -> str:
    """How long is left at ``at``: "45 min left", "2 h 10 min left", "3 days left"; afterwards "10 min late"."""
    _ = translator(language or current_language())
    remaining = until.astimezone(UTC) - at.astimezone(UTC)
    if remaining >= timedelta(0):
        return _("%(duration)s left", duration=duration(remaining, language))
    return _("%(duration)s late", duration=duration(-remaining, language))


def duration(length: timedelta, language: str | None = None) -> str:
    """A length of time in the two largest units that help: "less than 1 min", "45 min", "2 h 10 min", "3 days"."""
    _ = translator(language or current_language())
    minutes = int(length.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if minutes < 1:
        return _("less than 1 min")
    if hours < 1:
        return _("%(minutes)s min", minutes=minutes)
    if hours >= 24:
        return _.ngettext("%(count)s day", "%(count)s days", hours // 24)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if rest else _("%(hours)s h", hours=hours)


def _local(value: datetime, zone: tzinfo) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant without a zone can't be told in words")
    return value.astimezone(zone)


def _locale(language: str | None) -> str:
    return LOCALES[language or current_language()]
