"""The access log: who did what with whose data, where, when and why. Written in the transaction of the act, chained by the
relay within a second, and shown to the patient and to those who check it."""

from shared.audit.tables import access_log
from shared.audit.writing import entries, write

__all__ = ["access_log", "entries", "write"]
