"""The people behind the doors of a demonstration meet there what is meant for them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from deploy.demo import care, personas
from services.contract.exchange.actions import import_bundle
from services.selfcare.admission.actions import ask_to_come_in
from shared.db import Database
from shared.service import Service
from tests.services.contract.clinic import words
from tests.support.services import make_app, make_service, pump, sign_in

DOORS = Path(care.__file__).parent.parent / "gateway" / "templates" / "demo" / "doors.html"


def settle(services: dict[str, Service]) -> dict[str, UUID]:
    """The two patients with a course of their own, as a demonstration begins. Gives who stands behind each door."""
    for path in personas.bundles()[:2]:
        with services["contract"].act() as ctx:
            import_bundle(ctx, path.name, path.read_bytes())
    with services["contract"].act() as ctx:
        weeks = care.decide(ctx)
        behind = {key: care.find(ctx, persona) for key, persona in personas.DOORS.items()}
    pump(services)
    with services["selfcare"].act() as ctx:
        care.plan(ctx, weeks)
    return behind


def test_every_door_says_who_stands_behind_it() -> None:
    text = DOORS.read_text()
    assert [key for key in personas.DOORS if f'"{key}": _(' not in text] == []


def test_K8_who_needs_to_come_in_stands_first_before_the_nurse_on_the_ward(databases: dict[str, Database]) -> None:
    services = {name: make_service(name, database) for name, database in databases.items()}
    behind = settle(services)
    app = make_app(services["notify"])

    def sees(door: str, which: str) -> str:
        client = sign_in(app.test_client(), behind[door])
        return words(client.get(f"/notify/worklist?list={which}&language=en").text)

    assert "Emil" not in sees("ward", "unit")
    with services["selfcare"].act() as ctx:
        ask_to_come_in(ctx, behind["patient_admission"])
    pump(services)
    for which in ("mine", "unit"):
        assert "Needs to come in" in sees("ward", which)
        assert "Emil" in sees("ward", which)
        assert "Urgent" in sees("ward", which)
    assert "Needs to come in" not in sees("contact", "unit"), "another clinic's nurse sees nothing of it"
