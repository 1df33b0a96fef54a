"""Who has the overall responsibility for a plan that several principals share."""
