"""Staff are told that something waits: a link and counts, never whom it is about."""
