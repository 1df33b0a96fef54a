"""Finds what can't go together in a plan, and tells the named contact; changes nothing by itself."""
