"""What the kinds, ways, steps and ends of a next contact are called."""
