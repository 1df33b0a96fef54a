"""Puts an agreement in front of the person who answers for it."""
