"""When staff are away, for other programs."""
