"""``python -m shared.i18n [FOLDER]``: the texts without Swedish (of one folder), as po entries to fill in."""

from __future__ import annotations

import sys

from shared.i18n.gaps import as_po, gaps


def main(folder: str = "") -> int:
    found = [gap for gap in gaps() if gap.place.startswith(folder)]
    sys.stdout.write(as_po(found) + f"\n# {len(found)} to mend\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
