"""What a contract is made of, a page at a time."""
