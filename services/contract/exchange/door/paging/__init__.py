"""Where a search goes on."""
