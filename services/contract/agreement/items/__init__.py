"""Writing a commitment or a goal."""
