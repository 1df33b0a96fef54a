"""``samkontrakt run``: prepare, start in order, say how far it is, stay until told to stop, stop in order."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from deploy import settings as all_settings
from deploy.folder import Folder
from deploy.settings import Settings
from deploy.supervise.control import Supervisor
from deploy.supervise.programs import configuration, programs
from deploy.supervise.start import Say, environment, start_all
from deploy.supervise.waiting import wait_until
from deploy.supervise.watchdog import CALM_SECONDS, Watchdog, watch_over
from deploy.trouble import Trouble

STOP_SECONDS = 90
PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Somebody pressed Ctrl-C or ended the process."""


def run(folder: Folder, environ: Mapping[str, str], say: Say, ready: Callable[[Settings], None]) -> None:
    """Serve from ``folder`` until a signal or ``samkontrakt stop``; ``ready`` is called once when it serves."""
    folder.create()
    with contextlib.suppress(Stopped), _alone(folder), _signals(_raise_stopped):
        supervisor = Supervisor(folder)
        _let_an_earlier_one_end(supervisor, say)
        say(f"Data folder: {folder.root}")
        settings = all_settings.prepare(folder, environ)
        settings.cluster.create()
        with _supervised(settings, environ, say) as process:
            start_all(settings, supervisor, say)
            ready(settings)
            _watch_until_the_end(process, watch_over(settings, supervisor, say))


def _watch_until_the_end(process: subprocess.Popen[bytes], watchdog: Watchdog) -> None:
    pause = CALM_SECONDS
    while True:
        try:
            process.wait(pause)
        except subprocess.TimeoutExpired:
            pause = watchdog.look()
        else:
            return


@contextlib.contextmanager
def _supervised(settings: Settings, environ: Mapping[str, str], say: Say) -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor with nothing started yet; at the end it has stopped everything in order."""
    folder = settings.folder
    config = folder.run / "supervisor.conf"
    all_settings.write_private(config, configuration(folder, programs(settings)))
    with (folder.logs / "supervisor.err").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-c", str(config)],
            env=environment(folder, environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    try:
        yield process
    finally:
        with _signals(signal.SIG_IGN):  # an impatient second Ctrl-C must not leave half of it running
            if process.poll() is None:
                say("Stopping …")
                process.terminate()
                process.wait(STOP_SECONDS)
            say("Stopped. The data is kept for the next run.")


def _end_with_parent() -> None:
    """Linux: when this process dies, however hard, the supervisor is told to stop everything."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    """Only one run per data folder."""
    with Path(folder.run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            url = all_settings.load(folder).public_url
            raise Trouble(f"already running at {url}: open it, or stop it with samkontrakt stop") from None
        yield


def _let_an_earlier_one_end(supervisor: Supervisor, say: Say) -> None:
    """A run that was killed leaves a supervisor that is still stopping everything in order."""
    if supervisor.shutdown():
        say("An earlier run is still stopping …")
        wait_until(lambda: not supervisor.answers(), "the end of the earlier run", STOP_SECONDS)


def _raise_stopped(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


@contextlib.contextmanager
def _signals(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> Iterator[None]:
    """What the signals that end a program do meanwhile."""
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
