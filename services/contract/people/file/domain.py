"""A spreadsheet of people read as it was saved: any of its encodings and separators, each row checked by itself."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.contract.people.domain import LONGEST_NAME, is_email, tidy_name
from services.contract.people.identity.domain import WrongIdentity, read_identity
from shared.i18n import LANGUAGES, Lazy, _l
from shared.phone import telephone
from shared.roles import ROLES
from shared.sheet import FORMULA

COLUMNS = {
    "kind": ("kind", "typ"),
    "name": ("name", "namn"),
    "identity": ("identity", "personnummer", "nummer"),
    "language": ("language", "språk"),
    "email": ("e-mail", "email", "e-post", "epost"),
    "phone": ("phone", "telefon", "mobil"),
    "protected": ("protected", "skyddad"),
    "roles": ("roles", "roller", "roll", "role"),
}
"""Our columns, and what they may be called in the first row."""
REQUIRED = ("kind", "name", "identity")
KINDS = {"patient": "patient", "staff": "staff", "personal": "staff"}
YES, NO = frozenset({"yes", "ja", "x", "1"}), frozenset({"", "no", "nej", "0"})
SPOKEN = {"svenska": "sv", "swedish": "sv", "engelska": "en", "english": "en", **{code: code for code in LANGUAGES}}
SEPARATORS = ";,\t"
MOST_ROWS = 100_000
LARGEST_CELL = 2_000


class Unreadable(ValueError):
    """The file as a whole can't be read; ``text`` says why."""

    def __init__(self, text: Lazy) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True)
class Wrong:
    """What is wrong in one cell. ``row`` counts as a spreadsheet does: the headings are row 1."""

    row: int
    column: str
    text: Lazy


@dataclass(frozen=True)
class PersonRow:
    """One row that can be kept. ``None`` says nothing about it; roles are those at the unit the file is for."""

    row: int
    kind: str
    name: str
    identity: str
    language: str | None
    email: str | None
    phone: str | None
    protected: bool
    roles: tuple[str, ...]


def text_of(data: bytes) -> str:
    """The file's text: UTF-8 with or without mark, UTF-16, else what Swedish Windows writes. Raises ``Unreadable``."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decoded(data, encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _decoded(data, "cp1252")
    if "\0" in text:
        raise Unreadable(_l("This is no text. Save the sheet as CSV and choose that file."))
    return text


def rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that says anything, with its number and its cells by our columns. Raises ``Unreadable``."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        names, nobody = _columns(next(reader, [])), True
        for number, cells in enumerate(reader, 2):
            if number > MOST_ROWS + 1:
                raise Unreadable(_l("The file has more than 100 000 rows. Divide it."))
            if any(cell.strip() for cell in cells):
                nobody = False
                yield number, {name: _cell(cell) for name, cell in zip(names, cells, strict=False) if name}
    except csv.Error:
        raise Unreadable(_l("A quotation mark is left open, so the rows can't be told apart.")) from None
    if nobody:
        raise Unreadable(_l("The file names its columns, and nobody below them."))


def check(row: int, cells: dict[str, str], today: date) -> PersonRow | list[Wrong]:
    """The row as it would be kept, or all that is wrong with it."""
    wrong: list[Wrong] = []

    def judged(column: str, found: object, text: Lazy) -> None:
        if found is None:
            wrong.append(Wrong(row, column, text))

    kind = KINDS.get(cells.get("kind", "").casefold())
    judged("kind", kind, _l("Write patient or staff."))
    name, name_wrong = _name(cells.get("name", ""))
    identity, identity_wrong = _identity(kind, cells.get("identity", ""), today)
    phone, email = cells.get("phone", ""), cells.get("email", "")
    number = telephone(phone) if phone else ""
    address = email if not email or is_email(email) else None
    language = SPOKEN.get(cells.get("language", "").casefold() or "sv")
    protected = _yes(cells.get("protected", ""))
    roles = _roles(kind, cells.get("roles", ""))
    judged("name", name, name_wrong)
    judged("identity", identity, identity_wrong)
    judged("phone", number, _l("No network has this phone number. Check the digits."))
    judged("email", address, _l("Write an e-mail address, for example name@example.org."))
    judged("language", language, _l("Write Swedish or English."))
    judged("protected", protected, _l("Write yes or no."))
    judged("roles", roles, _l("Only staff can have a role, and only one of those in the list."))
    if wrong or not (kind and name and identity and language and roles is not None):
        return wrong
    spoken = language if cells.get("language") else None
    return PersonRow(row, kind, name, identity, spoken, address or None, number or None, bool(protected), roles)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(_l("This is no text. Save the sheet as CSV and choose that file.")) from None


def _separator(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return max(SEPARATORS, key=first.count)


def _columns(first: list[str]) -> list[str | None]:
    """Our column for each of the file's; None for one we don't know."""
    ours = {name: column for column, names in COLUMNS.items() for name in names}
    found = [ours.get(cell.strip().casefold()) for cell in first]
    known = [name for name in found if name]
    if any(column not in known for column in REQUIRED):
        raise Unreadable(_l("The first row must name the columns: kind, name, identity; and perhaps others."))
    if len(known) != len(set(known)):
        raise Unreadable(_l("A column stands twice in the first row."))
    return found


def _cell(text: str) -> str:
    """A cell as it was meant: a spreadsheet's own sign for "this is text" is left out."""
    cell = text.strip()
    return cell[1:] if cell.startswith("'") else cell


def _name(raw: str) -> tuple[str | None, Lazy]:
    name = tidy_name(raw)
    if name.startswith(FORMULA):
        return None, _l("It begins with a sign that a spreadsheet takes for a formula.")
    return (name if 0 < len(name) <= LONGEST_NAME else None), _l("Write a name.")


def _identity(kind: str | None, raw: str, today: date) -> tuple[str | None, Lazy]:
    if kind != "patient":
        plain = "".join(raw.split())
        good = 0 < len(plain) <= 40 and plain.isprintable() and not plain.startswith(FORMULA)
        return (plain if good else None), _l("Write the number in the staff register.")
    try:
        return read_identity(raw, today).key, _l("Write a name.")
    except WrongIdentity as wrong:
        return None, wrong.text


def _yes(raw: str) -> bool | None:
    said = raw.casefold()
    return True if said in YES else False if said in NO else None


def _roles(kind: str | None, raw: str) -> tuple[str, ...] | None:
    names = {str.__str__(text).casefold(): role for role, text in ROLES.items()} | {role: role for role in ROLES}
    names |= {str(text).casefold(): role for role, text in ROLES.items()}
    said = [part.strip().casefold() for part in raw.replace("/", "+").split("+") if part.strip()]
    if any(part not in names for part in said) or (said and kind == "patient"):
        return None
    return tuple(sorted({names[part] for part in said}))
