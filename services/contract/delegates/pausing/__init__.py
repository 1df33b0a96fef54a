"""Staff pause what a delegate may do when they suspect that the patient is under pressure."""
