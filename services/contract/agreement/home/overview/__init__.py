"""The list of an admin's first page as JSON."""
