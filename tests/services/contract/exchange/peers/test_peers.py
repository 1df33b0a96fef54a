"""Others' tools judge the door: two validators' worth of rules we did not write, and two clients over HTTP."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fhirclient.client import FHIRClient
from fhirclient.models import appointment as appointments
from fhirclient.models import careplan, careteam, goal, organization, patient, practitioner, practitionerrole
from werkzeug.serving import make_server

from services.contract.exchange.actions import import_bundle
from services.contract.exchange.door.search.domain import PARAMETERS
from services.contract.next_contact.domain import Side
from shared import auth
from tests.services.contract.agreed import Agreed
from tests.services.contract.exchange.bundles import DEMO, PERSONAS
from tests.services.contract.exchange.test_coming_back import told_to
from tests.support.node import with_tools
from tests.support.services import PRIVATE

pytestmark = [pytest.mark.full, pytest.mark.timeout(400)]

HERE = Path(__file__).parent
NODE_SECONDS = 120
MODELS = {
    "Appointment": appointments.Appointment,
    "CarePlan": careplan.CarePlan,
    "CareTeam": careteam.CareTeam,
    "Goal": goal.Goal,
    "Organization": organization.Organization,
    "Patient": patient.Patient,
    "Practitioner": practitioner.Practitioner,
    "PractitionerRole": practitionerrole.PractitionerRole,
}


@pytest.fixture(scope="module")
def node() -> str:
    """Node, with the validator and the client installed beside this file."""
    return with_tools(HERE)


def run(node: str, script: str, *arguments: str, data: str = "") -> Any:
    """What the script says, as JSON."""
    done = subprocess.run(
        [node, script, *arguments],
        cwd=HERE,
        input=data,
        capture_output=True,
        text=True,
        check=False,
        timeout=NODE_SECONDS,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture
def active(agreed: Agreed) -> Agreed:
    """Karin's agreement in its second version, being written, and the demo's two personas beside it."""
    agreed.written().both_confirm()
    agreed.promises(Side.PATIENT, "I walk every day.")
    with agreed.clinic.service.act() as ctx:
        for name in PERSONAS:
            import_bundle(ctx, name, (DEMO / name).read_bytes(), for_unit=None)
    return agreed


def test_another_validator_accepts_every_resource_that_is_told(active: Agreed, node: str) -> None:
    clinic = active.clinic
    told = [one for person in (active.karin, clinic.anita, clinic.admin) for one in told_to(clinic.service, person)]
    assert {one["resourceType"] for one in told} >= MODELS.keys()
    assert run(node, "check.mjs", data=json.dumps(told)) == []
    bogus = {**next(one for one in told if one["resourceType"] == "CarePlan"), "status": "bogus"}
    assert len(run(node, "check.mjs", data=json.dumps([bogus]))) == 1, "it accepts anything"


def test_a_client_of_others_reads_everything_page_by_page(active: Agreed, node: str) -> None:
    with served(active) as base:
        told = run(node, "read.mjs", base, cookie(active.karin), *PARAMETERS)
    assert told["version"] == "4.0.1"
    assert told["differs"] == []
    assert told["missing"] == 404
    assert {kind for kind, number in told["found"].items() if number} == MODELS.keys()


def test_the_SMART_client_of_others_understands_what_it_reads(active: Agreed) -> None:
    with served(active) as base:
        smart = FHIRClient(settings={"app_id": "tests", "api_base": base})
        smart.server.session.headers["Cookie"] = cookie(active.karin)
        assert smart.server.capabilityStatement.fhirVersion == "4.0.1"
        for kind, model in MODELS.items():
            found = list(model.where(struct={"_count": "1"}).perform_resources_iter(smart.server))
            assert found, kind
            for one in found:
                assert model.read(one.id, smart.server).as_json() == one.as_json()
        (plan,) = careplan.CarePlan.where(struct={"status": "active"}).perform_resources_iter(smart.server)
    assert plan.subject.reference == f"Patient/{active.karin}"


def cookie(person: UUID) -> str:
    """The session of a browser that this person is signed in with."""
    return f"{auth.COOKIE_NAME}={auth.sign_cookie(PRIVATE, UUID(int=person.int ^ 1), person)}"


@contextmanager
def served(agreed: Agreed) -> Iterator[str]:
    """The service on a free port of this machine alone."""
    server = make_server("127.0.0.1", 0, agreed.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/contract/fhir"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
