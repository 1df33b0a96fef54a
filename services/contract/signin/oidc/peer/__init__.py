"""What is said to a provider and what its answers are worth."""
