"""Where the tour takes place: a whole system of its own, its clock, its mails, its broker."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import redis

from deploy import ports, settings
from deploy.demo.clock import move
from deploy.folder import CHECKOUT, Folder
from deploy.mail.box import Box, Mail
from deploy.supervise.control import Supervisor
from deploy.supervise.waiting import wait_until
from deploy.tour.hand import Hand, HttpHand
from deploy.trouble import Trouble
from shared.time import to_instant, to_local

ZONE = "Europe/Stockholm"
SERVING = "Samkontrakt is at "
START_SECONDS, STOP_SECONDS, ARRIVE_SECONDS = 120, 90, 45
MOST_MOMENTS, MOMENT_SECONDS = 25, 3


class Stage:
    """A running system. ``enter`` lets somebody in by the demonstration's door, with a hand of the kind ``make_hand`` makes."""

    def __init__(self, folder: Folder, site: str, make_hand: Callable[[str], Hand] = HttpHand) -> None:
        self.folder = folder
        self.site = site
        self.make_hand = make_hand
        self.shift = timedelta()
        self.jumps: list[datetime] = []
        self.mail_text = ""
        self.box = Box(folder.mail)

    def enter(self, name: str) -> Hand:
        """Somebody at the start page, signed in by a one-use link, reading English."""
        hand = self.make_hand(self.site)
        hand.open("/?language=en")
        hand.press(f"Go in as {name}")
        hand.press("Sign in")
        return hand

    def outsider(self) -> Hand:
        """Somebody with a link and nothing else."""
        hand = self.make_hand(self.site)
        hand.open("/?language=en")
        return hand

    def now(self) -> datetime:
        """The demonstration's time, in UTC."""
        return datetime.now(UTC) + self.shift

    def today(self) -> datetime:
        """The demonstration's wall clock."""
        return to_local(self.now(), ZONE)

    def clock_to(self, wall: datetime) -> None:
        """Move the demo clock forward to this wall time, to the minute."""
        wait = to_instant(wall, ZONE) - self.now()
        self.shift = move(f"+{int(wait / timedelta(minutes=1)) + 1}m")
        self.jumps.append(self.now())

    def newest_mail(self) -> int:
        """The number of the newest mail: what comes later has a higher one."""
        return max((mail.id for mail in self.box.newest(1)), default=0)

    def has_mail(self, address: str, link: str, after: int) -> bool:
        new = [mail for mail in self.box.newest(1000, to=address) if mail.id > after]
        return any(link in one for mail in new for one in mail.links)

    def let_time_pass(self, happened: Callable[[], bool], what: str) -> None:
        """Go from one planned moment to the next until it has happened, giving each its time to arrive."""
        for _ in range(MOST_MOMENTS):
            with contextlib.suppress(Trouble):
                wait_until(happened, what, MOMENT_SECONDS)
                return
            self.shift = move("next")
            self.jumps.append(self.now())
        raise Trouble(f"{what} has not come after {MOST_MOMENTS} planned moments")

    def next_digest(self) -> datetime:
        """The next eight o'clock or one o'clock of a working day, as a wall time."""
        day = self.today()
        while True:
            for hour in (8, 13):
                at = day.replace(hour=hour, minute=0, second=0, microsecond=0)
                if at > self.today() and at.weekday() < 5:
                    return at
            day += timedelta(days=1)

    def mail_to(self, address: str, link: str, after: int) -> Mail:
        """The first mail to ``address`` after number ``after`` with a link that holds ``link``; waits until it is there."""
        found: list[Mail] = []

        def arrived() -> bool:
            new = [mail for mail in self.box.newest(1000, to=address) if mail.id > after]
            found.extend(mail for mail in new if any(link in one for one in mail.links))
            return bool(found)

        wait_until(arrived, f"the mail to {address}", ARRIVE_SECONDS)
        return min(found, key=lambda mail: mail.id)

    def until(self, hand: Hand, address: str, words: str) -> None:
        """Look at a page until it says ``words``."""

        def there() -> bool:
            hand.open(address)
            return hand.sees(words)

        wait_until(there, f"{words!r} on {address}", ARRIVE_SECONDS)

    def lose_broker(self) -> None:
        """Empty the broker, then stop it for good."""
        with redis.Redis.from_url(settings.load(self.folder).valkey.url) as client:
            client.flushall()
        Supervisor(self.folder).stop("servers:valkey")


@contextmanager
def raised() -> Iterator[Stage]:
    """A system of its own in a folder of its own, started as by ``make run``, stopped and cleared away at the end."""
    with tempfile.TemporaryDirectory(prefix="samkontrakt-tour-", ignore_cleanup_errors=True) as room:
        Path(room).chmod(0o711)
        data, port = Path(room) / "data", ports.choose(["public"], {})["public"]
        os.environ["SAMKONTRAKT_DATA"], os.environ["SAMKONTRAKT_PORT"] = str(data), str(port)
        os.environ["SAMKONTRAKT_RATE_FACTOR"] = "100"  # it asks again and again whether something has arrived
        process = _start()
        try:
            yield Stage(Folder(data), f"http://127.0.0.1:{port}")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)


def _start() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=CHECKOUT,
        start_new_session=True,
    )
    serving, last = threading.Event(), [""]
    threading.Thread(target=_listen, args=(process, serving, last), daemon=True).start()
    if not serving.wait(START_SECONDS) or SERVING not in last[0]:
        process.send_signal(signal.SIGINT)
        raise Trouble(f"the system did not start: {last[0].strip()}")
    return process


def _listen(process: subprocess.Popen[str], serving: threading.Event, last: list[str]) -> None:
    for line in process.stdout or ():
        last[0] = line if SERVING not in last[0] and line.strip() else last[0]
        if SERVING in line:
            serving.set()
    serving.set()
