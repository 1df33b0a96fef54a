"""Recognises what was told from here, when it comes back in a file."""
