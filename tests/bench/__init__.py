"""Speed as ratios of one run: ``make bench``. Never part of the tests: a machine's mood proves nothing."""
