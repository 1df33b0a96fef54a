"""Files that are none of those that are asked for: each is refused beside its field, never unpacked, and nothing is kept."""

from __future__ import annotations

import gzip
import io
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from services.contract.app import METADATA
from services.contract.people.file import actions
from services.contract.people.file.schemas import LARGEST_FORM, LARGEST_UPLOAD
from shared.context import Viewer
from shared.db import Database
from shared.errors import Refused
from shared.events import StaffRole
from tests.services.contract.api.desk import open_desk
from tests.services.contract.clinic import Clinic, open_clinic
from tests.services.contract.exchange.bundles import bundle, encoded, patient
from tests.support.services import make_service
from tests.support.texts.forms import Person
from tests.support.texts.rewound import Rewound

SHEETS, BUNDLES = "/contract/people/file/preview", "/contract/exchange/preview"
SHEET = b"kind,name,identity\nstaff,Bo Ek,A1\n"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
MARKED = "<script>alert"


def zipped(name: str, data: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return kept.getvalue()


FILES = {
    "nothing": b"",
    "space": b" \r\n\t ",
    "a zip that climbs": zipped("../../etc/people.csv", SHEET),
    "a zip bomb": zipped("people.csv", b"\0" * 50_000_000),
    "a gzip bomb": gzip.compress(b"\0" * 50_000_000),
    "a drawing with a script": SVG,
    "a page": b"<!doctype html><html><script>alert(1)</script></html>",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "a document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "a program": b"\x7fELF\x02\x01\x01\0\0\0",
    "a calendar": b"BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:\r\nRRULE:FREQ=NEVER\r\n",
    "entities": b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><a>&b;</a>',
    "half a sign": b"\xed\xa0\x80" * 100,
    "one byte of two": b"\xff\xfe\x00",
    "only a mark": b"\xef\xbb\xbf",
    "a bundle cut off": encoded(bundle(patient()))[:-20],
    "a sheet cut off": SHEET + b'staff,"Eva',
}
NAMES = [
    "../../etc/passwd",
    "people.svg",
    "a\0.csv",
    "x" * 5_000,
    "<script>alert(1)</script>.json",
    "CON",
    "people.csv\r\nX: y",
    "",
]
NO_FILE = {"people.csv\r\nX: y", ""}
"""Of these two nobody can read that a file was sent."""


@dataclass(frozen=True)
class There:
    clinic: Clinic
    database: Rewound
    admin: Person

    def rows(self) -> list[str]:
        """Every row, but for the list of imports: a file that was refused is told there, with its reason."""
        return [row for row in self.database.rows() if not row.startswith("('import_run'")]


@pytest.fixture
def there(contract_db: Database) -> Iterator[There]:
    rewound = Rewound(contract_db, METADATA)
    clinic = open_clinic(make_service("contract", rewound))
    yield There(clinic, rewound, Person(clinic.service, open_desk(clinic.service).app, clinic.admin))
    rewound.close()


@pytest.mark.parametrize("where", [SHEETS, BUNDLES])
def test_C_forms_a_file_that_is_none_is_refused_beside_its_field_and_keeps_nothing(
    there: There, where: str, subtests: pytest.Subtests
) -> None:
    before, unit = there.rows(), str(there.clinic.unit)
    for name, data in FILES.items():
        if (where, name) in {(BUNDLES, "a sheet cut off"), (SHEETS, "a bundle cut off")}:
            continue
        with subtests.test(name), there.database.undone():
            answer = there.admin.upload(where, {"unit_id": unit, "file": (io.BytesIO(data), "people.csv")})
            assert answer.status_code == 422
            assert 'id="file-error"' in answer.text or "Nothing was stored." in answer.text, answer.text[-3000:]
            assert MARKED not in answer.text
            assert "Traceback" not in answer.text
            assert 'name="content"' not in answer.text
            assert there.rows() == before


@pytest.mark.parametrize(("where", "data"), [(SHEETS, SHEET), (BUNDLES, encoded(bundle(patient())))])
def test_C_forms_a_files_name_is_no_path_and_no_markup(
    there: There, where: str, data: bytes, subtests: pytest.Subtests
) -> None:
    before, unit = there.rows(), str(there.clinic.unit)
    for name in NAMES:
        with subtests.test(name[:40]), there.database.undone():
            answer = there.admin.upload(where, {"unit_id": unit, "file": (io.BytesIO(data), name)})
            assert answer.status_code == (422 if name in NO_FILE else 200), answer.text[:300]
            assert MARKED not in answer.text
            assert there.rows() == before


@pytest.mark.parametrize("where", [SHEETS, BUNDLES])
def test_C_forms_a_file_that_is_too_large_is_refused_in_words(there: There, where: str) -> None:
    before, unit = there.rows(), str(there.clinic.unit)
    for size, status in ((LARGEST_UPLOAD + 1, 422), (LARGEST_FORM + 1, 413)):
        file = (io.BytesIO(b"x" * size), "people.csv")
        answer = there.admin.upload(where, {"unit_id": unit, "file": file})
        assert answer.status_code == status
        assert "too large" in answer.text or "larger than 8 MB" in answer.text
    assert there.rows() == before


def test_C_imports_a_million_rows_are_refused_in_words_within_bounds(there: There) -> None:
    before, unit = there.rows(), str(there.clinic.unit)
    for row in (b"staff,B,1\n", b"\n"):
        began = time.process_time()
        tracemalloc.start()
        file = (io.BytesIO(b"kind,name,identity\n" + row * 1_000_000), "people.csv")
        answer = there.admin.upload(SHEETS, {"unit_id": unit, "file": file})
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert answer.status_code == 422
        assert "larger than 8 MB" in answer.text or "more than 100 000 rows" in answer.text
        assert peak < 100_000_000
        assert time.process_time() - began < 20
    assert there.rows() == before


@pytest.mark.full
@pytest.mark.timeout(300)
def test_C_imports_a_wrong_last_row_of_many_keeps_nothing_of_those_before_it(there: There) -> None:
    """They are written some hundreds at a time: what stood before the wrong one goes too."""
    before, unit = there.rows(), there.clinic.unit
    people = "".join(f"staff,Bo Ek,A{row}\n" for row in range(2, 10_001))
    sheet = f"kind,name,identity\n{people}cat,Bo Ek,A1\n".encode()
    admin = Viewer(there.clinic.admin, "staff", roles=(StaffRole(unit_id=unit, role="admin"),))
    with pytest.raises(Refused), there.clinic.service.act(admin) as ctx:
        actions.keep(ctx, unit, sheet)
    assert there.rows() == before
    file = (io.BytesIO(sheet), "people.csv")
    answer = there.admin.upload(SHEETS, {"unit_id": str(unit), "file": file})
    assert (answer.status_code, "Row 10001, kind" in answer.text) == (422, True)
    body = {"unit_id": str(unit), "content": sheet.decode()}
    refused = open_desk(there.clinic.service, there.clinic.admin).create("/people/files", body)
    assert (refused.status_code, refused.json["errors"][0]["detail"][:16]) == (422, "Row 10001, kind:")
    assert there.rows() == before


def test_C_imports_a_row_that_stands_twice_is_told_with_both_numbers(there: There) -> None:
    before, unit = there.rows(), str(there.clinic.unit)
    sheet = SHEET + b"staff,Bo Ek,A1\n"
    answer = there.admin.upload(SHEETS, {"unit_id": unit, "file": (io.BytesIO(sheet), "people.csv")})
    assert answer.status_code == 422
    assert "The same number stands further up in the file." in answer.text
    assert there.rows() == before
