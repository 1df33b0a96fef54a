"""How the unit keeps what it has promised: counts and clocks, never contents."""
