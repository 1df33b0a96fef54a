"""Watches that no next contact is forgotten: a window about to pass or passed, a safety day, a time without an end."""
