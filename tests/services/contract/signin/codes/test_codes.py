"""Codes to sign in by: for whom, how often, from which browser, and what a stranger learns by asking: nothing."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.contract.people import actions as people
from services.contract.people.tables import KnownAt, Person
from services.contract.signin.codes.domain import TRIES, as_code, over
from services.contract.signin.codes.tables import SigninCode
from services.contract.signin.throttle.domain import ACCOUNT, PLACE, Tries, left, place_of, wait
from services.contract.signin.throttle.tables import SigninTries
from services.contract.units import actions as units
from services.notify.delivery.sending.actions import send_due
from shared import auth
from shared.db import Database
from shared.service import Service
from tests.services.contract.clinic import Clinic
from tests.services.notify.delivery.material import Counting
from tests.support.services import PUBLIC, make_app, make_service, pump, told

ESTHER, NOBODY = "19500101-1237", "19460823-9986"
ASK, ENTER = "/contract/signin/code", "/contract/signin/code/enter"
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
ASKED = "se.samkontrakt.contract.signin_code.asked.v1"


@dataclass
class Asking:
    """One browser at one address."""

    service: Service
    client: FlaskClient
    address: str = "192.0.2.1"

    def ask(self, identity: str = ESTHER, onward: str = "/contract/agreement") -> TestResponse:
        query = {"next": onward, "language": "en"}
        return self.client.post(ASK, data={"identity": identity}, query_string=query, headers=self._from())

    def write(self, code: str) -> TestResponse:
        return self.client.post(ENTER, data={"code": code}, query_string={"language": "en"}, headers=self._from())

    def who(self) -> UUID | None:
        kept = self.client.get_cookie(auth.COOKIE_NAME)
        signed_in = auth.read_cookie((PUBLIC,), kept.value) if kept else None
        return signed_in.person_id if signed_in else None

    def _from(self) -> dict[str, str]:
        return {"X-Forwarded-For": self.address}


@pytest.fixture
def esther(clinic: Clinic) -> UUID:
    """Esther, with an address, at a unit that lets its patients sign in by a code."""
    with clinic.service.act() as ctx:
        esther = people.save_person(ctx, kind="patient", name="Esther", identity=ESTHER, email="esther@example.org")
        people.know_at(ctx, esther, clinic.unit)
        units.let_sign_in_by_code(ctx, clinic.unit, True)
    return esther


@pytest.fixture
def opened(clinic: Clinic, esther: UUID) -> Callable[..., Asking]:
    """``opened("192.0.2.1")``: another browser."""
    assert esther

    def another(address: str = "192.0.2.1") -> Asking:
        return Asking(clinic.service, make_app(clinic.service).test_client(), address)

    return another


@pytest.fixture
def asking(opened: Callable[..., Asking]) -> Asking:
    return opened()


def codes(service: Service) -> list[SigninCode]:
    with service.database.begin() as session:
        return list(session.scalars(sa.select(SigninCode).order_by(SigninCode.expires_at)))


def digits(service: Service, number: int = -1) -> str:
    """What the mail says of the newest code, or of another."""
    return auth.signin_code(service.config.pair_secrets["notify"][0], codes(service)[number].id)


def wrong(service: Service) -> str:
    """Digits that are not the newest code's."""
    return f"{(int(digits(service)) + 1) % 10**8:08}"


def age(service: Service, by: timedelta) -> None:
    """Let everything have happened that much earlier."""
    with service.database.begin() as session:
        session.execute(sa.update(SigninCode).values(expires_at=SigninCode.expires_at - by))
        session.execute(sa.update(SigninTries).values(last_at=SigninTries.last_at - by))


def test_whoever_writes_the_code_is_in_and_goes_on(asking: Asking, esther: UUID) -> None:
    assert asking.ask().location == f"{ENTER}?next=/contract/agreement"
    code = digits(asking.service)
    answer = asking.write(f" {code[:4]} {code[4:]} ")
    assert (answer.status_code, answer.location) == (303, "/contract/agreement")
    assert asking.who() == esther


def test_asking_for_another_code_does_not_forget_where_it_leads(asking: Asking) -> None:
    asking.ask()
    onward = "?next=/contract/agreement"
    written = asking.client.get(f"{ENTER}{onward}&language=en").text
    assert f'href="{ASK}{onward}"' in written
    assert f'href="/contract/signin{onward}"' in asking.client.get(f"{ASK}{onward}").text
    wrongly = asking.client.post(f"{ENTER}{onward}", data={"code": wrong(asking.service)})
    assert (wrongly.status_code, f'href="{ASK}{onward}"' in wrongly.text) == (422, True)
    assert "evil" not in asking.client.get(f"{ENTER}?next=//evil.example").text.split("<main")[1]


def test_a_code_opens_once(asking: Asking, opened: Callable[..., Asking]) -> None:
    asking.ask()
    kept, code = asking.client.get_cookie("samkontrakt-code"), digits(asking.service)
    asking.write(code)
    again = opened()
    assert kept
    again.client.set_cookie("samkontrakt-code", kept.value)
    answer = again.write(code)
    assert answer.status_code == 422
    assert "no longer works" in answer.get_data(as_text=True)
    assert again.who() is None


def test_another_browser_can_not_use_a_code_that_it_did_not_ask_for(
    asking: Asking, opened: Callable[..., Asking]
) -> None:
    asking.ask()
    code, other = digits(asking.service), opened()
    assert other.write(code).status_code == 422
    other.ask()
    assert other.write(code).status_code == 422
    assert other.who() is None
    asking.write(code)
    assert asking.who() is not None


def test_P39_the_fifth_wrong_guess_is_the_last(asking: Asking) -> None:
    asking.ask()
    said = [asking.write(wrong(asking.service)).get_data(as_text=True) for _ in range(TRIES)]
    assert ["no longer works" in page for page in said] == [False] * (TRIES - 1) + [True]
    over = asking.write(digits(asking.service)).get_data(as_text=True)
    assert "no longer works" in over
    assert ('name="code"' in said[0], 'name="code"' in over) == (True, False), "only a new code helps then"
    assert asking.who() is None


def test_P39_the_fifth_guess_may_be_right(asking: Asking, esther: UUID) -> None:
    asking.ask()
    for _ in range(TRIES - 1):
        asking.write(wrong(asking.service))
    asking.write(digits(asking.service))
    assert asking.who() == esther


def test_a_code_is_over_after_ten_minutes_of_real_time(asking: Asking, esther: UUID) -> None:
    asking.ask()
    age(asking.service, timedelta(minutes=10))
    assert asking.write(digits(asking.service)).status_code == 422
    asking.ask()
    age(asking.service, timedelta(minutes=9))
    asking.write(digits(asking.service))
    assert asking.who() == esther


def test_old_codes_are_forgotten(asking: Asking) -> None:
    asking.ask()
    age(asking.service, timedelta(days=2))
    asking.ask()
    assert len(codes(asking.service)) == 1


def no_address(session: sa.orm.Session) -> None:
    session.execute(sa.update(Person).where(Person.identity == ESTHER.replace("-", "")).values(email=None))


def protected(session: sa.orm.Session) -> None:
    session.execute(sa.update(Person).where(Person.identity == ESTHER.replace("-", "")).values(protected=True))


def dead(session: sa.orm.Session) -> None:
    died = date(2026, 11, 20)
    session.execute(sa.update(Person).where(Person.identity == ESTHER.replace("-", "")).values(deceased=died))


def unknown_at_the_unit(session: sa.orm.Session) -> None:
    session.execute(sa.delete(KnownAt))


def nothing(_session: sa.orm.Session) -> None:
    """Nobody is changed: it is another who is asked for."""


NOT_SO = [no_address, protected, dead, unknown_at_the_unit]


def test_P39_whoever_may_not_sign_in_so_gets_the_same_answers_as_whoever_may(
    asking: Asking, opened: Callable[..., Asking], clinic: Clinic
) -> None:
    may = [asking.ask(), asking.write("00000000")]
    for number, change in enumerate([*NOT_SO, nothing], 2):
        other, whom = opened(f"192.0.2.{number}"), ESTHER if change in NOT_SO else NOBODY
        with clinic.service.database.begin() as session:
            change(session)
        found = [other.ask(whom), other.write("00000000")]
        assert codes(asking.service)[-1].person_id is None, change
        assert [(one.status_code, one.location, len(one.headers)) for one in found] == [
            (one.status_code, one.location, len(one.headers)) for one in may
        ]
        assert found[1].get_data() == may[1].get_data(), change
        assert other.write(digits(asking.service)).status_code == 422, change
        assert other.who() is None, change
    assert told(asking.service).count(ASKED) == len(NOT_SO) + 2


def test_a_unit_that_stops_allowing_it_stops_the_code_that_is_on_its_way(asking: Asking, clinic: Clinic) -> None:
    asking.ask()
    with clinic.service.act() as ctx:
        units.let_sign_in_by_code(ctx, clinic.unit, False)
    assert asking.write(digits(asking.service)).status_code == 422
    assert asking.who() is None
    assert asking.ask().status_code == 404
    assert "code by e-mail" not in asking.client.get("/contract/signin?language=en").get_data(as_text=True)


def test_staff_and_helpers_do_not_sign_in_by_a_code(asking: Asking, clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        for kind in ("staff", "delegate"):
            who = people.save_person(ctx, kind=kind, name="Nils", identity=NOBODY, email="nils@example.org")
            people.know_at(ctx, who, clinic.unit)
    asking.ask(NOBODY)
    assert codes(asking.service)[-1].person_id is None


@pytest.mark.parametrize("identity", ["", "abc", "19500101-1238", "1" * 40])
def test_a_number_that_nobody_has_is_said_to_be_wrong_at_its_field(asking: Asking, identity: str) -> None:
    answer = asking.ask(identity)
    assert answer.status_code == 422
    assert 'id="identity-error"' in answer.get_data(as_text=True)
    assert codes(asking.service) == []


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_no_code_leads_away_from_here(asking: Asking, away: str) -> None:
    asking.ask(onward=away)
    assert asking.write(digits(asking.service)).location == "/contract/home"


def test_P37_neither_database_nor_the_bus_holds_what_opens_a_session(asking: Asking) -> None:
    asking.ask()
    secret = asking.client.get_cookie("samkontrakt-code")
    assert secret
    with asking.service.database.begin() as session:
        tables = session.scalars(
            sa.text("SELECT table_name FROM information_schema.tables WHERE table_schema='public'")
        )
        whole = "".join(
            str(session.execute(sa.text(f'SELECT * FROM "{table}"')).all())  # noqa: S608 - our own tables
            for table in tables.all()
        )
    assert "signin_code" in str(SigninCode.__table__)
    assert codes(asking.service)[-1].browser_hash in whole
    for hidden in (secret.value, digits(asking.service), "192.0.2.1"):
        assert hidden not in whole


def test_the_cookie_is_kept_from_scripts_and_bound_to_the_host(asking: Asking, contract_db: Database) -> None:
    secure = make_service("contract", contract_db, public_url="https://samkontrakt.example")
    browser = make_app(secure).test_client()
    answer = browser.post(ASK, data={"identity": ESTHER}, base_url="https://samkontrakt.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-samkontrakt-code=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"} <= set(cookie.split("; "))


def link_of(service: Service) -> str:
    return f"{ASK}/l/{auth.signin_token(service.config.pair_secrets['notify'][0], codes(service)[-1].id)}"


def test_the_link_shows_a_button_in_the_browser_that_asked_and_looking_spends_nothing(
    asking: Asking, opened: Callable[..., Asking], esther: UUID
) -> None:
    asking.ask()
    path, scanner = link_of(asking.service), opened("198.51.100.7")
    for _ in range(3):
        assert scanner.client.get(path).status_code == 410
        assert "<button" not in scanner.client.get(path).get_data(as_text=True).split("<main")[1]
        assert scanner.client.post(path).status_code == 422
        assert asking.client.get(path).status_code == 200
        assert asking.client.head(path).status_code == 200
    assert scanner.who() is None
    assert asking.client.post(path).location == "/contract/agreement"
    assert asking.who() == esther
    assert asking.client.get(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "AAAA.BBBB", "%00"])
def test_a_forged_link_opens_nothing(asking: Asking, token: str) -> None:
    asking.ask()
    assert asking.client.get(f"{ASK}/l/{token}").status_code == 410
    assert asking.client.post(f"{ASK}/l/{token}").status_code == 422
    assert asking.who() is None


def test_a_link_of_another_asking_opens_nothing(asking: Asking, opened: Callable[..., Asking]) -> None:
    asking.ask()
    path, thief = link_of(asking.service), opened()
    thief.ask(NOBODY)
    assert thief.client.get(path).status_code == 410
    assert thief.client.post(path).status_code == 422
    assert thief.who() is None


def test_the_secret_of_the_two_services_is_rotated_while_a_code_is_on_its_way(asking: Asking, esther: UUID) -> None:
    asking.ask()
    code, older = digits(asking.service), asking.service.config.pair_secrets["notify"]
    kept = asking.client.get_cookie("samkontrakt-code")
    pair = {**asking.service.config.pair_secrets, "notify": (older[0][::-1], *older)}
    rotated = replace(asking.service, config=replace(asking.service.config, pair_secrets=pair))
    after = Asking(rotated, make_app(rotated).test_client())
    assert kept
    after.client.set_cookie("samkontrakt-code", kept.value)
    after.write(code)
    assert after.who() == esther


def test_the_mail_carries_the_code_and_the_link_and_nothing_of_the_person(
    asking: Asking, esther: UUID, notify_db: Database, clinic: Clinic
) -> None:
    """Through the real bus: asked on a page, told, planned, rendered, sent, and written back."""
    notify = make_service("notify", notify_db)
    asking.ask()
    asking.ask(NOBODY)
    pump({"contract": clinic.service, "notify": notify})
    channel = Counting()
    send_due(notify, {"email": channel})
    (mail,) = channel.taken
    assert mail.to == "esther@example.org"
    first = codes(asking.service)[0]
    code = auth.signin_code(asking.service.config.pair_secrets["notify"][0], first.id)
    assert f"{code[:4]} {code[4:]}" in mail.text
    assert f"http://localhost{ASK}/l/" in mail.text
    assert not [word for word in ("Esther", "1950", "1237", "Njur") if word in mail.text + mail.subject]
    assert code[:4] not in mail.subject
    assert esther


# --- how often -----------------------------------------------------------------------------------------------------


def test_P39_each_try_waits_twice_as_long_as_the_one_before_up_to_an_hour() -> None:
    waits = [wait(ACCOUNT, Tries(count, AT), AT) for count in range(20)]
    assert waits[: ACCOUNT.free] == [timedelta()] * ACCOUNT.free
    grown = waits[ACCOUNT.free :]
    assert grown[0] == timedelta(seconds=30)
    assert all(later == min(2 * one, ACCOUNT.longest) for one, later in pairwise(grown))
    assert grown[-1] == timedelta(hours=1)


def test_P39_tries_run_off_by_themselves() -> None:
    assert left(ACCOUNT, Tries(5, AT), AT + timedelta(minutes=59)) == 5
    assert left(ACCOUNT, Tries(5, AT), AT + timedelta(hours=3)) == 2
    assert wait(ACCOUNT, Tries(99, AT), AT + timedelta(hours=1)) == timedelta()
    assert wait(PLACE, Tries(10_000, AT), AT + timedelta(minutes=1)) == timedelta()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("somewhere", "nowhere"),
        (None, "nowhere"),
    ],
)
def test_a_household_is_one_place(address: str | None, place: str) -> None:
    assert place_of(address) == place


def test_P39_who_asks_again_and_again_waits_and_is_told_until_when(asking: Asking) -> None:
    assert [asking.ask().status_code for _ in range(4)] == [303, 303, 303, 429]
    answer = asking.ask()
    assert 0 < int(answer.headers["Retry-After"]) <= 31
    assert "You can ask again at" in answer.get_data(as_text=True)
    age(asking.service, timedelta(seconds=31))
    assert asking.ask().status_code == 303
    assert int(asking.ask().headers["Retry-After"]) > 31


def test_P39_what_is_refused_makes_nobodys_wait_longer(asking: Asking) -> None:
    let_through = [asking.ask().status_code for _ in range(8)].count(303)
    assert let_through < 8
    with asking.service.database.begin() as session:
        assert set(session.scalars(sa.select(SigninTries.count))) == {let_through}


def test_P39_asking_for_many_people_from_one_place_is_slowed_too(asking: Asking, opened: Callable[..., Asking]) -> None:
    asking.ask()
    with asking.service.database.begin() as session:
        session.execute(sa.update(SigninTries).values(count=1000))
    assert asking.ask(NOBODY).status_code == 429
    assert opened("192.0.2.2").ask(NOBODY).status_code == 303


def test_P39_the_counts_name_nobody_and_success_clears_them(asking: Asking) -> None:
    asking.ask()
    with asking.service.database.begin() as session:
        rows = session.scalars(sa.select(SigninTries)).all()
    assert {len(row.key) for row in rows} == {64}
    for _ in range(2):
        asking.ask()
    asking.write(digits(asking.service))
    assert asking.ask().status_code == 303, "who was let in begins anew"


@pytest.mark.full
@pytest.mark.timeout(400)
def test_P39_after_ten_thousand_attempts_the_real_person_gets_in_from_their_own_place(
    asking: Asking, opened: Callable[..., Asking], esther: UUID
) -> None:
    statuses: dict[int, int] = {}
    for number in range(10_000):
        answer = asking.ask() if number % 2 else asking.write(f"{number:08}")
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
    assert ACCOUNT.free <= statuses[303] <= ACCOUNT.free + 3, "one more after 30 s, 90 s and 210 s"
    assert statuses[429] == 5_000 - statuses[303]
    assert len(codes(asking.service)) == statuses[303]
    herself = opened("198.51.100.9")
    herself.ask()
    herself.write(digits(asking.service))
    assert herself.who() == esther
    assert asking.who() is None


@pytest.mark.full
@pytest.mark.alone
def test_P39_asking_and_guessing_take_as_long_for_known_and_unknown(
    opened: Callable[..., Asking], esther: UUID
) -> None:
    """200 pairs, one of each after the other in turns: the medians differ by less than a twentieth or 2 ms."""
    assert esther
    browser = opened()
    took: dict[tuple[str, str], list[float]] = {}
    for number in range(210):
        for whom in (ESTHER, NOBODY) if number % 2 else (NOBODY, ESTHER):
            browser.address = f"10.{number // 100}.{number % 100}.1"
            browser.client.delete_cookie("samkontrakt-code")
            acts = {"ask": partial(browser.ask, whom), "guess": partial(browser.write, "00000000")}
            for act, run in acts.items():
                began = time.perf_counter()
                run()
                if number >= 10:
                    took.setdefault((act, whom), []).append(time.perf_counter() - began)
    for act in ("ask", "guess"):
        known, unknown = (statistics.median(took[act, whom]) for whom in (ESTHER, NOBODY))
        print(f"{act}: known {known * 1000:.2f} ms, unknown {unknown * 1000:.2f} ms")  # noqa: T201
        assert abs(known - unknown) < max(0.002, 0.05 * max(known, unknown))


def test_a_code_is_read_as_people_write_it() -> None:
    assert as_code(" 1234 5678 ") == "12345678"
    assert as_code("1234-5678") == "12345678"
    for none in ("", "1234567", "123456789", "1234567a", "１２３４５６７８", "٠١٢٣٤٥٦٧"):
        assert as_code(none) == ""


def test_a_code_is_over_when_it_is_used_guessed_out_or_old() -> None:
    until = AT + timedelta(minutes=10)
    assert not over(until, None, TRIES - 1, AT)
    assert over(until, AT, 0, AT)
    assert over(until, None, TRIES, AT)
    assert over(until, None, 0, until)


def test_codes_differ_and_another_secret_gives_others() -> None:
    ids = [uuid4() for _ in range(200)]
    made = {auth.signin_code("a" * 32, one) for one in ids}
    assert len(made) == 200
    assert {len(code) for code in made} == {8}
    assert not made & {auth.signin_code("b" * 32, one) for one in ids}
    assert auth.is_signin_code(("b" * 32, "a" * 32), ids[0], auth.signin_code("a" * 32, ids[0]))
    assert not auth.is_signin_code(("b" * 32,), ids[0], auth.signin_code("a" * 32, ids[0]))
