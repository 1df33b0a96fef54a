"""How selfcare says that somebody must look."""
