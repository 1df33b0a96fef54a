"""Which resources a search finds."""
