"""Keys are rotated and sessions ended while a hundred people work: nobody else notices."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import UUID

import httpx
import pytest

from deploy import operator, settings
from deploy.folder import CHECKOUT
from deploy.supervise.waiting import wait_until
from services.contract.people import actions as people
from services.contract.people import store as people_store
from services.contract.signin.sessions import actions as sessions
from shared import auth
from shared.events import SERVICES
from shared.service import Service
from tests.journeys.journey import running
from tests.support.servers import Servers
from tests.support.system import System

pytestmark = [pytest.mark.alone, pytest.mark.full, pytest.mark.timeout(300)]
MANY, ENDED, HANDS, THINKS, WITHIN, KNOWN = 100, 10, 8, 0.1, 1.0, 120.0
PAGES = ("/contract/devices", "/selfcare/times", "/notify/my/requests")
TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')
log = logging.getLogger(__name__)


@dataclass
class User:
    """Somebody at work in a browser: pages of all three services, and a form whose token is as old as their first page."""

    person: UUID
    session: UUID
    browser: httpx.Client
    form: str = ""
    over: bool = False
    step: int = 0
    unexpected: list[str] = field(default_factory=list)

    def work(self) -> None:
        """One more request. What a user would notice is written down."""
        path = PAGES[self.step % len(PAGES)]
        answer = self.browser.get(path)
        self._judge(path, answer)
        self.form = self.form or (found[1] if (found := TOKEN.search(answer.text)) else "")
        if self.step % 4 == 3:
            sent = self.browser.post("/contract/devices/others", data={"form_token": self.form})
            self._judge(PAGES[0], sent)
        self.step += 1

    def _judge(self, path: str, answer: httpx.Response) -> None:
        if answer.status_code != 200 or answer.url.path != path:
            self.unexpected.append(f"{path}: {answer.status_code} {answer.url.path}")


@pytest.fixture(scope="module")
def system(servers: Servers) -> Iterator[System]:
    with running(servers.run / "keys", "--empty") as system:
        yield system


@pytest.fixture(scope="module")
def services(system: System) -> Iterator[dict[str, Service]]:
    with ExitStack() as opened:
        yield {name: opened.enter_context(operator.service(name)) for name in SERVICES}


@pytest.fixture(scope="module")
def users(services: dict[str, Service], system: System) -> Iterator[list[User]]:
    """Signed in some time ago: each one's cookie is renewed at the first request."""
    contract, key = services["contract"], services["contract"].config.session_key
    assert key
    made = []
    for number in range(MANY):
        with contract.act() as ctx:
            person = people.save_person(ctx, kind="patient", name=f"Patient {number}", identity=None)
            known = people_store.get(ctx.session, person)
            assert known
            session = sessions.begin(ctx, known).session_id
        value = auth.sign_cookie(key, session, person, time.time() - auth.COOKIE_SECONDS - 1)
        cookies = httpx.Cookies()
        cookies.set(auth.COOKIE_NAME, value, domain="127.0.0.1", path="/")
        browser = httpx.Client(base_url=system.url, cookies=cookies, follow_redirects=True, timeout=20, trust_env=False)
        made.append(User(person, session, browser))
    for name in SERVICES:
        wait_until(lambda name=name: knows(services[name], made[-1].person), name, KNOWN)  # type: ignore[misc]
    yield made
    for user in made:
        user.browser.close()


def knows(service: Service, person: UUID) -> bool:
    with service.act() as ctx:
        return ctx.directory.person(ctx.session, person) is not None


def keep_working(users: list[User], done: threading.Event) -> list[threading.Thread]:
    def hand(mine: list[User]) -> None:
        while not done.is_set():
            for user in mine:
                if not user.over and not done.is_set():
                    user.work()
                    time.sleep(THINKS)

    threads = [threading.Thread(target=hand, args=(users[number::HANDS],)) for number in range(HANDS)]
    for thread in threads:
        thread.start()
    return threads


def out_after(user: User) -> float:
    """How long after its end was kept all three services take the session no more."""
    began, browser = time.monotonic(), user.browser
    waiting = set(PAGES)
    while waiting:
        waiting -= {path for path in waiting if browser.get(path, follow_redirects=False).status_code == 303}
        assert time.monotonic() - began < KNOWN
    return time.monotonic() - began


def test_nobody_notices_that_keys_are_rotated_and_others_sessions_end(
    services: dict[str, Service],
    users: list[User],
    system: System,
    record_property: Callable[[str, object], None],
) -> None:
    old = names(system)
    done, ending, working = threading.Event(), users[:ENDED], users[ENDED:]
    threads = keep_working(users, done)
    try:
        wait_until(lambda: all(user.step for user in users[:: MANY // 20]), "everybody at work", KNOWN)
        rotating = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", "keys", "rotate"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
        )
        taken = []
        for user in ending:
            user.over = True
            with services["contract"].act() as ctx:
                sessions.end_session(ctx, user.session)
            taken.append(out_after(user))
        said = rotating.communicate(timeout=200)[0]
        assert rotating.returncode == 0, said
        wait_until(lambda: all(user.step > 2 for user in working[:: MANY // 20]), "everybody once more", KNOWN)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    figures = {
        "requests": sum(user.step for user in users),
        "out_s": {"median": sorted(taken)[len(taken) // 2], "max": max(taken)},
        "unexpected": dict(Counter(one for user in working for one in user.unexpected)),
    }
    log.info("%s", figures)
    record_property("keys", figures)
    assert figures["unexpected"] == {}
    assert [name for name in names(system) if name in old] == old[:1], "the old key is known still"
    assert names(system)[0] not in old
    assert sorted(taken)[len(taken) // 2] < WITHIN, taken
    key = services["contract"].config.session_key
    assert key, "as it was before the rotation"
    forgotten(system, working[-1], key)


def names(system: System) -> list[str]:
    """The names of the keys whose cookies selfcare takes, the newest first."""
    url = settings.load(system.folder).service_url("selfcare")
    told: list[str] = httpx.get(f"{url}/selfcare/internal/healthz/web", trust_env=False).json()["session_keys"]
    return told


def forgotten(system: System, user: User, key: bytes) -> None:
    """A cookie of the key from before the rotation is taken until that key is forgotten."""
    old = auth.sign_cookie(key, user.session, user.person)

    def statuses() -> list[int]:
        browser = httpx.Client(base_url=system.url, cookies={auth.COOKIE_NAME: old}, trust_env=False, timeout=20)
        with browser:
            return [browser.get(path).status_code for path in PAGES]

    assert statuses() == [200, 200, 200]
    assert system.cli("keys", "forget").returncode == 0
    assert statuses() == [303, 303, 303]
    assert len(names(system)) == 1
