"""New secrets for a system that goes on working: first everybody learns the new one, then everybody uses it.

Who has learned both takes what either has signed or sealed, so there is no moment at which one process makes what another
refuses. The old one stays known until it is replaced by the next, or forgotten.
"""

from __future__ import annotations

import base64
import functools
import time
from collections.abc import Callable, Mapping

import httpx

from deploy import settings as all_settings
from deploy.folder import Folder
from deploy.settings import PAIRS, Settings
from deploy.supervise.control import Supervisor
from deploy.supervise.programs import PAGES, programs
from deploy.supervise.waiting import wait_until
from shared.auth import key_name
from shared.bus.seal import ASK_SECONDS
from shared.events import SERVICES
from shared.strength import public_half

ROTATED = ("session_key", *PAIRS, *(f"{service}_form_key" for service in SERVICES))
"""The passwords of the databases and the broker open nothing from outside, and the keys of the access log seal its past."""
RELOAD_SECONDS = 60
SURE_TIMES = 5
"""So many answers in a row come from the new process before it is believed that the old one takes no more requests."""
LINGER_SECONDS = 2 * ASK_SECONDS
"""By then relays and workers have asked for newer secrets, and requests that the old pages had are answered."""
Say = Callable[[str], None]


def rotate(folder: Folder, say: Say) -> None:
    """Let every secret of ``ROTATED`` be a new one. What was sealed with the one before is opened still, what was sealed
    with the one before that no more."""
    now = all_settings.load(folder)
    old = {name: now.secrets[name].split(",")[0] for name in ROTATED}
    new = {name: secret for name, secret in all_settings.fresh().items() if name in ROTATED}
    say("Everybody learns the new secrets …")
    _tell(now, {name: f"{old[name]},{new[name]}" for name in ROTATED})
    say("Everybody uses them …")
    _tell(now, {name: f"{new[name]},{old[name]}" for name in ROTATED})
    say("Done. The old ones are known until the next rotation, or until samkontrakt keys forget.")


def forget(folder: Folder, say: Say) -> None:
    """Take nothing any more that an older secret has signed or sealed."""
    now = all_settings.load(folder)
    _tell(now, {name: now.secrets[name].split(",")[0] for name in ROTATED})
    say("Done. Only the newest secrets are known. Who has not been here since they were made signs in again.")


def _tell(now: Settings, secrets: Mapping[str, str]) -> None:
    told = all_settings.keep(now, secrets)
    supervisor = Supervisor(now.folder)
    if not supervisor.answers():
        return
    for program in programs(told):
        if program.group == PAGES:
            supervisor.signal(program.address, "HUP")
    names = [_name(key) for key in told.secrets["session_key"].split(",")]
    for service in SERVICES:
        wait_until(functools.partial(_knows, told, service, names), f"{service} with its new secrets", RELOAD_SECONDS)
    time.sleep(LINGER_SECONDS)


def _name(private: str) -> str:
    return key_name(public_half(base64.urlsafe_b64decode(private)))


def _knows(told: Settings, service: str, names: list[str]) -> bool:
    url = f"{told.service_url(service)}/{service}/internal/healthz/web"
    try:
        return all(
            httpx.get(url, timeout=5, trust_env=False).json().get("session_keys") == names for _ in range(SURE_TIMES)
        )
    except (httpx.HTTPError, ValueError):
        return False
