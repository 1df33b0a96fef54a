"""Which of a version's items somebody is shown (K21)."""
