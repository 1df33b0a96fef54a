"""One secret per pair, two while they are rotated; who works on learns of it before refusing anything."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest

from shared.bus.seal import REFUSING_SECONDS, Sealer, SealError, Secrets


def test_a_sealer_that_works_on_learns_of_newer_secrets_before_it_refuses() -> None:
    old: Secrets = {"notify": ("older-" * 8,)}
    new: Secrets = {"notify": ("newer-" * 8, "older-" * 8)}
    given: list[Secrets] = []
    sealer = Sealer("contract", old, lambda: given.pop() if given else None)
    writer = Sealer("notify", {"contract": new["notify"]})
    event = uuid4()
    assert sealer.open("notify", event, Sealer("notify", {"contract": old["notify"]}).seal("contract", event, {})) == {}
    with pytest.raises(SealError):
        sealer.open("notify", event, writer.seal("contract", event, {"a": 1}))
    given.append(new)
    time.sleep(REFUSING_SECONDS)
    assert sealer.open("notify", event, writer.seal("contract", event, {"a": 1})) == {"a": 1}
    assert (
        Sealer("notify", {"contract": new["notify"][:1]}).open("contract", event, sealer.seal("notify", event, {}))
        == {}
    )
