"""Where something can be booked for a patient."""
