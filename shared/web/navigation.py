"""Where each kind of person goes from every page: at most five places, the first one home."""

from __future__ import annotations

from dataclasses import dataclass

from shared.context import Viewer
from shared.i18n import Lazy, _l
from shared.roles import NOT_IN_CARE

MOST = 5


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    address: str
    text: Lazy

    def holds(self, path: str) -> bool:
        """Whether ``path`` is this place or inside it."""
        return path == self.address or path.startswith(self.address + "/")


HOME = Place("/contract/home", _l("Home"))
PATIENT = (
    Place("/contract/home", _l("My next step")),
    Place("/contract/agreement", _l("My agreement")),
    Place("/selfcare/times", _l("My times")),
    Place("/notify/my/requests", _l("My questions")),
    Place("/notify/my/messages", _l("My messages")),
)
STAFF = (
    Place("/notify/worklist", _l("Worklist")),
    Place("/contract/agreement", _l("Agreements")),
    Place("/contract/named-contact", _l("Absence")),
)
ADMIN = (
    Place("/contract/people", _l("People")),
    Place("/contract/exchange", _l("Import")),
    Place("/notify/log", _l("Messages sent")),
)
AUDITOR = (Place("/contract/looked/reviews", _l("Checks of the log")),)


def places(viewer: Viewer) -> tuple[Place, ...]:
    """The viewer's navigation; nobody signed in has none."""
    if viewer.person_id is None:
        return ()
    if viewer.kind == "patient":
        return PATIENT
    roles = {role.role for role in viewer.roles}
    staff = STAFF if roles.difference(NOT_IN_CARE) else (HOME,)
    return (staff + (AUDITOR if "auditor" in roles else ()) + (ADMIN if "admin" in roles else ()))[:MOST]
