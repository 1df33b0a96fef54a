"""Every field of every form that anybody finds on the contract's pages: what is written is kept and shown as it was
written, or refused in words. A new form or a new field is tried without a word here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from services.contract.agreement.review.beginning import actions as reviews
from services.contract.agreement.review.domain import Reason
from services.contract.agreement.store import contract as contract_of
from services.contract.app import METADATA
from services.contract.delegates import actions as delegates
from services.contract.delegates import store as granted
from services.contract.delegates.consents import actions as consents
from services.contract.delegates.domain import SCOPES
from services.contract.delegates.pausing import actions as pausing
from services.contract.named_contact import actions as contacts
from services.contract.next_contact.domain import Kind, Side, Way
from services.contract.next_contact.terms import actions as terms
from services.contract.next_contact.terms.domain import Terms
from services.contract.people import actions as people
from services.contract.plan.domain import Party
from services.contract.plan.sharing import actions as sharing
from shared.db import Database
from tests.services.contract.agreed import Agreed, later, open_agreed
from tests.services.contract.api.places import furnish
from tests.services.contract.clinic import open_clinic
from tests.support.services import NOON, make_service, set_clock
from tests.support.texts.forms import Person
from tests.support.texts.naughty import MARKS
from tests.support.texts.rewound import Rewound
from tests.support.texts.trying import Found, starts

Scene = Callable[[Agreed, dict[str, str]], None]

UNREACHED: dict[str, str] = {}
"""Addresses that a form is sent to, and where that form is found that nobody finds here."""
NEVER_TAKEN: dict[str, str] = {}
"""Forms that can't be taken as they are filled in here, and why."""
STRICT = {
    "identity": "a personal identity number",
    "extra_closed": "days",
    **{f"{kind}_{day}": "hours" for kind in ("open", "duty") for day in range(7)},
}
"""Fields to write in that refuse most words, by name, and what they take."""

KNOWN = {
    "/contract/plan/<uuid:contract_id>": {"until": ""},
    "/contract/named-contact/absence/<uuid:person_id>": {"last": "2026-12-01", "open_ended": "", "act": "save"},
    "/contract/people/new": {"identity": "19121212-1212"},
    "/contract/people/<uuid:person_id>": {"identity": "19121212-1212"},
    "/contract/people/<uuid:person_id>/death": {"deceased": "2026-11-20"},
    "/contract/delegates/of/<uuid:patient_id>": {"kind": "god_man"},
    "/contract/minutes/<uuid:contract_id>": {"on_day": "2026-11-24"},
    "/contract/named-contact/uncovered/<uuid:contract_id>": {"act": "take_over"},
}
"""What only will do in some fields, by the address of the form."""


@pytest.fixture
def rewound(contract_db: Database) -> Iterator[Rewound]:
    made = Rewound(contract_db, METADATA)
    yield made
    made.close()


@pytest.fixture
def there(rewound: Rewound) -> Agreed:
    return open_agreed(open_clinic(make_service("contract", rewound)))


@pytest.fixture
def ids(there: Agreed) -> dict[str, str]:
    return furnish(there) | {"patient_id": str(there.karin), "kind": "window", "part": "what_matters"}


def in_force(there: Agreed, ids: dict[str, str]) -> None:
    """Karin's agreement as it is furnished, and a delegate who may everything."""
    with there.acting(there.karin) as ctx:
        eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
        grant = delegates.invite(ctx, patient_id=there.karin, delegate_id=eva, scopes=list(SCOPES))
        delegates.accept(ctx, grant)
        consents.give(ctx, patient_id=there.karin, kind="share_plan", about="Home care")
        sharing.share(ctx, UUID(ids["activity_id"]), party=Party.MUNICIPALITY, recipient="Home care", allowed=True)


def suggested(there: Agreed, _ids: dict[str, str]) -> None:
    """The care has written something new and suggests another time: both wait for Karin."""
    there.promises(Side.CARE, "We write to you.")
    there.suggests(IN_TEN_DAYS)


def window_suggested(there: Agreed, _ids: dict[str, str]) -> None:
    day = (NOON + timedelta(days=20)).date()
    wanted = Terms(kind=Kind.WINDOW, way=Way.PHONE, earliest=day, latest=day + timedelta(days=9))
    with there.acting(there.clinic.anita) as ctx:
        terms.propose(ctx, there.contract, Side.CARE, wanted)


def under_review(there: Agreed, _ids: dict[str, str]) -> None:
    with there.acting(there.karin) as ctx:
        row = contract_of(ctx.session, there.contract, lock=True)
        assert row is not None
        reviews.begin(ctx, row, Reason.ASKED)


def past(there: Agreed, _ids: dict[str, str]) -> None:
    """The agreed time has been."""
    set_clock(there.clinic.service, later(days=4))


def away(there: Agreed, _ids: dict[str, str]) -> None:
    """The contact is ill and nobody stands in."""
    with there.acting(there.clinic.admin) as ctx:
        for person in (there.clinic.anita, there.clinic.lisa):
            contacts.set_absence(ctx, person_id=person, starts=ctx.now, ends=None, deputy_id=None, note="")


def paused(there: Agreed, ids: dict[str, str]) -> None:
    with there.acting(there.clinic.anita) as ctx:
        pausing.pause(ctx, UUID(ids["delegation_id"]), "A reason", (ctx.now + timedelta(days=9)).date())


def dead(there: Agreed, _ids: dict[str, str]) -> None:
    with there.acting(there.clinic.admin) as ctx:
        people.register_death(ctx, there.karin, ctx.now.date())


IN_TEN_DAYS = (NOON + timedelta(days=10)).replace(tzinfo=None)
SCENES: list[Scene] = [
    in_force,
    suggested,
    window_suggested,
    under_review,
    past,
    away,
    paused,
    dead,
]


def people_of(there: Agreed) -> list[Person]:
    """Everybody who meets here, and a stranger."""
    clinic = there.clinic
    with clinic.service.act() as ctx:
        helpers = [one.delegate_id for one in granted.of_patient(ctx.session, there.karin)]
    who = (there.karin, clinic.anita, clinic.admin, *helpers, clinic.esther, clinic.lisa, None)
    return [Person(clinic.service, there.app, one) for one in who]


def tried(
    there: Agreed,
    ids: dict[str, str],
    rewound: Rewound,
    scenes: Sequence[Scene],
    texts: Sequence[str],
    *,
    few: int | None = None,
) -> tuple[list[str], Found]:
    found, problems = Found(STRICT, NEVER_TAKEN, KNOWN), []
    for number, scene in enumerate(scenes):
        with rewound.undone():
            if number:
                scenes[0](there, ids)
            scene(there, ids)
            problems += found.problems(rewound, people_of(there)[:few], starts(there.app, ids), texts, whole=not few)
        set_clock(there.clinic.service, NOON)
    return problems, found


def test_C_what_is_written_in_a_field_is_kept_and_shown_as_it_was_written_or_refused(
    there: Agreed, ids: dict[str, str], rewound: Rewound
) -> None:
    problems, found = tried(there, ids, rewound, SCENES[:1], [MARKS], few=3)
    assert not problems, "\n".join(problems)
    assert len(found.forms) > 30
