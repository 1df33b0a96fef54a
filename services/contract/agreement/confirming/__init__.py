"""Saying yes to a version, or that something is wrong or unclear."""
