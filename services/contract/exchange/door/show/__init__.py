"""The resources themselves, a page at a time."""
