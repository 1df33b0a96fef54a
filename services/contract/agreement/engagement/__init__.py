"""How much the patient wants to decide, do and know, and how that has shifted."""
