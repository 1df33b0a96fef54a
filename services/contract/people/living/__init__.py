"""Nothing is begun for the dead (K17)."""
