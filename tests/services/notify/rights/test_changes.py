"""Rights before and after something changes: the next request is answered by what is so now."""

from __future__ import annotations

import pytest

from shared.db import Database
from tests.services.notify.requests.world import hear
from tests.services.notify.rights.world import Role, World, furnished
from tests.support.rights import people
from tests.support.rights.changes import NAMES, change
from tests.support.rights.walk import wrongly_answered
from tests.support.services import make_service


@pytest.fixture
def world(notify_db: Database) -> World:
    return furnished(make_service("notify", notify_db))


@pytest.mark.full
@pytest.mark.parametrize("what", NAMES)
def test_P35_each_change_counts_at_every_door_from_the_next_request_on(world: World, what: str) -> None:
    """A question that is nobody's any more is the whole unit's: its nurses answer, whoever was the contact among them."""
    name, told, after = change(what, Role)
    assert wrongly_answered(world, world.roles[name]) == {}
    hear(world.service, told)
    assert wrongly_answered(world, after) == {}


def test_K17_what_is_a_dead_persons_is_shut_to_their_session_and_to_whoever_helped_them(world: World) -> None:
    theirs = world.ids | {"patient_id": str(people.DEAD), "request_id": world.ids["dead_id"]}
    for name in ("a patient who has died", "a helper of somebody who has died", "another patient"):
        assert wrongly_answered(world, world.roles[name], ids=theirs) == {}, name
