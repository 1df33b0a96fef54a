"""What is due when, to whom: one row per occurrence, claimed in batches, answered, followed up."""
