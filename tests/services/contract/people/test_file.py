"""Many people at once: looked at first, all or nothing, the same file twice is nothing new, taken back while unused."""

from __future__ import annotations

import io
import re
from uuid import UUID

import sqlalchemy as sa
from werkzeug.test import TestResponse

from services.contract.named_contact import actions as contacts
from services.contract.people import store
from services.contract.people.file import actions
from services.contract.people.file.tables import PersonImport
from services.contract.people.tables import Person
from shared.context import Viewer
from shared.events import PersonChanged, StaffRole
from tests.services.contract.clinic import Clinic, words
from tests.support.services import told

HERE = "/contract/people/file"
SHEET = (
    "kind;name;identity;e-mail;phone;roles\n"
    "patient;Åsa Öberg;19460823-9986;asa@example.org;;\n"
    "staff;Bo Ek;SE-9;;;nurse\n"
    "patient;Esther Lindkvist;19500101-1237;;070-174 06 01;\n"
)


def upload(clinic: Clinic, sheet: str, person: UUID | None = None) -> TestResponse:
    file = (io.BytesIO(sheet.encode()), "people.csv")
    return clinic.browser(person or clinic.admin).post(f"{HERE}/preview", {"unit_id": str(clinic.unit), "file": file})


def confirm(clinic: Clinic, preview: TestResponse) -> TestResponse:
    content = re.search(r'name="content" value="([^"]+)"', preview.get_data(as_text=True))
    assert content
    form = {"unit_id": str(clinic.unit), "content": content[1]}
    return clinic.browser(clinic.admin).post(f"{HERE}/keep", form)


def keep(clinic: Clinic, sheet: str) -> UUID:
    with clinic.service.act(viewer(clinic)) as ctx:
        return actions.keep(ctx, clinic.unit, sheet.encode())


def viewer(clinic: Clinic) -> Viewer:
    return Viewer(clinic.admin, "staff", roles=(StaffRole(unit_id=clinic.unit, role="admin"),))


def named(clinic: Clinic) -> dict[str, Person]:
    with clinic.service.act() as ctx:
        return {person.name: person for person in ctx.session.scalars(sa.select(Person))}


def imports(clinic: Clinic) -> list[PersonImport]:
    with clinic.service.act() as ctx:
        return list(ctx.session.scalars(sa.select(PersonImport)))


def test_C_a_sheet_is_looked_at_then_kept_then_nothing_new(clinic: Clinic) -> None:
    preview = upload(clinic, SHEET)
    assert "3 new, 0 changed." in words(preview.get_data(as_text=True))
    assert "Åsa Öberg" not in named(clinic)
    assert imports(clinic) == []
    assert confirm(clinic, preview).status_code == 303
    people = named(clinic)
    assert (people["Åsa Öberg"].identity, people["Åsa Öberg"].email) == ("194608239986", "asa@example.org")
    with clinic.service.act() as ctx:
        assert store.roles(ctx.session, people["Bo Ek"].id) == (StaffRole(unit_id=clinic.unit, role="nurse"),)
        assert store.units_of(ctx.session, people["Åsa Öberg"].id) == {clinic.unit}
    before = told(clinic.service).count(PersonChanged.type)
    again = words(upload(clinic, SHEET).get_data(as_text=True))
    assert "There is nothing new in the file." in again
    keep(clinic, SHEET)
    assert told(clinic.service).count(PersonChanged.type) == before


def test_C_a_sheet_with_an_error_keeps_nothing(clinic: Clinic) -> None:
    wrong = SHEET + "patient;Nils Ny;19460823-9985;;;\nstaff;Bo Ek;SE-9;;;\n"
    answer = upload(clinic, wrong)
    text = words(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "2 things to mend" in text
    assert "Row 5, identity: One of the digits is wrong." in text
    assert "Row 6, identity: The same number stands further up in the file." in text
    assert 'name="content"' not in answer.get_data(as_text=True)
    assert "Åsa Öberg" not in named(clinic)


def test_C_somebody_whom_only_another_unit_knows_is_theirs_to_tell_about(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        olle = ctx.session.get(Person, clinic.other_admin)
        assert olle
        olle.identity = "SE-1"
    text = words(upload(clinic, "kind,name,identity\nstaff,Taken Over,SE-1\n").get_data(as_text=True))
    assert "Row 2, identity: There is somebody with this identity already." in text
    assert "Olle" not in text


def test_C_an_import_is_taken_back_whole_and_told(clinic: Clinic) -> None:
    keep(clinic, "kind,name,identity,phone\nstaff,Bo Berg,SE-9,070-174 06 02\n")
    done = keep(clinic, SHEET)
    assert named(clinic)["Bo Ek"].phone == "+46701740602"
    assert clinic.browser(clinic.admin).post(f"{HERE}/{done}/undo").status_code == 303
    people = named(clinic)
    assert people["Bo Berg"].phone == "+46701740602"
    assert "Åsa Öberg" not in people
    with clinic.service.act() as ctx:
        assert store.roles(ctx.session, people["Bo Berg"].id) == ()
        assert clinic.service.directory.roles(ctx.session, people["Bo Berg"].id) == ()
    assert "Taken back" in words(clinic.browser(clinic.admin).text(HERE))


def test_C_an_import_of_which_somebody_is_in_use_is_not_taken_back(clinic: Clinic) -> None:
    done = keep(clinic, SHEET)
    people = named(clinic)
    with clinic.service.act() as ctx:
        contacts.begin_cover(ctx, contract_id=UUID(int=7), patient_id=people["Åsa Öberg"].id, unit_id=clinic.unit)
    answer = clinic.browser(clinic.admin).post(f"{HERE}/{done}/undo")
    assert answer.status_code == 409
    assert "Row 2 has been used or changed since." in words(answer.get_data(as_text=True))
    assert set(named(clinic)) == set(people)


def test_P35_imports_are_the_units_own(clinic: Clinic) -> None:
    done = keep(clinic, SHEET)
    assert upload(clinic, SHEET, clinic.other_admin).status_code == 404
    assert clinic.browser(clinic.other_admin).post(f"{HERE}/{done}/undo").status_code == 404
    assert clinic.browser(clinic.lisa).get(HERE).status_code == 404
    assert upload(clinic, "").status_code == 422
