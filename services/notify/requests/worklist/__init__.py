"""What waits for an answer: mine, as deputy, my unit's."""
