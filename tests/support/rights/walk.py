"""The walks: everybody to every door, what somebody is told of what is not theirs, and words that only some may meet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from werkzeug.test import TestResponse

from tests.support.rights.doors import Door, Role, World, doors

Wrong = dict[str, tuple[int, str]]
SIGN_IN = "/contract/signin?"
LONG = 32
"""No word that a page may say is as long as an id."""


def let_in(answer: TestResponse, door: Door) -> bool:
    """Whoever is let in and sends no token is told so, and changes nothing."""
    if door.method != "GET":
        return answer.status_code == 403
    sent_on = answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", "")
    return answer.status_code not in (401, 404) and SIGN_IN not in sent_on


def wrongly_answered(
    world: World,
    role: Role,
    inside: Collection[str] = (),
    *,
    headers: Mapping[str, str] | None = None,
    ids: dict[str, str] | None = None,
) -> Wrong:
    """The doors that do otherwise than the table says, with the status. Behind those whose rule matches one of ``inside`` a
    narrower question is asked than whom the table lets in: who is refused there is refused here too."""
    wrong: Wrong = {}
    for door in world.guarded():
        answer, may = world.ask(role, door, ids, headers), role.may(door)
        narrower = may and any(re.search(rule, door.rule) for rule in inside)
        if let_in(answer, door) != may and not narrower:
            wrong[str(door)] = answer.status_code, "the table lets them in" if may else "the table does not"
    return wrong


def told_apart(world: World, role: Role) -> tuple[int, dict[str, TestResponse]]:
    """How many doors to what is not theirs were tried, and what was said where that was answered otherwise than what is not
    there: the same status and the same words are meant, but for the ids that were asked about."""
    nothing, apart = world.others(), {}
    named = [one for one in world.guarded() if world.address(one, world.ids) != world.address(one, nothing)]
    closed = [door for door in named if not role.may(door)]
    for door in closed:
        answer = world.ask(role, door)
        if seen(answer, world.ids) != seen(world.ask(role, door, nothing), nothing):
            apart[str(door)] = answer
    return len(closed), apart


def seen(answer: TestResponse, ids: dict[str, str]) -> tuple[int, str]:
    """The status and the words, whatever was asked about."""
    told = answer.text
    for one in (value for value in ids.values() if len(value) >= LONG):
        told = told.replace(one, "HERE")
    return answer.status_code, told


def meets(world: World, canaries: Mapping[str, set[str]]) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """Who has met each canary anywhere, on a page or a part of one, and the first doors where somebody did who may not."""
    found: dict[str, set[str]] = {canary: set() for canary in canaries}
    leaks: dict[str, list[str]] = {}
    for name, role in world.roles.items():
        for door in (one for one in doors(world.app) if one.method == "GET"):
            said = world.ask(role, door).text
            for canary in (one for one in canaries if one in said):
                found[canary].add(name)
                if name not in canaries[canary]:
                    leaks.setdefault(f"{canary}: {name}", []).append(str(door))
    return found, {key: at[:4] for key, at in leaks.items()}
