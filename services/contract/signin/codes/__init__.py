"""Signing in by a code that is sent to an address the register has, where a unit lets its patients."""
