"""How a patient wants to take part, and how many reminders follow from it."""
