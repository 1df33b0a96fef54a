"""How a resource that was told from here is known again: by our own identifier, or by its address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from services.contract.exchange.outgoing.shape.domain import OWN_ID

AGREED_HERE = frozenset({"Organization", "RelatedPerson", "PractitionerRole", "CareTeam", "CarePlan", "Goal"})
"""What is changed where it is agreed and by those who may, never by a file; people's own details may come back changed."""

IDENTIFIED = re.compile(rf"^[A-Za-z]+\?identifier={re.escape(OWN_ID)}\|([A-Za-z0-9-]{{1,64}})$")
ADDRESSED = re.compile(r"^(Patient|Practitioner|Organization)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")


def own_key(kind: str, names: Iterable[str]) -> UUID | None:
    """The id here of what these names claim to be: of a role its person, of a goal its contract."""
    told = next((found[1] for name in names if (found := IDENTIFIED.match(name))), None)
    try:
        return UUID(told[:32] if kind in ("PractitionerRole", "Goal") else told) if told else None
    except ValueError:
        return None


def addressed(names: Iterable[str]) -> dict[str, tuple[str, UUID]]:
    """Those of the names that may be addresses of ours, with type and id."""
    return {name: (found[1], UUID(found[2])) for name in names if (found := ADDRESSED.match(name))}
