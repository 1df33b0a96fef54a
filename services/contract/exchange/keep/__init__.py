"""Stores the drafts of one file, each with the concept that owns it, and remembers which record became what."""
