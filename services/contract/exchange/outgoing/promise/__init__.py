"""A version of the contract as a care plan, and its goals."""
