"""Requests: a question in front of a named human being, with a promise and a clock on it."""
