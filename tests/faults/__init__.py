"""Faults while the bus works: processes die and freeze, the broker forgets; an auditor counts what became of every event."""
