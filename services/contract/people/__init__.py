"""Patients, staff and delegates, and what each member of staff is at which unit."""
