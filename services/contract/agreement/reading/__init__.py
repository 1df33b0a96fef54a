"""A contract as somebody reads it: what it says now, who has said yes to that, and what is missing."""
