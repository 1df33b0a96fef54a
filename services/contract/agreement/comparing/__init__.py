"""Any two versions of an agreement beside each other, in plain words."""
