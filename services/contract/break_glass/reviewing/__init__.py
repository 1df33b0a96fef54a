"""Who looks afterwards at what was opened in an emergency."""
