"""Ending an agreement: the patient at any time and without a reason, the care with one."""
