"""Trouble the person at the terminal can do something about."""


class Trouble(Exception):
    """One plain line: what is wrong and what to do. The command line prints it and exits with 1, no traceback."""
