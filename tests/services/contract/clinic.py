"""A small clinic to test in: one unit with an admin, two nurses and a patient, another unit with an admin of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.contract.named_contact import actions as contacts
from services.contract.people import actions as people
from services.contract.units import actions as units
from shared.context import Ctx
from shared.events import StaffRole
from shared.service import Service
from tests.support.services import form_token, make_app, sign_in

FLOOR = "08-465 004 01"


@dataclass(frozen=True)
class Clinic:
    """Who is who. ``contract`` is Esther's, with Anita as named contact and Lisa as her deputy."""

    service: Service
    unit: UUID
    other_unit: UUID
    admin: UUID
    other_admin: UUID
    anita: UUID
    lisa: UUID
    esther: UUID
    contract: UUID
    appointment: UUID

    def browser(self, person: UUID) -> Browser:
        return Browser(self.service, make_app(self.service).test_client(), person)

    def stranger(self) -> FlaskClient:
        return make_app(self.service).test_client()


@dataclass(frozen=True)
class Browser:
    """Somebody signed in, whose forms carry their token."""

    service: Service
    client: FlaskClient
    person: UUID

    def get(self, path: str, language: str = "en") -> TestResponse:
        return self._signed_in().get(f"{path}{'&' if '?' in path else '?'}language={language}")

    def post(self, path: str, data: Mapping[str, Any] | None = None, language: str = "en") -> TestResponse:
        form = {"form_token": form_token(self.service, self.person), **(data or {})}
        return self._signed_in().post(path, data=form, query_string={"language": language})

    def text(self, path: str, language: str = "en") -> str:
        return self.get(path, language).get_data(as_text=True)

    def _signed_in(self) -> FlaskClient:
        return sign_in(self.client, self.person)


def open_clinic(service: Service) -> Clinic:
    with service.act() as ctx:
        unit = units.save_unit(ctx, key="SE1", name="Njurmottagningen", phone="036-32 10 00", floor_number=FLOOR)
        other_unit = units.save_unit(ctx, key="SE2", name="Hjärtmottagningen", floor_number=FLOOR)
        anita = staff(ctx, "Anita Berg", unit, "nurse")
        lisa = staff(ctx, "Lisa Ek", unit, "nurse")
        esther = people.save_person(ctx, kind="patient", name="Esther Lindqvist", identity="19500101-0007")
        contract = uuid4()
        appointment = contacts.appoint(
            ctx, contract_id=contract, patient_id=esther, person_id=anita, unit_id=unit, deputy_id=lisa
        )
        return Clinic(
            service=service,
            unit=unit,
            other_unit=other_unit,
            admin=staff(ctx, "Agneta Admin", unit, "admin"),
            other_admin=staff(ctx, "Olle Admin", other_unit, "admin"),
            anita=anita,
            lisa=lisa,
            esther=esther,
            contract=contract,
            appointment=appointment,
        )


def staff(ctx: Ctx, name: str, unit: UUID, *roles: str) -> UUID:
    person = people.save_person(ctx, kind="staff", name=name, identity=None)
    people.set_roles(ctx, person, [StaffRole(unit_id=unit, role=role) for role in roles])
    return person


def words(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
