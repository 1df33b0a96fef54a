"""``python -m tests.faults --seed N``: the long run, its seed first, its faults as they strike, one line of JSON last."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.faults.mix import Mix, rig, run


def main() -> int:
    reading = argparse.ArgumentParser(prog="make faults", description=__doc__)
    reading.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    reading.add_argument("--events", type=int, default=30_000)
    reading.add_argument("--seconds", type=float, default=50.0, help="how long faults strike")
    mix = Mix(**vars(reading.parse_args()))
    room = Path(tempfile.mkdtemp(prefix="samkontrakt-faults-"))
    sys.stderr.write(f"Play this run again with: make faults SEED={mix.seed}\n")
    with rig(mix, room) as made:
        report = run(mix, made)
    if report.good:
        shutil.rmtree(room)
    else:
        sys.stderr.write(f"What the processes said is in {room}\n")
    sys.stdout.write(json.dumps(report.line()) + "\n")
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
