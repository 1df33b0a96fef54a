"""The whole way of one review day: both say yes in contract, selfcare plans it, notify writes to the patient."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from services.contract.people import actions as people
from services.notify.delivery.sending.actions import send_due
from services.selfcare.reminders.claim.actions import claim_due
from shared.db import Database
from shared.time import to_instant
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.notify.delivery.material import Counting
from tests.support.services import make_service, pump, set_clock, waiting_for

ADDRESS = "karin@patient.example"
TELLING = ("Njur", "njur", "dialys", "kidney", "heart", "hjärt", "Karin", "Anita")


def in_force(agreed: Agreed, language: str) -> date:
    """Both say yes; Karin, who wishes this language, can be written to. Gives the day to look through it again."""
    with agreed.acting(agreed.clinic.admin) as ctx:
        people.save_person(
            ctx,
            kind="patient",
            name="Karin Ek",
            identity=None,
            person_id=agreed.karin,
            language=language,
            email=ADDRESS,
        )
    agreed.written().both_confirm()
    day = agreed.now().contract.review_on
    assert day is not None
    return day


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("sv", "Snart är det dags att gå igenom det ni har kommit överens om. Läs det här:"),
        ("en", "Soon it is time to look through what you have agreed. Read it here:"),
    ],
)
def test_B7_the_review_reaches_the_patient_twice_and_K20_says_nothing_of_it(
    databases: dict[str, Database], language: str, says: str
) -> None:
    services = {name: make_service(name, database) for name, database in databases.items()}
    day = in_force(open_agreed(open_clinic(services["contract"])), language)
    pump(services)
    assert [waiting_for(service) for service in services.values()] == [[], [], []]

    for days in (30, 7):
        mails = Counting()
        moment = to_instant(datetime.combine(day - timedelta(days=days), time(10)), "Europe/Stockholm")
        for at, count in ((moment - timedelta(minutes=1), 0), (moment, 1)):
            for service in services.values():
                set_clock(service, at)
            claim_due(services["selfcare"])
            pump(services)
            send_due(services["notify"], {"email": mails})
            told = [mail for mail in mails.taken if says in mail.text]
            assert len(told) == count
        (mail,) = told
        assert mail.to == ADDRESS
        assert f"{says}\nhttp://localhost/contract/agreement\n" in mail.text
        assert [word for word in TELLING if word in mail.subject + mail.text] == []
