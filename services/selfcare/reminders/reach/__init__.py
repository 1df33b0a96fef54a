"""How a unit is reached right now, and when somebody there reads what is sent now."""
