"""A claimed batch, window by window: hold the lease, send outside any transaction, settle.

A process that dies leaves at most one claim of which nobody knows what became.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from services.notify.delivery.breaker import store as breaker
from services.notify.delivery.channel.domain import DOWN, Channel, Fate, Mail, Outcome
from services.notify.delivery.domain import State
from services.notify.delivery.journal.actions import Journal
from services.notify.delivery.sending import store
from services.notify.delivery.sending.domain import FRESH, LEASE, WINDOW, Ending, Taken, after, channel_for
from services.notify.delivery.sending.outcome.actions import settle
from services.notify.delivery.sending.stopping import actions as stopping
from services.notify.delivery.wording.domain import Wording
from shared import crash
from shared.events import UnitChanged
from shared.log import place_of
from shared.service import Service

STOPPING = Outcome(Fate.UNTRIED, "stopping")
AGAIN_SECONDS = (0.5, 2.0, 5.0)
log = structlog.get_logger()


@dataclass(frozen=True)
class Ready:
    """One claimed delivery in words, and the channel it goes by."""

    taken: Taken
    channel: str
    mail: Mail
    detail: str


class Windows:
    """The windows of one claim, sent one after the other by the process that claimed."""

    def __init__(
        self,
        service: Service,
        by_name: Mapping[str, Channel],
        token: UUID,
        lease: timedelta = LEASE,
        *,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._by_name = by_name
        self._token = token
        self._lease = lease
        self._stopwatch = stopwatch
        self._confirmed = stopwatch()
        self._journal = Journal(service.config.send_journal)
        secrets = service.config.pair_secrets
        self._wording = Wording(service.config.public_url, secrets["selfcare"][0], secrets["contract"][0])

    def work_off(self, taken: Sequence[Taken], units: Mapping[UUID, UnitChanged], at: datetime) -> int:
        """Send everything. Returns how many deliveries came to an end for good."""
        ready: list[Ready] = []
        unready: list[Ending] = []
        for one in taken:
            prepared = self._prepare(one, units, at)
            if isinstance(prepared, Ready):
                ready.append(prepared)
            else:
                unready.append(prepared)
        ended = self._write_down(unready) if unready else 0
        return ended + sum(self._send(name, window) for name, window in self._windows(ready))

    def _prepare(self, taken: Taken, units: Mapping[UUID, UnitChanged], at: datetime) -> Ready | Ending:
        """The delivery in words. One that can't be put into words stops no other: it is tried again later."""
        channel = channel_for(taken) or ""
        unit = units.get(taken.unit_id) if taken.unit_id else None
        try:
            mail, detail = self._wording.mail(taken, channel, unit, at)
        except Exception as error:
            log.error("no words", delivery=str(taken.id), error=type(error).__name__, at=place_of(error))
            return after(taken, Outcome(Fate.LATER, "no_words"), channel, at)
        return Ready(taken, channel, mail, detail)

    def _windows(self, ready: Sequence[Ready]) -> Iterator[tuple[str, list[Ready]]]:
        for name, channel in self._by_name.items():
            mine = [one for one in ready if one.channel == name]
            for start in range(0, len(mine), channel.window):
                yield name, mine[start : start + channel.window]

    def _send(self, name: str, window: Sequence[Ready]) -> int:
        held = self._hold(window)
        if stopping.asked():
            return self._write_down([_ending(one, STOPPING) for one in held])
        deadline = self._lease.total_seconds() * WINDOW
        outcomes = self._by_name[name].send([one.mail for one in held], deadline)
        crash.here("outcome.known")
        endings = [_ending(one, outcome) for one, outcome in zip(held, outcomes, strict=True)]
        self._journal.note(((e.id, name) for e in endings if e.state == State.ACCEPTED), datetime.now(UTC))
        return self._write_down(endings, channel=name, down=DOWN in outcomes)

    def _hold(self, window: Sequence[Ready]) -> list[Ready]:
        """What of the window is still ours. A process that was frozen past its lease finds that nothing is."""
        if self._stopwatch() - self._confirmed < self._lease.total_seconds() * FRESH:
            return list(window)
        asked = self._stopwatch()
        with self._service.database.begin() as session:
            ours = store.hold(session, self._token, self._lease, [one.taken.id for one in window])
        self._confirmed = asked
        return [one for one in window if one.taken.id in ours]

    def _write_down(self, endings: Sequence[Ending], *, channel: str | None = None, down: bool = False) -> int:
        """Settle, again if the database was gone for a moment: an outcome that is lost may become a second message."""
        for wait in AGAIN_SECONDS:
            try:
                return self._settle(endings, channel, down)
            except DBAPIError as error:
                log.warning("outcome not written", error=type(error.orig).__name__)
                time.sleep(wait)
        return self._settle(endings, channel, down)

    def _settle(self, endings: Sequence[Ending], channel: str | None, down: bool) -> int:
        with self._service.act() as ctx:
            if channel and down:
                failures = breaker.failed(ctx.session, channel)
                log.warning("channel down", channel=channel, failures=failures)
            elif channel:
                breaker.works(ctx.session, channel)
            ended = settle(self._service, ctx, self._token, endings)
            crash.here("outcome.written")
        crash.here("outcome.committed")
        return ended


def _ending(ready: Ready, outcome: Outcome) -> Ending:
    ending = after(ready.taken, outcome, ready.channel, ready.mail.at)
    return replace(ending, language=ready.mail.language, detail=ready.detail) if ending.counts else ending
