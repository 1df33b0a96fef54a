"""How long whoever tries again and again must wait.

Each try that is let through counts one, and the count runs off by itself. What is refused counts nothing, so nobody's
wait grows because of what others send meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network


@dataclass(frozen=True)
class Rule:
    """``free`` tries wait for nothing, each after them twice as long as the one before, from ``first`` to ``longest``.
    One try runs off in ``runs_off``."""

    name: str
    free: int
    first: timedelta
    longest: timedelta
    runs_off: timedelta


ACCOUNT = Rule("account", 3, timedelta(seconds=30), timedelta(hours=1), timedelta(hours=1))
"""One person's number from one place."""

PLACE = Rule("place", 30, timedelta(seconds=2), timedelta(minutes=1), timedelta(seconds=20))
"""Any number from one place, which may be a whole ward behind one address."""

RULES = (ACCOUNT, PLACE)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Tries:
    """What has been let through: how many that have not run off, and when the last was."""

    count: int = 0
    last_at: datetime | None = None


def left(rule: Rule, tries: Tries, at: datetime) -> int:
    """How many of the tries have not run off at ``at``."""
    return max(0, tries.count - (at - tries.last_at) // rule.runs_off) if tries.last_at else 0


def wait(rule: Rule, tries: Tries, at: datetime) -> timedelta:
    """How long until the next may be let through."""
    over = left(rule, tries, at) - rule.free
    if over < 0 or tries.last_at is None:
        return timedelta()
    pause: timedelta = rule.first * 2 ** min(over, 20)
    return max(timedelta(), tries.last_at + min(pause, rule.longest) - at)


def place_of(address: str | None) -> str:
    """Where somebody is, as far as it counts: an IPv4 address, or the network that one household has of IPv6."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "nowhere"
    return str(found) if found.version == 4 else str(ip_network(f"{found}/64", strict=False))
