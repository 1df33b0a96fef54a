"""What may be written about a person."""
