"""Part 4 of a contract: who is appointed, who is away, and who stands in."""
