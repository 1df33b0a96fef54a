"""A member of staff without a part in the care opens one patient's pages in an emergency, with a reason, for an hour at most."""
