"""Bundles and outcomes."""
