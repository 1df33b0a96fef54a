"""Asking one's contact: who may, whom, and what is said about when it is read."""
