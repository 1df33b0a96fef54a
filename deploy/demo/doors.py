"""The doors of a demonstration: written down when the personas are loaded, opened by one-use sign-in links."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from deploy.gateway.pages import Door
from services.contract.signin.actions import mint_link
from shared.context import Ctx


@dataclass(frozen=True)
class KeptDoors:
    """Who stands behind which door (key → person), kept in a file of the data folder."""

    path: Path

    def keep(self, people: Mapping[str, UUID]) -> None:
        self.path.write_text(json.dumps({key: str(person) for key, person in people.items()}))

    def known(self) -> bool:
        """Whether the personas have been loaded."""
        return bool(self._kept())

    def all(self, ctx: Ctx) -> Sequence[Door]:
        people = {key: ctx.directory.person(ctx.session, person) for key, person in self._kept().items()}
        return [Door(key, person.name) for key, person in people.items() if person]

    def enter(self, ctx: Ctx, key: str, next_path: str) -> str | None:
        person = self.who(key)
        return mint_link(ctx, person, next_path) if person else None

    def who(self, key: str) -> UUID | None:
        """The person behind a door."""
        return self._kept().get(key)

    def _kept(self) -> dict[str, UUID]:
        if not self.path.exists():
            return {}
        return {key: UUID(person) for key, person in json.loads(self.path.read_text()).items()}
