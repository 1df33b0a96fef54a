"""What every way of reaching a person has in common."""
