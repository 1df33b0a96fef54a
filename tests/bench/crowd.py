"""Patients with contracts by the thousand. A few are made by the product's own verbs; ``COPY`` brings the others, each a
likeness of one of them with ids, a name and a number of its own. So whatever a real one has, these have too."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa

from services.contract.agreement import actions
from services.contract.agreement.content.domain import fingerprint, from_json
from services.contract.app import METADATA
from services.contract.named_contact import actions as contacts
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.people.domain import search_key, sort_key
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as plans
from shared.db import Database
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import Clinic, open_clinic
from tests.support.services import NOON, make_app, make_service, set_clock

PER_CONTACT, PER_UNIT = 40, 1_000
DAYS = 22_000
"""Birthdays are spread over so many."""
AT_ONCE = 5_000
NOT_COPIED = {
    "outbox",
    "inbox",
    "stream",
    "cursor",
    "beat",
    "access_log",
    "access_chain",
    "access_unchained",
    "api_answered",
    "demo_clock",
}
"""What belongs to the bus and the doors, not to a patient."""
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MODEL_NAME, MODEL_BORN = "Zzgiven Zzfamily", date(1948, 1, 1)
GIVEN = [
    *("Åsa", "Örjan", "Märta", "Björn", "Karin", "Lars", "Eva", "Nils", "Anna", "Sven", "Ingrid", "Håkan"),
    *("Siv", "Göran", "Ebba", "Per", "Maj", "Ulf", "Liv", "Åke"),
]
FIRST = [
    *("Lind", "Berg", "Ek", "Sand", "Ny", "Ås", "Ö", "Häll", "Sjö", "Fors", "Björk", "Gran", "Alm", "Ström"),
    *("Dal", "Vik", "Hög", "Norr", "Öst", "Väster", "Ced", "Wall", "Hag", "Lövh"),
]
LAST = [
    *("ström", "gren", "berg", "kvist", "holm", "man", "lund", "qvist", "stedt", "blad", "fors", "borg"),
    *("ås", "ö", "mark", "feldt", "dahl", "bäck", "rot", "stam"),
]
COMMON = "Andersson"
"""The name of three in a hundred."""


@dataclass(frozen=True)
class Known:
    """One of the crowd, to be looked for."""

    person: UUID
    contract: UUID
    name: str
    identity: str
    contact: UUID


@dataclass(frozen=True)
class Crowd:
    """``admin`` runs every unit, ``local`` one of them; ``some`` are patients with an agreement in force."""

    admin: UUID
    local: UUID
    some: list[Known] = field(default_factory=list)


@dataclass(frozen=True)
class Places:
    """The ids of all units and nurses, the first of them the clinic's own, and of the admin of one unit."""

    units: list[str]
    staff: list[str]
    local: str


@dataclass(frozen=True)
class Model:
    """A patient as rows of text: by table, in pieces, with the places where something of their own stands."""

    pieces: Mapping[str, tuple[list[str], list[int]]]
    own: tuple[str, ...]
    person: UUID
    contract: UUID
    identity: str
    contents: Mapping[str, str]
    """By the hash that is bound to it, what a version says, as JSON."""


def fill(database: Database, count: int, connect: str, *, unchecked: bool = False) -> Crowd:
    """Put ``count`` patients with contracts into an empty contract database. ``connect`` is where ``COPY`` goes to;
    ``unchecked`` needs an administrator there, and spares the foreign keys."""
    clinic = open_clinic(make_service("contract", database))
    models = [Model(**facts) for facts in _models(clinic)]
    with psycopg.connect(connect, autocommit=True) as connection:
        if unchecked:
            connection.execute("SET session_replication_role = replica")
        crowd = _copy(connection, clinic, models, count)
        connection.execute("SET session_replication_role = DEFAULT" if unchecked else "SELECT 1")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(sa.text("VACUUM ANALYZE"))
    return crowd


def _agreed(clinic: Clinic, number: int, *, contact: bool = True) -> Agreed:
    with clinic.service.act() as ctx:
        identity = personal_number(MODEL_BORN, number)
        patient = people.save_person(ctx, kind="patient", name=MODEL_NAME, identity=identity)
        contract = actions.open_contract(ctx, patient_id=patient, unit_id=clinic.unit, by=clinic.admin)
        if contact:
            here: dict[str, Any] = {"contract_id": contract, "patient_id": patient, "unit_id": clinic.unit}
            contacts.appoint(ctx, **here, person_id=clinic.anita, deputy_id=clinic.lisa)
        actions.settle(ctx, contract)
    return Agreed(clinic, patient, contract, make_app(clinic.service))


def _in_force(clinic: Clinic, number: int) -> Agreed:
    agreed = _agreed(clinic, number).written()
    agreed.accepts()
    with agreed.acting(clinic.anita) as ctx:
        plans.add(ctx, agreed.karin, title="Physiotherapy", party=Party.MUNICIPALITY, responsible="", on_date=None)
    agreed.both_confirm()
    return agreed


def _waiting(clinic: Clinic, number: int) -> Agreed:
    agreed = _agreed(clinic, number).written()
    agreed.confirms(Side.PATIENT)
    return agreed


def _overdue(clinic: Clinic, number: int) -> Agreed:
    """Agreed upon 200 days ago: the day to look at it again has been, and so has the next contact."""
    set_clock(clinic.service, NOON - timedelta(days=200))
    agreed = _agreed(clinic, number).written()
    agreed.both_confirm()
    set_clock(clinic.service, NOON)
    return agreed


MAKE: tuple[tuple[Callable[[Clinic, int], Agreed], int], ...] = (
    (_in_force, 12),
    (_waiting, 3),
    (_agreed, 2),
    (_overdue, 2),
    (lambda clinic, number: _agreed(clinic, number, contact=False), 1),
)
"""How to make each model, and how many of twenty are like it."""
LIKE = [kind for kind, (_make, many) in enumerate(MAKE) for _ in range(many)]


def _models(clinic: Clinic) -> Iterator[dict[str, Any]]:
    made = [make(clinic, number) for number, (make, _many) in enumerate(MAKE)]
    others = {str(agreed.karin) for agreed in made} | {str(agreed.contract) for agreed in made}
    shared = {str(one) for one in (clinic.unit, clinic.anita, clinic.lisa, clinic.admin)}
    with clinic.service.database.engine.connect() as connection:
        rows = {table: _rows(connection, table) for table in METADATA.sorted_tables if table.name not in NOT_COPIED}
        contents = connection.execute(sa.text("SELECT contract_id, content_hash, content FROM contract_version")).all()
    for number, agreed in enumerate(made):
        own = {str(agreed.karin), str(agreed.contract)}
        mine = _closure(rows, own, shared | others - own)
        number_kept = personal_number(MODEL_BORN, number)
        says = {row.content_hash: json.dumps(row.content) for row in contents if row.contract_id == agreed.contract}
        words = [MODEL_NAME, sort_key(MODEL_NAME), search_key(MODEL_NAME), number_kept, str(MODEL_BORN), *says]
        places = re.compile("(" + "|".join(map(re.escape, [*own, *shared, *words])) + ")")
        pieces = {table: places.split("".join(lines)) for table, lines in mine.items()}
        yield {
            "pieces": {name: (cut, list(range(1, len(cut), 2))) for name, cut in pieces.items()},
            "own": tuple(own),
            "person": agreed.karin,
            "contract": agreed.contract,
            "identity": number_kept,
            "contents": says,
        }


def _rows(connection: sa.Connection, table: sa.Table) -> list[str]:
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {_target(table)} TO STDOUT") as copy:
        text = b"".join(bytes(block) for block in copy).decode()
    return text.splitlines(keepends=True)


def _target(table: sa.Table) -> str:
    """The table with the columns that are not counted by the database itself."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns if column.identity is None)
    return f'"{table.name}" ({columns})'


def _closure(rows: Mapping[sa.Table, list[str]], own: set[str], strangers: set[str]) -> dict[str, list[str]]:
    """The rows that are about one patient: those that name them, and those that only these rows lead to. ``own`` grows to
    every id that is theirs alone."""
    mine: dict[str, dict[str, None]] = {}
    grown = -1
    while len(own) != grown:
        grown = len(own)
        for table, lines in rows.items():
            for line in lines:
                ids = set(UUIDS.findall(line))
                if ids & own:
                    mine.setdefault(_target(table), {})[line] = None
                    own |= ids - strangers
    return {name: list(lines) for name, lines in mine.items()}


def _copy(connection: psycopg.Connection, clinic: Clinic, models: list[Model], count: int) -> Crowd:
    random = Random(count)
    units = [str(clinic.unit), *(_new_id(random) for _ in range((count - 1) // PER_UNIT))]
    staff = [str(clinic.anita), str(clinic.lisa), *(_new_id(random) for _ in range(count // PER_CONTACT))]
    places = Places(units, staff, _new_id(random))
    _copy_places(connection, clinic, places)
    crowd, order = Crowd(clinic.admin, UUID(places.local)), [_target(table) for table in METADATA.sorted_tables]
    everybody = (_likeness(random, number, clinic, places, models) for number in range(count))
    while some := list(islice(everybody, AT_ONCE)):
        for table in order:
            _copy_table(connection, table, models, some)
        crowd.some.extend(known for kind, _likeness, known in some if kind == 0)
    return crowd


Likeness = tuple[int, Mapping[str, str], Known]


def _copy_table(connection: psycopg.Connection, table: str, models: list[Model], some: list[Likeness]) -> None:
    if not any(table in model.pieces for model in models):
        return
    with connection.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
        for kind, likeness, _known in some:
            if table in models[kind].pieces:
                pieces, places = models[kind].pieces[table]
                text = pieces.copy()
                for place in places:
                    text[place] = likeness[text[place]]
                copy.write("".join(text))


def _likeness(random: Random, number: int, clinic: Clinic, places: Places, models: list[Model]) -> Likeness:
    """The patient with this number: which model, and what stands in the places of the model's own."""
    kind, contact, name = LIKE[number % len(LIKE)], number // PER_CONTACT, _name(random, number)
    model = models[kind]
    identity = personal_number(born := date(1930, 1, 1) + timedelta(days=number % DAYS), len(MAKE) + number // DAYS)
    likeness = {one: _new_id(random) for one in model.own}
    likeness |= {str(clinic.unit): places.units[number // PER_UNIT], str(clinic.admin): str(clinic.admin)}
    likeness |= {str(clinic.anita): places.staff[contact], str(clinic.lisa): places.staff[contact + 1]}
    likeness |= {MODEL_NAME: name, sort_key(MODEL_NAME): sort_key(name), search_key(MODEL_NAME): search_key(name)}
    likeness |= {model.identity: identity, str(MODEL_BORN): str(born)}
    for bound, says in model.contents.items():
        likeness[bound] = fingerprint(from_json(json.loads(_with(likeness, says))))
    person, contract = UUID(likeness[str(model.person)]), UUID(likeness[str(model.contract)])
    return kind, likeness, Known(person, contract, name, identity, UUID(places.staff[contact]))


def _with(likeness: Mapping[str, str], text: str) -> str:
    """The text with other ids in the places of the model's."""
    return UUIDS.sub(lambda found: likeness.get(found[0], found[0]), text)


def _copy_places(connection: psycopg.Connection, clinic: Clinic, places: Places) -> None:
    """More units like the first, which the admin runs too; more nurses like Anita; an admin of the first unit alone."""
    unit, anita, admin, units = str(clinic.unit), str(clinic.anita), str(clinic.admin), places.units
    per_unit = PER_UNIT // PER_CONTACT
    for table in METADATA.sorted_tables:
        if table.name in ("care_unit", "known_unit"):
            _like(connection, table, unit, [{unit: one} for one in units[1:]])
        if table.name in ("person", "known_person", "staff_role", "known_role"):
            works = [
                {anita: one, unit: units[min(n // per_unit, len(units) - 1)]} for n, one in enumerate(places.staff)
            ]
            _like(connection, table, anita, works[2:])
            _like(connection, table, admin, [{admin: places.local}])
        if table.name in ("staff_role", "known_role"):
            _like(connection, table, admin, [{unit: one} for one in units[1:]])


def _like(connection: psycopg.Connection, table: sa.Table, model: str, likenesses: list[dict[str, str]]) -> None:
    """Rows like those that are about ``model`` itself, each with its ids in the places of the model's."""
    target = _target(table)
    columns = target.partition(" ")[2]
    key = "id" if "id" in table.columns else f"{'unit' if 'unit' in table.name else 'person'}_id"
    query = f'COPY (SELECT {columns[1:-1]} FROM "{table.name}" WHERE "{key}" = \'{model}\') TO STDOUT'  # noqa: S608
    with connection.cursor().copy(query.encode()) as copy:
        text = b"".join(bytes(block) for block in copy).decode()
    if table.name == "care_unit":
        text = text.replace("SE1", "\\N")
    with connection.cursor().copy(f"COPY {target} FROM STDIN".encode()) as copy:
        for likeness in likenesses:
            copy.write(_with(likeness, text))


def _new_id(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def _name(random: Random, number: int) -> str:
    given = f"{random.choice(GIVEN)} {random.choice(GIVEN)}"
    return f"{given} {COMMON if number % 33 == 0 else random.choice(FIRST) + random.choice(LAST)}"


def personal_number(born: date, serial: int) -> str:
    """A personal identity number as Skatteverket gives out for tests: its last digits begin with 98."""
    digits = f"{born:%y%m%d}98{serial % 10}"
    doubled = "".join(str(int(digit) * (2 - place % 2)) for place, digit in enumerate(digits))
    return f"{born:%Y%m%d}98{serial % 10}{-sum(map(int, doubled)) % 10}"
