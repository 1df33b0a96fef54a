"""Two people at the same thing at once, a hundred tries: one clear result, and nobody's words are lost (B1, B4)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from lxml import html
from werkzeug.serving import make_server

from services.contract.agreement import actions
from services.contract.agreement.content.domain import Part, from_json, mark
from services.contract.agreement.tables import Confirmation, Version
from services.contract.named_contact.tables import ContactAppointment
from services.contract.next_contact.domain import Side
from shared import auth
from shared.errors import Refused
from shared.events import ContractActivated
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import staff
from tests.support.services import cookie_of, form_token, told

pytestmark = pytest.mark.full

TRIES, AT_ONCE = 100, 12


@dataclass(frozen=True)
class Site:
    """The pages over HTTP. ``shown`` is what the hidden fields of a page say, ``post`` sends a form."""

    agreed: Agreed
    client: httpx.Client

    def shown(self, person: UUID, path: str) -> dict[str, str]:
        found = html.fromstring(self.client.get(path, headers=self._as(person)).text)
        return {str(one.get("name")): str(one.get("value")) for one in found.xpath("//main//input[@type='hidden']")}

    def post(self, person: UUID, path: str, fields: dict[str, str]) -> httpx.Response:
        form = {**fields, "form_token": form_token(self.agreed.clinic.service, person)}
        return self.client.post(path, data=form, headers=self._as(person))

    def all_at_once(self, tries: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda one: one(), tries))

    def _as(self, person: UUID) -> dict[str, str]:
        return {"Cookie": f"{auth.COOKIE_NAME}={cookie_of(person)}"}


@pytest.fixture
def site(agreed: Agreed) -> Iterator[Site]:
    server = make_server("127.0.0.1", 0, agreed.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=60, trust_env=False) as client:
        yield Site(agreed, client)
    server.shutdown()
    thread.join()
    server.server_close()


def test_B1_of_a_hundred_yeses_by_both_at_once_each_side_has_one_and_it_begins_once(site: Site) -> None:
    agreed = site.agreed
    agreed.written().accepts()
    path = f"/contract/agreement/{agreed.contract}"
    seen = {person: site.shown(person, path) for person in (agreed.karin, agreed.clinic.anita)}
    answers = site.all_at_once(
        [partial(site.post, who, f"{path}/confirm", seen[who]) for who in [*seen] * (TRIES // 2)]
    )
    assert Counter(one.status_code for one in answers) == {303: TRIES}
    assert agreed.now().in_force
    assert told(agreed.clinic.service).count(ContractActivated.type) == 1
    with agreed.clinic.service.act() as ctx:
        assert sorted(ctx.session.scalars(sa.select(Confirmation.side))) == ["care", "patient"]


def test_B1_of_a_hundred_who_change_the_same_text_at_once_one_is_heard_and_the_others_keep_their_words(
    site: Site,
) -> None:
    agreed = site.agreed
    path = f"/contract/agreement/{agreed.contract}/text/watch_for"
    people = [agreed.karin, agreed.clinic.anita]
    before = {person: site.shown(person, path) for person in people}

    def write(number: int) -> httpx.Response:
        who = people[number % 2]
        return site.post(who, path, {**before[who], "words": f"Words of number {number}."})

    answers = site.all_at_once([partial(write, number) for number in range(TRIES)])
    statuses = Counter(one.status_code for one in answers)
    assert statuses == {303: 1, 409: TRIES - 1}
    [heard] = [number for number, one in enumerate(answers) if one.status_code == 303]
    assert agreed.now().content.text(Part.WATCH_FOR) == f"Words of number {heard}."
    for number, one in enumerate(answers):
        if number != heard:
            assert f"Words of number {number}." in one.text
            assert f"Words of number {heard}." in one.text


def test_B1_a_hundred_who_read_and_write_one_text_in_turn_lose_nobodys_word(agreed: Agreed) -> None:
    def add(number: int) -> None:
        while True:
            before = agreed.now().content.text(Part.CIRCUMSTANCES)
            try:
                with agreed.acting(agreed.karin) as ctx:
                    words = f"{before} {number}".strip()
                    actions.write_text(
                        ctx, agreed.contract, Side.PATIENT, Part.CIRCUMSTANCES, words, before=mark(before)
                    )
            except actions.Stale:
                continue
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(TRIES)))
    assert sorted(map(int, agreed.now().content.text(Part.CIRCUMSTANCES).split())) == list(range(TRIES))


def test_H_a_hundred_yeses_and_edits_at_once_never_begin_what_one_side_has_not_read(agreed: Agreed) -> None:
    """Whatever comes between: every edit is kept, and each version that began has both yeses to exactly its words."""
    agreed.written().accepts()

    def act(number: int) -> str:
        side = (Side.PATIENT, Side.CARE)[number % 2]
        try:
            if number % 4 < 2:
                return agreed.confirms(side, shown=agreed.now().shown)
            return agreed.promises(side, f"Promise {number}.") and "written"
        except Refused:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        said = Counter(pool.map(act, range(TRIES)))
    assert said["written"] == TRIES // 2
    with agreed.clinic.service.act() as ctx:
        versions = list(ctx.session.scalars(sa.select(Version).order_by(Version.number)))
        given = list(ctx.session.scalars(sa.select(Confirmation).where(Confirmation.voided_at.is_(None))))
    begun = [one for one in versions if one.active_at]
    for one in begun:
        yes = [(each.side, each.content_hash) for each in given if each.version_id == one.id]
        assert sorted(yes) == [("care", one.content_hash), ("patient", one.content_hash)]
    assert told(agreed.clinic.service).count(ContractActivated.type) == len(begun)
    assert [one.number for one in versions] == list(range(1, len(versions) + 1))
    written = {item["text"] for item in from_json(versions[-1].content).items(Part.COMMITMENTS)}
    assert {f"Promise {number}." for number in range(TRIES) if number % 4 >= 2} <= written


def test_B4_of_a_hundred_hand_overs_at_once_one_counts_and_one_contact_stands(site: Site) -> None:
    agreed, clinic = site.agreed, site.agreed.clinic
    with clinic.service.act() as ctx:
        others = [clinic.lisa, *(staff(ctx, name, clinic.unit, "nurse") for name in ("Maj Sol", "Siv Ek", "Åke Ny"))]
    path = f"/contract/named-contact/uncovered/{agreed.contract}"
    seen = site.shown(clinic.admin, path)

    def hand_over(number: int) -> httpx.Response:
        fields = {
            "person_id": str(others[number % 4]),
            "act": "take_over",
            "handover_note": f"Note {number}.",
            "reason": "Anita leaves us.",
        }
        return site.post(clinic.admin, path, {**seen, **fields})

    answers = site.all_at_once([partial(hand_over, number) for number in range(TRIES)])
    assert Counter(one.status_code for one in answers) == {303: 1, 422: TRIES - 1}
    [heard] = [number for number, one in enumerate(answers) if one.status_code == 303]
    assert all("Någon har valt en annan kontakt under tiden." in one.text or one.status_code == 303 for one in answers)
    with clinic.service.act() as ctx:
        rows = list(ctx.session.scalars(sa.select(ContactAppointment).filter_by(contract_id=agreed.contract)))
        answer = ctx.directory.who_answers_for(ctx.session, agreed.contract, ctx.now)
    assert {row.person_id: (row.ends is None, row.handover_note) for row in rows} == {
        clinic.anita: (False, f"Note {heard}."),
        others[heard % 4]: (True, ""),
    }
    assert answer is not None
    assert answer.person_id == others[heard % 4]
