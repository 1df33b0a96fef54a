"""The contract service's pages among few patients and among many: the same requests, in turn, in one process."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.db import Database
from shared.service import Service
from tests.bench.crowd import COMMON, Crowd, Known, fill
from tests.bench.rig import Rig
from tests.support.services import form_token, make_app, make_service, sign_in

PEOPLE, HOME, LISTS = "/contract/people", "/contract/home", "/contract/named-contact"
ONE_PATIENT = "/contract/patient/{contract}"
THEIR_PATIENTS = "/contract/api/v1/contracts"


@dataclass(frozen=True)
class Clinic:
    """The service among so many patients, and who asks it."""

    service: Service
    client: FlaskClient
    crowd: Crowd
    some: Iterator[Known]

    def get(self, person: UUID, path: str) -> TestResponse:
        return sign_in(self.client, person).get(path)

    def search(self, person: UUID, words: str) -> TestResponse:
        data = {"form_token": form_token(self.service, person), "words": words}
        return sign_in(self.client, person).post(PEOPLE, data=data)


Ask = Callable[[Clinic, Known], TestResponse]
ASK: dict[str, Ask] = {
    "register": lambda c, _one: c.get(c.crowd.admin, PEOPLE),
    "search by name": lambda c, one: c.search(c.crowd.admin, one.name),
    "search by a common name": lambda c, _one: c.search(c.crowd.admin, COMMON),
    "search by number": lambda c, one: c.search(c.crowd.admin, one.identity),
    "one unit's register": lambda c, _one: c.get(c.crowd.local, PEOPLE),
    "one unit's search by name": lambda c, _one: c.search(c.crowd.local, COMMON),
    "contracts": lambda c, _one: c.get(c.crowd.admin, HOME),
    "contracts to look at again": lambda c, _one: c.get(c.crowd.admin, f"{HOME}?missing=review"),
    "one unit's contracts": lambda c, _one: c.get(c.crowd.local, f"{HOME}?missing=next_step"),
    "whom no one answers for": lambda c, _one: c.get(c.crowd.local, f"{LISTS}/uncovered"),
    "patients per contact": lambda c, _one: c.get(c.crowd.admin, f"{LISTS}/load"),
    "one patient": lambda c, one: c.get(one.contact, ONE_PATIENT.format(contract=one.contract)),
    "one agreement": lambda c, one: c.get(one.contact, f"/contract/agreement/{one.contract}"),
    "a contact's patients": lambda c, one: c.get(one.contact, THEIR_PATIENTS),
    "a patient's home": lambda c, one: c.get(one.person, HOME),
}
"""What is asked, by what it is called."""


def clinic(database: Database, count: int, connect: str, *, unchecked: bool = False) -> Clinic:
    """The service with ``count`` patients."""
    crowd = fill(database, count, connect, unchecked=unchecked)
    service = make_service("contract", database)
    return Clinic(service, make_app(service).test_client(), crowd, cycle(crowd.some[:: max(1, len(crowd.some) // 97)]))


class Register:
    """Two clinics, filled when first asked, and kept through the rounds."""

    def __init__(self, few: int, many: int, calls: int) -> None:
        self.counts, self.calls = (few, many), calls
        self._clinics: list[Clinic] = []
        self._times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ASK}

    def run(self, rig: Rig) -> dict[str, float]:
        """By name: the median and the 99th percentile of a request in ms, and the ratio of many to few for both, of all
        rounds until now."""
        for count in self.counts[len(self._clinics) :]:
            database, connect = rig.kept("contract", f"of_{count}")
            self._clinics.append(clinic(database, count, connect, unchecked=True))
        gc.collect()
        gc.freeze()  # what filling left behind is no part of a request
        return {name: value for ask in ASK for name, value in self._compared(ask).items()}

    def _compared(self, name: str) -> dict[str, float]:
        times = self._times[name]
        for number in range(-WARM, self.calls):
            for took, one in zip(times, self._clinics, strict=True):
                seconds = timed(name, one)
                if number >= 0:
                    took.append(seconds)
        (few, few_99), (many, many_99) = [(statistics.median(took), percentile(took)) for took in times]
        found = {"few, ms": few * 1000, "many, ms": many * 1000, "p99 few, ms": few_99 * 1000}
        found |= {"p99 many, ms": many_99 * 1000, "ratio": many / few, "ratio of p99": many_99 / few_99}
        return {f"{name}: {what}": value for what, value in found.items()}


WARM = 3


def timed(name: str, one: Clinic) -> float:
    """How long one request took, in seconds. Raises ``RuntimeError`` for one that was not answered."""
    known = next(one.some)
    began = time.perf_counter()
    answer = ASK[name](one, known)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{name}: {answer.status}")
    return took


def percentile(times: list[float], share: float = 0.99) -> float:
    """The time within which this share was answered."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]
