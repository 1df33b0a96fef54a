"""Which units a patient keeps out, from when to when."""
