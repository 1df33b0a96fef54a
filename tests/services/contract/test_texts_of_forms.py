"""Every field of every form that anybody finds on the contract's pages: what is written is kept and shown as it was
written, or refused in words. A new form or a new field is tried without a word here."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from services.contract.app import METADATA
from services.contract.delegates import actions as delegates
from services.contract.delegates.consents import actions as consents
from services.contract.delegates.domain import SCOPES
from services.contract.people import actions as people
from services.contract.plan.domain import Party
from services.contract.plan.sharing import actions as sharing
from shared.db import Database
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.api.places import furnish
from tests.services.contract.clinic import open_clinic
from tests.support.services import make_service
from tests.support.texts.forms import Person, read
from tests.support.texts.naughty import KINDS, MARKS, together
from tests.support.texts.rewound import Rewound
from tests.support.texts.trying import Found, Trial, marks_of, starts

STRICT = {
    "identity": "a personal identity number",
    "extra_closed": "days",
    **{f"{kind}_{day}": "hours" for kind in ("open", "duty") for day in range(7)},
}
"""Fields to write in that refuse most words, by name, and what they take."""

NOBODYS = "19500101-1237"
"""Of a patient in whose care none of the three has a part."""

KNOWN = {
    "/contract/break-glass": {"identity": NOBODYS},
    "/contract/break-glass/past-block": {"identity": NOBODYS},
    "/contract/plan/<uuid:contract_id>": {"until": ""},
    "/contract/named-contact/absence/<uuid:person_id>": {"last": "2026-12-01", "open_ended": "", "act": "save"},
    "/contract/people/new": {"identity": "19121212-1212"},
    "/contract/people/<uuid:person_id>": {"identity": "19121212-1212"},
    "/contract/people/<uuid:person_id>/death": {"deceased": "2026-11-20"},
    "/contract/delegates/of/<uuid:patient_id>": {"kind": "god_man"},
    "/contract/minutes/<uuid:contract_id>": {"on_day": "2026-11-24"},
    "/contract/named-contact/uncovered/<uuid:contract_id>": {"act": "take_over", "asked_for": "false"},
    "/contract/named-contact/change/<uuid:contract_id>": {"day": "2026-12-07", "asked_for": "false"},
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
    with there.acting(there.clinic.admin) as ctx:
        people.save_person(ctx, kind="patient", name="Ulla Berg", identity=NOBODYS)
    with there.acting(there.karin) as ctx:
        eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
        grant = delegates.invite(ctx, patient_id=there.karin, delegate_id=eva, scopes=list(SCOPES))
        delegates.accept(ctx, grant)
        consents.give(ctx, patient_id=there.karin, kind="share_plan", about="Home care")
        sharing.share(ctx, UUID(ids["activity_id"]), party=Party.MUNICIPALITY, recipient="Home care", allowed=True)


def people_of(there: Agreed) -> list[Person]:
    """The three who meet here, with what each finds."""
    clinic = there.clinic
    return [Person(clinic.service, there.app, one) for one in (there.karin, clinic.anita, clinic.admin)]


def test_C_what_is_written_in_a_field_is_kept_and_shown_as_it_was_written_or_refused(
    there: Agreed, ids: dict[str, str], rewound: Rewound
) -> None:
    in_force(there, ids)
    found = Found(STRICT, {}, KNOWN)
    problems = found.problems(rewound, people_of(there), starts(there.app, ids), [MARKS])
    assert not problems, "\n".join(problems)
    assert len(found.forms) > 30


@pytest.mark.full
def test_C_the_whole_list_of_naughty_texts(there: Agreed, rewound: Rewound) -> None:
    karin, found = people_of(there)[0], Found()
    path = f"/contract/agreement/{there.contract}/text/what_matters"
    page = read(karin.get(path))
    found.marks |= marks_of(page)
    (form,) = [one for one in karin.forms(path, page) if one.long]
    problems = list(Trial(rewound, found, karin, form).problems([*together(), *KINDS.values()]))
    assert not problems, "\n".join(problems)
