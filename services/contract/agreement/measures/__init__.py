"""Power and time: who changes, who starts, who keeps what, and how long it takes. Counts, never contents or names."""
