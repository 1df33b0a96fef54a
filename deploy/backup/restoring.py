"""Bringing services back from a backup. The services of which nothing is brought back keep running, and find out by
themselves what is gone: they read the streams anew, and nothing is sent twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy import fitting, operator, settings, system
from deploy.backup.manifest import KEYS, Manifest, marks, read
from deploy.backup.narrowing import Copy, consents, copies, narrow
from deploy.backup.postgres import Programs
from deploy.backup.taking import bring_keys_back
from deploy.embedded import databases
from deploy.events import noted
from deploy.fitting import Standing
from deploy.folder import data_folder
from deploy.supervise.control import Supervisor
from deploy.supervise.waiting import wait_until
from deploy.trouble import Trouble
from services.contract.break_glass import actions as break_glass
from services.contract.signin.sessions import actions as sessions
from services.notify.delivery.journal.actions import Journal, take_in
from shared.audit.heads import head_file
from shared.events import SERVICES
from shared.policy import Policy

Say = Callable[[str], None]
NOBODY_ASKED = (
    "no other service has heard more than the backup knows, so blocks made, grants ended and roles taken away since are "
    "gone: go by README, After a restore"
)
YESES = "yeses of patients stand as they did then; one taken back since does too: go by README, After a restore"
QUIET_SECONDS, START_SECONDS = 30, 60
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def check(folder: Path, services: Collection[str]) -> Manifest:
    """The backup, if these services can be brought back from it by this version with these keys. Raises ``Trouble``."""
    found = read(folder)
    for name in services:
        if name not in found.services:
            raise Trouble(f"{folder} holds no {name}")
        if found.services[name].revision != fitting.newest(name):
            raise Trouble(
                f"{name} was backed up with its tables at version {found.services[name].revision}, this checkout makes "
                f"{fitting.newest(name)}: restore with the checkout that made the backup, then migrate with this one"
            )
    if not system.is_here():
        for name in services:
            url = system.config_of(name).database_url
            fitting.check(name, url, Standing.EMPTY, Standing.OLDER, Standing.UNKNOWN)
    if not _is_new():
        _check_keys(found, services)
    return found


def _check_keys(found: Manifest, services: Collection[str]) -> None:
    for name in services:
        now = marks(system.config_of(name))
        for other, sealed in found.services[name].sealed_with.items():
            if not set(sealed) & set(now.get(other, ())):
                raise Trouble(
                    f"what {name} and {other} told each other is sealed with a secret that is not set now: it stands in "
                    f"{KEYS} of the backup; set it beside the present one while the services catch up"
                )


def restore(folder: Path, services: Sequence[str], declared: Policy, say: Say) -> None:
    """Bring these services back as they were, each whole or not at all. Raises ``Trouble``."""
    found = check(folder, services)
    if new := _is_new():
        bring_keys_back(folder, json.loads((folder / KEYS).read_text()))
    with _served(new=new), _stopped(services, say):
        known = [] if new or "contract" not in services else list(copies())
        for name in services:
            _bring_back(folder, found, name, declared)
            say(f"{name}: as it was {found.at:%Y-%m-%d %H:%M:%S} UTC")
            if name == "contract":
                _close_again(known, declared, say)
            if name == "notify":
                _tell_what_left(found, say)


def _bring_back(folder: Path, found: Manifest, service: str, declared: Policy) -> None:
    config = system.config_of(service)
    programs, dump = Programs(config.database_url), folder / found.services[service].file
    _wait_until_left(programs, service)
    listed = folder / f"{service}.list"
    try:
        listed.write_text("".join(_without_extensions(programs.run("pg_restore", "--list", str(dump)))))
        how = ["--single-transaction", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error"]
        programs.run("pg_restore", *how, f"--use-list={listed}", "--dbname", programs.name, str(dump))
    finally:
        listed.unlink(missing_ok=True)
    file = head_file(config.audit_heads, service, config.audit_keys)
    if file:
        file.put_aside()
    with noted(service, declared, f"brought back from the backup of {found.made_at}"):
        pass


def _close_again(known: Sequence[Copy], declared: Policy, say: Say) -> None:
    """Nobody is let in by what has been closed since the backup, before contract runs again."""
    with operator.act("contract", declared) as ctx:
        sessions.end_everybodys(ctx)
        break_glass.end_everybodys(ctx)
        done, yeses = narrow(ctx, known), consents(ctx.session)
    asked = [one.service for one in known if done.pop(one.service, 0)]
    found = ", ".join(f"{what} {count}" for what, count in done.items()) or "nothing"
    say(f"contract: closed again what {' and '.join(asked)} knew: {found}" if asked else f"contract: {NOBODY_ASKED}")
    if yeses:
        say(f"contract: {yeses} {YESES}")


def _without_extensions(listed: str) -> Iterator[str]:
    """An administrator made them, so their owner is not the service: they stay as they are."""
    return (line + "\n" for line in listed.splitlines() if " EXTENSION " not in line)


def _tell_what_left(found: Manifest, say: Say) -> None:
    config = system.config_of("notify")
    if config.send_journal is None:
        say("notify: no journal of what was sent is kept (SAMKONTRAKT_SEND_JOURNAL): some messages may come twice")
        return
    with operator.service("notify") as made, made.act() as ctx:
        known = take_in(ctx, Journal(config.send_journal), found.at)
    say(f"notify: {known} messages had left since; none of them will be sent again")


def _wait_until_left(programs: Programs, service: str) -> None:
    def nobody() -> bool:
        with programs.connect() as connection:
            return connection.execute(OTHERS).fetchone() == (0,)

    try:
        wait_until(nobody, service, QUIET_SECONDS)
    except Trouble:
        raise Trouble(
            f"somebody still works with the database of {service}: stop its web, relay and work first"
        ) from None


def _is_new() -> bool:
    """Whether there is no system here yet that a backup could be brought into."""
    return system.is_here() and not data_folder().settings.exists()


@contextmanager
def _served(*, new: bool) -> Iterator[None]:
    """The database server of this checkout's own system runs meanwhile, whether the system does or not."""
    if not system.is_here() or Supervisor(data_folder()).answers():
        yield
        return
    kept = settings.load(data_folder())
    kept.cluster.create()
    kept.cluster.start(kept.cluster.folder / "restoring.log")
    try:
        for name in SERVICES if new else ():
            databases.ensure(kept.cluster.conninfo(), name, kept.secrets[f"{name}_database"])
        yield
    finally:
        kept.cluster.stop()


@contextmanager
def _stopped(services: Collection[str], say: Say) -> Iterator[None]:
    """These services of a running system rest meanwhile; the others go on. The gateway, which opens the demonstration's doors,
    works with the database of contract too."""
    supervisor = Supervisor(data_folder())
    states = supervisor.states() if system.is_here() else []
    resting = {*services, "gateway"} if "contract" in services else set(services)
    mine = [f"{one.group}:{one.name}" for one in states if one.name.partition("-")[0] in resting]
    for address in mine:
        with suppress(Exception):
            supervisor.stop(address)
    if mine:
        say(f"Stopped meanwhile: {', '.join(sorted(services))}")
    try:
        yield
    finally:
        for address in mine:
            supervisor.start_one(address)
