"""The admin's import in a browser: see first, then confirm; refusals are kept with their reason; strangers see nothing."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from services.contract.exchange.actions import import_bundle
from services.contract.exchange.schemas import unpacked
from services.contract.exchange.tables import ImportRun, SourceRecord
from services.contract.people.tables import Person
from shared.web.carried import packed
from tests.services.contract.clinic import Browser, Clinic
from tests.services.contract.exchange.bundles import bundle, encoded, goal, patient, whole

HOME = "/contract/exchange"


@pytest.fixture
def admin(clinic: Clinic) -> Browser:
    return clinic.browser(clinic.admin)


def upload(browser: Browser, clinic: Clinic, data: bytes, name: str = "file.json") -> TestResponse:
    return browser.post(f"{HOME}/preview", {"unit_id": str(clinic.unit), "file": (io.BytesIO(data), name)})


def hidden(text: str) -> dict[str, str]:
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))
    fields.pop("form_token")
    return fields


def count(clinic: Clinic, table: type[Any]) -> int:
    with clinic.service.act() as ctx:
        return len(ctx.session.scalars(sa.select(table)).all())


def test_a_file_is_shown_first_and_stored_when_confirmed(clinic: Clinic, admin: Browser) -> None:
    people = count(clinic, Person)
    shown = upload(admin, clinic, encoded(bundle(patient(), goal())))
    text = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert "Nothing is stored yet." in text
    assert (count(clinic, Person), count(clinic, ImportRun), count(clinic, SourceRecord)) == (people, 0, 0)

    done = admin.post(f"{HOME}/import", hidden(text))
    assert done.status_code == 303
    assert count(clinic, Person) == people + 1
    assert "The file is imported." in admin.text(HOME)
    assert "file.json" in admin.text(HOME)


def test_a_refused_file_is_told_at_once_and_listed_with_its_reason(clinic: Clinic, admin: Browser) -> None:
    people = count(clinic, Person)
    shown = upload(admin, clinic, b'{"resourceType": "Bundle",}')
    assert shown.status_code == 422
    assert "This is not JSON" in shown.get_data(as_text=True)
    assert "Import this" not in shown.get_data(as_text=True)
    listed = admin.text(HOME)
    assert "line 1, column 27" in listed
    assert "This is not JSON" in listed
    assert count(clinic, Person) == people


def test_one_run_shows_what_came_and_what_did_not(clinic: Clinic, admin: Browser) -> None:
    with clinic.service.act() as ctx:
        import_bundle(ctx, "orphan.json", encoded(bundle(goal())))
        import_bundle(ctx, "from-operator.json", encoded(whole()))
    pages = re.findall(rf'href="({HOME}/[0-9a-f-]+)"', admin.text(HOME))
    texts = [admin.text(path) for path in pages]
    assert any("Encounter" in text and "Care plans" in text for text in texts)
    assert any("It is left out, because its patient is not known." in text for text in texts)


def test_the_page_speaks_swedish(admin: Browser) -> None:
    assert "Ta in journaluppgifter" in admin.text(HOME, "sv")
    assert "Inget har tagits in än." in admin.text(HOME, "sv")


def test_no_file_is_said_beside_the_field(clinic: Clinic, admin: Browser) -> None:
    answer = upload(admin, clinic, b"")
    assert answer.status_code == 422
    assert "Choose a file." in answer.get_data(as_text=True)


def test_an_admin_imports_for_her_own_unit_only(clinic: Clinic, admin: Browser) -> None:
    other = {"unit_id": str(clinic.other_unit), "file_name": "x.json", "content": packed(encoded(whole()))}
    assert admin.post(f"{HOME}/import", other).status_code == 404
    file = (io.BytesIO(encoded(whole())), "x.json")
    assert admin.post(f"{HOME}/preview", {"unit_id": str(clinic.other_unit), "file": file}).status_code == 404


def test_another_units_run_is_not_there(clinic: Clinic, admin: Browser) -> None:
    text = upload(admin, clinic, encoded(bundle(patient()))).get_data(as_text=True)
    admin.post(f"{HOME}/import", hidden(text))
    (path,) = re.findall(rf'href="({HOME}/[0-9a-f-]+)"', admin.text(HOME))
    assert clinic.browser(clinic.other_admin).get(path).status_code == 404
    assert "file.json" not in clinic.browser(clinic.other_admin).text(HOME)


@pytest.mark.parametrize("who", ["anita", "esther"])
def test_P31_only_an_admin_sees_or_does_anything(clinic: Clinic, who: str) -> None:
    browser = clinic.browser(getattr(clinic, who))
    assert browser.get(HOME).status_code == 404
    assert upload(browser, clinic, encoded(whole())).status_code == 404
    assert count(clinic, SourceRecord) == 0


def test_a_stranger_is_sent_to_sign_in(clinic: Clinic) -> None:
    assert clinic.stranger().get(HOME).status_code == 303


def test_what_the_page_carries_comes_back_whole_and_nothing_else_does() -> None:
    assert unpacked(packed(b"x" * 100_000)) == b"x" * 100_000
    bomb = packed(b"\0" * 20_000_000)
    for wrong in ("", "not base64!", packed(b"abc")[:-4], bomb):
        with pytest.raises(ValueError, match="not a packed file"):
            unpacked(wrong)
