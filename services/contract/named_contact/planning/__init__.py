"""A change of contact on a chosen day, told beforehand: planned, moved, called off, and what it sets going when it comes."""
