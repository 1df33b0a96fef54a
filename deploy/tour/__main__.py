"""``make tour``: the system started, walked once through the whole main job, and stopped."""

from __future__ import annotations

import json
import sys
import time

import httpx

from deploy.tour import audit
from deploy.tour.hand import Lost
from deploy.tour.people import Walk
from deploy.tour.stage import Stage, raised
from deploy.tour.walk import STEPS
from deploy.trouble import Trouble


def main() -> int:
    """Tell and take each step; the last line is the result as JSON. 1 when a step failed, which it names."""
    started = time.monotonic()
    say("Starting a system of its own …")
    try:
        with raised() as stage:
            return _walk(stage, started)
    except Trouble as trouble:
        return _fail([], str(trouble))


def _walk(stage: Stage, started: float) -> int:
    walk = Walk(stage)
    taken: list[dict[str, object]] = []
    say(f"It serves at {stage.site} after {time.monotonic() - started:.0f} s.")
    for number, step in enumerate(STEPS, start=1):
        say(f"{number:2} of {len(STEPS)}. {step.__doc__}.")
        begun = time.monotonic()
        try:
            step(walk)
        except (Lost, Trouble, httpx.HTTPError, LookupError) as error:
            return _fail(taken, f"{step.__name__}: {error}")
        taken.append({"step": step.__name__, "seconds": round(time.monotonic() - begun, 1)})
    found = {"events": audit.events(), "reminders": audit.reminders(stage), "requests": audit.requests()}
    whole = not found["reminders"]["lost"] and not found["reminders"]["duplicates"] and not found["events"]["parked"]
    say(f"Done in {time.monotonic() - started:.0f} s.")
    say(json.dumps({"ok": whole, "steps": taken, **found}))
    return 0 if whole else 1


def _fail(taken: list[dict[str, object]], why: str) -> int:
    print(f"The tour stopped at {why}", file=sys.stderr, flush=True)
    say(json.dumps({"ok": False, "steps": taken, "failed": why.split(":", maxsplit=1)[0]}))
    return 1


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
